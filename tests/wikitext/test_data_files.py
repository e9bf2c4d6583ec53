"""Data files say only what may be said, and a mistake in one is told with its place."""

import json
import re
from collections.abc import Callable
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import pytest

from bots.web.reader import TEXTS
from jobs.io.error_table import ERRORS
from wikitext.attribution import ATTRIBUTIONS, NOBODY
from wikitext.columns import COLUMNS
from wikitext.data_files import BadData, data_files, read_data
from wikitext.date_words import DATE_WORDS
from wikitext.empty_values import EMPTY_VALUES
from wikitext.licenses import LICENSES
from wikitext.messages import read_messages
from wikitext.rights_statements import RIGHTS

KINDS: dict[str, Callable[[Traversable], object]] = {
    "attributions.json": lambda file: read_data(ATTRIBUTIONS, file),
    "columns": lambda file: read_data(COLUMNS, file),
    "date_words": lambda file: read_data(DATE_WORDS, file),
    "empty_values.json": lambda file: read_data(EMPTY_VALUES, file),
    "errors.json": lambda file: read_data(ERRORS, file),
    "licenses.json": lambda file: read_data(LICENSES, file),
    "messages": read_messages,
    "dashboard": lambda file: read_data(TEXTS, file),
    "nobody.json": lambda file: read_data(NOBODY, file),
    "rights_statements": lambda file: read_data(RIGHTS, file),
}
"""How the files of each kind are read: one file, or a folder of them."""


def real(kind: str) -> list[Traversable]:
    """The project's own files of a kind."""
    elsewhere = {"errors.json": files("jobs.io") / kind, "dashboard": files("bots.web") / "messages"}
    place = elsewhere.get(kind) or files("wikitext") / kind
    return [place] if place.is_file() else list(data_files(place))


def test_every_data_file_is_of_a_kind() -> None:
    """No file of data is read without being looked at."""
    root = Path(__file__).parent.parent.parent
    there = {path.resolve() for room in ("wikitext", "jobs", "bots") for path in (root / room).rglob("*.json")}
    assert there == {Path(str(file)).resolve() for kind in KINDS for file in real(kind)}


@pytest.mark.parametrize("kind", KINDS)
def test_the_real_files_are_right(kind: str) -> None:
    """Each of them."""
    for file in real(kind):
        assert KINDS[kind](file)


Change = Callable[[Any], object]

BROKEN: list[tuple[str, str, Change, str]] = [
    ("attributions.json", "attributions.json", lambda data: data.update({"work shop of": []}), "work shop of"),
    ("attributions.json", "attributions.json", lambda data: data.pop("after"), "after is missing"),
    ("attributions.json", "attributions.json", lambda data: data["after"].append(" "), "after, "),
    ("columns", "sv.json", lambda data: data.update(creatro=["konstnär"]), "creatro"),
    ("columns", "sv.json", lambda data: data.update(creator="konstnär"), "creator: "),
    ("columns", "sv.json", lambda data: data.update({"date*": ["datum"]}), "date\\*"),
    ("date_words", "fi.json", lambda data: data.update(M13=["kuu"]), "M13"),
    ("date_words", "fi.json", lambda data: data.update(CIRCA=[1]), "CIRCA, 0"),
    ("empty_values.json", "empty_values.json", lambda data: data.pop("size"), "size is missing"),
    ("empty_values.json", "empty_values.json", lambda data: data.update(colour=["none"]), "colour"),
    ("licenses.json", "licenses.json", lambda data: data["templates"]["FAL"].update(item="152332"), "FAL, item"),
    ("licenses.json", "licenses.json", lambda data: data["templates"]["FAL"].update(state=""), "FAL, state"),
    ("licenses.json", "licenses.json", lambda data: data["creative commons"].update({"nc-4.0": "Q1"}), "nc-4.0"),
    ("licenses.json", "licenses.json", lambda data: data["other names"].update({"cc0": "Cc-0"}), "cc0"),
    ("messages", "de.json", lambda data: data.update({"status-dun": "Fertig"}), "status-dun"),
    ("messages", "de.json", lambda data: data.update({"status-done": 1}), "status-done"),
    ("messages", "de.json", lambda data: data["@metadata"].update(autors=[]), "@metadata, autors"),
    ("nobody.json", "nobody.json", lambda data: data.pop("school"), "school is missing"),
    ("nobody.json", "nobody.json", lambda data: data.update(nobdy=["anon"]), "nobdy"),
    ("rights_statements", "fr.json", lambda data: data.update({"public domane": []}), "public domane"),
    ("rights_statements", "fr.json", lambda data: data.update({"by": [None]}), "by, 0"),
]
"""A kind, a file of it, a mistake made in it, and what is said of the place."""


@pytest.mark.parametrize(("kind", "name", "broken", "place"), BROKEN, ids=lambda given: str(given)[:20])
def test_a_mistake_is_told_with_its_place(tmp_path: Path, kind: str, name: str, broken: Change, place: str) -> None:
    """A key that nothing is made of, or something else than words, is refused: not passed over in silence."""
    [file] = [file for file in real(kind) if file.name == name]
    data = json.loads(file.read_text(encoding="utf-8"))
    broken(data)
    copy = tmp_path / name
    copy.write_text(json.dumps(data), encoding="utf-8")
    with pytest.raises(BadData, match=rf"{re.escape(str(copy))}: .*{place}"):
        KINDS[kind](copy)


@pytest.mark.parametrize(
    ("text", "said"),
    [("{", "line 1"), ('{"size": [], "size": []}', "size: it stands there twice"), ("[]", "the whole")],
)
def test_what_is_no_such_json_is_told(tmp_path: Path, text: str, said: str) -> None:
    """With where it ends to be JSON, or which key is there twice."""
    copy = tmp_path / "empty_values.json"
    copy.write_text(text, encoding="utf-8")
    with pytest.raises(BadData, match=rf"empty_values\.json: .*{said}"):
        read_data(EMPTY_VALUES, copy)
