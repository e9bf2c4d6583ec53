"""JSON and JSON Lines: what museums' own interfaces answer, and what is no list."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.model.records import Record
from jobs.patterns.pattern import column_key
from tests.jobs.lists.made import bad_rows, refusal, rows, table, values

RECORDS = [{"title": "A", "Media-URL": "https://example.org/1.jpg"}, {"title": "B", "year": 1900}]
READ = [{"title": "A", "media url": "https://example.org/1.jpg"}, {"title": "B", "year": "1900"}]


@pytest.mark.parametrize(
    "document",
    [
        RECORDS,
        {"records": RECORDS},
        {"total": 2, "next": None, "response": {"params": {"fields": ["title"]}, "docs": RECORDS}, "took": 1.5},
    ],
)
@pytest.mark.parametrize("indent", [None, 2])
def test_the_one_array_of_objects_is_the_list(document: Any, indent: int | None) -> None:
    """The list is the whole document, or the only array of objects that is in the document's objects."""
    text = json.dumps(document, indent=indent)
    assert values(text) == READ
    assert table(text).format == "JSON"
    assert table(text).columns == ("title", "media url", "year")
    assert [row.row for row in rows(text)] == [1, 2]


def test_an_object_alone_is_a_list_of_one() -> None:
    """A document without an array of objects is one record itself."""
    assert values('{"title": "A", "tags": ["x", "y"]}') == [{"title": "A", "tags": "x; y"}]


def test_several_arrays_of_objects_are_told() -> None:
    """Which of several lists is meant cannot be known, so they are named."""
    document = {"works": [{"title": "A"}], "data": {"people": [{"name": "X"}]}, "years": [1900]}
    assert refusal(json.dumps(document)) == ("manifest-json-arrays", ("works, data.people",))


def test_json_lines_are_one_object_a_line() -> None:
    """Of JSON Lines the row is the line, empty lines being counted, and a broken line refuses itself alone."""
    text = '{"title": "A", "tags": [{"x": 1}]}\n\n{"title": \n[1]\n{"title": "B"}\n'
    assert table(text).format == "JSON Lines"
    assert rows(text)[0] == Record(1, {"title": "A", "tags.x": "1"})
    assert rows(text)[-1] == Record(5, {"title": "B"})
    assert [(row, key) for row, key, _ in bad_rows(text)] == [(3, "row-json-broken"), (4, "row-not-object")]


def test_nested_values_are_flattened() -> None:
    """Objects in a record become columns with a full stop; members of arrays, one value parted by semicolons."""
    record = {
        "maker": {"name": "A", "born": {"year": 1900}},
        "places": ["X", None, "", " Y "],
        "people": [{"name": "B", "role": "sitter"}, {"name": "C"}],
        "image_url": "u",
        "image-url": "v",
    }
    assert values(json.dumps([record])) == [
        {
            "maker.name": "A",
            "maker.born.year": "1900",
            "places": "X; Y",
            "people.name": "B; C",
            "people.role": "sitter",
            "image url": "u; v",
        }
    ]


@pytest.mark.parametrize("lines", [False, True])
def test_values_are_as_they_were_typed(lines: bool) -> None:  # noqa: FBT001 - a parameter
    """Numbers keep their digits, `true` and `false` their letters; `null` and `[]` are empty but name their column."""
    text = '{"a":1.50,"b":true,"c":null,"d":[],"e":12345678901234567890,"f":-0.1,"g":"x"}'
    expected = {"a": "1.50", "b": "true", "c": "", "d": "", "e": "12345678901234567890", "f": "-0.1", "g": "x"}
    assert values(f"{text}\n{text}" if lines else f"[{text}]")[0] == expected


def test_members_that_are_no_objects_refuse_themselves() -> None:
    """A plain value in a list of objects is a bad row, and the others are read."""
    assert bad_rows('[{"a": 1}, "b", [2], null]') == [(n, "row-not-object", ()) for n in (2, 3, 4)]
    assert refusal("[1, 2]") == ("row-not-object", ())


def test_empty_records_are_passed_over_and_counted() -> None:
    """Objects without a value come to nothing, and those behind them keep their place."""
    assert rows('[{}, {"a": null}, {"a": "x"}]') == [Record(3, {"a": "x"})]


@pytest.mark.parametrize("text", ["[]", "{}", "[{}]", '{"records": []}', '[{"": 1}]', '[{"_": 1}]'])
def test_nothing_is_told(text: str) -> None:
    """A list without any named value is empty."""
    assert refusal(text) == ("manifest-no-records", ("JSON",))


@pytest.mark.parametrize("text", ['[{"a": 1}', '{"a": [{"b": 1}], ', '[{"a": 01}]', '[{"a": 1}] x', '[{"a": NaN}]'])
def test_broken_json_is_told_before_any_row(text: str) -> None:
    """A document that breaks anywhere is refused as a whole."""
    assert refusal(text)[0] == "manifest-json-broken"


