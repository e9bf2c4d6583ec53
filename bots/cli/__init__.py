"""The `cph` command; a file for each command that is more than a call."""
