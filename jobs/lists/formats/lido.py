"""LIDO, Lightweight Information Describing Objects (https://lido-schema.org), versions 1.0 and 1.1.

Maker, date, place and material are those of the events in which the object came to be; of other events (acquisition,
exhibition, use, finding) nothing is read. Of several descriptions, one a language, all give titles and descriptions.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from xml.etree.ElementTree import Element

from jobs.lists.formats.xml_values import (
    Described,
    Spoken,
    Values,
    attribute,
    best,
    first,
    gathered,
    language,
    license_address,
    said,
    spoken,
    texts,
    within,
)
from wikitext.attribution import attribution
from wikitext.columns import meant
from wikitext.escape import is_address

_PRODUCTION = re.compile(
    r"(?:.*/)?(?:lido00007|300054713|production|herstellung|tillverkning|produktion|fabrication|vervaardiging"
    r"|producción|produzione|produção|produkcja|wytworzenie|fremstilling|tilvirkning|valmistus)",
    re.IGNORECASE,
)
_CREATION = re.compile(
    r"(?:.*/)?(?:lido00012|300404387|beginning[ _]of[ _]existence|creation|(?:geistige )?schöpfung|entstehung"
    r"|daseinsbeginn|tillkomst|skapande|création|creatie|creación|creazione|criação|powstanie)",
    re.IGNORECASE,
)
"""Types of events, by LIDO's terminology, the Art & Architecture Thesaurus, and in words."""

_NO_MAKER = re.compile(
    "auftrag|commission|patron|beställ|opdracht|commanditaire|besitz|owner|eigent|ägare|propri|verleg|verlag"
    "|publish|förlag|uitgever|éditeur|heraus|dargestellt|sitter|depict|avbild|stifter|donor|schenk|seller|dealer"
    "|widmung|dedicat",
    re.IGNORECASE,
)
"""Roles of those who have to do with the making of an object and do not make it."""

_FORMER = re.compile("former|ehemal|vormal|tidigare|ancien", re.IGNORECASE)
_SIZES = {
    0: re.compile("master|original|archiv|full|max", re.IGNORECASE),
    1: re.compile("large|high|provided|print", re.IGNORECASE),
    3: re.compile("medium|screen|web|display", re.IGNORECASE),
    4: re.compile("preview|small|low", re.IGNORECASE),
}
"""Types of representations, the largest first; between them (2) is what no type says the size of."""

_NO_FILE = re.compile(r"thumb|manifest|iiif\.io/api/presentation|json|html|(?<!svg\+)xml", re.IGNORECASE)
_SIDES = ("height", "width", "depth")
_LONGEST = 300  # characters of what may say how somebody is the maker


def described_lido(lido: Element) -> Iterator[Described]:
    """What a record says of its object."""
    blocks = list(within(lido, "descriptiveMetadata"))
    admin = next(within(lido, "administrativeMetadata"), Element("none"))
    kept = gathered(admin, _KEPT)
    values: dict[str, Sequence[str]] = {"source": first(_pages(lido, admin)), **kept}
    for block in blocks[:1]:
        values.update(gathered(block, _DESCRIBED))
        for identified in within(block, "objectIdentificationWrap"):
            values.update({name: found for name, found in gathered(identified, _IDENTIFIED).items() if any(found)})
        values.update({**spoken("title", _titles(blocks)), **spoken("description", _descriptions(blocks))})
    yield Described(values, [file for one in within(admin, "resourceWrap/resourceSet") for file in _files(one)])


# Texts --------------------------------------------------------------------------------------------------------------


_ALTERNATE = 2


def _pref(element: Element) -> int:
    """How much a form of a name is preferred: the less, the more."""
    told = attribute(element, "pref").casefold()
    if told.endswith(("alternate", "lido00170")):
        return _ALTERNATE
    return 0 if told.endswith(("preferred", "lido00169")) else 1


def _preferred(elements: Iterable[Element]) -> str:
    """Of the forms of a name one that is preferred, or not an alternate at least, in the language as of `best`."""
    found = sorted((element for element in elements if said(element)), key=_pref)
    return best(element for element in found if _pref(element) < _ALTERNATE) or best(found)


def _term(concept: Element) -> str:
    """What a concept is called: by its term, by a term of SKOS, or by itself, as in older records."""
    terms = [*within(concept, "term"), *within(concept, "Concept/prefLabel")]
    return _preferred(terms) or ("" if len(concept) else said(concept))


def _titles(blocks: Iterable[Element]) -> Iterator[Spoken]:
    """The title in each language; one that is not preferred only where there is no other."""
    found: list[tuple[int, str, str]] = []
    for block in blocks:
        for titles in within(block, "objectIdentificationWrap/titleWrap/titleSet"):
            for value in within(titles, "appellationValue"):
                code = language(value, language(titles, language(block)))
                prefs = {_pref(titles), _pref(value)}
                found.append((_ALTERNATE if _ALTERNATE in prefs else min(prefs), code, said(value)))
    found = sorted((one for one in found if one[2]), key=lambda one: one[0])
    titles_: dict[str, str] = {}
    for _, code, text in [one for one in found if one[0] < _ALTERNATE] or found:
        titles_.setdefault(code, text)
    return iter(titles_.items())


