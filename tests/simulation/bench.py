"""A wiki, and people who act there: the one in memory and the sandbox's alike, for the contract."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Protocol

from deploy.sandbox import ACCOUNTS, BOT
from deploy.sandbox.client import Person
from jobs.io.wiki import Wiki
from jobs.model.accounts import Block
from tests.hub.rig import Partner, picture, told_items

from .site import FakeSite
from .wiki import FakeWiki

_names = count(1)
_shades = count(5_000_000)


class People(Protocol):
    """What people do on a wiki. `user`: who does it; what has none an administrator does."""

    def edit(self, user: str, title: str, text: str) -> int:
        """Give a page this text; its latest revision."""

    def undo(self, user: str, title: str, revision: int) -> None:
        """Undo a revision of a page."""

    def rollback(self, title: str) -> None:
        """Take back what the page's latest editor did."""

    def move(self, old: str, new: str) -> None:
        """Move a page, leaving a redirect."""

    def delete(self, title: str) -> None:
        """Delete a page."""

    def undelete(self, title: str) -> None:
        """Bring a deleted page back."""

    def protect(self, title: str, *, cascade: bool = False, **levels: str) -> None:
        """Protect a page, or a title from creation."""

    def block(self, block: Block) -> None:
        """Block the bot."""

    def unblock(self) -> None:
        """Lift the bot's block."""

    def set_groups(self, *, add: str = "", remove: str = "") -> None:
        """Put the bot into a group or take it out of one."""

    def upload(self, user: str, title: str, content: bytes, text: str) -> None:
        """Upload a file, over another or not."""

    def edit_entity(self, user: str, title: str, data: Mapping[str, Any]) -> None:
        """Change a file's structured data."""

    def tell_items(self, missing: str, redirected: str, to: str) -> None:
        """Have one item not be there, and another lead to a third."""

    def serve(self, path: str, content: bytes) -> str:
        """Put a file where the wiki may fetch it; its address."""

    def wait_a_second(self) -> None:
        """Have it be another second: archived versions of a file are named by theirs."""


class Bench:
    """What a rule is shown on."""

    def __init__(self, wiki: Wiki, people: People, folder: Path) -> None:
        self.wiki = wiki
        self.people = people
        self._folder = folder
        self._number = next(_names)

    def name(self, rest: str = "A", namespace: str = "") -> str:
        """A title that no other test has."""
        return f"{namespace}{':' if namespace else ''}Contract {self._number} {rest}"

    def file(self, rest: str = "A.jpg") -> str:
        """A title of a file that no other test has."""
        return self.name(rest, "File")

    def picture(self, kind: str = "JPEG") -> bytes:
        """A picture that no other test has."""
        return picture(next(_shades), kind)

    def stash(self, content: bytes, title: str = "File:Of a contract.jpg") -> str:
        """Send a file to the wiki; its key."""
        return self.wiki.stash(self.path(content), title)

    def path(self, content: bytes) -> Path:
        """A file on this machine."""
        path = self._folder / f"{next(_names)}"
        path.write_bytes(content)
        return path

    def published(self, rest: str = "A.jpg", text: str = "Text") -> str:
        """The title of a new file that the bot uploaded."""
        title = self.file(rest)
        self.wiki.publish(self.stash(self.picture()), title, text, "Uploaded")
        return title

    @contextmanager
    def blocked(self, block: Block | None = None) -> Iterator[None]:
        """The bot is blocked meanwhile."""
        self.people.block(block or Block())
        try:
            yield
        finally:
            self.people.unblock()

    @contextmanager
    def administrator(self) -> Iterator[None]:
        """The bot is an administrator meanwhile."""
        self.people.set_groups(add="sysop")
        try:
            yield
        finally:
            self.people.set_groups(remove="sysop")


