"""`cph check FILE`: the check of a list as a request's report has it, on a terminal, without any wiki."""

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TimeElapsedColumn

from bots.telemetry import shown
from jobs.io.http import Unfetched
from jobs.kinds.upload.columns import media_column
from jobs.kinds.upload.examination import Known, UploadExamination
from jobs.kinds.upload.misreadings import misreadings
from jobs.kinds.upload.parameters import OPEN, UploadParameters
from jobs.kinds.upload.spoilt import with_spoilt
from jobs.kinds.upload.templates import with_license
from jobs.lists.plain_text import in_plain_text
from jobs.lists.registry import read_records
from jobs.model.profile import profile_of
from jobs.model.records import BadManifest, BadRecord, Note, Record
from jobs.model.requests import Item, ItemState
from jobs.planning.list_check import check
from wikitext.check_page import Check, Repeats, counted_repeats, named_rows, shown_texts, troubled_rows
from wikitext.escape import plain
from wikitext.messages import Language, Message, language, message

_WIDTH = 60


def check_file(path: str, template: str, sheet: str, code: str) -> int:
    """Print the check of the list in the file; returns the exit status. `code`: of the language to say it in."""
    with _progress() as progress:
        return _check_file(path, template, sheet, language(code), progress)


def _progress() -> Progress:
    """How many rows were read and checked, at a terminal, while it takes."""
    columns = ("{task.description}", MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())


def _check_file(path: str, template: str, sheet: str, says: Language, progress: Progress) -> int:
    asked = _asked(template)
    try:
        with Path(path).open("rb") as file:
            table = read_records(file, _nothing, Path(path).name, sheet)
            read = progress.track(with_spoilt(asked, in_plain_text(table.rows)), description="rows read")
            rows = [*map(Note, table.notes), *read]
    except OSError as error:
        sys.stderr.write(f"cph: {shown(path)} cannot be read: {error.strerror or error}\n")
        return 2
    except (BadManifest, Unfetched) as error:
        sys.stderr.write(f"{shown(_said(says, error.why))}\n")
        return 1
    records = [row for row in rows if isinstance(row, Record)]
    profile = profile_of(records)
    asked = with_license(asked, profile)
    examination = UploadExamination(asked, profile, Known(), datetime.now(UTC).date())
    listed = progress.track([*_listed(rows)], description="rows checked")
    found = check(map(_item, listed), examination)
    notes = [row.what for row in rows if isinstance(row, Note)]
    notes += misreadings(asked, [row.values for row in records], profile)
    if not media_column(profile):
        notes.append(message("problem-no-media-column", ", ".join(name for name, _ in profile)))
    progress.stop()
    print(shown("\n".join((f"{path}: {table.format}", *(_said(says, note) for note in notes), *_lines(says, found)))))
    return 0


def _asked(template: str) -> UploadParameters:
    given = {"partner": "-", "manifest": "https://example.org/", "license": OPEN, "categories": "-"}
    return UploadParameters.model_validate(given | {"filename": "{title}", "template": template})


def _listed(rows: list[Record | BadRecord | Note]) -> Iterator[Record | BadRecord]:
    return (row for row in rows if not isinstance(row, Note))


def _item(row: Record | BadRecord) -> Item:
    if isinstance(row, BadRecord):
        return Item(row.row, ItemState.REFUSED, {}, None, None, row.why, None)
    return Item(row.row, ItemState.READ, row.values, None, None, None, None)


def _nothing(address: str) -> AbstractContextManager[BinaryIO]:
    raise Unfetched(message("web-no-answer", address))


def _lines(says: Language, found: Check) -> Iterator[str]:
    yield f"\n{_said(says, message('check-rows', found.rows))}"
    yield "\n" + "\t".join(_said(says, message(f"check-{name}")) for name in ("column", "use", "filled", "example"))
    for column in found.columns:
        uses = ", ".join(_said(says, use) for use in column.uses) or "-"
        yield f"{column.name}\t{uses}\t{100 * column.filled // max(found.rows, 1)} %\t{_short(column.example)}"
    yield f"\n{_said(says, message('check-troubles'))}"
    for trouble in found.troubles:
        rows = plain(troubled_rows(says, trouble))
        why, then = _said(says, trouble.why), _said(says, message(trouble.then))
        yield f"{rows}\t{trouble.column}\t{why}\t{then}"
    if not found.troubles:
        yield _said(says, message("check-no-troubles"))
    if found.unread:
        yield f"\n{_said(says, message('check-unread'))}"
        yield from (f"{column}\t{rows}\t{_in_line(shown_texts(texts))}" for column, texts, rows in found.unread)
        if found.more_unread:
            yield _said(says, message("check-mapping-rest", found.more_unread))
    if found.repeats.groups:
        yield from _repeats(says, found.repeats)


def _repeats(says: Language, repeats: Repeats) -> Iterator[str]:
    yield f"\n{_said(says, message('check-repeats'))}"
    for group in repeats.groups:
        same = "; ".join(_said(says, message(same)) for same, _ in group.what)
        values = "; ".join(" · ".join(ways) for _, ways in group.what)
        yield f"{same}\t{values}\t{plain(named_rows(says, group.rows, group.count))}"
    if repeats.counts:
        yield _said(says, message("check-repeats-all", counted_repeats(says, repeats)))


def _said(says: Language, what: Message) -> str:
    return plain(says.say(what))


def _short(text: str) -> str:
    return _in_line(text)[:_WIDTH]


def _in_line(text: str) -> str:
    return " ".join(text.split())
