"""EDM, the Europeana Data Model (https://pro.europeana.eu/page/edm-documentation), in RDF/XML.

Descriptions stand in a provided object or in its provider's proxy, files and rights in its aggregation. People, places,
concepts and times that have a resource of their own are called by its label; what else that says is not the object's.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from xml.etree.ElementTree import Element

from jobs.lists.formats.xml_values import (
    Described,
    Spoken,
    Values,
    best,
    first,
    language,
    license_address,
    said,
    spoken,
)
from wikitext.escape import is_address

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_EDM = "{http://www.europeana.eu/schemas/edm/}"
_ORE = "{http://www.openarchives.org/ore/terms/}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_TERMS = "{http://purl.org/dc/terms/}"
_LABELS = (
    "{http://www.w3.org/2004/02/skos/core#}prefLabel",
    "{http://www.w3.org/2000/01/rdf-schema#}label",
    "{http://xmlns.com/foaf/0.1/}name",
)
_COLUMNS = {
    "creator": (f"{_DC}creator", f"{_TERMS}creator"),
    "contributor": (f"{_DC}contributor", f"{_TERMS}contributor"),
    "publisher": (f"{_DC}publisher", f"{_TERMS}publisher"),
    "object type": (f"{_DC}type", f"{_TERMS}type", f"{_EDM}hasType"),
    "medium": (f"{_TERMS}medium",),
    "dimensions": (f"{_TERMS}extent",),
    "subject": (f"{_DC}subject", f"{_TERMS}subject"),
    "spatial": (f"{_TERMS}spatial", f"{_DC}coverage"),
    "language": (f"{_DC}language", f"{_TERMS}language"),
    "object history": (f"{_TERMS}provenance",),
    "rights": (f"{_DC}rights", f"{_TERMS}rights"),
    "institution": (f"{_EDM}dataProvider",),
}
_DATES = (f"{_TERMS}created", f"{_DC}date", f"{_TERMS}date", f"{_TERMS}issued")


def described_edm(rdf: Element) -> Iterator[Described]:
    """The objects in RDF of which anything is said, each with that from whichever places."""
    graph = _Graph(rdf)
    objects: dict[str, list[Element]] = {}
    for node in graph.nodes:
        if _is(node, f"{_EDM}ProvidedCHO"):
            objects.setdefault(_name(node), []).append(node)
    for node in graph.nodes:
        for key in _told_of(node, objects):
            objects[key].append(node)
    return (_described(graph, nodes) for nodes in objects.values() if any(map(len, nodes)))


def _told_of(node: Element, objects: Collection[str]) -> list[str]:
    """Which of the objects an aggregation or a provider's proxy is about; where it names none, the only one."""
    told = _properties([node])
    if _is(node, f"{_ORE}Aggregation"):
        named = _targets(told, f"{_EDM}aggregatedCHO")
    elif _is(node, f"{_ORE}Proxy") and "true" not in _targets(told, f"{_EDM}europeanaProxy"):
        named = _targets(told, f"{_ORE}proxyFor")
    else:
        return []
    return [key for key in dict.fromkeys(named) if key in objects] if named or len(objects) > 1 else list(objects)


def _described(graph: "_Graph", nodes: list[Element]) -> Described:
    told = _properties(nodes)
    numbers = [text for _, text in graph.told(told, f"{_DC}identifier", f"{_TERMS}identifier")]
    values = {
        **graph.spoken(told, "title", f"{_DC}title", f"{_TERMS}title"),
        **{name: graph.texts(told, *tags) for name, tags in _COLUMNS.items() if not told.keys().isdisjoint(tags)},
        "date": next(filter(None, (graph.texts(told, tag) for tag in _DATES)), []),
        **graph.spoken(told, "description", f"{_DC}description", f"{_TERMS}description", f"{_TERMS}abstract"),
        "identifier": [text for text in numbers if not is_address(text)],
        "source": first([*_targets(told, f"{_EDM}isShownAt"), *filter(is_address, numbers)]),
        "license": _license(told),
    }
    addresses = _targets(told, f"{_EDM}isShownBy", f"{_EDM}hasView") or _targets(told, f"{_EDM}object")
    return Described(values, [_file(graph, address) for address in dict.fromkeys(addresses)])


