"""How fast the bot is, beside others that do the same: `make bench`.

A line of the table is a function that returns a `Figure` or a few. Ours and its peers take turns, on pages and files of
their own that are alike, with no pace. Nothing here says that anything is too slow: it prints what it saw, and the bar.
"""
