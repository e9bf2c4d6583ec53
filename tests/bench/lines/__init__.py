"""The lines of the table: each file has some that go together."""
