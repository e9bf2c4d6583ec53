"""A wiki in memory: its pages, files and accounts, and what people do there. No time passes but what is told."""

import hashlib
import html
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count, takewhile
from typing import Any

from jobs.io.wiki import FileVersion, Revision, Title
from jobs.model.accounts import Block

from . import mediainfo
from .merging import merged
from .page_titles import CATEGORY, FILE, TEMPLATE, NoPage, Titles

_SEARCHED_FOR_REVERTS = 15
"""Manual:$wgManualRevertSearchRadius."""

_ALL = frozenset({"edit", "createpage", "createtalk", "read"})
_USER = _ALL | {"move", "upload", "reupload", "minoredit"}
_SYSOP = frozenset(
    {"apihighlimits", "autopatrol", "block", "delete", "editinterface", "editprotected", "editsemiprotected", "protect"}
    | {"rollback", "suppressredirect", "templateeditor", "undelete"}
)
GROUP_RIGHTS: Mapping[str, frozenset[str]] = {
    "*": _ALL,
    "user": _USER,
    "autoconfirmed": frozenset({"autoconfirmed", "editsemiprotected"}),
    "autopatrolled": frozenset({"autopatrol"}),
    "image-reviewer": frozenset({"autopatrol"}),
    "bot": frozenset(
        {"apihighlimits", "autopatrol", "bot", "editsemiprotected", "suppressredirect", "templateeditor"}
        | {"upload_by_url"}
    ),
    "sysop": _USER | _SYSOP,
    "bureaucrat": frozenset({"userrights"}),
    "interface-admin": frozenset({"editinterface", "editsitejs"}),
}
"""Those of the sandbox's rights that this program or its tests ask for, by group."""

IMPLICIT = frozenset({"*", "user", "autoconfirmed"})

_SIGNATURES = re.compile(r"<nowiki>.*?</nowiki>|<!--.*?-->|~{3,5}", re.DOTALL)
_INERT = re.compile(r"<!--.*?-->|<nowiki>.*?</nowiki>|<includeonly>.*?</includeonly>", re.DOTALL)
_LINK = re.compile(r"\[\[ *([^\[\]|{}\n:]+):([^\[\]|{}\n]*)[\]|{]")
_CALL = re.compile(r"\{\{\s*([^{}|<>\[\]\n#]+?)\s*(?=[|}\n])")
_REDIRECT = re.compile(r"\s*#redirect\s*:?\s*\[\[([^\[\]|]+)[\]|]", re.IGNORECASE)
_WORD = re.compile(r"\w+")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(eq=False, slots=True)
class Saved:
    """A revision. `text_sha1`: of its text alone; `shown`: as the port has it. `entity`: its page's, if it has one."""

    page: "StoredPage"
    parent: int
    text: str
    text_sha1: str
    entity: Mapping[str, Any] | None
    shown: Revision
    json: dict[str, Any] | None = None


@dataclass(eq=False, slots=True)
class StoredPage:
    """A page, and its file where it has one: the `versions`, the current one first. `protection`: levels, by change.

    `cached`: what the port says of it as it is now.
    """

    id: int
    title: Title
    saved: list[Saved] = field(default_factory=list)
    versions: list[FileVersion] = field(default_factory=list)
    protection: dict[str, str] = field(default_factory=dict)
    categories: frozenset[str] = frozenset()
    templates: frozenset[str] = frozenset()
    redirect: str = ""
    words: str | None = None
    cached: dict[str, Any] = field(default_factory=dict)

    @property
    def latest(self) -> Saved:
        """The latest revision."""
        return self.saved[-1]


@dataclass
class Person:
    """An account: the groups it was put into, and its blocks."""

    groups: set[str] = field(default_factory=set)
    blocks: list[Block] = field(default_factory=list)


@dataclass
class Stash:
    """What an account sent and did not publish yet, by key: whole files, and those of which only a part arrived."""

    whole: dict[str, bytes] = field(default_factory=dict)
    parts: dict[str, bytes] = field(default_factory=dict)


