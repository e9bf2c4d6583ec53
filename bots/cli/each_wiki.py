"""Does something on each wiki of the settings; one that is away keeps no other from it."""

import logging
from collections.abc import Callable

from bots.cli.ends import ENDS, end_of
from bots.cli.naming import WikiNotSet
from bots.cli.opening import logged_in, patience
from bots.settings import Settings, WikiSettings
from bots.telemetry import shown
from jobs.io.wiki import Wiki

_log = logging.getLogger("cph")


def on_each_wiki(settings: Settings, only: str, do: Callable[[Wiki], str]) -> int:
    """Do this on the wiki called `only` (empty: on each) and print what is told of it; returns the exit status.

    No ledger is asked. Raises WikiNotSet.
    """
    wikis = [wiki for wiki in settings.wikis if only in {"", wiki.name}]
    if not wikis:
        raise WikiNotSet(f"CPH_WIKIS names {', '.join(wiki.name for wiki in settings.wikis)}, and no {only}")
    return max([_on_one(settings, wiki, do) for wiki in wikis])


def _on_one(settings: Settings, wiki: WikiSettings, do: Callable[[Wiki], str]) -> int:
    try:
        with logged_in(settings.model_copy(update={"wikis": (wiki,)}), patience(once=True)) as wikis:
            print(shown(do(wikis[wiki.name])))
    except ENDS as error:
        said, status = end_of(error)
        _log.error("%s: %s", wiki.name, said)
        return status
    return 0
