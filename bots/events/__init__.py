"""What the wikis tell at once of what is saved on them (EventStreams): a hint to look, beside those that are due."""
