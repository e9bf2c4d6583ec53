"""Structured data of the wiki in memory: entities as flat parts, of which an edit changes some.

As `deploy/sandbox/mediainfo` does it, which is where the rules are from; of values the form is looked at, as far as
partners can get it wrong. A part is `labels/sv`, or `statements/` and the statement's id.
"""

import hashlib
import json
import re
from collections.abc import Collection, Mapping
from typing import Any

from jobs.io.errors import WikiError
from jobs.model.structured_data.wikidata import PROPERTIES

Parts = Mapping[str, Any]

_LONGEST_TERM, _LONGEST = 250, 1500
_MALFORMED = re.compile(r"^\s|[\v\t]|\s$")
_ADDRESS = re.compile(r"(?:https?|ftp)://[^/?#\s<>\"\[\]]+[^\s<>\"\[\]\ufffd]*", re.IGNORECASE)
_TYPES = {"globe-coordinate": "globecoordinate", "url": "string", "wikibase-item": "wikibase-entityid"}
_DATATYPES = {id_: property_.datatype for id_, property_ in PROPERTIES.items()}


def changes(data: Mapping[str, Any], new_id: "NewId", languages: Collection[str]) -> dict[str, Any]:
    """What wbeditentity's `data` changes; a part that is None goes. Raises WikiError."""
    found: dict[str, Any] = {}
    for term in data.get("labels", {}).values():
        code = term["language"]
        if code not in languages:
            raise WikiError("not-recognized-language", code)
        value = "" if "remove" in term else term["value"].strip()
        found[f"labels/{code}"] = {"language": code, "value": value} if value else None
    for claim in data.get("claims", ()):
        if "remove" in claim:
            found[f"statements/{claim['id']}"] = None
        else:
            statement = _statement(claim, new_id)
            found[f"statements/{statement['id']}"] = statement
    return found


class NewId:
    """Gives each statement that has none an id: the entity's, `$` and a number in a GUID's form."""

    def __init__(self, entity: str, first: int) -> None:
        self._entity = entity
        self._next = first

    def __call__(self) -> str:
        """The next one."""
        self._next += 1
        digits = f"{self._next:032X}"
        return f"{self._entity}${digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _statement(claim: Mapping[str, Any], new_id: NewId) -> dict[str, Any]:
    if "type" not in claim or "mainsnak" not in claim:
        raise WikiError("invalid-claim", 'Attribute "type" or "mainsnak" is missing')
    made: dict[str, Any] = {"mainsnak": _snak(claim["mainsnak"]), "type": "statement"}
    if claim.get("qualifiers"):
        made["qualifiers"] = _grouped(claim["qualifiers"])
        made["qualifiers-order"] = [*made["qualifiers"]]
    made |= {"id": claim.get("id") or new_id(), "rank": claim.get("rank", "normal")}
    if claim.get("references"):
        sources = [_grouped(source["snaks"]) for source in claim["references"]]
        made["references"] = [{"hash": _hash(one), "snaks": one, "snaks-order": [*one]} for one in sources]
    return made


def _grouped(snaks: Any) -> dict[str, list[dict[str, Any]]]:
    """Snaks by their property, given so or as a list."""
    listed = snaks if isinstance(snaks, list) else [one for several in snaks.values() for one in several]
    grouped: dict[str, list[dict[str, Any]]] = {}
    for snak in map(_snak, listed):
        grouped.setdefault(snak["property"], []).append(snak)
    return grouped


def _snak(given: Mapping[str, Any]) -> dict[str, Any]:
    snak = {"snaktype": given["snaktype"], "property": given["property"]}
    value = {"datavalue": _full(given["datavalue"])} if given["snaktype"] == "value" else {}
    return snak | {"hash": _hash(snak | value)} | value


