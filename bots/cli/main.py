"""The `cph` command."""

import gc
import logging
import sys
from importlib.metadata import version
from typing import Annotated

import typer

from bots.cli import serving
from bots.cli.check import check_file
from bots.cli.ends import ENDS, WRONG_SETTINGS, end_of, what_is_wrong
from bots.cli.history import history as history_of
from bots.cli.opening import full_settings, ledger_settings, named, opened, patience, the_ledger
from bots.cli.pages import install_pages
from bots.cli.undo import undo as take_back
from jobs.store.ledger import Ledger
from jobs.store.migration import latest_version
from wikitext.filepage import TEMPLATES

_log = logging.getLogger("cph")

app = typer.Typer(
    help="Watch the wikis for requests, do what is asked, and see and steer what is going on.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

RequestId = Annotated[str, typer.Argument(metavar="REQUEST", help="Its number, as in H42.")]
Once = Annotated[bool, typer.Option("--once", help="End when there is nothing left to do.")]

_AT_WORK = "At work"
_ON_REQUESTS = "One request"
_SETTING_UP = "Setting up"


def main(arguments: list[str] | None = None) -> int:
    """Run a command; returns the exit status."""
    gc.set_threshold(50_000, 20, 20)  # of the time that a page full of braces takes, two thirds were the collector's
    try:
        app(arguments, prog_name="cph")
    except SystemExit as end:  # so Typer ends every command
        return int(end.code or 0)
    except WRONG_SETTINGS as error:
        sys.stderr.write(f"cph: {what_is_wrong(error)}\n")
        return 2
    except ENDS as error:
        said, status = end_of(error)
        _log.error("%s", said)
        return status
    return 0


def _tell_version(asked: bool) -> None:
    if asked:
        print(f"cph {version('content-partnerships-hub')}")
        raise typer.Exit


@app.callback()
def cph(
    _: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    """Without a command there is nothing to do."""


# At work ---------------------------------------------------------------------------------------------------------


@app.command(rich_help_panel=_AT_WORK, epilog="For example: cph watch")
def watch(once: Once = False) -> None:
    """Notice requests and answers on the wikis, and queue the work."""
    serving.serve("watch", once=once)


@app.command(rich_help_panel=_AT_WORK, epilog="For example: cph work --once")
def work(once: Once = False) -> None:
    """Do what is queued."""
    serving.serve("work", once=once)


@app.command(rich_help_panel=_AT_WORK, epilog="For example: cph run")
def run(once: Once = False) -> None:
    """Watch and work in one process, with a queue of its own unless CPH_REDIS names one."""
    serving.serve("run", once=once)


# One request -----------------------------------------------------------------------------------------------------


@app.command(rich_help_panel=_ON_REQUESTS, epilog="For example: cph history H42")
def history(request: RequestId) -> None:
    """Say what happened to a request: who, when, what, why."""
    with the_ledger() as ledger:
        print(history_of(ledger, request))


@app.command(rich_help_panel=_ON_REQUESTS, epilog="For example: cph undo H42 --items 3,7-9 --now")
def undo(
    request: RequestId,
    items: Annotated[str, typer.Option(help="Only these rows, as in 3,7-9.")] = "",
    reason: Annotated[str, typer.Option(help="For the wiki's log.")] = "",
    now: Annotated[bool, typer.Option("--now", help="Without a reviewer's yes.")] = False,
) -> None:
    """File the request that takes another one back."""
    with opened(full_settings(), patience(once=True)) as hub:
        print(take_back(hub, request, items, reason, now=now))


# Setting up ------------------------------------------------------------------------------------------------------


def _template(name: str) -> str:
    if name not in TEMPLATES:
        raise typer.BadParameter(f"{name} is none of {', '.join(TEMPLATES)}")
    return name


@app.command(rich_help_panel=_SETTING_UP, epilog="For example: cph check plates.csv --template Photograph")
def check(
    file: Annotated[str, typer.Argument(help="The partner's list.")],
    template: Annotated[
        str, typer.Option(callback=_template, autocompletion=lambda: [*TEMPLATES], help="Of the description.")
    ] = "Artwork",
    sheet: Annotated[str, typer.Option(help="Of a workbook.")] = "",
    language: Annotated[str, typer.Option(help="A language's code.")] = "en",
) -> None:
    """Say what a list in a file is read as; no wiki is asked."""
    raise typer.Exit(check_file(file, template, sheet, language))


@app.command(rich_help_panel=_SETTING_UP, epilog="For example: cph pages")
def pages() -> None:
    """Write the templates and forms that the wikis need; the account needs the right to."""
    with opened(full_settings(), patience(once=True)) as hub:
        install_pages(hub.wikis)


@app.command(rich_help_panel=_SETTING_UP, epilog="For example: cph migrate")
def migrate() -> None:
    """Bring the ledger to this version, as the others do when they start."""
    address = ledger_settings().ledger
    patience(once=False, told_to_end=1)(Ledger, address).close()
    _log.info("the ledger %s has version %s of its tables", named(address), latest_version())
