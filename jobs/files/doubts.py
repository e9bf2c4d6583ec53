"""What a reviewer is asked about licences: each with the reason, and what can be written instead.

Sources: Commons:Multi-license copyright tags, Commons:WikiProject Public Domain/PD-Art review, Commons:Licensing (works
are free in the United States too).
"""

from collections.abc import Iterator
from datetime import date

from jobs.files.columns import columns_of, means
from jobs.files.describing import Description
from jobs.files.parameters import UploadParameters
from jobs.files.solid import shows_solid
from jobs.pattern import column_key
from jobs.problems import is_no
from wikitext.dates import read_date
from wikitext.license_calls import Licenses, read_call
from wikitext.licenses import PUBLIC_DOMAIN, license_of
from wikitext.messages import Message, message
from wikitext.rights import NotFree, read_rights, says_united_states

_OLD = 120
"""Years after which nobody holds rights in a work: the longest that people count on where its maker is not known."""


def constant_doubts(asked: UploadParameters) -> Iterator[Message]:
    """What the licence itself leaves open that every record has."""
    if call := asked.constant_licenses.get("license"):
        yield from _of_call(call)


def record_doubts(asked: UploadParameters, told: Description, today: date) -> Iterator[Message]:
    """What is doubtful about a record's licences; of one that every record has, only as far as it does not fit it."""
    licenses = asked.licenses_of(told.values)
    if isinstance(licenses, Message):
        return
    if "license" not in asked.constant_licenses:
        yield from _of_call(licenses.work)
    yield from _of_list(asked, told)
    if not licenses.has_photo:
        yield from _of_lone(licenses, told, today)


def _of_list(asked: UploadParameters, told: Description) -> Iterator[Message]:
    """What the list says of rights, beside the columns that the licences are taken from, that speaks against them."""
    taken = {column_key(column) for pattern in asked.license_columns for column in pattern.columns}
    columns = tuple(told.values)
    for column in (*columns_of("license", columns), *columns_of("public domain", columns)):
        said = told.values[column]
        read = read_rights(said) if means(column) == "license" else None
        against = isinstance(read, NotFree) and read.reason != "public-domain"
        if column not in taken and (against or (means(column) == "public domain" and said and is_no(said))):
            yield message("doubt-list", said[:80], column)
            return


def _of_call(work: str) -> Iterator[Message]:
    call = read_call(work)
    free = license_of(call.reason.name)
    if call.is_bare:
        yield message("doubt-bare", call.name)
    elif free and free.status == PUBLIC_DOMAIN and not any(map(says_united_states, call.reason.templates)):
        yield message("doubt-united-states", call.reason.name)


def _of_lone(licenses: Licenses, told: Description, today: date) -> Iterator[Message]:
    """What one licence cannot say of a photograph and what it shows."""
    name, free = read_call(licenses.work).name, licenses.of_file
    if free and free.status == PUBLIC_DOMAIN and shows_solid(told):
        yield message("doubt-solid", (told.text("object type") or told.text("dimensions"))[:80])
    year = _last_year(told) if name.casefold().startswith("cc-") else None
    if year is not None and year <= today.year - _OLD:
        yield message("doubt-old", name, str(year))


def _last_year(told: Description) -> int | None:
    """The last year that the work may be of, where the page is about a work."""
    read = read_date(told.text("date")) if told.template.name != "Information" else None
    return read.latest.bounds[1][0] if read and read.latest else None
