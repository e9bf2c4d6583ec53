"""What a reviewer is asked about licences: each with the reason, and what can be written instead.

Sources: Commons:Multi-license copyright tags, Commons:WikiProject Public Domain/PD-Art review, Commons:Licensing (works
are free in the United States too), Commons:Copyright tags/General public domain.
"""

import re
from collections.abc import Iterator
from datetime import date

from jobs.kinds.upload.columns import columns_of, means
from jobs.kinds.upload.description import Description
from jobs.kinds.upload.parameters import UploadParameters
from jobs.kinds.upload.three_dimensions import field_of_solid
from jobs.model.problems import is_no
from jobs.patterns.pattern import column_key
from wikitext.columns import meant
from wikitext.date_values import Date
from wikitext.dates import read_date
from wikitext.license_calls import Licenses, read_call
from wikitext.licenses import COPYRIGHTED, PUBLIC_DOMAIN, License, license_of
from wikitext.messages import Message, message
from wikitext.rights_statements import NotFree, read_rights, says_united_states

_OLD = 120
"""Years after which nobody holds rights in a work: the longest that people count on where its maker is not known."""

_EXPIRED = 95
"""Years after a work was published in which it has a copyright in the United States."""

_YEARS_DEAD = re.compile(r"pd-old-(\d{2,3})\b", re.IGNORECASE)

_OF_RIGHTS = ("license", "permission", "public domain")
"""What columns mean that say something of rights."""

Doubt = tuple[str, Message]
"""The columns it is about, or nothing, and what is asked."""


def constant_doubts(asked: UploadParameters) -> Iterator[Message]:
    """What the licences themselves leave open that every record has."""
    for call in asked.constant_licenses.values():
        yield from _of_call(call)


def record_doubts(asked: UploadParameters, description: Description, today: date) -> Iterator[Doubt]:
    """What is doubtful about a record's licences; of one that every record has, only as far as it does not fit it.

    Nothing is of an example in place of one that nobody has said.
    """
    licenses = asked.licenses_of(description.values)
    if isinstance(licenses, Message) or asked.license is None:
        return
    for name, call in {"license": licenses.work, "photo license": licenses.photo}.items():
        if call and name not in asked.constant_licenses:
            yield from ((", ".join(map(column_key, asked.names[name])), doubt) for doubt in _of_call(call))
    yield from _of_list(asked, description, licenses)
    if licenses.photo:
        yield from _of_photographer(description, licenses)
    elif not licenses.has_photo:
        yield from _of_solid(description, licenses)
    yield from _of_date(description, licenses, today)


def _of_list(asked: UploadParameters, description: Description, licenses: Licenses) -> Iterator[Doubt]:
    """What the list says of rights, beside the columns that the licences are taken from, that speaks against them."""
    taken = {column_key(column) for pattern in asked.license_columns for column in pattern.columns}
    columns = tuple(description.values)
    for column in (name for meaning in _OF_RIGHTS for name in columns_of(meaning, columns)):
        said = description.values[column]
        read = read_rights(said) if means(column) != "public domain" else None
        against = (isinstance(read, NotFree) and read.reason != "public-domain") or _is_another(read, licenses.of_file)
        if column not in taken and (against or (means(column) == "public domain" and said and is_no(said))):
            yield column, message("doubt-list", said[:80], column)
            return


def _is_another(read: object, of_file: License | None) -> bool:
    """Whether a licence is not the one that the file is to be under, where both are somebody's to give."""
    given = [one for one in (read, of_file) if isinstance(one, License) and one.status != PUBLIC_DOMAIN]
    return len(given) == 2 and given[0].template != given[1].template


def _of_call(work: str) -> Iterator[Message]:
    call = read_call(work)
    free = license_of(call.reason.name)
    if call.is_bare:
        yield message("doubt-bare", call.name)
    elif free and free.status == PUBLIC_DOMAIN and not any(map(says_united_states, call.reason.templates)):
        yield message("doubt-united-states", call.reason.name)


def _of_photographer(description: Description, licenses: Licenses) -> Iterator[Doubt]:
    """Whom a photograph's licence has to be credited to, where the description has no field for them."""
    call, free = read_call(licenses.photo), licenses.of_file
    if (
        description.template.field("photographer")
        or call.unnamed
        or call.named
        or not free
        or free.status != COPYRIGHTED
    ):
        return
    filling = {column_key(name) for pattern in description.slots.values() for name in pattern.columns}
    for column, name in description.values.items():
        called = meant(column)
        if name and called and called.what == "photographer" and column not in filling:
            yield column, message("doubt-photographer", name[:80], description.template.name)
            return


def _of_solid(description: Description, licenses: Licenses) -> Iterator[Doubt]:
    """A thing that is not flat, where nothing says what the photograph's licence is."""
    free, field = licenses.of_file, field_of_solid(description)
    if free and free.status == PUBLIC_DOMAIN and field:
        columns = ", ".join(columns for columns, _ in description.written(field))
        yield columns, message("doubt-solid", description.text(field)[:80])


def _of_date(description: Description, licenses: Licenses, today: date) -> Iterator[Doubt]:
    """A licence that cannot be that of a work of this date: nobody holds rights in it, or somebody still may."""
    for columns, text in description.written("date"):
        if not (read := read_date(text)):
            continue
        name = read_call(licenses.work).name
        old = read.latest and read.latest.bounds[1][0] <= today.year - _OLD
        if old and name.casefold().startswith("cc-") and description.template.name != "Information":
            yield columns, message("doubt-old", name, text[:80])
        of_photograph = licenses.has_photo and description.template.name == "Information"
        if not of_photograph and (term := _unfit_term(licenses, read, today)):
            yield columns, message("doubt-young", term, text[:80])


def _unfit_term(licenses: Licenses, read: Date, today: date) -> str:
    """The template in the licence for works older than this one can be, or nothing."""
    first = read.earliest.bounds[0][0] if read.earliest else None
    terms = ((_years_of(name), name) for name in read_call(licenses.work).reason.templates)
    return next((name for years, name in terms if first is not None and years and first >= today.year - years), "")


def _years_of(template: str) -> int:
    """How old a work under it is at the least; 0: it does not say."""
    since_death = _YEARS_DEAD.match(template)
    expired = _EXPIRED if template.casefold().endswith("expired") else 0
    return max(int(since_death[1]) if since_death else 0, expired)
