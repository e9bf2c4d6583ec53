"""The errors and warnings of a wiki that are known, and what each means: `errors.json` as values.

A JSON object of codes, each with its entry. `*` behind a code: every code that begins so; of those that fit a code,
the longest counts, wherever it stands. A name of a message behind a code (`messages` of an error) is looked up alike.
"""

from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from typing import Annotated, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PositiveInt, TypeAdapter, model_validator

from wikitext.data_files import read_data
from wikitext.messages import is_message


class Reaction(StrEnum):
    """What is done about an error; the more hopeful come first."""

    WAIT = "wait"
    """The wiki takes nothing from this account now; nothing took effect."""
    AGAIN = "again"
    """The wiki could not do this; it may have done a part of it."""
    ITEM = "item"
    """The item's own fault."""
    STOP = "stop"
    """Every further try would fail alike."""


class Trait(StrEnum):
    """What else an error is, to those who deal with it themselves."""

    BLOCK = "block"
    """The account is blocked, which passes."""
    BROKEN_OFF = "broken-off"
    """The chunk of a file that it answers may have arrived all the same, or the wiki has it already."""
    CONFLICT = "conflict"
    """The page is not as it was read: it was saved, made or deleted meanwhile."""
    LOGGED_OUT = "logged-out"
    """The account is not logged in any more."""
    NOT_FETCHED = "not-fetched"
    """The wiki may not fetch a file itself, cannot, or does not take what it got."""
    NOT_IN_STASH = "not-in-stash"
    """The stash has lost the file."""
    OLD_TOKEN = "old-token"  # noqa: S105 - names a kind of error
    """The token is of an earlier login."""
    TEXT_REFUSED = "text-refused"
    """The wiki does not take what was to stand on a page, and will not take it later."""
    TOO_MUCH = "too-much"
    """The wiki is asked for too much: where it says for how long, it is to be asked nothing meanwhile."""
    VAGUE = "vague"
    """The code says nothing, or too little; the names of the messages behind it do."""


def _known_message(key: str) -> str:
    if not is_message(key):
        raise ValueError(f"there is no message “{key}”")
    return key


_MessageKey = Annotated[str, AfterValidator(_known_message)]
_Code = Annotated[str, Field(pattern=r"^[\w\\-]+\*?$")]
_SAID = {
    Reaction.WAIT: "later-busy",
    Reaction.AGAIN: "later-busy",
    Reaction.ITEM: "failed-wiki",
    Reaction.STOP: "stopped-wiki",
}


class KnownError(BaseModel):
    """An entry of `errors.json`.

    `source`: the page of MediaWiki's or Wikibase's manual that tells of it. `alone`: that an item fails so says nothing
    of the others, however many fare alike, for their addresses, names and pages are others. `said`: the message that
    people are told, where there is a better one than its reaction's; the code stands beside it. `in_the_way`: what
    they are told where it is known which file is in the way of an upload. `warning`: it is an upload's, and says the
    names of files; of several that of the lowest number is told. `is`: its `traits`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    reaction: Reaction
    source: Annotated[str, Field(min_length=1)]
    alone: bool = False
    said: _MessageKey | None = None
    in_the_way: _MessageKey | None = None
    warning: PositiveInt | None = None
    traits: Annotated[frozenset[Trait], Field(alias="is")] = frozenset()

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if self.alone and self.reaction is not Reaction.ITEM:
            raise ValueError("only a fault of an item may be that of the item alone")
        return self

    @property
    def sentence(self) -> str:
        """The key of the message that people are told."""
        return self.said or _SAID[self.reaction]


ERRORS = TypeAdapter(dict[_Code, KnownError])
"""The whole file."""

_UNKNOWN = KnownError(reaction=Reaction.STOP, source="API:Errors and warnings")
_TABLE = read_data(ERRORS, files(__package__) / "errors.json")
_BEGINNINGS = {code.removesuffix("*"): entry for code, entry in _TABLE.items() if code.endswith("*")}

WARNINGS = tuple(sorted((entry.warning, code) for code, entry in _TABLE.items() if entry.warning))
"""The warnings of uploads that say the names of files, with their numbers, lowest first."""


@lru_cache(maxsize=1_000)
def known_error(code: str) -> KnownError:
    """What a code means; one that is not known stops the request.

    >>> known_error("filetype-banned").reaction, known_error("missingtitle").traits
    (<Reaction.ITEM: 'item'>, frozenset({<Trait.CONFLICT: 'conflict'>}))
    """
    if entry := _TABLE.get(code):
        return entry
    longest = max((beginning for beginning in _BEGINNINGS if code.startswith(beginning)), key=len, default="")
    return _BEGINNINGS.get(longest, _UNKNOWN)
