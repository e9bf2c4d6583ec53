"""The port `jobs.io.wiki.Wiki` over a session: a short method for each thing that is asked of the API."""

import hashlib
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from bots.mediawiki import responses
from bots.mediawiki.accounts import Accounts, OwnAccount
from bots.mediawiki.holds import Holds
from bots.mediawiki.session import BATCH, Session
from bots.mediawiki.uploads import Uploads
from bots.mediawiki.wikibase import Wikibase
from jobs.io.errors import WikiError
from jobs.io.wiki import (
    About,
    DuplicateFiles,
    Entity,
    FileVersion,
    NameCheck,
    Page,
    PageInfo,
    Revision,
    RevisionInfo,
    SiteInfo,
    TemplateData,
    Title,
    Unstashed,
)
from jobs.model.accounts import Account
from jobs.model.pace import WriteKind
from wikitext.redirects import category_redirect

FILE, CATEGORY = 6, 14
"""Manual:Namespace."""

_REVISIONS = {"prop": "revisions", "rvprop": "ids|user|content|sha1|tags", "rvslots": "main"}
_LATEST = _REVISIONS | {"prop": "revisions|info", "inprop": "protection"}
_FEW = 10
_SAVED = {"prop": "revisions", "rvprop": "ids|slotsha1", "rvslots": "main"}

_KEPT_SECONDS = 60.0
"""How long the wiki's answer about its templates and redirected categories is kept."""


@dataclass(frozen=True)
class _Lately:
    """What was asked and may be answered again until then, by `time.monotonic`."""

    until: float
    templates: dict[str, bool] = field(default_factory=dict)
    template_data: dict[str, TemplateData | None] = field(default_factory=dict)
    categories: dict[str, str | None] = field(default_factory=dict)


