"""Captions and statements of a file, what is sent to the wiki for them, and whether it stored just that.

Sources: Wikibase/DataModel/JSON, Wikibase/API (wbeditentity), Extension:WikibaseMediaInfo.
"""

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any

from pydantic import model_validator

from jobs.model.structured_data.values import UNCODED, Caption, Frozen, LanguageCode, Phrase, Unknown, Value
from jobs.model.structured_data.wikidata import PROPERTIES, Property
from wikitext.escape import Wikitext, inert
from wikitext.messages import Language, Message, message


class Snak(Frozen):
    """What is said by one property, by its id."""

    property: str
    value: Value

    @model_validator(mode="after")
    def _fits(self) -> "Snak":
        if self.property not in PROPERTIES:
            raise ValueError(f"{self.property} is not among the properties in jobs.model.structured_data.wikidata")
        datatype = PROPERTIES[self.property].datatype
        if not isinstance(self.value, Unknown) and self.value.datatype != datatype:
            raise ValueError(f"{self.property} takes a {datatype}, not a {self.value.datatype}")
        return self


class Statement(Snak):
    """A statement about a file. Each reference is the list of what is said of one source."""

    qualifiers: tuple[Snak, ...] = ()
    references: tuple[tuple[Snak, ...], ...] = ()


class FileData(Frozen):
    """What a file is to have. `captions`: by language code."""

    captions: Mapping[LanguageCode, Caption] = {}
    statements: tuple[Statement, ...] = ()

    def __bool__(self) -> bool:
        """Whether it says anything."""
        return bool(self.captions or self.statements)

    def labels(self, language: Language) -> str:
        """What it is about, for logs and lists: `caption (sv), inception`."""
        about = (*map(_caption, self.captions), *map(_property, self.statements))
        return ", ".join(map(language.say, dict.fromkeys(about)))


def snak(property_: Property, value: Value) -> Snak:
    """What is said by a property; pydantic's ValidationError if it does not take such a value."""
    return Snak(property=property_.id, value=value)


def statement(
    property_: Property, value: Value, qualifiers: Iterable[Snak] = (), references: Iterable[Sequence[Snak]] = ()
) -> Statement:
    """A statement; pydantic's ValidationError if the property does not take such a value."""
    sources = tuple(tuple(reference) for reference in references)
    return Statement(property=property_.id, value=value, qualifiers=tuple(qualifiers), references=sources)


def entity_json(data: FileData) -> dict[str, Any]:
    """What wbeditentity takes as `data`. Claims have no ids: each is added, beside what the file has already."""
    return {"labels": captions_json(data.captions), "claims": [_claim(one) for one in data.statements]}


def captions_json(captions: Mapping[str, str]) -> dict[str, Any]:
    """Captions as wbeditentity takes them: a caption in a language replaces the one there was."""
    return {language: {"language": language, "value": text} for language, text in captions.items()}


def differences(wanted: FileData, entity: Mapping[str, Any]) -> tuple[Message, ...]:
    """What the wiki's entity has otherwise than wanted, by name: `caption (sv)`, `inception`.

    `entity`: as wbgetentities has it, with statements or none. Ids, hashes and order do not count, nor what the
    file has beside what was wanted; a statement that stands there more often than wanted does.
    """
    captions = dict(entity.get("labels") or {})
    said = [_caption(code) for code, text in wanted.captions.items() if captions.get(code, {}).get("value") != text]
    stored = Counter(map(_meaning, _claims(entity)))
    asked = Counter((_property(one), _meaning(_claim(one))) for one in wanted.statements)
    return (*said, *dict.fromkeys(name for (name, meaning), times in asked.items() if stored[meaning] != times))


def said(data: FileData, language: Language) -> list[tuple[str, Wikitext]]:
    """What it says, as labels and wikitext for people."""
    captions = [(_caption(code), language.isolated(inert(text))) for code, text in data.captions.items()]
    statements = [(_property(one), _shown(language, one, one.qualifiers)) for one in data.statements]
    return [(language.say(name), text) for name, text in (*captions, *statements)]


def _shown(language: Language, one: Snak, qualifiers: Sequence[Snak] = ()) -> Wikitext:
    inside = "; ".join(f"{language.say(_property(other))}: {_shown(language, other)}" for other in qualifiers)
    if isinstance(one.value, Unknown):
        return Wikitext(inside or "?")
    value = language.isolated(one.value.shown(language))
    return Wikitext(f"{value} ({inside})" if inside else value)


def _caption(code: str) -> Message:
    return message("use-caption", Wikitext(code))  # a code can do nothing


def _property(one: Snak) -> Message:
    return message(f"property-{one.property}")


