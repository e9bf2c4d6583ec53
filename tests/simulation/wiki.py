"""The port `jobs.io.wiki.Wiki` over a wiki in memory, as one account sees it.

It answers as the sandbox's MediaWiki does, which the contract holds it to, but for this: what the real port keeps for a
minute is asked anew each time; what templates bring to a page (categories, templates of templates) is not known;
nothing is substituted; of a file's bytes only the first are looked at.
"""

import hashlib
import html
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from difflib import SequenceMatcher
from functools import wraps
from itertools import islice
from pathlib import Path
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar

from bots.mediawiki import responses
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
    Wiki,
)
from jobs.model.accounts import Account
from jobs.model.pace import WriteKind
from wikitext.redirects import category_redirect

from . import mediainfo
from .merging import merged
from .page_titles import CATEGORY, FILE, MEDIAWIKI, USER, NoPage, content_model
from .site import (
    CAPTION_LANGUAGES,
    FILE_EXTENSIONS,
    GROUP_RIGHTS,
    TEXT_LANGUAGES,
    FakeSite,
    Saved,
    Stash,
    StoredPage,
)

Phase = Literal["before", "after"]
OnCall = Callable[[str, Phase], None]

_UNGRANTED = frozenset({"block", "editinterface", "editprotected", "editsitejs", "protect", "rollback", "userrights"})
"""What a bot password is not granted, whatever its account may do."""

_RIGHTS = {"sysop": "editprotected", "autoconfirmed": "editsemiprotected"}
_MAGIC = {
    b"\xff\xd8\xff": frozenset({"jpg", "jpeg"}),
    b"\x89PNG": frozenset({"png"}),
    b"GIF8": frozenset({"gif"}),
}
"""What files begin with, and the endings of their names."""
_WITH_MAGIC = frozenset().union(*_MAGIC.values())
_FORBIDDEN = frozenset({"exe", "php", "html", "js", "sh", "xhtml", "css", "py", "pl", "bat", "phtml", "jsp", "cgi"})
_USUAL = {"jpeg": "jpg", "tif": "tiff", "ogv": "ogg", "oga": "ogg", "mpeg": "mpg", "htm": "html", "JPG": "jpg"}
_PREFIXES = ("CIMG", "DSC ", "DSCF", "DSCN", "DUW", "IMG", "JD", "MGP", "PICT")
_THUMB = re.compile(r"\d\d(?:px-|.px-)")
_LONGEST_FILE_NAME = 240
"""Bytes."""

_P = ParamSpec("_P")
_T = TypeVar("_T")


