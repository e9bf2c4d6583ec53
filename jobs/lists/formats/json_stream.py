"""JSON as a stream, so that nothing of a large file is held but what was asked for.

Places are told as ijson tells them (https://github.com/ICRAR/ijson): `a.b`, and `a.b.item` for the members of an array.
Every function reads from the start of the file and raises BadManifest; `outline` comes first, as it sees to it that
there is nothing in the file that the others cannot bear.
"""

import codecs
import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO

import ijson

from jobs.model.records import BadManifest
from wikitext.messages import message

MAX_DEPTH = 50
_MAX_MEMBER = 1_000_000  # values in one member of an outermost array
_MAX_KEY = 500

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_CHUNK = 1 << 16
_MAX_DIGITS = 4_000
_LONG_NUMBER = re.compile(rb"(?<!\d)\d{%d}" % _MAX_DIGITS)
_SURROGATE = rb"[dD][89abAB][0-9a-fA-F]{2}"
_HALF = re.compile(  # with as much around it as tells it from a whole one and from `\\ud83d`, which is text
    rb"(?<=[^\\])(?:\\\\)*+\\u(?:" + _SURROGATE + rb"(?!\\u[dD][c-fC-F])(?=.{6})"
    rb"|(?<=.{6}\\u)(?<!\\u" + _SURROGATE + rb"\\u)[dD][c-fC-F][0-9a-fA-F]{2})",
    re.DOTALL,
)
_STARTS = frozenset({"start_map", "start_array"})
_ENDS = frozenset({"end_map", "end_array"})
_TYPES = frozenset({"type", "@type", "@context"})


@dataclass(frozen=True)
class Outline:
    """What JSON is of. `types`: the texts of the top level's `type`, `@type` and `@context`.

    `arrays`: where there are arrays that are in no other, and ijson's name for what begins their first member.
    """

    types: frozenset[str]
    arrays: Mapping[str, str]


def outline(file: BinaryIO) -> Outline:
    """The outline of the file; its depth, and the size of the members of its arrays, are found to be within bounds."""
    _check_bytes(file)
    types: set[str] = set()
    arrays: dict[str, str] = {}
    keys: list[str] = []  # of the objects that are open and in no array
    array = None
    for event, value, depth, outer in _bounded(file):
        if array is not None:
            arrays[array], array = event, None
        if event == "string" and depth <= 1 + bool(outer) and keys and keys[0] in _TYPES:
            types.add(value)
        if outer and not (event == "start_array" and depth == outer):
            continue
        match event:
            case "start_map":
                keys.append("")
            case "map_key":
                keys[-1] = value
            case "end_map":
                keys.pop()
            case "start_array":
                array = ".".join(keys)
    return Outline(frozenset(types), arrays)


def _bounded(file: BinaryIO) -> Iterator[tuple[str, Any, int, int]]:
    """What is in the file, with how deep it is and how deep the outermost array around it is, or 0.

    An array's end is outside of it, and an object's on the level of what is in it.
    """
    depth = outer = size = 0
    for event, value in _events(file):
        size = 0 if outer and depth == outer else size + 1
        if event in _STARTS:
            depth += 1
            if event == "start_array" and not outer:
                outer = depth
        elif event == "end_array" and depth == outer:
            outer = 0
        yield event, value, depth, outer
        depth -= event in _ENDS
        if depth > MAX_DEPTH:
            raise BadManifest(message("manifest-deep", MAX_DEPTH))
        if size > _MAX_MEMBER:
            raise BadManifest(message("manifest-large-item", _MAX_MEMBER))
        if event == "map_key" and len(value) > _MAX_KEY:
            raise BadManifest(message("manifest-long-heading", value[:40], _MAX_KEY))


def _check_bytes(file: BinaryIO) -> None:
    """Refuses what is not UTF-8, halves of characters, and numbers that Python does not convert.

    ijson puts a question mark for a half, and does not expect Python to refuse a number (`sys.set_int_max_str_digits`):
    it ends the process.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    seen = b" " * 8
    try:
        while chunk := file.read(_CHUNK):
            decoder.decode(chunk)
            seen = seen[-_MAX_DIGITS:] + chunk
            _check_pairs(seen)
            if _LONG_NUMBER.search(seen):
                raise BadManifest(message("manifest-json-broken", f"{_MAX_DIGITS} digits"))
        decoder.decode(b"", final=True)
        _check_pairs(seen + b" " * 6)
    except UnicodeDecodeError:
        raise BadManifest(message("manifest-not-utf8")) from None


def _check_pairs(seen: bytes) -> None:
    if half := half_character(seen):
        raise BadManifest(message("manifest-json-broken", half))


def half_character(seen: bytes) -> str:
    """Where JSON names a half of a surrogate pair, in words; empty: nowhere. Not told of its outermost bytes."""
    if b"\\u" not in seen or (half := _HALF.search(seen)) is None:
        return ""
    around = seen[max(0, half.start() - 30) : half.end() + 20].decode(errors="ignore").strip()
    return f"half of a surrogate pair, near {around}"[:100]


def _events(file: BinaryIO) -> Iterator[tuple[str, Any]]:
    with _told():
        yield from ijson.basic_parse(_from_start(file))


def members_of(file: BinaryIO, array: str) -> Iterator[Any]:
    """The members of the array at that place; numbers are integers or decimals."""
    with _told():
        yield from ijson.items(_from_start(file), f"{array}.item" if array else "item")


def whole(file: BinaryIO, without: Collection[str] = ()) -> Any:
    """The value that the file is; of an object only the members whose names are not in `without`."""
    builder = ijson.ObjectBuilder()
    left_out = False
    depth = 0
    for event, value in _events(file):
        depth -= event in _ENDS
        if event == "map_key" and depth == 1:
            left_out = value in without
        if not left_out or depth == 0:
            builder.event(event, value)
        depth += event in _STARTS
    return builder.value


def _from_start(file: BinaryIO) -> BinaryIO:
    file.seek(0)
    if file.read(3) != _BYTE_ORDER_MARK:
        file.seek(0)
    return file


@contextmanager
def _told() -> Iterator[None]:
    """Turns what ijson raises into a sentence; a huge exponent gives the last two."""
    try:
        yield
    except (ijson.JSONError, ValueError, ArithmeticError) as error:
        reason = (str(error).splitlines() or [""])[0].strip().removeprefix("b'").split("\\n")[0]
        raise BadManifest(message("manifest-json-broken", reason[:100])) from None
