"""What a reader sees of a page's HTML."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"br", "hr", "img", "wbr", "input", "link", "meta"}


@dataclass
class Element:
    """What an element with an id contains: its text (with line breaks for br), tags, and addresses linked to."""

    text: str = ""
    tags: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)

    @property
    def words(self) -> list[str]:
        """The text without regard to white space."""
        return self.text.split()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.elements: dict[str, Element] = {}
        self._open: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        for element in self._around():
            element.tags.append(tag)
            element.text += "\n" if tag == "br" else ""
            element.links += [attributes["href"] or ""] if "href" in attributes else []
        if tag not in _VOID:
            name = attributes.get("id")
            self._open.append(name)
            if name:
                self.elements.setdefault(name, Element())

    def handle_endtag(self, tag: str) -> None:
        if self._open and tag not in _VOID:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        for element in self._around():
            element.text += data

    def _around(self) -> list[Element]:
        return [self.elements[name] for name in self._open if name]


def elements(html: str) -> dict[str, Element]:
    """The elements of the page that have an id, by it."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.elements
