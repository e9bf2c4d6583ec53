"""What a step of a request works within: wikis and ledger, who may, whether people stopped it.

May import `store`, `kinds` and what they may.
"""
