"""From the rows of a list to actions, and what is told of the list; reads, never writes.

May import `intake`, `context` and what they may.
"""
