"""JSON: an array of objects, somewhere in an object or alone; or JSON Lines, an object a line (https://jsonlines.org).

Where there is no array, objects that stand in one by names are the records.
Objects in a record are flattened: `{"maker": {"name": "A"}}` has the column `maker.name`. The members of arrays are
values of one column. `null` is an empty value.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from jobs.lists.formats.cells import add, named_record, self_describing, whole_characters
from jobs.lists.formats.json_stream import MAX_DEPTH, half_character, members_of, whole
from jobs.lists.formats.list_source import Format, Source
from jobs.model.records import BadManifest, BadRecord, Record, Table
from wikitext.messages import message

_MAX_LINE = 10_000_000
_JUDGED = 20
_MOST_ARRAYS = 20
_LINE = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=str)
_BEGINS = re.compile(r'\{\s*["}]|\[\s*[\[{"\]\d]')


def is_json(source: Source) -> bool:
    """Whether the file begins as JSON does that has something in it."""
    return _BEGINS.match(source.text) is not None


def _read(source: Source) -> Table:
    arrays = [place for place, first in source.outline.arrays.items() if first == "start_map"]
    if source.text.startswith("["):
        arrays = [""]
    several = 1 < len(arrays) <= _MOST_ARRAYS
    likely = [place for place in arrays if _has_addresses(source, place)] if several else arrays
    if len(arrays) > 1 and len(likely) != 1:
        raise BadManifest(message("manifest-json-arrays", ", ".join(arrays[:10])[:500]))

    def records() -> Iterator[Record | BadRecord]:
        found = members_of(source.file, likely[0]) if likely else _objects(whole(source.file))
        return (_record(row, value) for row, value in enumerate(found, 1))

    table = self_describing(JSON.name, records)
    others = ", ".join(place for place in arrays if place not in likely)[:500]
    return replace(table, notes=(message("list-json", likely[0], others),)) if others else table


def _has_addresses(source: Source, place: str) -> bool:
    """Whether an address stands in any of the array's first members, as in those of a list of files."""
    return any("http" in json.dumps(member, default=str) for member in islice(members_of(source.file, place), _JUDGED))


def _objects(value: Any) -> Iterator[Any]:
    """The objects that are an object's only members, by whatever names; else itself."""
    inner = list(value.values()) if isinstance(value, dict) else []
    if len(inner) == 1 and isinstance(inner[0], dict):
        yield from _objects(inner[0])
    elif len(inner) > 1 and all(isinstance(member, dict) for member in inner):
        yield from inner
    else:
        yield value


def _is_lines(source: Source) -> bool:
    """Whether the first line is a whole object, and not the only line."""
    if not source.text.startswith("{"):
        return False
    lines = (line for line in _lines(source) if line.strip())
    try:
        _loaded(next(lines, b""))
    except (ValueError, RecursionError):
        return False
    return next(lines, None) is not None


def _read_lines(source: Source) -> Table:
    def records() -> Iterator[Record | BadRecord]:
        return (_line(row, line) for row, line in enumerate(_lines(source), 1) if line.strip())

    return self_describing(JSON_LINES.name, records)


def _lines(source: Source) -> Iterator[bytes]:
    source.file.seek(0)
    first = source.file.readline(_MAX_LINE).removeprefix(b"\xef\xbb\xbf")
    while first:
        yield first
        first = source.file.readline(_MAX_LINE)


def _line(row: int, line: bytes) -> Record | BadRecord:
    line = line.strip()
    if not line.startswith(b"{"):
        return BadRecord(row, message("row-not-object"))
    if not line.endswith(b"}"):
        return BadRecord(row, message("row-json-broken", "no } at its end"))
    if half := half_character(b"%8s%s%6s" % (b"", line, b"")):
        return BadRecord(row, message("row-json-broken", half))
    try:
        return _record(row, _loaded(line))
    except RecursionError:
        raise BadManifest(message("manifest-deep", MAX_DEPTH)) from None
    except ValueError as error:
        return BadRecord(row, message("row-json-broken", str(error)[:100]))


def _loaded(line: bytes) -> Any:
    """The value on the line, its numbers as they are written."""
    return _LINE.decode(line.decode())


def _record(row: int, value: Any) -> Record | BadRecord:
    if not isinstance(value, dict):
        return BadRecord(row, message("row-not-object"))
    values: dict[str, list[str]] = {}
    _flatten(value, "", values)
    return named_record(row, values)


def _flatten(value: Any, name: str, values: dict[str, list[str]], depth: int = 0) -> None:
    if depth > MAX_DEPTH:
        raise BadManifest(message("manifest-deep", MAX_DEPTH))
    if isinstance(value, dict):
        for member, inner in value.items():
            _flatten(inner, f"{name}.{member}" if name else member, values, depth + 1)
    elif isinstance(value, list) and value:
        for inner in value:
            _flatten(inner, name, values, depth + 1)
    else:
        add(values, name, scalar(value))


def scalar(value: Any) -> str:
    """A value that is no object and no array with something in it, as it would be typed."""
    match value:
        case None | []:
            return ""
        case bool():
            return str(value).lower()
        case _:
            return whole_characters(str(value))


JSON = Format("JSON", is_json, _read)
JSON_LINES = Format("JSON Lines", _is_lines, _read_lines)
