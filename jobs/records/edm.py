"""EDM, the Europeana Data Model (https://pro.europeana.eu/page/edm-documentation), in RDF/XML.

Descriptions stand in a provided object or in its provider's proxy, files and rights in its aggregation. People, places,
concepts and times that have a resource of their own are called by its label; what else that says is not the object's.
"""

from collections.abc import Collection, Iterable, Iterator
from xml.etree.ElementTree import Element

from jobs.records.cells import is_address
from jobs.records.xml_values import Described, Spoken, Values, best, first, language, said, spoken

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
_FILES = (f"{_EDM}isShownBy", f"{_EDM}hasView")


def described_edm(rdf: Element) -> Iterator[Described]:
    """The objects in RDF, each with what is said of it in whichever places."""
    graph = _Graph(rdf)
    objects: dict[str, list[Element]] = {}
    for node in graph.nodes:
        if _is(node, f"{_EDM}ProvidedCHO"):
            objects.setdefault(_name(node), []).append(node)
    for node in graph.nodes:
        for key in _told_of(node, objects):
            objects[key].append(node)
    return (_described(graph, nodes) for nodes in objects.values())


def _told_of(node: Element, objects: Collection[str]) -> list[str]:
    """Which of the objects an aggregation or a provider's proxy is about; where it names none, the only one."""
    if _is(node, f"{_ORE}Aggregation"):
        named = list(map(_named, _properties([node], f"{_EDM}aggregatedCHO")))
    elif _is(node, f"{_ORE}Proxy") and "true" not in map(said, _properties([node], f"{_EDM}europeanaProxy")):
        named = list(map(_named, _properties([node], f"{_ORE}proxyFor")))
    else:
        return []
    return [key for key in dict.fromkeys(named) if key in objects] if any(named) or len(objects) > 1 else list(objects)


def _described(graph: "_Graph", nodes: list[Element]) -> Described:
    numbers = [text for _, text in graph.told(nodes, f"{_DC}identifier", f"{_TERMS}identifier")]
    shown_at = [_named(one) or said(one) for one in _properties(nodes, f"{_EDM}isShownAt")]
    values = {
        **spoken("title", graph.told(nodes, f"{_DC}title", f"{_TERMS}title")),
        **{name: graph.texts(nodes, *tags) for name, tags in _COLUMNS.items()},
        "date": next(filter(None, (graph.texts(nodes, tag) for tag in _DATES)), []),
        **spoken("description", graph.told(nodes, f"{_DC}description", f"{_TERMS}description", f"{_TERMS}abstract")),
        "identifier": [text for text in numbers if not is_address(text)],
        "source": first([*shown_at, *filter(is_address, numbers)]),
        "license": first(_licenses(nodes)),
    }
    return Described(values, [_file(graph, address) for address in _addresses(nodes)])


def _licenses(nodes: list[Element]) -> Iterator[str]:
    """The statement that EDM asks for, else an address that stands among what is said of rights."""
    yield from (_named(one) or said(one) for one in _properties(nodes, f"{_EDM}rights"))
    yield from filter(is_address, map(_named, _properties(nodes, *_COLUMNS["rights"])))


def _addresses(nodes: list[Element]) -> list[str]:
    """Where its files are; only where there is none, that of its thumbnail."""
    shown = [_named(one) or said(one) for one in _properties(nodes, *_FILES)]
    small = [_named(one) or said(one) for one in _properties(nodes, f"{_EDM}object")]
    return list(dict.fromkeys(filter(None, shown or small)))


def _file(graph: "_Graph", address: str) -> Values:
    """What is said of a file itself; its rights come before the object's."""
    web = graph.by_name.get(address, [])
    rights = {"license": first(_licenses(web)), "rights": graph.texts(web, *_COLUMNS["rights"])}
    about = {"media description": graph.texts(web, f"{_DC}description")}
    return {"media url": [address], **about, **(rights if any(rights.values()) else {})}


# RDF ----------------------------------------------------------------------------------------------------------------


class _Graph:
    """The nodes of RDF/XML, wherever they stand: beside each other, or each in the property that leads to it."""

    def __init__(self, rdf: Element) -> None:
        self.nodes = list(_nodes(rdf))
        self.by_name: dict[str, list[Element]] = {}
        for node in self.nodes:
            self.by_name.setdefault(_name(node), []).append(node)
        self._labels: dict[str, str] = {}

    def told(self, nodes: Iterable[Element], *tags: str) -> list[Spoken]:
        """What the nodes' properties say, each in its language: a text, or the label of what it leads to."""
        found = _properties(nodes, *tags)
        return [("", self._label(key)) if (key := _named(one)) else (language(one), said(one)) for one in found]

    def texts(self, nodes: Iterable[Element], *tags: str) -> list[str]:
        """Of what they say the texts without a language, and those in one: English, if there is any."""
        told = [(code, text) for code, text in self.told(nodes, *tags) if text]
        codes = [code for code, _ in told if code]
        kept = {"", "en" if "en" in codes else next(iter(codes), "")}
        return [text for code, text in told if code in kept]

    def _label(self, key: str) -> str:
        if key not in self._labels:
            nodes = self.by_name.get(key, [])
            self._labels[key] = next(filter(None, (best(_properties(nodes, tag)) for tag in _LABELS)), "") or _span(
                nodes
            )
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


def _properties(nodes: Iterable[Element], *tags: str) -> list[Element]:
    return [one for node in nodes for one in node if one.tag in tags]


def _span(nodes: Iterable[Element]) -> str:
    """A time without a label, by its beginning and its end."""
    known = list(nodes)
    ends = [next((said(one) for one in _properties(known, f"{_EDM}{name}")), "") for name in ("begin", "end")]
    return "" if not any(ends) else ends[0] if ends[0] == ends[1] else "/".join(end or ".." for end in ends)