_NOTES = "objectIdentificationWrap/objectDescriptionWrap/objectDescriptionSet/descriptiveNoteValue"


def _descriptions(blocks: Iterable[Element]) -> Iterator[Spoken]:
    for block in blocks:
        for note in within(block, _NOTES):
            yield language(note, language(block)), said(note)


def _subjects(block: Element) -> Iterator[str]:
    for subject in within(block, "objectRelationWrap/subjectWrap/subjectSet/subject"):
        yield from map(_term, within(subject, "subjectConcept"))
        yield from map(_name, within(subject, "subjectActor/actor"))
        yield _preferred(within(subject, "subjectPlace/place/namePlaceSet/appellationValue"))


# Events -------------------------------------------------------------------------------------------------------------


def _events(block: Element) -> list[Element]:
    """The events in which the object came to be, the making itself first."""
    events = [(event, set(_types(event))) for event in within(block, "eventWrap/eventSet/event")]
    found = (event for words in (_PRODUCTION, _CREATION) for event, types in events if any(map(words.fullmatch, types)))
    return list(dict.fromkeys(found))


def _types(event: Element) -> Iterator[str]:
    for kind in within(event, "eventType"):
        for element in kind.iter():
            yield (element.text or "").strip()[:200]
            yield attribute(element, "about")[:200]


def _made(block: Element) -> Values:
    """Who made it, when, where and of what."""
    known = _events(block)
    actors = [(actor, _roles(actor)) for event in known for actor in within(event, "eventActor")]
    return {
        "creator": [_maker(actor) for actor, roles in actors if not any(map(_NO_MAKER.search, roles))],
        "contributor": [f"{_maker(one)} ({roles[0]})" for one, roles in actors if any(map(_NO_MAKER.search, roles))],
        "date": first(_date(date) for event in known for date in within(event, "eventDate")),
        "place of creation": first(_place(place) for event in known for place in within(event, "eventPlace")),
        "medium": first(_material(event, "eventMaterialsTech") for event in known),
    }


def _roles(actor: Element) -> list[str]:
    return [role for role in map(_term, within(actor, "actorInRole/roleActor")) if role]


def _name(actor: Element) -> str:
    return _preferred(within(actor, "nameActorSet/appellationValue"))


def _maker(actor: Element) -> str:
    """The name, and before it how sure it is, as `wikitext.attribution` reads it: by a word for it, or as shown."""
    shown = best(within(actor, "displayActorInRole"))
    name = next(iter(first(map(_name, within(actor, "actorInRole/actor")))), "")
    if not name or len(shown) > _LONGEST:
        return name or shown
    told = first(
        [
            *map(_term, within(actor, "actorInRole/attributionQualifierActor")),
            *(role for role in _roles(actor) if attribution(f"{role} {name}"[:_LONGEST])),
            *(
                found[0]
                for found in map(attribution, (shown.rpartition(": ")[2], f"{shown.partition(')')[0]})"))
                if found
            ),
        ]
    )
    return " ".join((*told, name))


def _date(date: Element) -> str:
    """As it is shown, else as EDTF."""
    if shown := best(within(date, "displayDate")):
        return shown
    for span in within(date, "date"):
        ends = [next((_end(end) for end in within(span, name)), "") for name in ("earliestDate", "latestDate")]
        if any(ends):
            return ends[0] if ends[0] == ends[1] else "/".join(end or ".." for end in ends)
    return ""


def _end(date: Element) -> str:
    text = said(date)
    return f"{text}~" if text and "estimated" in attribute(date, "type").casefold() else text


def _place(place: Element) -> str:
    names = within(place, "place/namePlaceSet/appellationValue")
    return best(within(place, "displayPlace")) or _preferred(names)


def _material(element: Element, path: str) -> str:
    """As it is shown at a path, else its terms."""
    shown = best(within(element, f"{path}/displayMaterialsTech"))
    return shown or ", ".join(filter(None, map(_term, within(element, f"{path}/materialsTech/termMaterialsTech"))))


# Measurements -------------------------------------------------------------------------------------------------------


def _dimensions(identified: Element) -> Iterator[str]:
    """As they are shown, else height, width and depth in one; of parts (a frame) with these before them."""
    parts: dict[str, list[tuple[str, str, str]]] = {}
    for one in within(identified, "objectMeasurementsWrap/objectMeasurementsSet"):
        if shown := best(within(one, "displayObjectMeasurements")):
            yield shown
            continue
        for measured in within(one, "objectMeasurements"):
            extent = ", ".join(filter(None, map(_term, within(measured, "extentMeasurements"))))
            parts.setdefault(extent, []).extend(map(_measurement, within(measured, "measurementsSet")))
    for extent, sizes in parts.items():
        if size := _size([one for one in sizes if one[2]]):
            yield ": ".join(filter(None, (extent, size)))


def _measurement(measured: Element) -> tuple[str, str, str]:
    """What was measured, in which unit, how much."""
    kind, unit = (
        next(iter(first(map(_term, within(measured, f"measurement{name}")))), "") for name in ("Type", "Unit")
    )
    return kind, unit, next(iter(texts(measured, "measurementValue")), "")


