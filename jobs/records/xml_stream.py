"""XML as a stream: only the elements asked for, one at a time. A document type, and so any entity, is refused."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import IO
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from jobs.records import BadManifest
from wikitext.messages import message

_CHUNK = 1 << 16
_MAX_DEPTH = 50
_MAX_SIZE = 2_000_000  # bytes of one element that is wanted


def local_name(element: Element) -> str:
    """The element's name without its namespace."""
    return element.tag.rpartition("}")[2]


class Budget:
    """How many elements there may be in all."""

    def __init__(self, most: float) -> None:
        self._left = most

    def spend(self, elements: int) -> None:
        """Raises BadManifest where there are more."""
        self._left -= elements
        if self._left < 0:
            raise BadManifest(message("manifest-xlsx-cells"))


def elements(file: IO[bytes], names: Collection[str], budget: Budget) -> Iterator[Element]:
    """The elements of these local names in the file, from where it stands; within one of them none is looked for.

    Raises BadManifest, also where there are more elements, or larger ones, than there may be.
    """
    builder = TreeBuilder()
    around = builder.start("around", {})  # what the parser builds is in here, and taken from here as it grows
    parser = XMLParser(target=builder)  # noqa: S314 - it sees what _safe_beginning lets pass
    unfinished, size = None, 0
    for chunk in chain(_safe_beginning(file), iter(lambda: file.read(_CHUNK), b"")):
        with _told():
            parser.feed(chunk)
        yield from _taken(around, names, budget, ended=False)
        before, unfinished = unfinished, _unfinished(around, names)
        size = size + len(chunk) if unfinished is not None and unfinished is before else 0
        if size > _MAX_SIZE:
            raise BadManifest(message("manifest-large-item", _MAX_SIZE))
    with _told():
        parser.close()
    yield from _taken(around, names, budget, ended=True)


def _taken(
    element: Element, names: Collection[str], budget: Budget, *, ended: bool, depth: int = 0
) -> Iterator[Element]:
    """What is wanted within an element; it and all else that has ended is taken out of it.

    Of an element that has not ended, the last child may not have either.
    """
    if depth > _MAX_DEPTH:
        raise BadManifest(message("manifest-deep", _MAX_DEPTH))
    children = list(element)
    last = None if ended or not children else children[-1]
    for child in children:
        if local_name(child) not in names:
            budget.spend(1)
            yield from _taken(child, names, budget, ended=child is not last, depth=depth + 1)
        elif child is not last:
            budget.spend(sum(1 for _ in child.iter()))
            yield child
    del element[: len(children) - (last is not None)]


def _unfinished(element: Element, names: Collection[str]) -> Element | None:
    """The wanted element that may not have ended yet."""
    while len(element):
        element = element[-1]
        if local_name(element) in names:
            return element
    return None


class _Beginning:
    """Notes whether the first element has begun."""

    begun = False

    def start(self, _name: str, _attributes: object) -> None:
        self.begun = True


def _safe_beginning(file: IO[bytes]) -> Iterator[bytes]:
    """The file until its first element has begun, after which there can be no document type (XML 1.0, 2.8).

    So the parser that refuses them need not read all of it, and the rest may go to one alone that is several times
    quicker.
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
