"""What a partner's file is: its type, and what its header says.

May import `io`, `model`.
"""
