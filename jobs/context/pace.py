"""The pace on a wiki: that of its policy or that which the account is allowed, whichever is slower."""

import time

from jobs.context.hub import Hub
from jobs.context.stop import StopSwitch
from jobs.io.wiki import Wiki
from jobs.model.outcomes import Later
from jobs.model.pace import WriteKind
from jobs.model.policy import Policy
from jobs.store.ledger import Ledger

WAITED_SECONDS = 10.0
"""A place is waited for up to this; for one that is further off the slice ends."""


class Pace:
    """Fulfils `jobs.actions.handler.Pace`. Where nobody set a pace, nothing is asked or waited for."""

    def __init__(self, ledger: Ledger, wiki: Wiki, policy: Policy, stop_switch: StopSwitch) -> None:
        self._ledger = ledger
        self._wiki = wiki
        self._apart = {kind: _apart(wiki, policy, kind) for kind in WriteKind}
        self._stop_switch = stop_switch

    def far(self, kind: WriteKind) -> Later | None:
        return _too_long(self._ledger.next_place(self._wiki.name, kind)) if self._apart[kind] else None

    def keep(self, kind: WriteKind) -> Later | None:
        if not self._apart[kind]:
            return None
        wait = self._ledger.take_place(self._wiki.name, kind, self._apart[kind], WAITED_SECONDS)
        if later := _too_long(wait):
            return later
        time.sleep(wait)
        return self._stop_switch.reason()


def _too_long(wait: float) -> Later | None:
    return Later(wait, None) if wait > WAITED_SECONDS else None


def _apart(wiki: Wiki, policy: Policy, kind: WriteKind) -> float:
    return max(policy.seconds_between(kind), wiki.write_limits().get(kind, 0.0))


def seconds_apart(hub: Hub, wiki: str, kind: WriteKind) -> float:
    """The seconds from one such write on the wiki to the next; 0: nobody set a pace."""
    return _apart(hub.wikis[wiki], hub.policy(wiki), kind)


def keep_pace_of_words(hub: Hub, wiki: str) -> None:
    """Take a place for something that is said of a request, and wait for it; but not for long, and it is said then."""
    if apart := seconds_apart(hub, wiki, WriteKind.EDIT):
        time.sleep(min(WAITED_SECONDS, hub.ledger.take_place(wiki, WriteKind.EDIT, apart)))
