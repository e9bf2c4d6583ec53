"""Whatever stands on a request page, reading it costs little; what others filed there is read all the same."""

import tracemalloc

import pytest

from jobs.intake.history import read_history
from jobs.io.wiki import Revision
from tests.counting import steps
from wikitext.templates import TemplateCall

pytestmark = pytest.mark.long

TEMPLATE = "Hub request"
OWN = "\n== Ours ==\n{{Hub request\n| type = upload\n| partner = Museum\n}}\n[[User:A|A]] 12:00, 1 January 2026 (UTC)\n"
LARGEST = 2 * 1024 * 1024
"""Characters: no page of a wiki is larger (Manual:$wgMaxArticleSize, in bytes)."""

_INTRICATE = "{{Hub request|{{{{a|{{{{a|{{{{a|}}}}}}}}}}}}}}}}\n"
_LONG = (
    "[[", "12:00[[", "[[a]]", "<!--", "<!-- -->", "-->", "<a ", "<nowiki>", "<poem>", "<gallery>", "<ref ", "\u202e",
    "\x00", "=", "= ", "\n=", "{{{", "{{Hub request}}", "{{Hub request}} 12:0", "{{Hub request|",
)  # fmt: skip
_BOMBS = (
    "{{a|", "{{a}}", "-{", "{{Hub request|\n", "{{Hub request|id=H1}}\n", "<poem>{{Hub request}}</poem>",
    "<ref>{{a}}</ref>", "{{Hub request|type=upload|partner=\u202e\x00}} [[A]]12:00\n", _INTRICATE,
)  # fmt: skip
"""Of what pages are full: what is looked through character by character, and what is taken apart."""


def _read(page: str) -> list[TemplateCall]:
    reading = read_history([Revision(1, "A", page, "1")], 0, TEMPLATE, "Requests")
    assert reading is not None
    return [new.call for new in reading.new if isinstance(new.call, TemplateCall)]


def _page(piece: str, size: int) -> str:
    return OWN + piece * (size // len(piece) + 1)


def _name(piece: str) -> str:
    return repr(piece[:40])


@pytest.mark.parametrize("piece", _LONG, ids=_name)
def test_the_largest_page_is_read(piece: str) -> None:
    """The request above it is found, whatever a page of two megabytes repeats (what is quadratic would take hours)."""
    assert _read(_page(piece, LARGEST))[0].parameters == {"type": "upload", "partner": "Museum"}


@pytest.mark.parametrize("piece", [*_LONG, *_BOMBS], ids=_name)
def test_a_page_costs_no_more_than_its_length(piece: str) -> None:
    """Twice the page takes twice the steps, and 95 bytes for each character: 200 MB for the largest."""
    once, twice = (_page(piece, size) for size in (15_000, 30_000))
    assert steps(lambda: _read(twice)) < 2.2 * steps(lambda: _read(once))
    page = _page(piece, 200_000)
    tracemalloc.start()
    try:
        _read(page)
        assert tracemalloc.get_traced_memory()[1] < 95 * len(page)
    finally:
        tracemalloc.stop()