class FakePeople:
    """Fulfils `People` on the wiki in memory."""

    def __init__(self, site: FakeSite) -> None:
        self._site = site
        self._served: dict[str, bytes] = {}
        site.fetch = self._served.get

    def edit(self, user: str, title: str, text: str) -> int:
        return self._site.edit(user, title, text)

    def undo(self, user: str, title: str, revision: int) -> None:  # noqa: ARG002 - the real one asks for it
        assert self._site.undo(user, revision)

    def rollback(self, title: str) -> None:
        self._site.rollback("Admin", title)

    def move(self, old: str, new: str) -> None:
        self._site.move("Admin", old, new)

    def delete(self, title: str) -> None:
        assert self._site.delete(title)

    def undelete(self, title: str) -> None:
        assert self._site.undelete(title)

    def protect(self, title: str, *, cascade: bool = False, **levels: str) -> None:
        self._site.protect(title, cascade=cascade, **levels)

    def block(self, block: Block) -> None:
        self._site.block(BOT, block)

    def unblock(self) -> None:
        self._site.unblock(BOT)

    def set_groups(self, *, add: str = "", remove: str = "") -> None:
        self._site.set_groups(BOT, add=add, remove=remove)

    def upload(self, user: str, title: str, content: bytes, text: str) -> None:
        self._site.upload(user, title, content, text)

    def edit_entity(self, user: str, title: str, data: Mapping[str, Any]) -> None:
        self._site.edit_entity(user, title, data)

    def tell_items(self, missing: str, redirected: str, to: str) -> None:
        self._site.missing_items.add(missing)
        self._site.item_redirects[redirected] = to

    def serve(self, path: str, content: bytes) -> str:
        self._served[f"http://127.0.0.1{path}"] = content
        return f"http://127.0.0.1{path}"

    def wait_a_second(self) -> None:
        """No two versions have one name here."""


class RealPeople:
    """Fulfils `People` on the sandbox."""

    def __init__(self, person: Callable[[str], Person], partner: Partner) -> None:
        self._person = person
        self._admin = person("Admin")
        self._partner = partner

    def edit(self, user: str, title: str, text: str) -> int:
        edit = self._person(user).edit(title, text)["edit"]
        return int(edit.get("newrevid", 0))

    def undo(self, user: str, title: str, revision: int) -> None:
        self._person(user).do("edit", title=title, undo=revision)

    def rollback(self, title: str) -> None:
        asked = {"action": "query", "prop": "revisions", "rvprop": "user", "titles": title}
        [page] = self._admin.api(**asked)["query"]["pages"]
        tokens = self._admin.api(action="query", meta="tokens", type="rollback")["query"]["tokens"]
        editor = page["revisions"][0]["user"]
        self._admin.api(action="rollback", title=title, user=editor, token=tokens["rollbacktoken"])

    def move(self, old: str, new: str) -> None:
        self._admin.do("move", **{"from": old, "to": new})

    def delete(self, title: str) -> None:
        self._admin.do("delete", title=title)

    def undelete(self, title: str) -> None:
        self._admin.do("undelete", title=title)

    def protect(self, title: str, *, cascade: bool = False, **levels: str) -> None:
        said = "|".join(f"{change}={level or 'all'}" for change, level in levels.items())
        self._admin.do("protect", title=title, protections=said, **({"cascade": 1} if cascade else {}))

    def block(self, block: Block) -> None:
        partial: dict[str, str | int] = {} if block.sitewide else {"partial": 1}
        if partial:
            partial["pagerestrictions"] = "|".join(block.pages)
            partial["namespacerestrictions"] = "|".join(map(str, block.namespaces))
        self._admin.do("block", user=BOT, allowusertalk=1, **partial)

    def unblock(self) -> None:
        self._admin.do("unblock", user=BOT)

    def set_groups(self, *, add: str = "", remove: str = "") -> None:
        self._admin.set_groups(BOT, add=add, remove=remove)

    def upload(self, user: str, title: str, content: bytes, text: str) -> None:
        self._person(user).upload(title, content, text, over=True)

    def edit_entity(self, user: str, title: str, data: Mapping[str, Any]) -> None:
        [page] = self._admin.api(action="query", titles=title)["query"]["pages"]
        self._person(user).edit_entity(f"M{page['pageid']}", data)

    def tell_items(self, missing: str, redirected: str, to: str) -> None:
        told_items(self._admin, missing, f"{redirected} {to}")

    def serve(self, path: str, content: bytes) -> str:
        return self._partner.publish(path, content)

    def wait_a_second(self) -> None:
        start = int(time.time())
        while int(time.time()) == start:
            time.sleep(0.02)


def fake_bench(folder: Path, chunk_bytes: int) -> Bench:
    """A bench on a new wiki in memory, with the sandbox's accounts."""
    site = FakeSite()
    for account in ACCOUNTS:
        site.add_account(account.name, *account.groups)
    return Bench(FakeWiki(site, BOT, "Requests", chunk_bytes), FakePeople(site), folder)