class MediaWiki:
    """A wiki, through its api.php. Fulfils `jobs.io.wiki.Wiki`."""

    def __init__(self, name: str, api_url: str, base: str, account: str, *, chunk_bytes: int, holds: Holds) -> None:
        self.name = name
        self.account = account
        self.base = base
        self._session = Session(name, api_url, account, holds)
        self._accounts = Accounts(self._session)
        self._wikibase = Wikibase(self._session, self._about)
        self._uploads = Uploads(self._session, chunk_bytes)
        self.whole_bytes = chunk_bytes
        self._namespaces: Mapping[str, int] = {}
        self._namespace_rights: Mapping[int, frozenset[str]] = {}
        self._read: Mapping[str, Any] = {}
        self._known = _Lately(0)

    def log_in(self) -> None:
        """Log in now, to fail early, and ask for what is asked once for all. Raises WikiError.

        Processes that are forked afterwards have it, and the token for writing.
        """
        self._session.log_in()
        self._session.csrf_token()
        self._session.forget_siteinfo()
        self._accounts.ask_once()
        self.namespaces()

    def keeps_cookies(self) -> bool:
        """Whether the wiki's cookies come back to it: who logs in with a password is known by them."""
        return self._session.keeps_cookies()

    def siteinfo(self) -> SiteInfo:
        general = self._session.siteinfo()["general"]
        return SiteInfo(general["wikiid"], general["lang"])

    def own_account(self) -> OwnAccount:
        """The account, as the wiki has it now. One request."""
        return self._accounts.own()

    # Reading -------------------------------------------------------------------------------------------------

    def titles(self, written: Collection[str]) -> Mapping[str, Title]:
        pages = self._session.pages(written)
        return {title: Title(page["title"], page["ns"]) for title, page in pages if page.get("ns", -1) >= 0}

    def latest(self, titles: Collection[str]) -> Mapping[str, int]:
        pages = self._session.pages(titles, prop="info")
        return {title: int(page["lastrevid"]) for title, page in pages if page.get("lastrevid")}

    def history(self, title: str, since: int) -> Iterator[Revision]:
        start = {"rvstartid": since} if since else {}
        try:
            parts = self._session.query(titles=title, **_REVISIONS, rvdir="newer", rvlimit=BATCH, **start)
            yield from map(responses.revision, responses.entries(parts, "revisions"))
        except WikiError as error:
            if error.code != "nosuchrevid":
                raise
            yield from self.history(title, 0)  # the page was deleted, and made anew

    def earlier_sha1s(self, title: str, revision: int) -> frozenset[str]:
        earlier = {"rvstartid": revision, "rvdir": "older", "rvlimit": BATCH, "rvprop": "ids|sha1"}
        parts = self._session.query(titles=title, prop="revisions", **earlier)
        return frozenset(entry.get("sha1", "") for entry in responses.entries(islice(parts, 10), "revisions")) - {""}

    def page(self, title: str) -> Page | None:
        return self.texts([title]).get(title)

    def texts(self, titles: Collection[str]) -> Mapping[str, Page]:
        pages = self._session.pages(titles, **_LATEST)
        return {title: responses.latest(page, self._about(page)) for title, page in pages if page.get("revisions")}

    def _about(self, page: Mapping[str, Any]) -> About:
        self.namespaces()
        return responses.about(page, self._namespace_rights)

    def revisions(self, ids: Collection[int]) -> Mapping[int, Revision]:
        return {entry["revid"]: responses.revision(entry) for entry in self._by_id(ids, _REVISIONS)}

    def whereabouts(self, ids: Collection[int]) -> Mapping[int, str]:
        pages = self._pages_by_id(ids, {"prop": "revisions", "rvprop": "ids"})
        return {entry["revid"]: page["title"] for page in pages for entry in page.get("revisions", [])}

    def revision_infos(self, ids: Collection[int]) -> Mapping[int, RevisionInfo]:
        return {entry["revid"]: responses.revision_info(entry) for entry in self._by_id(ids, _SAVED)}

    def _by_id(self, ids: Collection[int], parameters: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        for page in self._pages_by_id(ids, parameters):
            yield from page.get("revisions", [])

    def _pages_by_id(self, ids: Collection[int], parameters: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        asked = list(dict.fromkeys(ids))
        for start in range(0, len(asked), BATCH):
            for response in self._session.query(revids="|".join(map(str, asked[start : start + BATCH])), **parameters):
                yield from response.get("pages", [])

    def own_since(self, title: str, revision: int) -> tuple[RevisionInfo, ...]:
        own = {"rvdir": "newer", "rvuser": self.account, "rvlimit": BATCH}
        since = {"rvstartid": revision} if revision else {}
        parts = self._session.query(titles=title, **_SAVED, **own, **since)
        found = map(responses.revision_info, responses.entries(parts, "revisions"))
        return tuple(saved for saved in found if saved.id > revision)

    def backwards(self, title: str) -> Iterator[Revision]:
        parts = self._session.query(titles=title, **_REVISIONS, rvdir="older", rvlimit=_FEW)
        yield from map(responses.revision, responses.entries(parts, "revisions"))

    def edit_level(self, title: str) -> str:
        for _, page in self._session.pages([title], prop="info", inprop="protection"):
            return next((entry["level"] for entry in page["protection"] if entry["type"] == "edit"), "")
        return ""

    def who_is(self, user: str) -> Account:
        return self._accounts.who_is(user)

    def groups_with(self, right: str) -> frozenset[str]:
        return self._accounts.groups_with(right)

    def rights_of(self, user: str) -> frozenset[str]:
        return self._accounts.rights_of(user)

    def existing(self, titles: Collection[str]) -> frozenset[str]:
        return frozenset(self.latest(titles))

    def templates(self, names: Collection[str]) -> frozenset[str]:
        known = self._lately().templates
        if new := {name for name in names if name not in known}:
            there = self.existing([f"Template:{name}" for name in new])
            known.update((name, f"Template:{name}" in there) for name in new)
        return frozenset(name for name in names if known[name])

    def template_data(self, name: str) -> TemplateData | None:
        known = self._lately().template_data
        if name not in known:
            asked = {"action": "templatedata", "titles": f"Template:{name}", "redirects": True}
            response = self._session.send(asked | {"includeMissingTitles": True}, use_get=True)
            [page] = [*response["pages"].values()] or [{"missing": True}]
            known[name] = responses.template_data(page)
        return known[name]

    def redirected_categories(self, names: Collection[str]) -> Mapping[str, str]:
        known = self._lately().categories
        if new := {name for name in names if name not in known}:
            leading = {name: end for name, end in self._category_redirects(new).items() if end is not None}
            ends = self._category_redirects(set(leading.values())) if leading else {}
            known.update(dict.fromkeys(new))
            known.update((name, end if ends.get(end, end) is None else "") for name, end in leading.items())
        return {name: end for name in names if (end := known[name]) is not None}

    def _category_redirects(self, names: Collection[str]) -> Mapping[str, str | None]:
        """Where each of the categories that have a page leads; None: nowhere."""
        pages = self.texts([f"Category:{name}" for name in names])
        names_of = [name for name, number in self.namespaces().items() if number == CATEGORY]
        return {
            title.partition(":")[2]: category_redirect(page.text or "", names_of, hard=page.about.redirect)
            for title, page in pages.items()
        }

    def namespaces(self) -> Mapping[str, int]:
        said = self._session.siteinfo()
        if said is not self._read:
            entries = said["namespaces"].values()
            own = [(name, entry["id"]) for entry in entries for name in responses.names(entry)]
            more = [(entry["alias"], entry["id"]) for entry in said["namespacealiases"]]
            self._namespaces = {name.casefold(): number for name, number in (*more, *own)}
            self._namespace_rights = dict(map(responses.namespace_rights, entries))
            self._read = said
        return self._namespaces

    def rights(self) -> frozenset[str]:
        return self._accounts.own_rights()

    def write_limits(self) -> Mapping[WriteKind, float]:
        return self._accounts.write_limits()

    def members(self, category: str, kind: str) -> Iterator[str]:
        return self._titles("categorymembers", cmtitle=f"Category:{category}", cmtype=kind, cmlimit="max")

    def search(self, query: str) -> Iterator[str]:
        return self._titles(
            "search", srsearch=query, srwhat="text", srnamespace="*", srlimit="max", srprop="", srinfo=""
        )

    def transcluding(self, title: str) -> Iterator[str]:
        return self._titles("embeddedin", eititle=title, eilimit="max")

    def prefix_search(self, title: str) -> Iterator[str]:
        name, colon, rest = title.partition(":")
        number = self.namespaces().get(name.casefold(), 0) if colon else 0
        return self._titles("allpages", apnamespace=number, apprefix=rest if number else title, aplimit="max")

    def _titles(self, listed: str, **parameters: Any) -> Iterator[str]:
        for response in self._session.query(list=listed, **parameters):
            for entry in response.get(listed, []):
                yield entry["title"]

    def difference(self, before: int, after: int | str) -> str:
        to: dict[str, Any] = {"torev": after}
        if isinstance(after, str):
            to = {"toslots": "main", "totext-main": after, "tocontentmodel-main": "wikitext"}
        response = self._session.send(
            {"action": "compare", "fromrev": before, "prop": "diff", "difftype": "table", "slots": "main", **to},
            use_get=False,
        )
        return str(response["compare"]["bodies"]["main"] or "")  # false where nothing differs

    def check_names(self, titles: Collection[str]) -> Mapping[str, NameCheck]:
        test: dict[str, Any] = {
            "intestactions": "upload|create",
            "intestactionsdetail": "full",
            "intestactionsautocreate": False,
        }
        test |= {"inprop": "protection", "iiprop": "sha1", "errorformat": "plaintext"}
        pages = self._session.pages(titles, prop="info|imageinfo", **test)
        return {
            title: responses.name_check(page, None if page.get("invalid") else self._about(page))
            for title, page in pages
        }

    def same_bytes(self, sha1: str, title: str = "") -> DuplicateFiles:
        asked: dict[str, Any] = {"aisha1": sha1, "ailimit": BATCH, "aiprop": "", "fasha1": sha1, "falimit": BATCH}
        lists = "allimages|filearchive"
        if title:
            stem = title.partition(":")[2].rpartition(".")[0]
            asked |= {"apnamespace": FILE, "apprefix": f"{stem}.", "aplimit": BATCH}
            asked |= {"letype": "delete", "letitle": title, "lelimit": 1, "leprop": "type"}
            lists += "|allpages|logevents"
        response = next(self._session.query(list=lists, **asked, faprop=""))
        return responses.duplicate_files(response, title)

    def takes_entities(self) -> bool:
        return self._wikibase.takes_entities()

    def items(self, ids: Collection[str]) -> Mapping[str, str]:
        return self._wikibase.items(ids)

    def caption_languages(self) -> frozenset[str]:
        return self._wikibase.languages("term")

    def text_languages(self) -> frozenset[str]:
        return self._wikibase.languages("monolingualtext")

    def _lately(self) -> "_Lately":
        if time.monotonic() > self._known.until:
            self._known = _Lately(time.monotonic() + _KEPT_SECONDS)
        return self._known

    def file_extensions(self) -> frozenset[str]:
        return frozenset(entry["ext"] for entry in self._session.siteinfo()["fileextensions"])

    def page_infos(self, titles: Collection[str]) -> Mapping[str, PageInfo]:
        props = {"iiprop": "sha1|user", "rvprop": "ids|content", "rvslots": "main", "cllimit": "max"}
        props |= {"prop": "imageinfo|revisions|categories|info", "inprop": "protection"}
        found: dict[str, PageInfo] = {}
        for title, page in self._session.pages(titles, **props):
            if page.get("revisions"):
                image, *_older = page.get("imageinfo") or [{}]
                revision = responses.revision(page["revisions"][0])
                categories = frozenset(entry["title"].partition(":")[2] for entry in page.get("categories", []))
                found[title] = PageInfo(
                    revision.id, image.get("user", ""), image.get("sha1", ""), revision.text or "", categories,
                    self._about(page),
                )  # fmt: skip
        return found

    def file_versions(self, title: str) -> tuple[FileVersion, ...]:
        asked = {"prop": "imageinfo", "iiprop": "sha1|user|comment|archivename", "iilimit": "max"}
        return tuple(map(responses.version, responses.entries(self._session.query(titles=title, **asked), "imageinfo")))

    def entities(self, titles: Collection[str]) -> Mapping[str, Entity]:
        return self._wikibase.entities(titles)

    # Writing -------------------------------------------------------------------------------------------------

    def save(self, title: str, text: str, summary: str, base: Revision | None) -> int:
        known: dict[str, Any] = {"baserevid": base.id, "nocreate": True} if base else {"createonly": True}
        digest = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
        response = self._session.write(
            "edit", title=title, text=text, summary=summary, bot=True, md5=digest, watchlist="nochange", **known
        )
        edit = response["edit"]
        if edit.get("result") != "Success":
            raise WikiError(str(edit.get("code", "edit-failed")), str(edit)[:500])
        return int(edit.get("newrevid") or (base.id if base else 0))

    def set_entity(self, entity: Entity, data: Mapping[str, Any], summary: str) -> int:
        return self._wikibase.set_entity(entity, data, summary)

    def stash(self, path: Path, title: str, *, kept: str = "", keep: Callable[[str], None] = lambda _: None) -> str:
        return self._uploads.stash(path, title, kept, keep)

    def stash_from(self, url: str, title: str, *, sha1: str, size: int) -> str | Unstashed:
        return self._uploads.stash_from(url, title, sha1=sha1, size=size)

    def publish(
        self, file: Path | str, title: str, text: str, comment: str, *, replacing: bool = False, beside: str = ""
    ) -> None:
        self._uploads.publish(file, title, text, comment, replacing=replacing, beside=beside)

    def restore_file(self, title: str, archive: str, comment: str) -> None:
        name = title.partition(":")[2]
        response = self._session.write("filerevert", filename=name, archivename=archive, comment=comment)
        reverted = response["filerevert"]
        if reverted.get("result") != "Success":
            [error, *_more] = reverted.get("errors") or [{}]
            raise WikiError(str(error.get("code", "filerevert-failed")), str(reverted)[:500])

    def delete(self, title: str, reason: str) -> None:
        self._session.write("delete", title=title, reason=reason, watchlist="nochange")

    def undelete(self, title: str, reason: str) -> None:
        self._session.write("undelete", title=title, reason=reason, watchlist="nochange")
