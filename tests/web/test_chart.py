"""Errors by code over time, as a drawing and as a table."""

from bots.web.chart import HEIGHT, chart_of
from jobs.store.overviews import DayOfErrors


def test_a_column_is_as_high_as_its_numbers() -> None:
    """The most errors of a day fill the height; the most frequent code stands at the bottom of each column."""
    errors = [DayOfErrors(9, "a", 1), DayOfErrors(10, "a", 1), DayOfErrors(10, "b", 3)]
    chart = chart_of(errors, last=10, days=3)
    assert chart.codes == ("b", "a")
    assert chart.table == (("1970-01-09", (0, 0)), ("1970-01-10", (0, 1)), ("1970-01-11", (3, 1)))
    assert [(block.series, block.y, block.height) for block in chart.blocks] == [
        (1, HEIGHT * 3 / 4, HEIGHT / 4),
        (0, HEIGHT / 4, HEIGHT * 3 / 4),
        (1, 0, HEIGHT / 4),
    ]
    assert chart.blocks[-1].x + chart.blocks[-1].width <= chart.width


def test_rare_codes_share_a_colour() -> None:
    """Of any number of them; what is outside of the days is not drawn."""
    errors = [DayOfErrors(10, f"code {number:02}", 100 - number) for number in range(12)]
    chart = chart_of([*errors, DayOfErrors(99, "code 00", 1000)], last=10, days=1)
    assert chart.codes == ("code 00", "code 01", "code 02", "code 03", "code 04", None)
    assert chart.table == (("1970-01-11", (100, 99, 98, 97, 96, sum(range(89, 96)))),)


def test_without_errors_there_is_nothing_to_draw() -> None:
    """And nothing is divided by nothing."""
    assert chart_of([], last=10, days=2).codes == ()