def _call(method: Callable[Concatenate["FakeWiki", _P], _T]) -> Callable[Concatenate["FakeWiki", _P], _T]:
    """A method of the port that tells before it takes effect, and after."""
    name = method.__name__

    @wraps(method)
    def told(self: "FakeWiki", /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        if self.on_call is None:
            return method(self, *args, **kwargs)
        self.on_call(name, "before")
        result = method(self, *args, **kwargs)
        self.on_call(name, "after")
        return result

    return told


def _lazy_call(
    method: Callable[Concatenate["FakeWiki", _P], Iterable[_T]],
) -> Callable[Concatenate["FakeWiki", _P], Iterator[_T]]:
    """As `_call`, of what is asked when the first of its answers is wanted."""
    name = method.__name__

    @wraps(method)
    def told(self: "FakeWiki", /, *args: _P.args, **kwargs: _P.kwargs) -> Iterator[_T]:
        if self.on_call is not None:
            self.on_call(name, "before")
        result = [*method(self, *args, **kwargs)]
        if self.on_call is not None:
            self.on_call(name, "after")
        yield from result

    return told


class FakeWiki:
    """Fulfils `Wiki`. `on_call`: told the name of each call before and after it takes effect; what it raises is raised.

    A file is stashed in pieces of `chunk_bytes`, each a call of `stash`.
    """

    def __init__(self, site: FakeSite, account: str, base: str, chunk_bytes: int = 5_000_000) -> None:
        self.name = site.name
        self.account = account
        self.base = base
        self.site = site
        self.on_call: OnCall | None = None
        self.whole_bytes = self._chunk_bytes = chunk_bytes

    def siteinfo(self) -> SiteInfo:
        return SiteInfo("wiki", "en")

    # Reading -------------------------------------------------------------------------------------------------

    @_call
    def titles(self, written: Collection[str]) -> Mapping[str, Title]:
        asked = self.site.titles.asked
        return {one: title for one in written if (title := asked(one)) is not None}

    @_call
    def latest(self, titles: Collection[str]) -> Mapping[str, int]:
        return self._latest(titles)

    @_call
    def existing(self, titles: Collection[str]) -> frozenset[str]:
        return frozenset(self._latest(titles))

    @_lazy_call
    def history(self, title: str, since: int) -> Iterable[Revision]:
        return [saved.shown for saved in self._saved(title, since) if saved.shown.id >= since]

    @_call
    def earlier_sha1s(self, title: str, revision: int) -> frozenset[str]:
        ids = (saved.shown for saved in reversed(self._saved(title, revision)) if saved.shown.id <= revision)
        return frozenset(shown.sha1 for shown in islice(ids, 500))

    @_call
    def page(self, title: str) -> Page | None:
        return self._page(page) if (page := self._find(title)) else None

    @_call
    def texts(self, titles: Collection[str]) -> Mapping[str, Page]:
        return {title: self._page(page) for title, page in self._found(titles)}

    @_call
    def revisions(self, ids: Collection[int]) -> Mapping[int, Revision]:
        return {saved.shown.id: saved.shown for saved in self._by_id(ids)}

    @_call
    def whereabouts(self, ids: Collection[int]) -> Mapping[int, str]:
        return {saved.shown.id: saved.page.title.text for saved in self._by_id(ids)}

    @_call
    def revision_infos(self, ids: Collection[int]) -> Mapping[int, RevisionInfo]:
        return {saved.shown.id: _info(saved) for saved in self._by_id(ids)}

    @_call
    def own_since(self, title: str, revision: int) -> tuple[RevisionInfo, ...]:
        saved = self._saved(title, revision)
        return tuple(_info(one) for one in saved if one.shown.id > revision and one.shown.user == self.account)

    @_lazy_call
    def backwards(self, title: str) -> Iterable[Revision]:
        return [saved.shown for saved in reversed(self._saved(title, 0))]

    @_call
    def edit_level(self, title: str) -> str:
        page = self._find(title)
        return page.protection.get("edit", "") if page else ""

    @_call
    def who_is(self, user: str) -> Account:
        return self._who_is(user)

    @_call
    def groups_with(self, right: str) -> frozenset[str]:
        return frozenset(group for group, rights in GROUP_RIGHTS.items() if right in rights)

    @_call
    def rights_of(self, user: str) -> frozenset[str]:
        return self.site.rights_of(_user_name(user))

    @_call
    def rights(self) -> frozenset[str]:
        return self._rights()

    def write_limits(self) -> Mapping[WriteKind, float]:
        return {}  # as a bot's on the sandbox, known since the login

    @_call
    def templates(self, names: Collection[str]) -> frozenset[str]:
        return frozenset(name for name in names if self._find(f"Template:{name}"))

    @_call
    def template_data(self, name: str) -> TemplateData | None:
        page = self._find(f"Template:{name}")
        if page and page.redirect:
            page = self._find(page.redirect)
        return responses.template_data(_template_data(page) if page else {"missing": True})

    @_call
    def redirected_categories(self, names: Collection[str]) -> Mapping[str, str]:
        leading = {name: end for name in names if (end := self._leads(name)) is not None}
        ends = {end: self._find(f"Category:{end}") for end in leading.values()}
        return {name: end if ends[end] and self._leads(end) is None else "" for name, end in leading.items()}

    @_call
    def namespaces(self) -> Mapping[str, int]:
        return self.site.titles.numbers

    @_lazy_call
    def members(self, category: str, kind: str) -> Iterable[str]:
        title = self.site.titles.under(CATEGORY, category)
        if not isinstance(title, Title):
            raise WikiError("invalidtitle", f'Bad title "Category:{category}".')
        name, subcategories = title.text.partition(":")[2], kind == "subcat"
        found = [page.title for page in self.site.read_pages() if name in page.categories]
        listed = [one for one in found if (one.namespace == CATEGORY) == subcategories]
        return [one.text for one in sorted(listed, key=lambda one: (one.namespace == FILE, one.subject[1].upper()))]

    @_lazy_call
    def search(self, query: str) -> Iterable[str]:
        if not query:
            raise WikiError("missingparam", 'The "srsearch" parameter must be set.')
        wanted = [_phrase(*found.groups()) for found in re.finditer(r'"([^"]*)"|(\w+\*?)', query.lower())]
        wanted = [phrase for phrase in wanted if phrase.strip()]
        pages, words = self.site.pages.values(), self.site.words
        return [page.title.text for page in pages if wanted and all(phrase in words(page) for phrase in wanted)]

    @_lazy_call
    def transcluding(self, title: str) -> Iterable[str]:
        wanted = self.site.titles.read(title)
        if not isinstance(wanted, Title):
            raise WikiError("invalidtitle", f'Bad title "{title}".')
        return _sorted(page.title.text for page in self.site.read_pages() if wanted.text in page.templates)

    @_lazy_call
    def prefix_search(self, title: str) -> Iterable[str]:
        name, colon, rest = title.partition(":")
        number = self.site.titles.numbers.get(name.casefold(), 0) if colon else 0
        prefix = (rest if number else title).replace("_", " ").lstrip(" ")
        prefix = prefix[:1].upper() + prefix[1:]
        pages = (page.title for page in self.site.pages.values() if page.title.namespace == number)
        return _sorted(one.text for one in pages if one.subject[1].startswith(prefix.rstrip(" ")))

    @_call
    def difference(self, before: int, after: int | str) -> str:
        for number in (before, after):
            if isinstance(number, int) and number not in self.site.by_revision:
                raise WikiError("nosuchrevid", f"There is no revision with ID {number}.")
        new = after if isinstance(after, str) else self.site.by_revision[after].text
        return "".join(_rows(self.site.by_revision[before].text, new))

    @_call
    def check_names(self, titles: Collection[str]) -> Mapping[str, NameCheck]:
        found: dict[str, NameCheck] = {}
        for written in titles:
            title = self.site.titles.read(written)
            if title is NoPage.INVALID and "|" not in written:
                found[written] = NameCheck(exists=False, refusal="The title is not valid.", about=None)
            elif (asked := self.site.titles.asked(written)) is not None:
                found[written] = self._name_check(asked)
        return found

    @_call
    def same_bytes(self, sha1: str, title: str = "") -> DuplicateFiles:
        site = self.site
        there = tuple(_sorted(site.files_by_sha1.get(sha1, ())))
        deleted = tuple(dict.fromkeys(_sorted(site.deleted_by_sha1.get(sha1, ()))))
        if not title:
            return DuplicateFiles(there, deleted)
        stem = title.partition(":")[2].rpartition(".")[0].replace("_", " ")
        beside = tuple(one for one in _sorted(site.file_stems.get(stem[:1].upper() + stem[1:], ())) if one != title)
        known = site.titles.asked(title)
        gone = known is not None and site.last_deletion_event.get(known.text) == "delete"
        return DuplicateFiles(there, deleted, beside, name_deleted=gone)

    @_call
    def takes_entities(self) -> bool:
        return self.site.takes_entities

    @_call
    def items(self, ids: Collection[str]) -> Mapping[str, str]:
        leads, missing = self.site.item_redirects, self.site.missing_items
        return {id_: leads.get(id_, id_) for id_ in ids if id_ not in missing}

    @_call
    def caption_languages(self) -> frozenset[str]:
        return CAPTION_LANGUAGES

    @_call
    def text_languages(self) -> frozenset[str]:
        return TEXT_LANGUAGES

    @_call
    def file_extensions(self) -> frozenset[str]:
        return FILE_EXTENSIONS

    @_call
    def page_infos(self, titles: Collection[str]) -> Mapping[str, PageInfo]:
        return {title: self._page_info(page) for title, page in self._found(titles)}

    @_call
    def file_versions(self, title: str) -> tuple[FileVersion, ...]:
        page = self._find(title)
        return tuple(self._file(page).versions) if page else ()

    @_call
    def entities(self, titles: Collection[str]) -> Mapping[str, Entity]:
        return {title: self._entity(page) for title, page in self._found(titles)}

    # Writing -------------------------------------------------------------------------------------------------

    @_call
    def save(self, title: str, text: str, summary: str, base: Revision | None) -> int:  # noqa: ARG002 - the port's
        site = self.site
        place = site.titles.read(title)
        if not isinstance(place, Title):
            code = "pagecannotexist" if place is NoPage.SPECIAL else "invalidtitle"
            raise WikiError(code, f'Bad title "{title}".')
        page = site.pages.get(place.text)
        if base is None and page is not None:
            raise WikiError("articleexists", "The page you tried to create has been created already.")
        if base is not None and page is None:
            raise WikiError("missingtitle", "The page you specified doesn't exist.")
        self._require("edit", place, page)
        if not site.arrives_whole(text):
            raise WikiError("badmd5", "The supplied MD5 hash was incorrect.")
        text = site.transformed(text, self.account)
        if page and base and base.id != page.latest.shown.id:
            read = site.by_revision.get(base.id)
            both = merged(read.text, text, page.latest.text) if read else None
            if both is None:
                raise WikiError("editconflict", "Edit conflict.")
            if both == page.latest.text:
                return base.id
            text = both
        return site.save_text(place, text, self.account)

    @_call
    def set_entity(self, entity: Entity, data: Mapping[str, Any], summary: str) -> int:  # noqa: ARG002 - as above
        page = self.site.by_id.get(int(entity.id[1:]))
        if page is None or page.title.namespace != FILE:
            raise WikiError("no-such-entity", "There is no such entity")
        base = self.site.by_revision.get(entity.revision)
        if base is None or base.page is not page:
            raise WikiError("nosuchrevid", f"No such revision found: {entity.revision}")
        changed = mediainfo.changes(data, self.site.new_claim_ids(entity.id), CAPTION_LANGUAGES)
        old, now = base.entity or {}, page.latest.entity
        mediainfo.check(changed, old, self.site.missing_items, TEXT_LANGUAGES)
        try:
            self._require("edit", page.title, page)
        except WikiError as error:
            raise WikiError("permissiondenied", error.info) from None
        wanted = mediainfo.patched(old, changed)
        if base is not page.latest:
            if base.entity is None and now is not None:
                raise WikiError("editconflict", "Exception caught.")
            since = (saved.shown for saved in page.saved if saved.shown.id > entity.revision)
            wanted = mediainfo.merged(old, wanted, now or {}, own=all(one.user == self.account for one in since))
        return self.site.save_entity(page, wanted, self.account)

    def stash(self, path: Path, title: str, *, kept: str = "", keep: Callable[[str], None] = lambda _: None) -> str:
        content = path.read_bytes()
        key = kept if kept in self._stash.parts else ""
        if kept and not key and (found := next((k for k, v in self._stash.whole.items() if v == content), "")):
            return found
        while True:
            before = key
            key, whole = self._send(content, title, key)
            if whole:
                return key
            if key not in {before, kept}:
                keep(key)

    @_call
    def stash_from(self, url: str, title: str, *, sha1: str, size: int) -> str | Unstashed:  # noqa: ARG002 - as above
        content = self.site.fetch(url) if "upload_by_url" in self._rights() else None
        if content is None:
            return Unstashed.NOT_FETCHED
        self._may_stash(content, title)
        if hashlib.sha1(content, usedforsecurity=False).hexdigest() != sha1:
            return Unstashed.OTHER_BYTES
        return self._put_by(content, title)

    @_call
    def publish(
        self, file: Path | str, title: str, text: str, comment: str, *, replacing: bool = False, beside: str = ""
    ) -> None:
        content = file.read_bytes() if isinstance(file, Path) else self._stash.whole.get(file)
        if content is None:
            raise WikiError("uploadstash-file-not-found", f'Key "{file}" not found in stash.')
        self._may_upload()
        name = title.partition(":")[2]
        place, guessed = self._file_title(name, content)
        self._require("upload", place, self.site.pages.get(place.text))
        sha1 = hashlib.sha1(content, usedforsecurity=False).hexdigest()
        warnings = self._warnings(place, name, sha1, guessed=guessed)
        expected = {"exists": name} if replacing else {"exists-normalized": beside.partition(":")[2]}
        if {what: str(said).replace("_", " ") for what, said in warnings.items()} != expected:
            responses.expect_success({"result": "Warning" if warnings else "Success", "warnings": warnings})
        if isinstance(file, str):
            del self._stash.whole[file]
        self.site.put_file(place, sha1, self.account, comment, self.site.transformed(text, self.account))

    @_call
    def restore_file(self, title: str, archive: str, comment: str) -> None:
        page = self._find(title)
        if page is None or not page.versions:
            raise WikiError("missingtitle", "The page you specified doesn't exist.")
        older = next((version for version in page.versions[1:] if version.archive == archive), None)
        if older is None:
            raise WikiError("filerevert-badversion", "There is no previous local version of this file.")
        self._require("upload", page.title, page)
        self.site.put_file(page.title, older.sha1, self.account, comment, "")

    @_call
    def delete(self, title: str, reason: str) -> None:  # noqa: ARG002 - as above
        if not self._find(title):
            raise WikiError("missingtitle", "The page you specified doesn't exist.")
        self._require_right("delete")
        self.site.delete(title)

    @_call
    def undelete(self, title: str, reason: str) -> None:  # noqa: ARG002 - as above
        self._require_right("undelete")
        if not self.site.undelete(title):
            raise WikiError("cantundelete", "Couldn't undelete: the requested revisions may not exist.")

    # Pages -----------------------------------------------------------------------------------------------------

    def _find(self, title: str) -> StoredPage | None:
        known = self.site.titles.asked(title)
        return self.site.pages.get(known.text) if known is not None else None

    def _found(self, titles: Collection[str]) -> Iterator[tuple[str, StoredPage]]:
        for title in titles:
            if (page := self._find(title)) is not None:
                yield title, page

    def _latest(self, titles: Collection[str]) -> dict[str, int]:
        return {title: page.latest.shown.id for title, page in self._found(titles)}

    def _by_id(self, ids: Collection[int]) -> Iterator[Saved]:
        known = self.site.by_revision
        return (known[number] for number in dict.fromkeys(ids) if number in known)

    def _saved(self, title: str, since: int) -> list[Saved]:
        page = self._find(title)
        if since > self.site.last_revision and page:
            raise WikiError("badid_rvstartid", 'No revision was found for parameter "rvstartid".')
        return page.saved if page else []

    def _page(self, page: StoredPage) -> Page:
        if "page" not in page.cached:
            shown = page.latest.shown
            made = Page(shown.id, shown.user, shown.text, shown.sha1, shown.reverts, about=self._about(page))
            page.cached["page"] = made
        found: Page = page.cached["page"]
        return found

    def _about(self, page: StoredPage) -> About:
        if "about" not in page.cached:
            protection = self._protection(page.title, page)
            model = content_model(page.title)
            page.cached["about"] = About(page.title, bool(page.redirect), model, protection)
        found: About = page.cached["about"]
        return found

    def _protection(self, title: Title, page: StoredPage | None) -> Mapping[str, frozenset[str]]:
        rights: dict[str, set[str]] = {}
        if title.namespace == MEDIAWIKI:
            rights["edit"] = {"editinterface"}
        levels = dict(page.protection) if page else {}
        if level := self.site.create_protection.get(title.text):
            levels["create"] = level
        cascading = {"protect"} if title.text in self.site.cascading else set()
        for change, level in levels.items():
            rights.setdefault(change, set()).update({_RIGHTS.get(level, level)} | cascading)
        for source in self._cascading_onto(title):
            needed = {_RIGHTS.get(level, level) for change, level in source.protection.items() if change == "edit"}
            rights.setdefault("edit", set()).update(needed | {"protect"})
        return {change: frozenset(needed) for change, needed in rights.items()}

    def _cascading_onto(self, title: Title) -> list[StoredPage]:
        if not self.site.cascading:
            return []
        sources = [self.site.pages[name] for name in self.site.cascading]
        for source in sources:
            self.site.read_page(source)
        return [source for source in sources if title.text in source.templates]

    def _file(self, page: StoredPage) -> StoredPage:
        """The page whose file this one shows: a redirect shows the file where it leads."""
        target = self._find(page.redirect) if page.redirect and not page.versions else None
        return target or page

    def _page_info(self, page: StoredPage) -> PageInfo:
        self.site.read_page(page)
        shown, versions = page.latest.shown, self._file(page).versions
        user, sha1 = (versions[0].user, versions[0].sha1) if versions else ("", "")
        return PageInfo(shown.id, user, sha1, page.latest.text, page.categories, self._about(page))

    def _entity(self, page: StoredPage) -> Entity:
        saved = page.latest
        if saved.entity is not None and saved.json is None:
            head = {"pageid": page.id, "ns": page.title.namespace, "title": page.title.text}
            head |= {"lastrevid": saved.shown.id, "type": "mediainfo", "id": f"M{page.id}"}
            saved.json = head | mediainfo.as_json(saved.entity)
        return Entity(f"M{page.id}", saved.shown.id, saved.json or {}, self._about(page))

    def _leads(self, category: str) -> str | None:
        """Where a category leads, as the bot reads it; None: nowhere, or there is none."""
        page = self._find(f"Category:{category}")
        text = page.latest.text if page else ""
        if page is None or not (page.redirect or re.search("redirect|seecat", text, re.IGNORECASE)):
            return None
        return category_redirect(text, ["category"], hard=bool(page.redirect))

    # Rights ----------------------------------------------------------------------------------------------------

    def _rights(self) -> frozenset[str]:
        return self.site.rights_of(self.account) - _UNGRANTED

    def _who_is(self, user: str) -> Account:
        person = self.site.people.get(_user_name(user)) if responses.may_be_account(user) else None
        if person is None:
            return Account(user)
        return Account(user, exists=True, groups=self.site.groups_of(_user_name(user)), blocks=tuple(person.blocks))

    def _require_right(self, right: str) -> None:
        if right not in self._rights():
            raise WikiError("permissiondenied", "The action you have requested is limited.")
        if self._who_is(self.account).blocked:
            raise WikiError("blocked", "Your username or IP address has been blocked.")

    def _refusals(self, change: str, title: Title, page: StoredPage | None) -> Iterator[str]:
        """The codes of why this account may not change a page so, the first one first."""
        rights = self._rights()
        if title.namespace == MEDIAWIKI and "editinterface" not in rights:
            yield "protectednamespace-interface"
        own = title.text.startswith(f"User:{self.account}/")
        if title.namespace == USER and not own and content_model(title) != "wikitext":
            yield f"custom{title.text.rpartition('.')[2]}protected"
        level = page.protection.get(change) if page else self.site.create_protection.get(title.text)
        if level and _RIGHTS.get(level, level) not in rights:
            yield "protectedpage"
        if self._cascading_onto(title):
            yield "cascadeprotected"
        if any(b.sitewide or title.namespace in b.namespaces or title.text in b.pages for b in self._blocks()):
            yield "blocked"

    def _blocks(self) -> Iterable[Any]:
        person = self.site.people.get(self.account)
        return person.blocks if person else ()

    def _require(self, change: str, title: Title, page: StoredPage | None) -> None:
        for kind in dict.fromkeys(("edit", change)):
            if code := next(self._refusals(kind, title, page), None):
                raise WikiError(code, f"{title.text} may not be changed.")

    def _name_check(self, title: Title) -> NameCheck:
        page = self.site.pages.get(title.text)
        refusal = " ".join(f"It is refused: {code}." for code in self._refusals("upload", title, page))
        about = self._about(page) if page else About(title, False, content_model(title), self._protection(title, None))  # noqa: FBT003 - no redirect
        return NameCheck(page is not None, refusal, about)

    # Files -----------------------------------------------------------------------------------------------------

    @property
    def _stash(self) -> Stash:
        return self.site.stashes.setdefault(self.account, Stash())

    def _may_upload(self) -> None:
        if any(block.sitewide or "upload" in block.actions for block in self._blocks()):
            raise WikiError("blocked", "Your username or IP address has been blocked.")
        if "upload" not in self._rights():
            raise WikiError("permissiondenied", "The action you have requested is limited.")

    def _may_stash(self, content: bytes, title: str) -> None:
        self._may_upload()
        name = title.partition(":")[2]
        try:
            self._file_title(name, content)
        except WikiError as error:
            if error.code == "verification-error" and name.rpartition(".")[2].lower() in FILE_EXTENSIONS:
                raise
            raise WikiError("illegal-filename", "The filename is not allowed.") from None

    def _put_by(self, content: bytes, title: str) -> str:
        key = self.site.new_key(title.rpartition(".")[2])
        self._stash.whole[key] = content
        return key

    def _send(self, content: bytes, title: str, key: str) -> tuple[str, bool]:
        if self.on_call:
            self.on_call("stash", "before")
        result = self._sent(content, title, key)
        if self.on_call:
            self.on_call("stash", "after")
        return result

    def _sent(self, content: bytes, title: str, key: str) -> tuple[str, bool]:
        """Send the next piece: the key of what is there now, and whether that is all."""
        self._may_stash(content, title)
        arrived = self._stash.parts.get(key, b"")
        arrived += content[len(arrived) : len(arrived) + self._chunk_bytes]
        if len(arrived) == len(content):
            self._stash.parts.pop(key, None)
            return self._put_by(content, title), True
        key = key or self.site.new_key(title.rpartition(".")[2])
        self._stash.parts[key] = arrived
        return key, False

    def _file_title(self, name: str, content: bytes) -> tuple[Title, bool]:
        """Where a file of this name goes, and whether its ending was guessed; the codes are UploadBase's."""
        if len(name.encode()) > _LONGEST_FILE_NAME:
            raise WikiError("filename-toolong", "Filenames may not be longer than 240 bytes.")
        place = self.site.titles.under(FILE, re.sub(r"[:/\\#<>\[\]{|}\x00-\x1f\x7f]", "-", name))
        if not isinstance(place, Title):
            raise WikiError("illegal-filename", "The filename is not allowed.")
        stem, *endings = place.text.partition(":")[2].split(".")
        means = next((kinds for magic, kinds in _MAGIC.items() if content.startswith(magic)), None)
        if not endings:
            if not means:
                raise WikiError("filetype-missing", "The file has no extension.")
            guess = "jpeg" if "jpeg" in means else min(means)
            return Title(f"{place.text}.{guess}", FILE), True
        ending = endings[-1].lower()
        if (means and ending not in means) or (means is None and ending in _WITH_MAGIC):
            raise WikiError("verification-error", f'File extension ".{ending}" does not match.')
        if ending not in FILE_EXTENSIONS or _FORBIDDEN & {one.lower() for one in endings}:
            raise WikiError("filetype-banned", "It is not a permitted file type.")
        if not stem and len(endings) == 1:
            raise WikiError("filename-tooshort", "The filename is too short.")
        return place, False

    def _warnings(self, place: Title, name: str, sha1: str, *, guessed: bool) -> dict[str, Any]:
        """What the wiki warns of before a file is published (API:Upload)."""
        file = _key(place.text)
        page = self.site.pages.get(place.text)
        versions = page.versions if page else []
        given = name[:1].upper() + name[1:]
        warnings: dict[str, Any] = {}
        if guessed or given.replace(" ", "_") != file:
            warnings["badfilename"] = file
        exists, other = self._exists_warning(place, page)
        if exists:
            warnings[exists] = other
            if versions and versions[0].sha1 == sha1:
                warnings["nochange"] = {}
            if any(version.sha1 == sha1 for version in versions[1:]):
                warnings["duplicateversions"] = [{}]
        if place.text in self.site.archive and not versions:
            warnings["was-deleted"] = file
        same = [_key(one) for one in _sorted(self.site.files_by_sha1.get(sha1, ()))]
        if same:
            warnings["duplicate"] = same
        if deleted := self.site.deleted_by_sha1.get(sha1):
            warnings["duplicate-archive"] = _key(deleted[0])
        return warnings

    def _exists_warning(self, place: Title, page: StoredPage | None) -> tuple[str, str]:
        file = _key(place.text)
        if page:
            return ("exists" if page.versions else "page-exists"), file
        stem, _, ending = place.text.partition(":")[2].rpartition(".")
        alike = [one for one in self.site.file_stems.get(stem, ()) if self.site.pages[one].versions]
        usual = f"File:{stem}.{_USUAL.get(ending.lower(), ending.lower())}"
        if alike:
            return "exists-normalized", _key(usual if usual in alike else min(alike, key=_key))
        if _THUMB.match(stem):
            return "thumb-name", file
        return ("bad-prefix", file) if stem.startswith(_PREFIXES) else ("", "")


def _fulfils(fake: FakeWiki) -> Wiki:
    """For mypy: a `FakeWiki` is a `Wiki`."""
    return fake


def _user_name(user: str) -> str:
    name = user.replace("_", " ").strip()
    return name[:1].upper() + name[1:]


def _info(saved: Saved) -> RevisionInfo:
    return RevisionInfo(saved.shown.id, saved.parent, saved.text_sha1)


def _key(title: str) -> str:
    """A file's name as the wiki's tables have it."""
    return title.partition(":")[2].replace(" ", "_")


def _sorted(titles: Iterable[str]) -> list[str]:
    return sorted(titles, key=lambda title: title.replace(" ", "_"))


def _phrase(quoted: str | None, word: str | None) -> str:
    """What a page's words (`FakeSite.words`) have in them where it is found."""
    inside = " ".join(re.findall(r"\w+", quoted or word or ""))
    return f" {inside}" if (word or "").endswith("*") else f" {inside} "


def _template_data(page: StoredPage) -> dict[str, Any]:
    """A page of `action=templatedata`, as the API answers it."""
    found = re.search(r"<templatedata>(.*?)</templatedata>", page.latest.text, re.DOTALL)
    if not found:
        return {"title": page.title.text, "notemplatedata": True}
    written = json.loads(found[1])
    params = {
        name: said | ({"label": {"en": said["label"]}} if isinstance(said.get("label"), str) else {})
        for name, said in written["params"].items()
    }
    return {"title": page.title.text, "params": params, "paramOrder": written.get("paramOrder")}


def _rows(old: str, new: str) -> Iterator[str]:
    """The rows of a diff, as MediaWiki's own engine writes them (MediaWiki:TableDiffFormatter)."""
    before, after = old.split("\n"), new.split("\n")
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        for side, number in (("left", i1), ("right", j1)):
            start, end = ("<tr>", "\n") if side == "left" else ("", "</tr>\n")
            yield f'{start}<td colspan="2" class="diff-lineno">Line {number + 1}:</td>{end}'
        gone, come = before[i1:i2], after[j1:j2]
        for at in range(max(len(gone), len(come))):
            left = _cell("\N{MINUS SIGN}", "deleted", gone[at]) if at < len(gone) else _EMPTY.format("deleted")
            right = _cell("+", "added", come[at]) if at < len(come) else _EMPTY.format("added")
            yield f"<tr>{left}{right}</tr>\n"


_EMPTY = '<td colspan="2" class="diff-side-{}"></td>'


def _cell(marker: str, side: str, line: str) -> str:
    shown = f'<td class="diff-{side}line diff-side-{side}"><div>{html.escape(line, quote=False)}</div></td>'
    return f'<td class="diff-marker" data-marker="{marker}"></td>{shown}'
