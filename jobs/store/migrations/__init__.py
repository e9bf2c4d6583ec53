"""Alembic's migrations of the ledger: how each version's tables become the next one's.

A migration says what the tables were and are by itself: it imports nothing that later versions may change.
"""
