"""Writes on pages that people write on too."""

from collections.abc import Callable

from jobs.io.error_table import Trait
from jobs.io.errors import WikiError, is_a
from jobs.io.summaries import signed
from jobs.io.wiki import Wiki

_TRIES = 3


def refuses_text(error: WikiError) -> bool:
    """Whether the wiki does not take what was to stand on a page, and will not take it later (API:Edit)."""
    return is_a(error, Trait.TEXT_REFUSED)


def edit_with_retry(
    wiki: Wiki,
    title: str,
    change: Callable[[str], str],
    summary: str,
    *,
    create: bool = True,
    before_save: Callable[[], None] = lambda: None,
) -> int:
    """Change a page by what it says now and return its latest revision; nothing is saved where nothing changes.

    Raises WikiError and Unanswered. A page that is not there and not to be made is left alone: 0.
    """
    for attempt in range(_TRIES):
        page = wiki.page(title)
        if page is None and not create:
            return 0
        old = (page.text or "") if page else ""
        new = change(old)
        if page is not None and new == old:
            return page.id
        before_save()
        try:
            return wiki.save(title, new, signed(summary), page)
        except WikiError as error:
            if not is_a(error, Trait.CONFLICT) or attempt == _TRIES - 1:
                raise
    raise AssertionError("unreachable")


def leave_word(wiki: Wiki, title: str, said: str, mark: str, summary: str, *, before_save: Callable[[], None]) -> None:
    """Say something at the end of a page, unless its mark shows that it is there; above a redirect, or nobody sees it.

    Raises WikiError and Unanswered.
    """
    page = wiki.page(title)
    redirect = page is not None and page.about.redirect
    pieces = (lambda text: (said, text)) if redirect else (lambda text: (text, said))
    edit_with_retry(
        wiki,
        title,
        lambda text: text if mark in text else "\n\n".join(pieces(text)).strip(),
        summary,
        before_save=before_save,
    )
