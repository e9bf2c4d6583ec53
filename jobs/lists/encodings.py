"""Lists that are not in UTF-8: in which encoding they are is what their letters tell, or else the partner.

Programs that guess by how often letters come (charset-normalizer among them) take Polish for Western European; here an
encoding is beyond doubt where it alone makes of all bytes the letters of one language.
"""

import codecs
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import islice
from typing import BinaryIO

from jobs.model.records import BadManifest
from wikitext.messages import message

_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_TOLD_BY_THEMSELVES = (b"<?xml", b"PK", b"\xd0\xcf\x11\xe0", b"\x1f\x8b")
_DECLARED = re.compile(r"^(<\?xml\b[^>]*?\bencoding\s*=\s*[\"'])[^\"'>]*")
_CHUNK = 1 << 16
_AROUND = re.compile(rb"[^\n]{0,30}[\x80-\xff][^\n]{0,30}")
_MOST_PIECES = 2_000
_MOST_SHOWN = 3
_SHOWN = 40  # characters
_UNLIKELY = re.compile(
    "[a-z][\u0370-\u06ff]|[\u0370-\u06ff][a-z]"
    "|(?<!\\w)[бвгджзйклмнпрстфхцчшщъь]{3,}(?!\\w)|(?<!\\w)[βγδζθκλμνξπρςστφχψ]{3,}(?!\\w)"
    "|\\w[\u00a1-\u00a9\u00ab-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7\u2030\u2039\u203a\u02c6\u02dc]\\w",
    re.IGNORECASE,
)
_CAPITAL_WITHIN = re.compile("[a-zà-öø-ÿα-ωа-я][À-ÖØ-ÞΑ-ΩА-Я]")

ENCODINGS: Mapping[str, str] = {
    "windows-1252": "cp1252", "windows-1250": "cp1250", "windows-1251": "cp1251", "windows-1253": "cp1253",
    "windows-1254": "cp1254", "windows-1256": "cp1256", "windows-1257": "cp1257",
    "macintosh": "mac_roman", "cp850": "cp850",
}  # fmt: skip
"""Those that are tried, by the names that partners can give, with Python's."""

_OTHERS = (
    "windows-1255", "windows-1258", "iso-8859-2", "iso-8859-5", "koi8-r", "shift_jis", "gb18030", "big5", "euc-kr",
)  # fmt: skip
"""Those that are read where the partner names them."""

_LETTERS = tuple(
    frozenset(letters) | frozenset(letters.upper()) for letters in (
    "åäöéü", "æøåé", "äöüß", "àâæçéèêëîïôœùûü", "áéíñóúüºª¿¡", "ãáàâçéêíõóôúüºª", "àèéìíòóù", "éèëïóöü", "ąćęłńóśźż",
    "áčďéěíňóřšťúůýž", "áäčďéíĺľňóôŕšťúýž", "áéíóöőúüű", "čćđšž", "çğıİöşüâîû", "äõöüšž", "āčēģīķļņšūž", "ąčęėįšųūž",
    "áðéíóúýþæö", "абвгдеёжзийклмнопрстуфхцчшщъыьэюя№", "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя№",
    "αβγδεζηθικλμνξοπρστυφχψωάέήίόύώςϊϋΐΰ", "ءآأؤإئابةتثجحخدذرزسشصضطظعغـفقكلمنهوىيًٌٍَُِّْپچژگ،؛؟",
))  # fmt: skip
"""The letters beside a to z of languages, each in a line of its own."""

_MARKS = frozenset("«»‹›“”„‘’‚–—…·•°§©®™×÷½¼¾±²³€£¥\u00a0\u00ad")  # noqa: RUF001 - those that are meant


def in_utf8(file: BinaryIO, told: str = "") -> BinaryIO:
    """The file, or what is in it, in UTF-8. `told`: the encoding that the partner names. Raises BadManifest."""
    beginning = _beginning(file)
    if beginning.startswith(_UTF16):
        return _copy(file, "utf-16")
    if beginning.startswith(_TOLD_BY_THEMSELVES) or _is_utf8(file):
        return file
    if told:
        known = {**ENCODINGS, **dict(zip(_OTHERS, _OTHERS, strict=True))}
        if told.lower() not in known:
            raise BadManifest(message("manifest-no-encoding", told[:40], ", ".join(known)))
        return _copy(file, known[told.lower()])
    return _copy(file, _meant(file))


def _beginning(file: BinaryIO) -> bytes:
    file.seek(0)
    beginning = file.read(8)
    file.seek(0)
    return beginning


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0)
    while chunk := file.read(_CHUNK):
        yield chunk


def _is_utf8(file: BinaryIO) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for chunk in _chunks(file):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        file.seek(0)
    return True


def _meant(file: BinaryIO) -> str:
    """Python's name of the one encoding that it can be. Raises BadManifest with how each that it may be reads it."""
    sample = _sample(file)
    readings: dict[str, list[str]] = {}
    for name, codec in ENCODINGS.items():
        with suppress(UnicodeDecodeError):
            readings.setdefault(sample.decode(codec), []).append(name)
    fitting = [text for text in readings if _is_of_one_language(text)]
    if len(fitting) == 1:
        return ENCODINGS[readings[fitting[0]][0]]
    shown = (fitting or list(readings))[:_MOST_SHOWN]
    said = "; ".join(f"{readings[text][0]}: {_words(text)}" for text in shown)
    raise BadManifest(message("manifest-encoding", said) if said else message("manifest-not-utf8"))


def _sample(file: BinaryIO) -> bytes:
    """Pieces of the file around bytes that tell encodings apart, each with the words it is in."""
    found: list[bytes] = []
    for chunk in _chunks(file):
        if b"\0" in chunk:
            raise BadManifest(message("manifest-not-utf8"))
        found.extend(islice((piece[0] for piece in _AROUND.finditer(chunk)), _MOST_PIECES - len(found)))
    return b"\n".join(found)


def _is_of_one_language(text: str) -> bool:
    """Whether its letters are, no word is of two scripts or without a vowel, and no mark stands within one."""
    letters = {char for char in text if char > "\x7f" and char not in _MARKS}
    return any(letters <= own for own in _LETTERS) and not (_UNLIKELY.search(text) or _CAPITAL_WITHIN.search(text))


def _words(text: str) -> str:
    """A few words, from the first that has a letter of its own."""
    begins = max(0, (re.search("[^\x00-\x7f]", text) or re.search("", text)).start() - _SHOWN // 4)  # type: ignore[union-attr]
    return " ".join(text[begins : begins + _SHOWN].split())


def _copy(file: BinaryIO, codec: str) -> BinaryIO:
    decoder = codecs.getincrementaldecoder(codec)()
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - the rows are read from it
    try:
        for chunk in _chunks(file):
            copy.write(_DECLARED.sub(r"\1UTF-8", decoder.decode(chunk)).encode())
        decoder.decode(b"", final=True)
    except UnicodeError:
        raise BadManifest(message("manifest-not-utf8")) from None
    return copy
