"""The outside: the port to a wiki, which of its pages may be changed, what its errors mean, partners' servers.

May import `model`.
"""