def _size(measured: list[tuple[str, str, str]]) -> str:
    """Height, width and depth as one where each is told once and in the same unit; the others by name."""
    named = [(called.what if (called := meant(kind[:100])) else "", *rest) for kind, *rest in measured]
    sides = [(side, unit, value) for side in _SIDES for what, unit, value in named if what == side]
    alike = len(sides) == len({side for side, _, _ in sides}) and len({unit for _, unit, _ in sides}) == 1
    if not alike or len(sides) < 2:
        return "; ".join(map(_written, measured))
    whole = f"{' × '.join(value for _, _, value in sides)} {sides[0][1]}".strip()  # noqa: RUF001 - the sign that is meant
    others = [one for one, (what, *_) in zip(measured, named, strict=True) if what not in _SIDES]
    return "; ".join((whole, *map(_written, others)))


def _written(measured: tuple[str, str, str]) -> str:
    kind, unit, value = measured
    return ": ".join(filter(None, (kind, f"{value} {unit}".strip())))


# Where it is kept, and its files ------------------------------------------------------------------------------------


def _repositories(identified: Element) -> Values:
    """Who has it now, under which number."""
    sets = within(identified, "repositoryWrap/repositorySet")
    now = [one for one in sets if not _FORMER.search(attribute(one, "type"))]
    numbers = (number for one in now for number in within(one, "workID"))
    names = "repositoryName/legalBodyName/appellationValue"
    return {
        "institution": first(_preferred(within(one, names)) for one in now),
        "accession number": first(said(one) for one in numbers if not _FORMER.search(attribute(one, "type"))),
    }


def _pages(lido: Element, admin: Element) -> Iterator[str]:
    """Pages about the object, the likelier first."""
    links = list(within(admin, "recordWrap/recordInfoSet/recordInfoLink"))
    links.sort(key=lambda link: "html" not in attribute(link, "formatResource"))
    published = within(lido, "objectPublishedID")
    return (said(one) for one in (*links, *published) if is_address(said(one)))


def _rights(sets: Iterable[Element]) -> Values:
    told = list(sets)
    types = [kind for one in told for kind in within(one, "rightsType")]
    concepts = [attribute(one, "about") or said(one) for kind in types for one in kind]
    holders = (holder for one in told for holder in within(one, "rightsHolder"))
    return {
        "license": license_address(concepts),
        "rights": [term for kind in types if (term := _term(kind)) and not is_address(term)],
        "rights holder": [_preferred(within(holder, "legalBodyName/appellationValue")) for holder in holders],
        "credit line": first(best(within(one, "creditLine")) for one in told),
    }


def _files(resource: Element) -> Iterator[Values]:
    """The largest representation of a resource, if any is a file; its own rights come in place of the work's."""
    links = [
        (f"{attribute(shown, 'type')} {attribute(link, 'formatResource')}", attribute(shown, "type"), said(link))
        for shown in within(resource, "resourceRepresentation")
        for link in within(shown, "linkResource")
    ]
    able = [(kind, address) for told, kind, address in links if address and not _NO_FILE.search(told)]
    if able:
        rights = {name: found for name, found in _rights(within(resource, "rightsResource")).items() if found}
        own: Values = {"license": [], "rights": []} if {"license", "rights"} & rights.keys() else {}
        about = {"media description": [best(within(resource, "resourceDescription"))]}
        yield {"media url": [min(able, key=_rank)[1]], **about, **own, **rights}


def _rank(link: tuple[str, str]) -> tuple[bool, int]:
    kind, address = link
    return not is_address(address), next((rank for rank, words in _SIZES.items() if words.search(kind)), 2)


_DESCRIBED: Mapping[str, Callable[[Element], Values]] = {
    "eventWrap": _made,
    "objectClassificationWrap": lambda block: {
        "object type": list(map(_term, within(block, "objectClassificationWrap/objectWorkTypeWrap/objectWorkType")))
    },
    "objectRelationWrap": lambda block: {"subject": list(_subjects(block))},
}
_IDENTIFIED: Mapping[str, Callable[[Element], Values]] = {
    "inscriptionsWrap": lambda identified: {
        "inscriptions": texts(identified, "inscriptionsWrap/inscriptions/inscriptionTranscription")
    },
    "repositoryWrap": _repositories,
    "objectMeasurementsWrap": lambda identified: {"dimensions": list(_dimensions(identified))},
    "objectMaterialsTechWrap": lambda identified: {
        "medium": first([_material(identified, "objectMaterialsTechWrap/objectMaterialsTechSet")])
    },
}
_KEPT: Mapping[str, Callable[[Element], Values]] = {
    "rightsWorkWrap": lambda admin: _rights(within(admin, "rightsWorkWrap/rightsWorkSet")),
    "recordWrap": lambda admin: {
        "institution": first([_preferred(within(admin, "recordWrap/recordSource/legalBodyName/appellationValue"))])
    },
}
"""What is read of elements of a description, of its identification, and of the administrative metadata, by their names;
whose the record is comes before who has the object, which takes its place where it is said."""