def missing(wanted: FileData, entity: Mapping[str, Any]) -> FileData:
    """What is wanted and not there: captions in languages that have none, statements that nothing there is the same as.

    `entity`: as wbgetentities has it; empty where the file has none.
    """
    there = {_meaning(claim) for claim in _claims(entity)}
    captions = {code: text for code, text in wanted.captions.items() if code not in (entity.get("labels") or {})}
    return FileData(captions=captions, statements=_those(wanted, lambda one: _meaning(_claim(one)) not in there))


def unsaid(wanted: FileData, entity: Mapping[str, Any]) -> FileData:
    """As `missing`, but of statements only those of properties that the file says nothing by."""
    said_by = {claim["mainsnak"]["property"] for claim in _claims(entity)}
    lacking = missing(wanted, entity)
    return FileData(captions=lacking.captions, statements=_those(lacking, lambda one: one.property not in said_by))


def present(data: FileData, entity: Mapping[str, Any]) -> FileData:
    """What of the data is there as it is here."""
    labels = entity.get("labels") or {}
    there = {_meaning(claim) for claim in _claims(entity)}
    captions = {code: text for code, text in data.captions.items() if labels.get(code, {}).get("value") == text}
    return FileData(captions=captions, statements=_those(data, lambda one: _meaning(_claim(one)) in there))


def removal_json(data: FileData, entity: Mapping[str, Any]) -> dict[str, Any]:
    """What wbeditentity takes to remove what is `present`."""
    found = present(data, entity)
    meanings = {_meaning(_claim(one)) for one in found.statements}
    labels = {code: {"language": code, "remove": ""} for code in found.captions}
    claims = [{"id": claim["id"], "remove": ""} for claim in _claims(entity) if _meaning(claim) in meanings]
    return {"labels": labels, "claims": claims}


def in_languages(data: FileData, captions: Collection[str], texts: Collection[str]) -> FileData:
    """The data as a wiki takes it that knows these languages of captions and of texts in statements.

    A caption in another is left out. A text in another is one in the language that it is a kind of (`en-au`: `en`) or
    in one that has no code (Help:Monolingual text languages on Wikidata), if the wiki knows these.
    """
    kept = {code: text for code, text in data.captions.items() if code in captions}
    statements = dict.fromkeys(made for one in data.statements if (made := _in_languages(one, texts)))
    return FileData(captions=kept, statements=tuple(statements))


def _in_languages(one: Statement, texts: Collection[str]) -> Statement | None:
    if not isinstance(one.value, Phrase):
        return one
    told = one.value.language
    code = next((code for code in (told, told.partition("-")[0], UNCODED) if code in texts), None)
    value = Phrase(text=one.value.text, language=code) if code else None
    return one.model_copy(update={"value": value}) if value else None


def _those(data: FileData, wanted: Callable[[Statement], bool]) -> tuple[Statement, ...]:
    return tuple(one for one in data.statements if wanted(one))


def _claims(entity: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return chain.from_iterable((entity.get("statements") or {}).values())


def _claim(one: Statement) -> dict[str, Any]:
    claim: dict[str, Any] = {"type": "statement", "rank": "normal", "mainsnak": _snak(one)}
    if one.qualifiers:
        claim["qualifiers"], claim["qualifiers-order"] = _grouped(one.qualifiers)
    if one.references:
        grouped = [_grouped(reference) for reference in one.references]
        claim["references"] = [{"snaks": snaks, "snaks-order": order} for snaks, order in grouped]
    return claim


def _grouped(snaks: Iterable[Snak]) -> tuple[dict[str, list[dict[str, Any]]], list[str]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for one in snaks:
        groups.setdefault(one.property, []).append(_snak(one))
    return groups, list(groups)


def _snak(one: Snak) -> dict[str, Any]:
    if isinstance(one.value, Unknown):
        return {"snaktype": "somevalue", "property": one.property}
    return {"snaktype": "value", "property": one.property, "datavalue": one.value.json_value}


# What a claim says, without what the wiki adds to it; the same for two that say the same.
def _meaning(claim: Mapping[str, Any]) -> Hashable:
    references = Counter(_said(reference["snaks"]) for reference in claim.get("references") or [])
    return (
        _snak_meaning(claim["mainsnak"]),
        claim["rank"],
        _said(claim.get("qualifiers") or {}),
        frozenset(references.items()),
    )


def _said(snaks: Mapping[str, Sequence[Mapping[str, Any]]]) -> Hashable:
    return frozenset(Counter(map(_snak_meaning, chain.from_iterable(snaks.values()))).items())


def _snak_meaning(one: Mapping[str, Any]) -> Hashable:
    value = one.get("datavalue", {}).get("value")
    if isinstance(value, Mapping):
        # The wiki may add an altitude of null, or leave out the number that repeats an item's id.
        value = frozenset(pair for pair in value.items() if pair[0] != "numeric-id" and pair[1] is not None)
    return one["property"], one["snaktype"], value
