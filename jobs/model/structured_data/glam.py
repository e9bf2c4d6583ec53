"""The statements that a museum's, an archive's or a library's file carries, from plain values.

Nothing is guessed: items come as identifiers that somebody gave. Source: Commons:Structured data/Modeling.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from jobs.model.structured_data.filedata import Snak, Statement, snak, statement
from jobs.model.structured_data.values import Address, Item, Moment, Phrase, Place, Text, Unknown
from jobs.model.structured_data.wikidata import ANONYMOUS, CIRCUMSTANCES, FILE_ON_THE_INTERNET, Property


@dataclass(frozen=True)
class Time:
    """When something was made, in Wikibase's times (`+1780-00-00T00:00:00Z`).

    Not before `earliest` and not after `latest`, either of them empty where it is open; the same twice for one date.
    `precision`: of both (11 a day … 7 a century). `circumstances`: how sure it is, in the words of `CIRCUMSTANCES`.
    """

    earliest: str
    latest: str
    precision: int
    circumstances: tuple[str, ...] = ()


def creator(item: str, nature: str = "") -> Statement:
    """Made by somebody Wikidata has an item of. `nature`: the item of how sure that is, where it is not."""
    qualifiers = [snak(Property.NATURE, Item(id=nature))] if nature else []
    return statement(Property.CREATOR, Item(id=item), qualifiers)


def creator_near(how: Property, item: str) -> Statement:
    """Made by somebody not known, who is somehow near to somebody of an item: of their workshop, after them."""
    role = [] if how is Property.POSSIBLE_CREATOR else [snak(Property.ROLE, Item(id=ANONYMOUS))]
    return statement(Property.CREATOR, Unknown(), [*role, snak(how, Item(id=item))])


def creator_named(name: str) -> Statement:
    """Made by somebody of whom the name is known, and no item."""
    return statement(Property.CREATOR, Unknown(), [snak(Property.NAME_STRING, Text(text=name))])


def inception(time: Time) -> Statement:
    """When it was made. Of a span, the date is unknown and its bounds are known (Help:Dates on Wikidata).

    How sure it is: sourcing circumstances (Commons:Structured data/Modeling/Date).
    """
    said = [snak(Property.CIRCUMSTANCES, Item(id=CIRCUMSTANCES[word])) for word in time.circumstances]
    if time.earliest == time.latest:
        return statement(Property.INCEPTION, Moment(time=time.earliest, precision=time.precision), said)
    bounds = [
        snak(bound, Moment(time=when, precision=time.precision))
        for bound, when in ((Property.EARLIEST, time.earliest), (Property.LATEST, time.latest))
        if when
    ]
    return statement(Property.INCEPTION, Unknown(), [*bounds, *said])


def collection(item: str) -> Statement:
    """The collection or museum that has it."""
    return statement(Property.COLLECTION, Item(id=item))


def inventory_number(number: str, collection_item: str | None = None) -> Statement:
    """Its number, in the collection named."""
    where = [snak(Property.COLLECTION, Item(id=collection_item))] if collection_item else []
    return statement(Property.INVENTORY_NUMBER, Text(text=number), where)


def copyright_license(item: str) -> Statement:
    """The licence it is under."""
    return statement(Property.LICENSE, Item(id=item))


def copyright_status(item: str) -> Statement:
    """Whether it is protected."""
    return statement(Property.COPYRIGHT_STATUS, Item(id=item))


def source(described_at: str | None = None, operator: str | None = None, file: str | None = None) -> Statement:
    """Where the file is from: the page about it, the item of who runs the site, the address of the bytes."""
    qualifiers = [snak(Property.DESCRIBED_AT, Address(url=described_at))] if described_at else []
    if operator:
        qualifiers.append(snak(Property.OPERATOR, Item(id=operator)))
    if file:
        qualifiers.append(snak(Property.URL, Address(url=file)))
    return statement(Property.SOURCE_OF_FILE, Item(id=FILE_ON_THE_INTERNET), qualifiers)


def title(text: str, language: str) -> Statement:
    """What it is called, in a language (`und`: not known which)."""
    return statement(Property.TITLE, Phrase(text=text, language=language))


def point_of_view(latitude: float, longitude: float, precision: float) -> Statement:
    """Where the camera stood; `precision` in degrees."""
    return statement(Property.POINT_OF_VIEW, Place(latitude=latitude, longitude=longitude, precision=precision))


def depicts(item: str) -> Statement:
    """What is seen on it."""
    return statement(Property.DEPICTS, Item(id=item))


def represents(item: str) -> Statement:
    """The flat work, or the book, that the file reproduces faithfully."""
    return statement(Property.REPRESENTS, Item(id=item))


def main_subject(item: str) -> Statement:
    """The work that the file is about."""
    return statement(Property.MAIN_SUBJECT, Item(id=item))


def media_type(mime: str) -> Statement:
    """The type of the file: `image/jpeg`."""
    return statement(Property.MEDIA_TYPE, Text(text=mime))


def reference(url: str, retrieved: date | None = None, stated_in: str | None = None) -> tuple[Snak, ...]:
    """A source: the partner's record at an address, as it was on a day; `stated_in`: the item of the catalogue."""
    said = [snak(Property.STATED_IN, Item(id=stated_in))] if stated_in else []
    said.append(snak(Property.REFERENCE_URL, Address(url=url)))
    if retrieved:
        said.append(snak(Property.RETRIEVED, Moment(time=f"+{retrieved.isoformat()}T00:00:00Z", precision=11)))
    return tuple(said)


def applied_to(one: Statement, part: str) -> Statement:
    """The statement, said of this part only: the work, or the file."""
    where = snak(Property.APPLIES_TO_PART, Item(id=part))
    return one.model_copy(update={"qualifiers": (*one.qualifiers, where)})


def with_references(statements: Iterable[Statement], *references: Sequence[Snak]) -> tuple[Statement, ...]:
    """The statements, each with these references instead of those it had."""
    sources = tuple(tuple(one) for one in references)
    return tuple(one.model_copy(update={"references": sources}) for one in statements)
