"""XML as a stream: only the elements asked for, one at a time. A document type, and so any entity, is refused."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import IO, cast
from xml.etree.ElementTree import Element, ParseError, XMLPullParser

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from jobs.records import BadManifest
from wikitext.messages import message

_CHUNK = 1 << 18
_MAX_DEPTH = 50


def local_name(element: Element) -> str:
    """The element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def elements(file: IO[bytes], names: Collection[str], budget: Iterator[int]) -> Iterator[Element]:
    """The elements of these local names in the file, from where it stands; within one of them none is looked for.

    `budget`: of it one is taken for every element in the file. Raises BadManifest, also where it is used up.
    """
    opened: list[Element] = []
    wanted = None
    for event, element in _events(file):
        if event == "start":
            if next(budget, None) is None:
                raise BadManifest(message("manifest-xlsx-cells"))
            if len(opened) == _MAX_DEPTH:
                raise BadManifest(message("manifest-deep", _MAX_DEPTH))
            opened.append(element)
            if wanted is None and local_name(element) in names:
                wanted = element
        else:
            opened.pop()
            if element is wanted:
                yield element
                wanted = None
            if wanted is None and opened:
                opened[-1].clear()


def _events(file: IO[bytes]) -> Iterator[tuple[str, Element]]:
    parser: XMLPullParser[Element] = XMLPullParser(("start", "end"))
    for chunk in chain(_safe_beginning(file), iter(lambda: file.read(_CHUNK), b"")):
        with _told():
            parser.feed(chunk)
        yield from cast("Iterator[tuple[str, Element]]", parser.read_events())
    with _told():
        parser.close()


class _Beginning:
    """Notes whether the first element has begun."""

    begun = False

    def start(self, _name: str, _attributes: object) -> None:
        self.begun = True


def _safe_beginning(file: IO[bytes]) -> Iterator[bytes]:
    """The file until its first element has begun, after which there can be no document type (XML 1.0, 2.8).

    So the parser that refuses them need not read all of it, and the rest may go to a quicker one alone.
    """
    beginning = _Beginning()
    parser = DefusedXMLParser(target=beginning, forbid_dtd=True)
    while not beginning.begun and (chunk := file.read(_CHUNK)):
        with _told():
            parser.feed(chunk)
        yield chunk


@contextmanager
def _told() -> Iterator[None]:
    """Turns what the parsers raise into a sentence; of encodings they do not know they raise the last two."""
    try:
        yield
    except DefusedXmlException:
        raise BadManifest(message("manifest-xml-entities")) from None
    except (ParseError, LookupError, ValueError) as error:
        raise BadManifest(message("manifest-xml-broken", str(error)[:100])) from None
