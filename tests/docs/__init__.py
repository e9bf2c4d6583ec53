"""What docs/ says is true: its tables are the code's, its examples run, its links lead somewhere."""
