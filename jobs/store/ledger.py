"""The database that knows every request, its items and what came of each. The truth; Redis only dispatches.

SQLite by default, MariaDB in production.
"""

from jobs.store.cursors import Cursors
from jobs.store.figures import Figures
from jobs.store.host_places import HostPlaces
from jobs.store.items import Items
from jobs.store.overviews import Overviews
from jobs.store.pace import Paces
from jobs.store.reviews import Reviews


class Ledger(Reviews, Items, Cursors, Overviews, Paces, HostPlaces, Figures):
    """All that is known: requests and the answers to them, their items, how far and fast the wikis are worked on."""
