"""`cph install`: the pages that a wiki lacks are shown, and written where the operator agrees."""

import difflib
import logging
import re
import time
from collections.abc import Callable, Iterator, Mapping
from itertools import islice

from bots.cli.installation import Fate, Installation, PlannedPage, installation
from bots.settings import Settings
from bots.telemetry import shown
from jobs.context.hub import policy_page
from jobs.context.stop import stop_page, stopped
from jobs.io.error_table import Trait
from jobs.io.errors import Unanswered, WikiError, classify_error, is_a
from jobs.io.summaries import signed
from jobs.io.wiki import Wiki
from jobs.model.outcomes import Failed
from jobs.model.pace import WriteKind

_log = logging.getLogger(__name__)

_SUMMARY = signed("Content Partnerships Hub")
_PIECES, _PIECE = 8, 100
"""Of what a page would be changed in so many pieces are shown, of each so many characters."""


# What is shown -------------------------------------------------------------------------------------------------------


def told(found: Installation) -> Iterator[str]:
    """What would be done on a wiki, in lines for the operator."""
    counts = ", ".join(f"{len(pages)} {fate}" for fate in Fate if (pages := found.of(fate)))
    yield f"{found.wiki.name}: {counts}"
    for page in found.of(Fate.NEW):
        yield f"  new: {page.title}"
    for page in found.of(Fate.OLDER):
        yield f"  update: {page.title}"
        yield from (f"    {piece}" for piece in _difference(page))
    for page in found.of(Fate.EDITED):
        user = page.there.user if page.there else ""
        yield f"  left as {user or 'somebody'} made it: {page.title}"
    if found.of(Fate.EDITED):
        yield "    To have the program's page, go back there to the bot's last revision, or delete it; run this again."
    for page in found.of(Fate.CLOSED):
        text = page.shipped.text
        yield f"  not permitted: {page.title}" + (f" has to say “{text}”" if len(text) < _PIECE else "")
    if found.of(Fate.CLOSED):
        yield "    Somebody who may edit it has to, or gives the bot's account the right."
    yield from _warnings(found)


def _warnings(found: Installation) -> Iterator[str]:
    if found.unprotected:
        yield f"  warning: templates are not protected: {len(found.unprotected)}, as {found.unprotected[0]}"
        yield "    Anybody may change what partners see; have administrators protect Template:Hub …"
    if found.policy is None:
        yield f"  warning: there is no {policy_page(found.wiki)}"
        yield "    Administrators alone may file and review; have one write it, as docs/policy.md says."
    if found.is_policy_open:
        yield f"  warning: {policy_page(found.wiki)} is not protected"
        yield "    Who may not protect it changes nothing by editing it; have administrators protect it all the same."


def _difference(page: PlannedPage) -> list[str]:
    """What would be changed, piece by piece; long pages have long lines, with a case for each language."""
    before = page.there.text or "" if page.there else ""
    pieces = difflib.unified_diff(_pieces(before), _pieces(page.shipped.text), n=0, lineterm="")
    changed = (f"{piece[0]} {_short(piece[1:])}" for piece in pieces if not piece.startswith(("---", "+++", "@@")))
    first = list(islice(changed, _PIECES))
    return [*first, *(["…"] if next(changed, "") else [])]


def _pieces(text: str) -> list[str]:
    return re.split(r"\n|(?=\|)", text)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _PIECE else f"{line[:_PIECE]}…"


# What is done --------------------------------------------------------------------------------------------------------


def install_pages(wikis: Mapping[str, Wiki], settings: Settings, *, agreed: Callable[[], bool]) -> int:
    """Show what is to be written and, where that is agreed to, write it; returns the exit status.

    What people have made their own stays. A wiki that takes nothing keeps it from no other.
    """
    found = [installation(wiki, settings) for wiki in wikis.values()]
    print(shown("\n".join(line for one in found for line in told(one))))
    if any(page.is_written for one in found for page in one.pages):
        written = [_is_written(one) for one in found] if agreed() else []
        return int(not all(written))
    if closed := sum(len(one.of(Fate.CLOSED)) for one in found):
        print(f"{closed} pages have to be written by somebody who may.")
        return 1
    print("Nothing to do.")
    return 0


def _is_written(found: Installation) -> bool:
    """Whether each page was written that had to be; where the wiki takes no more, the log names the one it stops at."""
    wiki, written = found.wiki, []
    for page in (page for page in found.pages if page.is_written):
        if stopped(wiki):
            _log.error("%s: people stopped the bot, at “%s”: nothing more is written", wiki.name, stop_page(wiki))
            return False
        try:
            written.append(_write(wiki, page))
        except (WikiError, Unanswered) as error:
            _log.error("%s: nothing more is written than what came before %s: %s", wiki.name, page.title, error)
            return False
    return all(written)


def _write(wiki: Wiki, page: PlannedPage) -> bool:
    """Whether the page was written; where it was not, the log says why. Raises what no other page is written after."""
    time.sleep(wiki.write_limits().get(WriteKind.EDIT, 0.0))
    try:
        wiki.save(page.title, page.shipped.text, _SUMMARY, page.there)
    except WikiError as error:
        if is_a(error, Trait.CONFLICT) and _is_there(wiki, page):
            return True
        if not is_a(error, Trait.CONFLICT) and not isinstance(classify_error(error), Failed):
            raise
        _log.error("%s: %s was not written: %s", wiki.name, page.title, error)
        return False
    _log.info("%s: %s written", wiki.name, page.title)
    return True


def _is_there(wiki: Wiki, page: PlannedPage) -> bool:
    """Whether the page says by now what it has to: another `cph install` may have written it."""
    there = wiki.page(page.title)
    return there is not None and there.text == page.shipped.text
