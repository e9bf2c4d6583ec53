"""What a bot may do: how each action is carried out, looked up where its answer was lost, and verified.

One file an action, or a pair that take each other back. Knows no ledger. May import `io` and what it may.
"""
