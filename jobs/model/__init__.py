"""What all rooms speak of: requests, items, actions, outcomes, records, policy.

Imports no other room.
"""
