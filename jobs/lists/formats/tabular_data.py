"""A page `Data:….tab` (https://www.mediawiki.org/wiki/Help:Tabular_data): `schema` names the columns, `data` has rows.

A text in several languages stands under `column@language` too, and the column itself has the English one, or else the
first.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jobs.lists.formats.cells import add, headings, named_record, self_describing
from jobs.lists.formats.json_objects import is_json, scalar
from jobs.lists.formats.json_stream import members_of
from jobs.lists.formats.list_source import Format, Source
from jobs.model.records import BadRecord, Record, Table
from wikitext.messages import message


def _is_tabular(source: Source) -> bool:
    return is_json(source) and {"schema.fields", "data"} <= source.outline.arrays.keys()


def _read(source: Source) -> Table:
    fields = [
        field.get("name") if isinstance(field, dict) else "" for field in members_of(source.file, "schema.fields")
    ]
    columns = headings(scalar(name) for name in fields)

    def records() -> Iterator[Record | BadRecord]:
        return (_record(row, columns, cells) for row, cells in enumerate(members_of(source.file, "data"), 1))

    return self_describing(TABULAR.name, records)


def _record(row: int, columns: Sequence[str], cells: Any) -> Record | BadRecord:
    if not isinstance(cells, list):
        return BadRecord(row, message("row-not-array"))
    if len(cells) > len(columns):
        return BadRecord(row, message("row-too-many-cells", len(cells), len(columns)))
    values: dict[str, list[str]] = {}
    for column, cell in zip(columns, cells, strict=False):
        if isinstance(cell, Mapping):
            main = cell.get("en", next(iter(cell.values()), None))
            for language, text in cell.items():
                add(values, f"{column}@{language}", scalar(text))
        else:
            main = cell
        add(values, column, scalar(main))
    return named_record(row, values)


TABULAR = Format("tabular data", _is_tabular, _read)
