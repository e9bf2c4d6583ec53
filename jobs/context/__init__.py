"""What a step of a request works within: wikis and ledger, who may, which pages, whether people stopped it.

May import `store`, `io`, `model`.
"""
