"""What people say on a request's talk page, and what follows from it.

May import `planning` and what it may.
"""
