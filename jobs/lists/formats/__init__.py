"""The formats that lists are in and the schemas of their records, one file each, and what they share.

`cells.py` is what becomes of any format's headings and cells; a format recognises itself by its content (`source.py`).
"""
