"""XML as a stream: only the elements asked for, one at a time. A document type, and so any entity, is refused.

What the parser holds for as long as it lives is bounded: it keeps each name, its namespace written out before it; and
whatever has no end yet is gone through again with every chunk.
"""

import codecs
import re
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, count
from typing import IO
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser
from xml.parsers.expat.errors import XML_ERROR_JUNK_AFTER_DOC_ELEMENT, codes

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from jobs.model.records import BadManifest
from wikitext.messages import message

ROOT = re.compile(r"(?>(?><\?.*?\?>|<!--.*?-->|\s+)*)<(?:[\w.-]+:)?(\w[\w.-]*|!DOCTYPE)", re.DOTALL)
"""How a document begins, up to the name of its first element."""

_CHUNK = 1 << 16
_MAX_DEPTH = 50
_MAX_SIZE = 2_000_000  # characters of one element that is wanted, or between the beginnings of two others
_MAX_NAMES = 10_000
_MAX_NAMESPACE = 300
_ENCODING = re.compile(rb"<\?xml\b[^<>]*?\sencoding\s*=\s*[\"']([\w.-]+)")
_ENCODINGS = re.compile(
    r"utf-?8(-sig)?|utf-?16|(us-)?ascii|iso-?8859-?\d+|latin-?\d|(windows-|cp)125\d|koi8-[ru]", re.IGNORECASE
)
_LONG_NAMESPACE = re.compile(
    rf"\sxmlns(?::[^\s=]*)?\s*=\s*(?:\"[^\"<]{{{_MAX_NAMESPACE + 1}}}|'[^'<]{{{_MAX_NAMESPACE + 1}}})"
)


def local_name(element: Element) -> str:
    """The element's name without its namespace."""
    return element.tag.rpartition("}")[2]


class Budget:
    """How many elements there may be in all; different names are never more than `_MAX_NAMES`."""

    def __init__(self, most: float) -> None:
        self._left = most
        self._names: set[str] = set()

    def spend(self, elements: Iterable[Element]) -> None:
        """Raises BadManifest where there are more."""
        for element in elements:
            self._left -= 1
            self._names.add(element.tag)
            self._names.update(element.keys())
        if self._left < 0:
            raise BadManifest(message("manifest-xlsx-cells"))
        if len(self._names) > _MAX_NAMES:
            raise _broken(f"{len(self._names)} different names")


def elements(file: IO[bytes], names: Collection[str], budget: Budget) -> Iterator[Element]:
    """The elements of these local names in the file, from where it stands; within one of them none is looked for.

    Raises BadManifest, also where there are more elements, or larger ones, than there may be.
    """
    builder = TreeBuilder()
    around = builder.start("around", {})  # what the parser builds is in here, and taken from here as it grows
    parser = XMLParser(target=builder)  # noqa: S314 - it sees what _safe_beginning lets pass
    latest, size = around, 0
    chunks = _with_short_namespaces(_decoded(file))
    for chunk in chain(_safe_beginning(chunks), chunks):
        with _told():
            ended = _fed(parser, chunk)
        yield from _taken(around, names, budget, ended=False)
        before, latest = latest, _latest(around, names)
        size = size + len(chunk) if latest is before else 0
        if size > _MAX_SIZE:
            raise BadManifest(message("manifest-large-item", _MAX_SIZE))
        if ended:
            break
    else:
        with _told():
            parser.close()
    yield from _taken(around, names, budget, ended=True)


def _fed(parser: XMLParser, chunk: str) -> bool:
    """Whether the document ended in the chunk, and what stands behind it is none of it: notices of a server, mostly."""
    try:
        parser.feed(chunk)
    except ParseError as error:
        if error.code == codes[XML_ERROR_JUNK_AFTER_DOC_ELEMENT]:
            return True
        raise
    return False


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
            budget.spend([child])
            yield from _taken(child, names, budget, ended=child is not last, depth=depth + 1)
        elif child is not last:
            budget.spend(child.iter())
            yield child
    del element[: len(children) - (last is not None)]


def _latest(element: Element, names: Collection[str]) -> Element:
    """The last element that began, or the wanted one around it; that one may not have ended yet."""
    wanted = None
    for depth in count():
        if depth > 2 * _MAX_DEPTH:
            raise BadManifest(message("manifest-deep", _MAX_DEPTH))
        if wanted is None and local_name(element) in names:
            wanted = element
        if not len(element):
            break
        element = element[-1]
    return element if wanted is None else wanted


class _Beginning:
    """Notes whether the first element has begun."""

    begun = False

    def start(self, _name: str, _attributes: object) -> None:
        self.begun = True


def _decoded(file: IO[bytes]) -> Iterator[str]:
    """The text of the file, in the encoding that it declares (XML 1.0, 4.3.3); white space before it is passed over."""
    chunk = file.read(_CHUNK)
    if not chunk.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        chunk = chunk.lstrip()
    declared = _ENCODING.match(chunk)
    name = declared[1].decode() if declared else "utf-8-sig"
    if chunk.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        name = "utf-16"
    if not _ENCODINGS.fullmatch(name):
        raise _broken(f"encoding {name}")
    with _told():
        decoder = codecs.getincrementaldecoder(name)()
        while chunk:
            yield decoder.decode(chunk)
            chunk = file.read(_CHUNK)
        yield decoder.decode(b"", final=True)


def _with_short_namespaces(chunks: Iterable[str]) -> Iterator[str]:
    """The chunks, in which no namespace is longer than one may be: the parser writes it before every name."""
    tag = ""
    for chunk in chunks:
        tag += chunk
        if "xmlns" in tag and _LONG_NAMESPACE.search(tag):
            raise _broken(f"a namespace of more than {_MAX_NAMESPACE} characters")
        tag = tag[max(0, tag.rfind("<")) :]  # the last one may not have ended yet
        yield chunk


def _broken(reason: str) -> BadManifest:
    return BadManifest(message("manifest-xml-broken", reason[:100]))


def _safe_beginning(chunks: Iterator[str]) -> Iterator[str]:
    """The text until its first element has begun, after which there can be no document type (XML 1.0, 2.8).

    So the parser that refuses them need not read all of it, and the rest may go to one alone that is several times
    quicker.
    """
    beginning = _Beginning()
    parser = DefusedXMLParser(target=beginning, forbid_dtd=True)
    for chunk in chunks:
        with _told():
            _fed(parser, chunk)
        yield chunk
        if beginning.begun:
            return


@contextmanager
def _told() -> Iterator[None]:
    """Turns what the parsers raise into a sentence; of encodings they do not know they raise the last two."""
    try:
        yield
    except DefusedXmlException:
        raise BadManifest(message("manifest-xml-entities")) from None
    except (ParseError, LookupError, ValueError) as error:
        raise _broken(str(error)) from None
