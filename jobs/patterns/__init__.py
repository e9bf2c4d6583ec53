"""`{date|edtf}`: values of a list in a partner's text, and what can be done to them.

Imports no other room.
"""