class FakeSite:
    """The wiki that `FakeWiki`s are views of. People's actions ask no rights: whoever calls them knows.

    `now`: seconds since 1970, for signatures and the names of archived files. `fetch`: what the wiki gets when it
    fetches a file itself; None: nothing. `missing_items`, `item_redirects`: of Wikidata.
    """

    def __init__(
        self,
        name: str = "commons",
        project: str = "Commons",
        *,
        now: Callable[[], float] = lambda: 0.0,
        fetch: Callable[[str], bytes | None] = lambda _: None,
    ) -> None:
        more = {100: "Creator", 106: "Institution"} if name == "commons" else {}
        self.name = name
        self.titles = Titles(project, more, frozenset({"commons", "meta"} - {project.casefold()}))
        self.takes_entities = name == "commons"
        self.now = now
        self.fetch = fetch
        self.missing_items: set[str] = set()
        self.item_redirects: dict[str, str] = {}
        self.people: dict[str, Person] = {}
        self.stashes: dict[str, Stash] = {}
        self.pages: dict[str, StoredPage] = {}
        self.by_id: dict[int, StoredPage] = {}
        self.by_revision: dict[int, Saved] = {}
        self.archive: dict[str, StoredPage] = {}
        self.last_deletion_event: dict[str, str] = {}
        self.create_protection: dict[str, str] = {}
        self.cascading: set[str] = set()
        self.files_by_sha1: dict[str, list[str]] = {}
        self.deleted_by_sha1: dict[str, list[str]] = {}
        self.file_stems: dict[str, set[str]] = {}
        self.last_revision = 0
        self._page_ids = count(1)
        self._claim_ids = 0
        self._keys = count(1)
        self._archived = count()
        self._unread: set[StoredPage] = set()

    # Accounts ------------------------------------------------------------------------------------------------

    def add_account(self, name: str, *groups: str) -> None:
        """Make an account, in these groups."""
        self.people[name] = Person({*groups})

    def groups_of(self, user: str) -> frozenset[str]:
        """The groups of an account, implicit ones too; none if there is no such account."""
        person = self.people.get(user)
        return IMPLICIT | person.groups if person else frozenset()

    def rights_of(self, user: str) -> frozenset[str]:
        """What an account may do."""
        groups = self.groups_of(user)
        return frozenset().union(*(GROUP_RIGHTS.get(group, ()) for group in groups))

    def set_groups(self, user: str, *, add: str = "", remove: str = "") -> None:
        """Put an account into a group or take it out of one."""
        groups = self.people[user].groups
        groups |= {add} - {""}
        groups -= {remove}

    def block(self, user: str, block: Block | None = None) -> None:
        """Block an account, as a whole or as told."""
        self.people[user].blocks = [block or Block()]

    def unblock(self, user: str) -> None:
        """Lift an account's block."""
        self.people[user].blocks = []

    # People's actions ----------------------------------------------------------------------------------------

    def title(self, written: str) -> Title:
        """The title that was written; it has to be one."""
        found = self.titles.read(written)
        assert isinstance(found, Title), written
        return found

    def find(self, written: str) -> StoredPage | None:
        """The page of a title, if there is one."""
        found = self.titles.read(written)
        return None if isinstance(found, NoPage) else self.pages.get(found.text)

    def text(self, written: str) -> str | None:
        """A page's text."""
        page = self.find(written)
        return page.latest.text if page else None

    def edit(self, user: str, title: str, text: str) -> int:
        """Give a page this text, whatever it says; its latest revision."""
        return self.save_text(self.title(title), self.transformed(text, user), user)

    def undo(self, user: str, revision: int) -> int:
        """Undo a revision, as the link in the page's history does; 0 where others edited the same since."""
        undone = self.by_revision[revision]
        before = self.by_revision[undone.parent].text if undone.parent else ""
        text = merged(undone.text, undone.page.latest.text, before)
        if text is None:
            return 0
        return self._append(undone.page, text, user, undone.page.latest.entity, reverts=True)

    def rollback(self, user: str, title: str) -> int:
        """Take back all that the page's latest editor did there at once."""
        page = self.pages[self.title(title).text]
        editor = page.latest.shown.user
        theirs = len(list(takewhile(lambda saved: saved.shown.user == editor, reversed(page.saved))))
        before = page.saved[-theirs - 1]
        return self._append(page, before.text, user, before.entity, reverts=True)

    def move(self, user: str, old: str, new: str) -> None:
        """Move a page, which leaves a redirect."""
        before, after = self.title(old), self.title(new)
        page = self.pages.pop(before.text)
        self._index_file(page, there=False)
        page.title = after
        self.pages[after.text] = page
        self._index_file(page, there=True)
        self._append(page, page.latest.text, user, page.latest.entity)
        self.save_text(before, f"#REDIRECT [[{':' if after.namespace == CATEGORY else ''}{after.text}]]", user)

    def delete(self, title: str) -> bool:
        """Delete a page, with its file; whether there was one."""
        page = self.pages.pop(self.title(title).text, None)
        if page is None:
            return False
        name = page.title.text
        self._index_file(page, there=False)
        for version in page.versions:
            self.deleted_by_sha1.setdefault(version.sha1, []).append(name)
        for saved in page.saved:
            del self.by_revision[saved.shown.id]
        del self.by_id[page.id]
        if earlier := self.archive.get(name):
            page.saved[:0] = earlier.saved
            page.versions += earlier.versions
        page.protection = {}
        page.cached.clear()
        self.cascading.discard(name)
        self._unread.discard(page)
        self.archive[name] = page
        self.last_deletion_event[name] = "delete"
        return True

    def undelete(self, title: str) -> bool:
        """Bring back all revisions of a deleted page, and its file; whether there were any."""
        name = self.title(title).text
        deleted = self.archive.pop(name, None)
        if deleted is None:
            return False
        page = self.pages.get(name)
        if page is None:
            page = self.pages[name] = self.by_id[deleted.id] = deleted
        else:
            self._index_file(page, there=False)
            page.saved = sorted([*deleted.saved, *page.saved], key=lambda saved: saved.shown.id)
            page.versions += deleted.versions
        for version in deleted.versions:
            self.deleted_by_sha1[version.sha1].remove(name)
        for saved in page.saved:
            saved.page = page
            self.by_revision[saved.shown.id] = saved
        self._index_file(page, there=True)
        self._changed(page)
        self.last_deletion_event[name] = "restore"
        return True

    def protect(self, title: str, *, cascade: bool = False, **levels: str) -> None:
        """Have changes (`edit`, `move`, `upload`) take a level, `create` of a page that is not there; none: anybody."""
        name = self.title(title).text
        if page := self.pages.get(name):
            page.protection = {change: level for change, level in levels.items() if level}
            page.cached.clear()
            (self.cascading.add if cascade else self.cascading.discard)(name)
            for other in self.pages.values() if cascade else ():
                other.cached.clear()
        else:
            self.create_protection[name] = levels["create"]

    def upload(self, user: str, title: str, content: bytes, text: str = "", comment: str = "") -> None:
        """Upload a file, over the one that is there or as a new one."""
        sha1 = hashlib.sha1(content, usedforsecurity=False).hexdigest()
        self.put_file(self.title(title), sha1, user, comment, self.transformed(text, user))

    def edit_entity(self, user: str, title: str, data: Mapping[str, Any]) -> int:
        """Change a file's structured data, as wbeditentity's `data` says it."""
        page = self.pages[self.title(title).text]
        old = page.latest.entity or {}
        changed = mediainfo.changes(data, self.new_claim_ids(f"M{page.id}"), CAPTION_LANGUAGES)
        return self.save_entity(page, mediainfo.patched(old, changed), user)

    # What both people and the port change ----------------------------------------------------------------------

    def transformed(self, text: str, user: str) -> str:
        """A text as it is saved: signed, without white space at its end. Nothing is substituted."""
        text = text.replace("\r\n", "\n").replace("\r", "\n").rstrip(" \t\n\x00\x0b")
        if not text.isascii():
            text = unicodedata.normalize("NFC", text)
        if "~~~" not in text:
            return text
        time = f"{datetime.fromtimestamp(self.now(), UTC):%H:%M, %-d %B %Y} (UTC)"
        name = f"[[User:{user}|{user}]] ([[User talk:{user}|talk]])"
        signed = {"~~~": name, "~~~~": f"{name} {time}", "~~~~~": time}
        return _SIGNATURES.sub(lambda found: signed.get(found[0], found[0]), text)

    def arrives_whole(self, text: str) -> bool:
        """Whether a text reaches the wiki as it was sent; what is not in NFC or a control character does not."""
        return not _CONTROL.search(text) and (text.isascii() or unicodedata.is_normalized("NFC", text))

    def save_text(self, title: Title, text: str, user: str) -> int:
        """Save a text that was transformed, as a new page or revision, or not where it is the page's already."""
        page = self.pages.get(title.text)
        if page is None:
            page = StoredPage(next(self._page_ids), title)
            self.pages[title.text] = self.by_id[page.id] = page
            self.create_protection.pop(title.text, None)
            self._index_file(page, there=True)
        elif page.latest.text == text:
            return page.latest.shown.id
        return self._append(page, text, user, page.latest.entity if page.saved else None, searched=True)

    def save_entity(self, page: StoredPage, parts: Mapping[str, Any], user: str) -> int:
        """Save an entity's parts, or not where they are the page's already; the page's latest revision."""
        if page.latest.entity == parts:
            return page.latest.shown.id
        return self._append(page, page.latest.text, user, parts, searched=True)

    def new_claim_ids(self, entity: str) -> mediainfo.NewId:
        """Ids for the statements of one edit."""
        self._claim_ids += 1_000_000
        return mediainfo.NewId(entity, self._claim_ids)

    def new_key(self, extension: str) -> str:
        """A key in a stash."""
        return f"{next(self._keys):012x}.{self.last_revision:x}.1.{extension}"

    def put_file(self, title: Title, sha1: str, user: str, comment: str, text: str) -> None:
        """A file, or a new version of it, which is a revision of its page too. `text`: of a page that is not there."""
        page = self.pages.get(title.text)
        if page is None:
            self.save_text(title, text, user)
            page = self.pages[title.text]
        else:
            self._append(page, page.latest.text, user, page.latest.entity)
        self._index_file(page, there=False)
        if page.versions:
            current = page.versions[0]
            moment = datetime.fromtimestamp(next(self._archived), UTC)
            archive = f"{moment:%Y%m%d%H%M%S}!{title.text.partition(':')[2].replace(' ', '_')}"
            page.versions[0] = FileVersion(current.user, current.sha1, current.comment, archive)
        page.versions.insert(0, FileVersion(user, sha1, comment, ""))
        self._index_file(page, there=True)
        page.cached.clear()

    def _append(
        self,
        page: StoredPage,
        text: str,
        user: str,
        entity: Mapping[str, Any] | None = None,
        *,
        reverts: bool = False,
        searched: bool = False,
    ) -> int:
        """A new revision. `searched`: it is a revert, too, where an earlier one is the same (mw-manual-revert)."""
        self.last_revision += 1
        before = page.latest if page.saved else None
        if before is not None and before.text == text:
            text_sha1 = before.text_sha1
        else:
            text_sha1 = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
        sha1 = text_sha1
        if before is not None and entity is before.entity and before.text_sha1 == text_sha1:
            sha1 = before.shown.sha1
        elif entity is not None:
            both = f"{text_sha1}{mediainfo.as_json(entity)}"
            sha1 = hashlib.sha1(both.encode(), usedforsecurity=False).hexdigest()
        if searched and not reverts:
            earlier = page.saved[-_SEARCHED_FOR_REVERTS - 1 : -1]
            reverts = any(saved.shown.sha1 == sha1 for saved in earlier)
        shown = Revision(self.last_revision, user, text, sha1, reverts)
        saved = Saved(page, before.shown.id if before else 0, text, text_sha1, entity, shown)
        page.saved.append(saved)
        self.by_revision[shown.id] = saved
        self._changed(page)
        return shown.id

    def _changed(self, page: StoredPage) -> None:
        page.cached.clear()
        page.words = None
        page.redirect = ""
        if found := _REDIRECT.match(page.latest.text):
            page.redirect = found[1]
        self._unread.add(page)

    def _index_file(self, page: StoredPage, *, there: bool) -> None:
        """Have the page, and its file's current version, be found by their name's beginnings and its SHA-1, or not."""
        if page.title.namespace != FILE:
            return
        title = page.title.text
        for stem in stems(title):
            (self.file_stems.setdefault(stem, set()).add if there else self.file_stems[stem].discard)(title)
        if page.versions:
            same = self.files_by_sha1.setdefault(page.versions[0].sha1, [])
            same.append(title) if there else same.remove(title)

    # What is read off texts --------------------------------------------------------------------------------------

    def read_pages(self) -> Iterable[StoredPage]:
        """All pages; what their texts say of categories and templates is known after this."""
        while self._unread:
            self.read_page(next(iter(self._unread)))
        return self.pages.values()

    def read_page(self, page: StoredPage) -> None:
        """Read its categories and templates off a page's text, unless that was done."""
        if page not in self._unread:
            return
        self._unread.discard(page)
        text = page.latest.text
        if "<" in text:
            text = _INERT.sub("", text)
        links = _LINK.findall(text) if "[[" in text else ()
        named = [self.titles.read(f"Category:{html.unescape(name)}") for kind, name in links if _is_category(kind)]
        calls = _CALL.findall(text) if "{{" in text else ()
        page.categories = frozenset(one.text.partition(":")[2] for one in named if isinstance(one, Title))
        page.templates = frozenset(called for call in calls if (called := self._called(call)))

    def _called(self, call: str) -> str:
        namespace, colon, _ = call.partition(":")
        known = colon and (not namespace or namespace.strip().casefold() in self.titles.numbers)
        title = self.titles.read(call) if known else self.titles.under(TEMPLATE, call)
        return title.text if isinstance(title, Title) else ""

    def words(self, page: StoredPage) -> str:
        """A page's words, in lower case, each between spaces."""
        if page.words is None:
            page.words = f" {' '.join(_WORD.findall(page.latest.text.lower()))} "
        return page.words


def stems(title: str) -> Iterable[str]:
    """What of a file's name stands before any of its full stops.

    >>> list(stems("File:A.b.jpg"))
    ['A', 'A.b']
    """
    name = title.partition(":")[2]
    return (name[: found.start()] for found in re.finditer(r"\.", name))


def _is_category(namespace: str) -> bool:
    return namespace.replace("_", " ").strip().casefold() == "category"


CAPTION_LANGUAGES = frozenset({"ar", "de", "en", "es", "fi", "fr", "he", "ja", "nl", "no", "nb", "pl", "sv", "zh"})
TEXT_LANGUAGES = CAPTION_LANGUAGES | {"und", "mis", "mul", "zxx"}
FILE_EXTENSIONS = frozenset(
    {"djvu", "flac", "gif", "jpeg", "jpg", "mid", "mp3", "mpeg", "mpg", "oga", "ogg", "ogv", "opus", "pdf", "png"}
    | {"svg", "tif", "tiff", "wav", "webm", "webp"}
)
