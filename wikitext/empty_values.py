"""Values that say nothing of what their column is for: no size, what kind of file it is, that there is a picture.

The words stand in `empty_values.json`: `size`, where a size is not known; `type`, what records and files are in DCMI's
Type Vocabulary, in EDM and MODS and at DigitaltMuseum, and no object in a museum.
"""

import re
from importlib.resources import files

from wikitext.columns import meant
from wikitext.data_files import read_data, word_lists

EMPTY_VALUES = word_lists({"size", "type"}.__contains__, needed={"size", "type"})
_WORDS = read_data(EMPTY_VALUES, files(__package__) / "empty_values.json")
_NO_SIZE = re.compile(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, _WORDS['size']))})(?![^\W_])", re.IGNORECASE)
_TYPES = frozenset(_WORDS["type"])
_MIME = re.compile(r"(?:image|text|audio|video|application)/[\w.+-]+", re.IGNORECASE)
_SIZES = frozenset({"dimensions", "width", "height", "depth"})


_TYPE = re.compile(r"(?:.*[.:])?(?:(?:resource|record|document|media|dc|edm|dcterms) ?)?(?:types?|typ|tipo|tyyppi)")


def says_nothing(column: str, value: str) -> bool:
    """Whether a column's value says nothing of what the column is for; an empty one is none.

    A size does of which all words say that there is none, or that it is one; a `type` that is one of files (a video may
    be the object's); and a file's address that is neither an address nor a file's name.

    >>> says_nothing("Maße", "Dimensions unavailable"), says_nothing("size", "variable"), says_nothing("image", "valid")
    (True, False, True)
    >>> says_nothing("type", "StillImage"), says_nothing("dc:type", "VIDEO"), says_nothing("classification", "Video")
    (True, True, False)
    """
    called = meant(column) if value else None
    meaning = called.what if called else ""
    if meaning in _SIZES:
        rest = re.findall(r"[^\W_]+", _NO_SIZE.sub(" ", value))
        return all(_is_size(word) for word in rest)
    if meaning == "object type" and _TYPE.fullmatch(column.partition("@")[0].casefold()):
        return all(map(_is_type_of_file, re.split(r"[;|]", value)))
    return meaning == "media" and not re.search(r"[./\\]", value)


def _is_size(word: str) -> bool:
    called = meant(word)
    return called is not None and called.what in _SIZES


def _is_type_of_file(word: str) -> bool:
    bare = word.strip().removeprefix("http://purl.org/dc/dcmitype/")
    return re.sub(r"[\W_]", "", bare).casefold() in _TYPES or _MIME.fullmatch(bare) is not None
