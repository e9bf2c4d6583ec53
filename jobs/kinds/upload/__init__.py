"""From a row of a partner's list to a file on the wiki: its name, its page, its structured data."""
