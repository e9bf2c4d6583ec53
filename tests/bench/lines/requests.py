"""What is asked of the wiki for an edit, an upload, a page with nothing to do; and what it takes to take edits back."""

from collections import Counter
from collections.abc import Iterator

from tests.bench.figure import Bar, Figure
from tests.bench.ground import Done, Ground
from tests.bench.work import done_by

from .edits import made
from .uploads import upload


def edits_and_undo(ground: Ground, *, pages: int) -> Iterator[Figure]:
    """Requests an edit; and how long taking them back takes, beside doing them."""
    own = made(ground, "Counted page", pages)
    with ground.crew(seconds=0.0) as crew:
        done = own.categorise(crew, "Counted")
        yield from _counted("an edit", done, pages, 1.08)
        ground.rig.review("undo", number=done.number)
        ground.tell(ground.rig.talk(done.number), "Reviewer")
        undone = ground.approve(crew, ground.planned())
    yield from _counted("an edit that is taken back", undone, pages)
    yield Figure(
        f"undo of {pages} edits", "seconds", [undone.running], {"doing them": [done.running]},
        [Bar(1.1, "doing them", at_most=True)],
    )  # fmt: skip


def nothing(ground: Ground, *, pages: int) -> Iterator[Figure]:
    """Requests a page that somebody else has put into the category since the plan."""
    own = made(ground, "Idle page", pages)
    with ground.crew(seconds=0.0) as crew:
        number = own.ask("Idle")
        done_by("bare", own.work("Idle", 2))
        done = ground.approve(crew, number)
    yield from _counted("a page with nothing to do", done, pages, 0.03)


def uploads(ground: Ground, *, count: int) -> Iterator[Figure]:
    """Requests an upload with structured data."""
    with ground.crew(seconds=0.0) as crew:
        done = upload(ground, crew, "Counted", count)
    yield from _counted("an upload with data", done, count, 2.1)


def _counted(what: str, done: Done, items: int, limit: float = 0.0) -> Iterator[Figure]:
    bars = [Bar(limit, at_most=True)] if limit else []
    name = f"API requests {what}, of {items}"
    yield Figure(f"{name}, all told", "requests", [done.asked.total() / items], {}, bars, _named(done.asked))
    in_run = done.asked_in_run
    yield Figure(f"{name}, in the run", "requests", [in_run.total() / items], {}, (), _named(in_run))


def _named(asked: Counter[str]) -> str:
    return ", ".join(f"{number} {name}" for name, number in asked.most_common())
