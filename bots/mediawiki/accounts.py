"""What a wiki says of accounts: their groups, their rights, and whether they are blocked, on it or on all wikis."""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Literal

from bots.mediawiki import responses
from bots.mediawiki.session import BATCH, Session
from jobs.io.errors import WikiError
from jobs.model.accounts import Account
from jobs.model.pace import WriteKind

_KNOW_OF_BLOCKS = {"GlobalBlocking": "globalblocks", "CentralAuth": "globaluserinfo"}
"""By the names of their extensions (Special:Version)."""


_LIMITS_SECONDS = 3600.0
"""How long the wiki's answer about the account's own limits is kept."""


@dataclass(frozen=True)
class OwnAccount:
    """The account that asks, as the wiki has it at the moment.

    `rights`: those that its password was granted. `edits_a_minute`: the most that it may save (None: any number).
    `block`: whether it is blocked as a whole, or from a part of the wiki. `clock`: the wiki's, in seconds since the
    epoch.
    """

    groups: frozenset[str]
    rights: frozenset[str]
    edits_a_minute: float | None
    block: Literal["", "whole", "partial"]
    clock: float


class Accounts:
    """The accounts of a wiki."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._limits: Mapping[WriteKind, float] = {}
        self._asked_limits = -_LIMITS_SECONDS

    def ask_once(self) -> None:
        """Ask now for what is kept for ever, or for long. Raises WikiError and Unanswered."""
        _ = self._block_modules
        self.write_limits()

    def who_is(self, user: str) -> Account:
        """As `Wiki.who_is`."""
        if not responses.may_be_account(user):
            return Account(user)
        lists = "|".join(("users", "blocks", *(self._block_modules & {"globalblocks"})))
        asked: dict[str, Any] = {"ususers": user, "usprop": "groups", "bkusers": user, "bklimit": BATCH}
        asked |= {"bkprop": "flags|restrictions"}
        if "globalblocks" in self._block_modules:
            asked |= {"bgtargets": user, "bgprop": "id"}
        if "globaluserinfo" in self._block_modules:
            asked |= {"meta": "globaluserinfo", "guiuser": user}
        try:
            parts = list(self._session.query(list=lists, **asked))
        except WikiError as error:
            if error.code != "nosuchuser":
                raise
            return Account(user)  # its name is hidden everywhere (Extension:CentralAuth)
        return responses.account(user, parts)

    def groups_with(self, right: str) -> frozenset[str]:
        """As `Wiki.groups_with`."""
        return frozenset(name for name, rights in self._group_rights().items() if right in rights)

    def _group_rights(self) -> Mapping[str, Collection[str]]:
        # Of other people's rights a bot password is told only those that it was granted itself.
        return {group["name"]: group["rights"] for group in self._session.siteinfo()["usergroups"]}

    @cached_property
    def _block_modules(self) -> frozenset[str]:
        """Which of the modules that know of blocks on all wikis there are."""
        names = {entry.get("name", "").replace(" ", "") for entry in self._session.siteinfo()["extensions"]}
        return frozenset(module for name, module in _KNOW_OF_BLOCKS.items() if name in names)

    def rights_of(self, user: str) -> frozenset[str]:
        """As `Wiki.rights_of`."""
        groups = self.who_is(user).groups
        return frozenset(right for name, rights in self._group_rights().items() if name in groups for right in rights)

    def own(self) -> OwnAccount:
        """The account that asks. One request (API:Userinfo)."""
        asked = {"action": "query", "meta": "userinfo", "uiprop": "groups|rights|ratelimits|blockinfo"}
        response = self._session.send({**asked, "curtimestamp": True}, use_get=True)
        user, clock = response["query"]["userinfo"], datetime.fromisoformat(response["curtimestamp"])
        apart = responses.write_limits(user.get("ratelimits") or {}).get(WriteKind.EDIT)
        return OwnAccount(
            groups=frozenset(user["groups"]),
            rights=frozenset(user["rights"]),
            edits_a_minute=60 / apart if apart else None,
            block="" if "blockid" not in user else "partial" if user.get("blockpartial") else "whole",
            clock=clock.timestamp(),
        )

    def own_rights(self) -> frozenset[str]:
        """As `Wiki.rights`: those of the account that asks."""
        parts = self._session.query(meta="userinfo", uiprop="rights")
        return frozenset(right for response in parts for right in response["userinfo"]["rights"])

    def write_limits(self) -> Mapping[WriteKind, float]:
        """As `Wiki.write_limits`."""
        if time.monotonic() > self._asked_limits + _LIMITS_SECONDS:
            for response in self._session.query(meta="userinfo", uiprop="ratelimits"):
                self._limits = responses.write_limits(response["userinfo"].get("ratelimits") or {})
            self._asked_limits = time.monotonic()
        return self._limits
