"""What is wrong with a request, in sentences for the person who filed it."""

import difflib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic_core import PydanticCustomError

from wikitext.messages import Message, is_message, message


@dataclass(frozen=True)
class Problem:
    """What is wrong with a parameter and what to write instead; `parameter` is empty where it is none in particular."""

    parameter: str
    why: Message


class Invalid(Exception):  # noqa: N818 - an expected outcome, told to the requester
    """A request cannot be carried out as it is, for all of these problems."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(", ".join(problem.why.key for problem in problems))
        self.problems = tuple(problems)


def wrong(key: str, *arguments: str | int) -> PydanticCustomError:
    """The error a kind's model raises to have a sentence said: a message's key and its arguments."""
    return PydanticCustomError(key, key, {"arguments": arguments})


def problem_of(detail: Mapping[str, Any]) -> Problem:
    """The problem that one of pydantic's error details tells."""
    parameter = str(detail["loc"][0]) if detail["loc"] else ""
    if "arguments" in detail.get("ctx", {}):
        return Problem(parameter, Message(detail["type"], tuple(detail["ctx"]["arguments"])))
    if detail["type"] == "missing":
        key = f"problem-missing-{parameter}"
        return Problem(parameter, message(key) if is_message(key) else message("problem-missing", parameter))
    return Problem(parameter, message("problem-value", str(detail["input"])[:60]))


_YES = frozenset({
    "yes", "y", "true", "1", "on", "x", "✓", "✔", "ja", "wahr", "waar", "sant", "sann", "oui", "vrai", "sí", "sì", "si",
    "verdadero", "vero", "sim", "verdadeiro", "tak", "prawda", "kyllä", "tosi", "так", "істина", "はい", "نعم",
})  # fmt: skip
_NO = frozenset({
    "", "no", "n", "false", "0", "off", "nej", "nei", "nein", "falsch", "falskt", "falsk", "usann", "non",
    "faux", "nee", "onwaar", "falso", "não", "ei", "epätosi", "nie", "fałsz", "ні", "хибність", "いいえ", "لا",
})  # fmt: skip
"""Words of people, and what spreadsheets make of a ticked box in their languages."""


def is_yes(text: str) -> bool:
    """Whether a parameter that asks yes or no says yes."""
    return text.strip().casefold() in _YES


def is_no(text: str) -> bool:
    """Whether a parameter or cell that asks yes or no says no, or nothing."""
    return text.strip().casefold() in _NO


def unknown(word: str, known: Collection[str], key: str) -> Message:
    """The message `key` about a word that is not known, or `key-near` with the known word that was probably meant."""
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.55)
    return message(f"{key}-near", word, near[0]) if near else message(key, word, ", ".join(sorted(known)))
