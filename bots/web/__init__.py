"""The dashboard: what the ledger knows, for everybody to read; and, for who is logged in, buttons to steer with."""
