"""Carrying out actions, one after the other.

May import `context` and what it may.
"""
