"""What a kind of job is, and the kinds there are; one file or folder each.

Knows no ledger: planning reads and never writes. May import `actions`, `lists`, `media` and what they may.
"""