def _full(datavalue: Mapping[str, Any]) -> dict[str, Any]:
    """With those of its fields that may be left out."""
    value = datavalue["value"]
    if datavalue["type"] == "wikibase-entityid":
        id_ = value.get("id") or f"Q{value['numeric-id']}"
        value = {"entity-type": "item", "numeric-id": int(id_[1:]), "id": id_}
    elif datavalue["type"] == "globecoordinate":
        blank = dict.fromkeys(("latitude", "longitude", "altitude", "precision"))
        value = blank | {"globe": "http://www.wikidata.org/entity/Q2"} | value
    return {"value": value, "type": datavalue["type"]}


def _hash(of: object) -> str:
    return hashlib.sha1(json.dumps(of).encode(), usedforsecurity=False).hexdigest()


def check(changed: Parts, old: Parts, missing: Collection[str], languages: Collection[str]) -> None:
    """Raises WikiError `modification-failed` where a value is not taken. `missing`: items that are not there."""
    for key, part in changed.items():
        if key.startswith("labels/"):
            if part:
                _text(part["value"], _LONGEST_TERM)
        elif part is None:
            _require(key in old, "Entity does not have a statement with this GUID")
        else:
            _check_statement(part, missing, languages)


def _check_statement(part: Mapping[str, Any], missing: Collection[str], languages: Collection[str]) -> None:
    lists = [*part.get("qualifiers", {}).values()]
    lists += [snaks for source in part.get("references", ()) for snaks in source["snaks"].values()]
    for snak in (part["mainsnak"], *(snak for snaks in lists for snak in snaks)):
        _check_snak(snak, missing, languages)


def _check_snak(snak: Mapping[str, Any], missing: Collection[str], languages: Collection[str]) -> None:
    datatype = _DATATYPES.get(snak["property"])
    _require(datatype is not None, f"Property {snak['property']} not found!")
    if snak["snaktype"] != "value":
        return
    kind, value = snak["datavalue"]["type"], snak["datavalue"]["value"]
    _require(kind == _TYPES.get(str(datatype), datatype), f"Bad value type: {kind}")
    if datatype == "string":
        _text(value)
    elif datatype == "url":
        _require(_ADDRESS.fullmatch(value) is not None and len(value) <= _LONGEST, f"Malformed URL: {value}")
    elif datatype == "wikibase-item":
        _require(value["id"] not in missing, f"Item {value['id']} not found")
    elif datatype == "monolingualtext":
        _text(value["text"])
        _require(value["language"] in languages, "Not a known language")


def _text(value: str, longest: int = _LONGEST) -> None:
    _require(bool(value) and len(value) <= longest and not _MALFORMED.search(value), f"Malformed input: {value}")


def _require(right: bool, why: str) -> None:  # noqa: FBT001 - what it is about
    if not right:
        raise WikiError("modification-failed", why)


def patched(parts: Parts, changed: Parts) -> dict[str, Any]:
    """The parts with some set and some (those that are None) removed."""
    return {key: part for key, part in {**parts, **changed}.items() if part is not None}


def merged(base: Parts, wanted: Parts, latest: Parts, *, own: bool) -> dict[str, Any]:
    """An edit of what is not the latest any more; WikiError `editconflict` where the same was changed since.

    `own`: all edits since are of who edits now; they are then done as far as they can be.
    """
    patch = {key: wanted.get(key) for key in {**base, **wanted} if base.get(key) != wanted.get(key)}
    clean = {key: part for key, part in patch.items() if latest.get(key) == base.get(key)}
    if len(clean) != len(patch) and (not own or not clean):
        raise WikiError("editconflict", "Edit conflict.")
    return patched(latest, clean)


def as_json(parts: Parts) -> dict[str, Any]:
    """The labels and statements as wbgetentities has them; no statements are an empty list."""
    labels: dict[str, Any] = {}
    statements: dict[str, list[Any]] = {}
    for key, part in parts.items():
        group, _, name = key.partition("/")
        if group == "labels":
            labels[name] = part
        else:
            statements.setdefault(part["mainsnak"]["property"], []).append(part)
    return {"labels": labels, "statements": statements or []}
