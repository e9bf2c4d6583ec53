"""The database that knows every request, its items and what came of each. The truth; Redis only dispatches.

SQLite by default, MariaDB in production.
"""

from jobs.store.cursors import Cursors
from jobs.store.items import Items
from jobs.store.overviews import Overviews
from jobs.store.reviews import Reviews


class Ledger(Reviews, Items, Cursors, Overviews):
    """All that is known: requests and the answers to them, their items, and how far the wikis were read."""
