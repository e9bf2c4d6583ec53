"""A partner's list as a stream of records; one file a format or schema of metadata.

May import `context`, `patterns`, `io`, `model`.
"""
