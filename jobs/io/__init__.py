"""The outside: the port to a wiki, what its errors mean, pages that people edit too, partners' servers.

May import `model`.
"""
