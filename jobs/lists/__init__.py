"""A partner's list as a stream of records, whatever it is in, and what stands in it twice.

May import `io`, `patterns`, `model`.
"""
