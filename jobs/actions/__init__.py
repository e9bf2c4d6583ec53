"""What a bot may do: how each action is carried out, what takes it back, and what is said of it.

One file an action, or a pair that take each other back. Knows no ledger. May import `io` and what it may.
"""
