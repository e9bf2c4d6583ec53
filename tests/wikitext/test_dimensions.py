"""Numbers and a unit become Commons' template for dimensions."""

import mwparserfromhell
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wikitext.strategies import hostile
from wikitext.dimensions import SIDES, UNITS, size


@pytest.mark.parametrize(
    ("unit", "values", "expected"),
    [
        ("in", ["7.75", "3.0"], "{{Size|unit=in|width=7.75|height=3}}"),
        ("inches", ["16.125"], "{{Size|unit=in|width=16.125}}"),
        ("cm", ["", "14,5", "2"], "{{Size|unit=cm|height=14.5|depth=2}}"),
        ("cm", ["14 cm", "2cm"], "{{Size|unit=cm|width=14|height=2}}"),
        ("mm", ["007", "0.50"], "{{Size|unit=mm|width=7|height=0.5}}"),
        ("cm", ["14 in"], None),
        ("cm", ["1,234"], None),
        ("cm", ["0.0"], None),
        ("cm", ["14 x 2"], None),
        ("cm", ["", ""], None),
        ("cm", ["1", "2", "3", "4"], None),
        ("cm", ["-1"], None),
    ],
)
def test_size(unit: str, values: list[str], expected: str | None) -> None:
    """Sides that are there are named; a value that is no number in this unit makes the whole unread."""
    assert size(unit, values) == expected


def test_sides_may_come_in_another_order() -> None:
    """The caller says which value is which side."""
    assert size("cm", ["30", "20"], ["height", "width"]) == "{{Size|unit=cm|height=30|width=20}}"


@given(st.sampled_from(sorted(UNITS)), st.lists(st.one_of(hostile, st.floats(0, 1000).map(str)), max_size=3))
def test_only_numbers_stand_on_the_page(unit: str, values: list[str]) -> None:
    """Whatever the values, the template holds a unit and numbers."""
    made = size(unit, values)
    if made:
        [template] = mwparserfromhell.parse(made).filter_templates()
        assert {str(p.name) for p in template.params} <= {"unit", *SIDES}
        assert all(float(str(p.value)) > 0 for p in template.params if str(p.name) != "unit")
