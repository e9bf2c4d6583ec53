"""What people say on a request's talk page, and what follows from it.

May import `planning`, `intake` and what they may.
"""
