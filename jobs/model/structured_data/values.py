"""What a statement may say: values that Wikibase takes, each with its JSON (Wikibase/DataModel/JSON).

A value that the wiki would refuse is refused when it is made, by pydantic's ValidationError; where it came from a
person, the error has a message (`jobs.model.problems.problem_of`). Texts become what the wiki would store of them: one
line, in Unicode's NFC.
"""

import re
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import quote

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from jobs.model.problems import wrong
from jobs.model.structured_data import wikidata
from wikitext.escape import Wikitext, clean, inert, link
from wikitext.messages import Language, is_message

MAX_TEXT = 1500
"""Characters in a string, a text with a language or a web address: Wikimedia's `string-limits`."""

MAX_CAPTION = 250
"""Characters in a caption."""

UNCODED = "mis"
"""The language of a text in one that has no code of its own (ISO 639-2)."""

LARGEST_ITEM = 2**31 - 1
"""The number of the last item that a Wikibase can have."""

_ITEM = re.compile(r"Q[1-9][0-9]{0,9}")
_LANGUAGE = re.compile(r"[a-z]{2,12}(-[a-z0-9]{1,12}){0,4}")
_NEVER = r"\s\x00-\x20\x7f\ufffd"
_ADDRESS = re.compile(rf"(https?://[^][<>\"/?#{_NEVER}]+)((?:[/?#][^{_NEVER}]*)?)", re.IGNORECASE)
_PLAIN = "%/:?#@!$&'()*+,;=~"
"""Characters of paths and queries that stay; brackets, which a Wikibase refuses, are not among them."""
_TIME = re.compile(r"([+-][0-9]{4,16})-(0[0-9]|1[0-2])-([0-2][0-9]|3[01])T00:00:00Z")
_CENTURY, _DECADE, _YEAR, _MONTH, _DAY = 7, 8, 9, 10, 11


def _line(longest: int) -> BeforeValidator:
    def line(text: str) -> str:
        one = " ".join(clean(text).split("\n"))
        if not one:
            raise wrong("sdc-empty")
        return _bounded(one, longest)

    return BeforeValidator(line)


def _bounded(text: str, longest: int) -> str:
    if len(text) > longest:
        raise wrong("sdc-long", text[:60], len(text), longest)
    return text


def _item(text: str) -> str:
    if not _ITEM.fullmatch(text) or int(text[1:]) > LARGEST_ITEM:
        raise wrong("sdc-item", text[:60])
    return text


def _language(text: str) -> str:
    if not _LANGUAGE.fullmatch(text):
        raise wrong("sdc-language", text[:60])
    return text


def _address(text: str) -> str:
    found = _ADDRESS.fullmatch(text)
    if not found:
        raise wrong("sdc-address", text[:60])
    return _bounded(found[1] + quote(found[2], safe=_PLAIN), MAX_TEXT)


Caption = Annotated[str, _line(MAX_CAPTION)]
LanguageCode = Annotated[str, AfterValidator(_language)]
ItemId = Annotated[str, AfterValidator(_item)]
Line = Annotated[str, _line(MAX_TEXT)]


