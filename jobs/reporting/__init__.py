"""What the ledger knows, said on the wiki: the report, and replies to requests and answers.

May import every room but `execution`.
"""
