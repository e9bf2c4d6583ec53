"""Sets of pages, and the edits and categories that are asked for."""