class Frozen(BaseModel):
    """A value that never changes and has no more than its fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Item(Frozen):
    """An item of Wikidata, by its identifier."""

    datatype: ClassVar = "wikibase-item"
    type: Literal["item"] = "item"
    id: ItemId

    @property
    def json_value(self) -> dict[str, Any]:
        """Its `datavalue`."""
        value = {"entity-type": "item", "numeric-id": int(self.id[1:]), "id": self.id}
        return {"type": "wikibase-entityid", "value": value}

    def shown(self, language: Language) -> Wikitext:
        """For people."""
        called = f"item-{self.id}"
        name = language.say(called) if is_message(called) else wikidata.NAMES.get(self.id, self.id)
        return Wikitext(f"[https://www.wikidata.org/wiki/{self.id} {name}]")


class Text(Frozen):
    """A text of one line."""

    datatype: ClassVar = "string"
    type: Literal["text"] = "text"
    text: Line

    @property
    def json_value(self) -> dict[str, Any]:
        """Its `datavalue`."""
        return {"type": "string", "value": self.text}

    def shown(self, _language: Language) -> Wikitext:
        """For people."""
        return inert(self.text)


class Address(Frozen):
    """A web address, as a Wikibase takes it (its UrlValidator)."""

    datatype: ClassVar = "url"
    type: Literal["address"] = "address"
    url: Annotated[Line, AfterValidator(_address)]

    @property
    def json_value(self) -> dict[str, Any]:
        """Its `datavalue`."""
        return {"type": "string", "value": self.url}

    def shown(self, _language: Language) -> Wikitext:
        """For people."""
        return link(self.url)


_NO_LANGUAGE = frozenset({"und", "mul", "zxx", "mis"})
"""Codes that say of no language which (ISO 639-2)."""


class Phrase(Frozen):
    """A text in a language."""

    datatype: ClassVar = "monolingualtext"
    type: Literal["phrase"] = "phrase"
    text: Line
    language: LanguageCode

    @property
    def json_value(self) -> dict[str, Any]:
        """Its `datavalue`."""
        return {"type": "monolingualtext", "value": {"text": self.text, "language": self.language}}

    def shown(self, _language: Language) -> Wikitext:
        """For people."""
        named = "" if self.language in _NO_LANGUAGE else f" ({self.language})"
        return Wikitext(f"{inert(self.text)}{named}")


class Moment(Frozen):
    """A date. `time`: as Wikibase writes it (`+1780-00-00T00:00:00Z`); `precision`: 11 a day, 9 a year, 7 a century."""

    datatype: ClassVar = "time"
    type: Literal["moment"] = "moment"
    time: Annotated[str, Field(pattern=f"^(?:{_TIME.pattern})$")]
    precision: Annotated[int, Field(ge=0, le=_DAY)]

    @model_validator(mode="after")
    def _precise(self) -> "Moment":
        _, month, day = self._parts
        if (self.precision >= _MONTH and month == "00") or (self.precision == _DAY and day == "00"):
            raise ValueError(f"{self.time} is not as exact as its precision {self.precision}")
        return self

    @property
    def json_value(self) -> dict[str, Any]:
        """Its `datavalue`. Years before 1583 are Julian, as Wikibase itself reads them."""
        calendar = wikidata.GREGORIAN if int(self._parts[0]) > 1582 else wikidata.JULIAN
        exact = {"timezone": 0, "before": 0, "after": 0, "precision": self.precision, "calendarmodel": calendar}
        return {"type": "time", "value": {"time": self.time, **exact}}

    @property
    def _parts(self) -> tuple[str, str, str]:
        found = _TIME.fullmatch(self.time)
        assert found  # noqa: S101 - its field is checked
        return found[1], found[2], found[3]

    def shown(self, language: Language) -> Wikitext:
        """For people: as much of the date as is meant."""
        year, month, day = self._parts
        parts = (year.lstrip("+"), month, day)[: max(1, self.precision - _YEAR + 1)]
        said = inert("-".join(parts))
        rough = {_DECADE: "data-decade", _CENTURY: "data-century"}.get(self.precision)
        return language.say(rough, said) if rough else said


class Place(Frozen):
    """A place on earth. `precision`: in degrees."""

    datatype: ClassVar = "globe-coordinate"
    type: Literal["place"] = "place"
    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]
    precision: Annotated[float, Field(gt=0, le=360)]

    @property
    def json_value(self) -> dict[str, Any]:
        """Its `datavalue`."""
        return {"type": "globecoordinate", "value": {**self.model_dump(exclude={"type"}), "globe": wikidata.EARTH}}

    def shown(self, _language: Language) -> Wikitext:
        """For people."""
        return inert(f"{self.latitude}, {self.longitude}")


class Unknown(Frozen):
    """There is a value, and it is not known, or Wikidata has no item for it."""

    datatype: ClassVar = ""
    type: Literal["unknown"] = "unknown"


Value = Annotated[Item | Text | Address | Phrase | Moment | Place | Unknown, Field(discriminator="type")]
