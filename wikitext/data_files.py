"""Reads the data files of this project; one that is not as it has to be is refused, with its name and the place in it.

Files are JSON, and what may stand in each is said by a type, in pydantic's words, beside the code that reads it.
"""

import json
from collections.abc import Sequence
from importlib.resources.abc import Traversable
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

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


def _place(where: Sequence[str | int]) -> str:
    return ", ".join(map(str, where)) or "the whole"


def _each_once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    """Of a key that stands there twice, JSON would quietly keep the last."""
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"{next(key for key in keys if keys.count(key) > 1)}: it stands there twice")
    return found
