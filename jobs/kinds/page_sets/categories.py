"""Categories that are asked for: where those lead that are redirected, and what a reviewer is asked about them."""

from collections.abc import Iterator, Sequence

from jobs.io.plan_context import PlanContext
from wikitext.messages import Message, message


def followed(names: Sequence[str], context: PlanContext) -> list[str]:
    """The categories, each redirected one replaced by where it leads, if that is beyond doubt."""
    leading = context.wiki.redirected_categories(names) if names else {}
    return [leading.get(name) or name for name in names]


def category_questions(names: Sequence[str], context: PlanContext) -> Iterator[Message]:
    """What a reviewer is told: categories that lead elsewhere, and those that there are none of."""
    wanted = list(dict.fromkeys(names))
    leading = context.wiki.redirected_categories(wanted)
    for old, new in leading.items():
        yield message("question-redirected-category", old, new) if new else message("question-category-astray", old)
    taken = dict.fromkeys(followed(wanted, context))
    there = context.wiki.existing([f"Category:{name}" for name in taken])
    yield from (message("question-no-category", name) for name in taken if f"Category:{name}" not in there)