@pytest.mark.parametrize("number", ["9" * 5000, "1e" + "9" * 30])
def test_numbers_beyond_python_are_told(number: str) -> None:
    """A number that Python itself refuses is a broken document, not a surprise."""
    assert refusal(f'[{{"a": {number}}}]')[0] == "manifest-json-broken"


@pytest.mark.parametrize("inner", ["[" * 51, '{"a":' * 51, '[{"a":' * 26, "[" * 300_000])
def test_deep_json_is_told(inner: str) -> None:
    """More levels than any museum's are refused, in JSON and in JSON Lines."""
    assert refusal(f'[{{"a": {inner}')[0] == "manifest-deep"
    ends = {"[": "]", "{": "}"}
    closed = inner + "1" + "".join(ends[c] for c in reversed(inner) if c in ends)
    assert refusal(f'{{"a": 1}}\n{{"a": {closed}}}\n')[0] == "manifest-deep"


def test_too_many_columns_are_told() -> None:
    """500 columns are read, one more is told, whether in one record or in all together."""
    assert len(table(json.dumps([{f"c{n}": n} for n in range(500)])).columns) == 500
    for records in ([{f"c{n}": n} for n in range(501)], [{f"c{n}": n for n in range(501)}]):
        assert refusal(json.dumps(records)) == ("manifest-many-columns", (500,))


def test_long_names_and_values_are_told() -> None:
    """A name beyond 500 characters refuses the list, a value beyond 100,000 its row."""
    assert refusal(json.dumps([{"a": {"b" * 499: 1}}])) == ("manifest-long-heading", ("a." + "b" * 38, 500))
    assert bad_rows(json.dumps([{"a": "x" * 100_000}, {"a": "x" * 100_001}])) == [
        (2, "row-cell-too-long", ("a", 100_000))
    ]


def test_long_rows_are_told() -> None:
    """All values of a row have a million characters at most: a database takes no more at once."""
    row = {f"c{number}": "x" * 100_000 for number in range(10)}
    assert bad_rows(json.dumps([row, row | {"d": "x"}])) == [(2, "row-too-long", (1_000_000,))]


names = st.text(min_size=1, max_size=8).filter(lambda name: column_key(name) and name.isascii() and "." not in name)
texts = st.text(st.characters(codec="utf-8"), max_size=20)


@given(st.lists(st.dictionaries(names, texts, max_size=4), max_size=5), st.sampled_from(["", "\ufeff"]))
def test_what_was_written_is_read(records: list[dict[str, str]], mark: str) -> None:
    """Any array of flat objects is read back, its values stripped, however it is written."""
    expected = []
    for row, record in enumerate(records, 1):
        read: dict[str, list[str]] = {}
        for name, value in record.items():
            read.setdefault(column_key(name), []).extend([value.strip()] if value.strip() else [])
        if any(read.values()):
            expected.append(Record(row, {name: "; ".join(found) for name, found in read.items()}))
    for indent in (None, 1):
        written = mark + json.dumps(records, indent=indent, ensure_ascii=indent is None)
        if expected:
            assert rows(written) == expected
        else:
            assert refusal(written)[0] == "manifest-no-records"


def test_lines_that_are_no_objects_are_told_apart() -> None:
    """A line that begins as an object and is none is broken; one that does not begin so is something else."""
    text = '{"a": 1}\n{\nx\n"{}"\n {"a": 2} \r\n{]}\n'
    broken, other = "row-json-broken", "row-not-object"
    assert [(row, key) for row, key, _ in bad_rows(text)] == [(2, broken), (3, other), (4, other), (6, broken)]


@pytest.mark.parametrize(
    "text", ["Half \ud83d of it", "\ude00", "\ud83d\ud83d\ude00", "\\\ud83d", "x" * 65_500 + "\ud83d"]
)
def test_half_a_character_is_told(text: str) -> None:
    """Half of a surrogate pair is no character: nobody's question mark stands for it, and the place is told."""
    told, [where] = refusal(json.dumps([{"title": text}]))
    assert (told, "half of a surrogate pair" in str(where)) == ("manifest-json-broken", True)
    lines = "\n".join(map(json.dumps, ({"title": text}, {"title": "B"})))
    assert [key for _, key, _ in bad_rows(lines)] == ["row-json-broken"]


@pytest.mark.parametrize(
    "text", ["\U0001f600", "\U0001f600" * 20_000, "\\ud83d", "x" * 65_503 + "\U0001f600\U0001f600"]
)
def test_whole_characters_are_read_however_they_are_written(text: str) -> None:
    """A pair of surrogates is a character, also where it stands at the end of what is read at once."""
    assert values(json.dumps([{"title": text}])) == [{"title": text}]
