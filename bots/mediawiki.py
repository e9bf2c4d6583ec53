"""The port `jobs.wiki.Wiki` over a session."""

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from bots import answers
from bots.session import BATCH, Session
from bots.uploads import Uploads
from jobs.outcomes import WikiError
from jobs.wiki import Entity, FileVersion, NameCheck, Revision, Saved, Stored, Twins, Unstashed

FILE = 6
"""The namespace of files."""

_REVISIONS = {"prop": "revisions", "rvprop": "ids|user|content", "rvslots": "main"}
_SAVED = {"prop": "revisions", "rvprop": "ids|slotsha1", "rvslots": "main"}


class MediaWiki:
    """A wiki, through its api.php. Fulfils `jobs.wiki.Wiki`."""

    def __init__(self, name: str, api_url: str, base: str, account: str, chunk_bytes: int) -> None:
        self.name = name
        self.account = account
        self.base = base
        self._session = Session(name, api_url, account)
        self._uploads = Uploads(self._session, chunk_bytes)
        self._extensions: frozenset[str] = frozenset()
        self._takes_entities: bool | None = None
        self._namespaces: Mapping[str, int] = {}

    def log_in(self) -> None:
        """Log in now, to fail early. Raises WikiError."""
        self._session.log_in()

    # Reading -------------------------------------------------------------------------------------------------

    def latest(self, titles: Collection[str]) -> Mapping[str, int]:
        pages = self._session.pages(titles, prop="info")
        return {title: int(page["lastrevid"]) for title, page in pages if page.get("lastrevid")}

    def history(self, title: str, since: int) -> Iterator[Revision]:
        start = {"rvstartid": since} if since else {}
        try:
            for answer in self._session.query(titles=title, **_REVISIONS, rvdir="newer", rvlimit=BATCH, **start):
                for page in answer.get("pages", []):
                    yield from map(answers.revision, page.get("revisions", []))
        except WikiError as error:
            if error.code != "nosuchrevid":
                raise
            yield from self.history(title, 0)  # the page was deleted, and made anew

    def page(self, title: str) -> Revision | None:
        for _, page in self._session.pages([title], **_REVISIONS):
            if page.get("revisions"):
                return answers.revision(page["revisions"][0])
        return None

    def texts(self, titles: Collection[str]) -> Mapping[str, Revision]:
        pages = self._session.pages(titles, **_REVISIONS)
        return {title: answers.revision(page["revisions"][0]) for title, page in pages if page.get("revisions")}

    def revisions(self, ids: Collection[int]) -> Mapping[int, Revision]:
        return {entry["revid"]: answers.revision(entry) for entry in self._by_id(ids, _REVISIONS)}

    def saved(self, ids: Collection[int]) -> Mapping[int, Saved]:
        return {entry["revid"]: answers.saved(entry) for entry in self._by_id(ids, _SAVED)}

    def _by_id(self, ids: Collection[int], parameters: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        asked = list(dict.fromkeys(ids))
        for start in range(0, len(asked), BATCH):
            for answer in self._session.query(revids="|".join(map(str, asked[start : start + BATCH])), **parameters):
                for page in answer.get("pages", []):
                    yield from page.get("revisions", [])

    def own_since(self, title: str, revision: int) -> tuple[Saved, ...]:
        own = {"rvstartid": revision, "rvdir": "newer", "rvuser": self.account, "rvlimit": BATCH}
        parts = self._session.query(titles=title, **_SAVED, **own)
        pages = (page for answer in parts for page in answer.get("pages", []))
        found = (answers.saved(entry) for page in pages for entry in page.get("revisions", []))
        return tuple(saved for saved in found if saved.id > revision)

    def groups(self, user: str) -> frozenset[str]:
        found: set[str] = set()
        for answer in self._session.query(list="users", ususers=user, usprop="groups"):
            for account in answer.get("users", []):
                found.update(account.get("groups", []))
        return frozenset(found)

    def existing(self, titles: Collection[str]) -> frozenset[str]:
        return frozenset(self.latest(titles))

    def namespaces(self) -> Mapping[str, int]:
        if not self._namespaces:
            for answer in self._session.query(meta="siteinfo", siprop="namespaces|namespacealiases"):
                own = [(name, entry["id"]) for entry in answer["namespaces"].values() for name in answers.names(entry)]
                more = [(entry["alias"], entry["id"]) for entry in answer["namespacealiases"]]
                self._namespaces = {name.casefold(): number for name, number in (*more, *own)}
        return self._namespaces

    def rights(self) -> frozenset[str]:
        parts = self._session.query(meta="userinfo", uiprop="rights")
        return frozenset(right for answer in parts for right in answer["userinfo"]["rights"])

    def members(self, category: str, kind: str) -> Iterator[str]:
        return self._titles("categorymembers", cmtitle=f"Category:{category}", cmtype=kind, cmlimit="max")

    def found(self, query: str) -> Iterator[str]:
        return self._titles(
            "search", srsearch=query, srwhat="text", srnamespace="*", srlimit="max", srprop="", srinfo=""
        )

    def transcluding(self, title: str) -> Iterator[str]:
        return self._titles("embeddedin", eititle=title, eilimit="max")

    def beginning(self, title: str) -> Iterator[str]:
        name, colon, rest = title.partition(":")
        number = self.namespaces().get(name.casefold(), 0) if colon else 0
        return self._titles("allpages", apnamespace=number, apprefix=rest if number else title, aplimit="max")

    def _titles(self, listed: str, **parameters: Any) -> Iterator[str]:
        for answer in self._session.query(list=listed, **parameters):
            for entry in answer.get(listed, []):
                yield entry["title"]

    def difference(self, before: int, after: int | str) -> str:
        to: dict[str, Any] = {"torev": after}
        if isinstance(after, str):
            to = {"toslots": "main", "totext-main": after, "tocontentmodel-main": "wikitext"}
        answer = self._session.send(
            {"action": "compare", "fromrev": before, "prop": "diff", "difftype": "table", **to}, use_get=False
        )
        return str(answer["compare"]["body"])

    def check_names(self, titles: Collection[str]) -> Mapping[str, NameCheck]:
        test = {"intestactions": "upload|create", "intestactionsdetail": "full", "intestactionsautocreate": False}
        pages = self._session.pages(titles, prop="info|imageinfo", iiprop="sha1", errorformat="plaintext", **test)
        return {title: answers.name_check(page) for title, page in pages}

    def same_bytes(self, sha1: str, title: str = "") -> Twins:
        asked: dict[str, Any] = {"aisha1": sha1, "ailimit": BATCH, "aiprop": "", "fasha1": sha1, "falimit": BATCH}
        lists = "allimages|filearchive"
        if title:
            stem = title.partition(":")[2].rpartition(".")[0]
            asked |= {"apnamespace": FILE, "apprefix": f"{stem}.", "aplimit": BATCH}
            asked |= {"letype": "delete", "letitle": title, "lelimit": 1, "leprop": "type"}
            lists += "|allpages|logevents"
        answer = next(self._session.query(list=lists, **asked, faprop=""))
        return answers.twins(answer, title)

    def takes_entities(self) -> bool:
        if self._takes_entities is None:
            asked = self._session.send({"action": "paraminfo", "modules": "wbeditentity"}, use_get=True)
            self._takes_entities = bool(asked["paraminfo"]["modules"])
        return self._takes_entities

    def file_extensions(self) -> frozenset[str]:
        if not self._extensions:
            for answer in self._session.query(meta="siteinfo", siprop="fileextensions"):
                self._extensions = frozenset(entry["ext"] for entry in answer["fileextensions"])
        return self._extensions

    def stored(self, titles: Collection[str]) -> Mapping[str, Stored]:
        props = {"iiprop": "sha1|user", "rvprop": "ids|content", "rvslots": "main", "cllimit": "max"}
        found: dict[str, Stored] = {}
        for title, page in self._session.pages(titles, prop="imageinfo|revisions|categories", **props):
            if page.get("revisions"):
                image, *_older = page.get("imageinfo") or [{}]
                revision = answers.revision(page["revisions"][0])
                categories = frozenset(entry["title"].partition(":")[2] for entry in page.get("categories", []))
                found[title] = Stored(
                    revision.id, image.get("user", ""), image.get("sha1", ""), revision.text or "", categories
                )
        return found

    def file_versions(self, title: str) -> tuple[FileVersion, ...]:
        found: list[FileVersion] = []
        for answer in self._session.query(
            titles=title, prop="imageinfo", iiprop="sha1|user|comment|archivename", iilimit="max"
        ):
            for page in answer.get("pages", []):
                found += map(answers.version, page.get("imageinfo", []))
        return tuple(found)

    def entities(self, titles: Collection[str]) -> Mapping[str, Entity]:
        pages = {title: page for title, page in self._session.pages(titles, prop="info") if page.get("lastrevid")}
        ids = list(dict.fromkeys(f"M{page['pageid']}" for page in pages.values()))
        found: dict[str, dict[str, Any]] = {}
        for start in range(0, len(ids), BATCH):
            batch = {"ids": "|".join(ids[start : start + BATCH]), "props": "info|labels|claims"}
            found |= self._session.send({"action": "wbgetentities", **batch}, use_get=True)["entities"]
        return {title: answers.entity(page, found[f"M{page['pageid']}"]) for title, page in pages.items()}

    # Writing -------------------------------------------------------------------------------------------------

    def save(self, title: str, text: str, summary: str, base: Revision | None) -> int:
        known: dict[str, Any] = {"baserevid": base.id, "nocreate": True} if base else {"createonly": True}
        digest = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
        answer = self._session.write(
            "edit", title=title, text=text, summary=summary, bot=True, md5=digest, watchlist="nochange", **known
        )
        edit = answer["edit"]
        if edit.get("result") != "Success":
            raise WikiError(str(edit.get("code", "edit-failed")), str(edit)[:500])
        return int(edit.get("newrevid") or (base.id if base else 0))

    def set_entity(self, entity: Entity, data: Mapping[str, Any], summary: str) -> int:
        answer = self._session.write(
            "wbeditentity",
            id=entity.id,
            data=json.dumps(data, ensure_ascii=False),
            summary=summary,
            baserevid=entity.revision,
            bot=True,
        )
        return int(answer["entity"]["lastrevid"])

    def stash(self, path: Path, title: str, *, kept: str = "", keep: Callable[[str], None] = lambda _: None) -> str:
        return self._uploads.stash(path, title, kept, keep)

    def stash_from(self, url: str, title: str, *, sha1: str, size: int) -> str | Unstashed:
        return self._uploads.stash_from(url, title, sha1=sha1, size=size)

    def publish(
        self, key: str, title: str, text: str, comment: str, *, replacing: bool = False, beside: str = ""
    ) -> None:
        self._uploads.publish(key, title, text, comment, replacing=replacing, beside=beside)

    def restore_file(self, title: str, archive: str, comment: str) -> None:
        name = title.partition(":")[2]
        self._session.write("filerevert", filename=name, archivename=archive, comment=comment)

    def delete(self, title: str, reason: str) -> None:
        self._session.write("delete", title=title, reason=reason, watchlist="nochange")

    def undelete(self, title: str, reason: str) -> None:
        self._session.write("undelete", title=title, reason=reason, watchlist="nochange")
