"""Reads the data files of this project; one that is not as it has to be is refused, with its name and the place in it.

Files are JSON, and what may stand in each is said by a type, in pydantic's words, beside the code that reads it.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from importlib.resources.abc import Traversable
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError

_Data = TypeVar("_Data")


class BadData(Exception):  # noqa: N818 - says what it is
    """A data file is not as it has to be: a mistake in this project, which its tests find."""


def read_data(kind: TypeAdapter[_Data], file: Traversable) -> _Data:
    """What stands in a file of this kind. Raises BadData, which says which file, where in it, and what is wrong."""
    text = file.read_text(encoding="utf-8")
    try:
        json.loads(text, object_pairs_hook=_each_once)
        return kind.validate_json(text, strict=True)
    except ValidationError as error:
        wrong = "; ".join(f"{_place(detail['loc'])}: {detail['msg']}" for detail in error.errors(include_url=False))
        raise BadData(f"{file}: {wrong}") from None
    except ValueError as error:
        raise BadData(f"{file}: {error}") from None


WordLists = dict[str, list[str]]


def word_lists(known: Callable[[str], bool], needed: Collection[str] = ()) -> TypeAdapter[WordLists]:
    """The kind of a file with lists of words under keys that are `known`; of those `needed` none may be missing."""

    def key(written: str) -> str:
        if not known(written):
            raise ValueError("it is none of what there may be here")
        return written

    def whole(found: Mapping[str, Sequence[str]]) -> Mapping[str, Sequence[str]]:
        if missing := {*needed} - {*found}:
            raise ValueError(f"{', '.join(sorted(missing))} is missing")
        return found

    word = Annotated[str, Field(pattern=r"\S")]
    return TypeAdapter(Annotated[dict[Annotated[str, AfterValidator(key)], list[word]], AfterValidator(whole)])


def data_files(folder: Traversable) -> Sequence[Traversable]:
    """The data files in a folder, by their names."""
    return sorted((file for file in folder.iterdir() if file.name.endswith(".json")), key=lambda file: file.name)


def _place(where: Sequence[str | int]) -> str:
    return ", ".join(map(str, where)) or "the whole"


def _each_once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Of a key that stands there twice, JSON would quietly keep the last."""
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"{next(key for key in keys if keys.count(key) > 1)}: it stands there twice")
    return found
