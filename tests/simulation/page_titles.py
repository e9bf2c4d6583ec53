"""Titles as MediaWiki reads them (Manual:Title.php), for the English namespaces of the sandbox's wikis."""

import html
import re
import unicodedata
from collections.abc import Mapping
from enum import Enum, auto

from jobs.io.wiki import Title

USER, PROJECT, FILE, MEDIAWIKI, TEMPLATE, CATEGORY, MODULE = 2, 4, 6, 8, 10, 14, 828
"""Manual:Namespace."""

_SUBJECTS = {
    USER: "User",
    FILE: "File",
    MEDIAWIKI: "MediaWiki",
    TEMPLATE: "Template",
    12: "Help",
    CATEGORY: "Category",
    MODULE: "Module",
}
_MARKS = re.compile("[\u200e\u200f\u2028-\u202e]")
_SPACES = re.compile("[ _\u00a0\u1680\u180e\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+")
_ILLEGAL = re.compile(r"[\x00-\x1f\x7f<>\[\]{|}\ufffd]|%[0-9A-Fa-f]{2}|&[A-Za-z0-9\x80-\U0010ffff]+;|~~~")
_RELATIVE = re.compile(r"(?:^|/)\.\.?(?:/|$)")
_LONGEST = 255
"""Bytes."""


class NoPage(Enum):
    """Why something written is not the title of a page."""

    INVALID = auto()
    SPECIAL = auto()
    """What the software makes."""
    ELSEWHERE = auto()
    """It leads to another wiki, or the API does not answer under what was asked."""


class Titles:
    """The titles of one wiki. `project`: the name of its own namespace; `interwikis`: in lower case."""

    def __init__(self, project: str, more: Mapping[int, str], interwikis: frozenset[str]) -> None:
        names = {**_SUBJECTS, PROJECT: project, **more}
        self.names = {0: ""} | names | {number + 1: f"{name} talk" for number, name in names.items()} | {1: "Talk"}
        self.numbers = {name.casefold(): number for number, name in self.names.items()}
        self.numbers |= {"image": FILE, "image talk": FILE + 1, "media": -2, "special": -1}
        self.numbers |= {"project": PROJECT, "project talk": PROJECT + 1}
        self._interwikis = interwikis
        self._known: dict[str, Title | NoPage] = {}

    def read(self, written: str) -> Title | NoPage:
        """What was written, as a title; kept."""
        found = self._known.get(written)
        if found is None:
            found = self._known[written] = self._read(written)
        return found

    def asked(self, written: str) -> Title | None:
        """As `read`, of what can be asked for among others: `|` parts them, and the answer is in NFC."""
        found = self.read(written)
        return found if isinstance(found, Title) and unicodedata.is_normalized("NFC", written) else None

    def under(self, number: int, name: str) -> Title | NoPage:
        """A title in a namespace."""
        return self.read(f"{self.names[number]}:{name}")

    def _read(self, written: str) -> Title | NoPage:
        if not written or "|" in written:
            return NoPage.ELSEWHERE if not written.strip("|") else NoPage.INVALID
        text = html.unescape(written) if "&" in written else written
        text = unicodedata.normalize("NFC", _SPACES.sub(" ", _MARKS.sub("", text))).strip(" ")
        number, rest = 0, text
        if text.startswith(":"):
            rest = text[1:].lstrip(" ")
        name, colon, after = rest.partition(":")
        if colon and (prefix := name.strip(" ").lower()) and prefix in self.numbers:
            number, rest = self.numbers[prefix], after.strip(" ")
        elif colon and prefix in self._interwikis:
            return NoPage.ELSEWHERE
        if number < 0:
            return NoPage.SPECIAL
        return self._checked(number, rest)

    def _checked(self, number: int, rest: str) -> Title | NoPage:
        rest = rest.partition("#")[0].rstrip(" ")
        talks_of_another = number == 1 and rest.partition(":")[0].strip().lower() in self.numbers and ":" in rest
        wrong = not rest or rest.startswith(":") or _ILLEGAL.search(rest) or _RELATIVE.search(rest)
        if wrong or talks_of_another or len(rest.encode(errors="replace")) > _LONGEST:
            return NoPage.INVALID
        rest = rest[0].title() + rest[1:]
        return Title(f"{self.names[number]}:{rest}" if number else rest, number)


def content_model(title: Title) -> str:
    """Manual:ContentHandler, by the title alone."""
    if title.namespace == MODULE:
        return "Scribunto"
    sub = title.namespace == USER and "/" in title.text
    if title.namespace == MEDIAWIKI or sub:
        ends = {"js": "javascript", "css": "css", "json": "json"}
        return ends.get(title.text.rpartition(".")[2], "wikitext")
    return "wikitext"