def _license(told: "_Properties") -> list[str]:
    """The statement that EDM asks for, else an address that stands among what is said of rights."""
    return first(_targets(told, f"{_EDM}rights")) or license_address(_targets(told, *_COLUMNS["rights"]))


def _file(graph: "_Graph", address: str) -> Values:
    """What is said of a file itself; its rights come before the object's."""
    web = _properties(graph.by_name.get(address, []))
    rights = {"license": _license(web), "rights": graph.texts(web, *_COLUMNS["rights"])}
    about = {"media description": graph.texts(web, f"{_DC}description")}
    return {"media url": [address], **about, **(rights if any(rights.values()) else {})}


# RDF ----------------------------------------------------------------------------------------------------------------


_Properties = Mapping[str, Sequence[Element]]
"""What is said of a thing, by the names of the properties."""


class _Graph:
    """The nodes of RDF/XML, wherever they stand: beside each other, or each in the property that leads to it."""

    def __init__(self, rdf: Element) -> None:
        self.nodes = list(_nodes(rdf))
        self.by_name: dict[str, list[Element]] = {}
        for node in self.nodes:
            self.by_name.setdefault(_name(node), []).append(node)
        self._labels: dict[str, str] = {}

    def told(self, properties: _Properties, *tags: str) -> list[Spoken]:
        """What these properties say, each in its language: a text, or the label of what it leads to."""
        found = (one for tag in tags for one in properties.get(tag, ()))
        return [("", self._label(key)) if (key := _named(one)) else (language(one), said(one)) for one in found]

    def spoken(self, properties: _Properties, column: str, *tags: str) -> Values:
        """What these properties say, as columns by language."""
        return {} if properties.keys().isdisjoint(tags) else spoken(column, self.told(properties, *tags))

    def texts(self, properties: _Properties, *tags: str) -> list[str]:
        """Of what they say the texts without a language, and those in one: English, if there is any."""
        if properties.keys().isdisjoint(tags):
            return []
        told = [(code, text) for code, text in self.told(properties, *tags) if text]
        codes = [code for code, _ in told if code]
        kept = {"", "en" if "en" in codes else next(iter(codes), "")}
        return [text for code, text in told if code in kept]

    def _label(self, key: str) -> str:
        if key not in self._labels:
            told = _properties(self.by_name.get(key, []))
            labels = (best(told.get(tag, ())) for tag in _LABELS)
            self._labels[key] = next(filter(None, labels), "") or _span(told)
        return self._labels[key]


def _nodes(rdf: Element) -> Iterator[Element]:
    left = list(reversed(rdf))
    while left:
        node = left.pop()
        yield node
        left.extend(reversed([inner for one in node for inner in one]))


def _is(node: Element, tag: str) -> bool:
    uri = tag.replace("{", "").replace("}", "")
    return node.tag == tag or any(one.tag == f"{_RDF}type" and one.get(f"{_RDF}resource") == uri for one in node)


def _name(node: Element) -> str:
    """What a node is known by within the document."""
    about, own, blank = (node.get(f"{_RDF}{name}") for name in ("about", "ID", "nodeID"))
    return about or (f"#{own}" if own else f"_:{blank}" if blank else f"_:{id(node)} ")


def _named(one: Element) -> str:
    """The name of the node that a property leads to, or nothing."""
    blank = one.get(f"{_RDF}nodeID")
    inner = next((_name(node) for node in one), "")
    return one.get(f"{_RDF}resource") or (f"_:{blank}" if blank else inner)


def _properties(nodes: Iterable[Element]) -> _Properties:
    found: dict[str, list[Element]] = {}
    for node in nodes:
        for one in node:
            found.setdefault(one.tag, []).append(one)
    return found


def _targets(told: _Properties, *tags: str) -> list[str]:
    """Where these properties lead to, or what they say."""
    if told.keys().isdisjoint(tags):
        return []
    found = (_named(one) or said(one) for tag in tags for one in told.get(tag, ()))
    return [target for target in found if target]


def _span(told: _Properties) -> str:
    """A time without a label, by its beginning and its end."""
    ends = ["".join(first(_targets(told, f"{_EDM}{name}"))) for name in ("begin", "end")]
    return "" if not any(ends) else ends[0] if ends[0] == ends[1] else "/".join(end or ".." for end in ends)
