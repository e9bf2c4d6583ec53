"""The database: its tables and its transactions.

May import `model`.
"""
