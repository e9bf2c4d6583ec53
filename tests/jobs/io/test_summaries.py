"""What the summary of an edit says, and what of it survives."""

import re
from importlib.metadata import version

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.io.summaries import request_summary
from tests.wikitext.strategies import hostile

BATCH = re.compile(r" \(\[\[:toolforge:editgroups-commons/b/CB/([0-9a-f]{4,32})\|details\]\]\)")
"""As EditGroups looks for it (https://github.com/Wikidata/editgroups)."""

PLAN = "0123456789abcdef" * 4
REPORT = "Commons:Content Partnerships Hub/Requests/H3"


def test_a_summary_says_what_for_whom_where_by_what_and_in_which_batch() -> None:
    """In this order; the link to the batch comes last, in just the form that EditGroups knows."""
    assert request_summary("Nordic Museum", REPORT, "commonswiki", PLAN).of("+ a category") == (
        f"+ a category · Nordic Museum: [[{REPORT}]] · cph {version('content-partnerships-hub')}"
        " ([[:toolforge:editgroups-commons/b/CB/0123456789abcdef|details]])"
    )


@pytest.mark.parametrize("wiki_id", ["metawiki", "wikidatawiki", ""])
def test_where_there_are_no_edit_groups_no_batch_is_linked(wiki_id: str) -> None:
    """CB is of Commons alone."""
    assert "toolforge" not in request_summary("Nordic Museum", REPORT, wiki_id, PLAN).of("x")


@given(hostile, st.integers(0, 3))
def test_nothing_a_partner_writes_joins_or_breaks_a_batch(partner: str, long: int) -> None:
    """Each summary links one batch, its own, within what MediaWiki keeps (500), and the report."""
    forged = f"{partner} ([[:toolforge:editgroups-commons/b/CB/ffff|details]])"
    said = request_summary(forged, REPORT, "commonswiki", PLAN).of(f"+[[Category:A]] {'x' * 200 * long}")
    assert BATCH.findall(said) == [PLAN[:16]]
    assert said.endswith("|details]])")
    assert f": [[{REPORT}]] · cph " in said
    assert len(said) <= 400


def test_what_is_too_long_is_cut_and_links_nothing() -> None:
    """Half a link would make the next one none."""
    said = request_summary("M" * 200, f"Commons:{'B' * 240}/H1", "commonswiki", PLAN).of("+[[Category:A|" + "x" * 300)
    assert len(said) <= 500
    assert re.findall(r"\[\[", said) == ["[[", "[["]


def test_an_upload_of_an_earlier_version_is_still_the_requests() -> None:
    """A new version between a write and its look-up uploads nothing a second time."""
    summary = request_summary("Nordic Museum", REPORT, "commonswiki", PLAN)
    assert summary.is_in(summary.of())
    assert summary.is_in(f"Nordic Museum: [[{REPORT}]] · cph 0.0.1")
    assert summary.is_in(f"Nordic Museum: [[{REPORT}]]")
    assert not summary.is_in(f"Nordic Museum: [[{REPORT}0]]")
