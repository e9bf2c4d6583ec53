"""Carrying out actions, one after the other.

May import `kinds` and what they may.
"""
