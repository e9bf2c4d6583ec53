"""Structured data of files, of every kind of statement, with texts as hostile as the wiki takes them."""

from datetime import date

from hypothesis import strategies as st

from jobs.model.structured_data import glam
from jobs.model.structured_data.filedata import FileData
from jobs.model.structured_data.values import MAX_CAPTION, MAX_TEXT
from tests.wikitext.strategies import addresses, hostile
from wikitext.escape import clean

items = st.integers(1, 2**31 - 1).map(lambda number: f"Q{number}")
lines = hostile.filter(lambda text: clean(text) and len(text) < MAX_CAPTION) | st.just("Å" * MAX_TEXT)
links = addresses.filter(clean)
languages = st.sampled_from(("sv", "en", "ar", "zh-hant", "de-at", "nb"))
captions = st.dictionaries(
    languages,
    hostile.filter(lambda text: clean(text) and len(text) < MAX_CAPTION) | st.just("🏛" * MAX_CAPTION),
    max_size=4,
)


@st.composite
def times(draw: st.DrawFn) -> glam.Time:
    """One date, or a span of which one end may be open."""
    precision = draw(st.integers(7, 11))
    year = draw(st.integers(-3000, 2100).filter(bool))
    month = draw(st.integers(1, 12)) if precision > 9 else 0
    day = draw(st.integers(1, 28)) if precision > 10 else 0
    first, second = (f"{number:+05d}-{month:02d}-{day:02d}T00:00:00Z" for number in (year, year + 5 or 1))
    earliest, latest = draw(st.sampled_from([(first, first), (first, second), ("", second), (first, "")]))
    return glam.Time(earliest, latest, precision, draw(st.sampled_from([(), ("circa",), ("circa", "probably")])))


references = st.builds(glam.reference, links, st.none() | st.dates(date(1000, 1, 1)), st.none() | items)
statements = st.one_of(
    st.builds(glam.creator, items),
    st.builds(glam.creator_named, lines),
    st.builds(glam.inception, times()),
    st.builds(glam.collection, items),
    st.builds(glam.inventory_number, lines, st.none() | items),
    st.builds(glam.copyright_license, items),
    st.builds(glam.copyright_status, items),
    st.builds(glam.source, links, st.none() | items, st.none() | links),
    st.builds(glam.title, lines, languages | st.just("und")),
    st.builds(glam.point_of_view, st.floats(-90, 90), st.floats(-180, 180), st.sampled_from((1e-05, 0.001, 1.0))),
    st.builds(glam.depicts, items),
    st.builds(glam.media_type, st.sampled_from(("image/jpeg", "image/tiff"))),
)
file_data = st.builds(
    lambda captions, statements, references: FileData(
        captions=captions, statements=glam.with_references(statements, *references)
    ),
    captions,
    st.lists(statements, max_size=12),
    st.lists(references, max_size=2),
)
