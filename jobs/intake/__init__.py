"""From what stands on a request page to a request, and whose it is.

May import `kinds` and what they may.
"""
