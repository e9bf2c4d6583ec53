"""What a kind of job is, and the kinds there are; one file or folder each.

May import `lists`, `media` and what they may.
"""
