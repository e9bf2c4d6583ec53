"""The `cph` command. What a command needs is imported by it: `cph --help` is to be there at once."""

import io
import logging
import sys
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from jobs import __version__
from jobs.model.states import State

if TYPE_CHECKING:
    from bots.settings import Settings
    from jobs.context.hub import Hub

_log = logging.getLogger("cph")

app = typer.Typer(
    help="Watch the wikis for requests, do what is asked, and see and steer what is going on.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

RequestId = Annotated[str, typer.Argument(metavar="REQUEST", help="Its number, as in H42.")]
Json = Annotated[bool, typer.Option("--json", help="For programs: one JSON value.")]
Once = Annotated[bool, typer.Option("--once", help="End when there is nothing left to do.")]

OnWiki = Annotated[str, typer.Option(help="Only on this one.")]

_AT_WORK = "At work"
_ON_REQUESTS = "What was asked for"
_SETTING_UP = "Setting up"


def main(arguments: list[str] | None = None) -> int:
    """Run a command; returns the exit status."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # a terminal that does not know a letter is shown its number
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        app(arguments, prog_name="cph")
    except SystemExit as end:  # so Typer ends every command
        return int(end.code or 0)
    except Exception as error:
        from bots.cli.ends import told

        if (status := told(error)) is None:
            raise
        return status
    return 0


def _tell_version(asked: bool) -> None:
    if asked:
        print(f"cph {__version__}")
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
    from bots.cli.serving import serve

    serve("watch", once=once)


@app.command(rich_help_panel=_AT_WORK, epilog="For example: cph work --once")
def work(once: Once = False) -> None:
    """Do what is queued."""
    from bots.cli.serving import serve

    serve("work", once=once)


@app.command(rich_help_panel=_AT_WORK, epilog="For example: cph run")
def run(once: Once = False) -> None:
    """Watch and work in one process, with a queue of its own unless CPH_REDIS names one."""
    from bots.cli.serving import serve

    serve("run", once=once)


@app.command(rich_help_panel=_AT_WORK, epilog="For example: cph web --port 8000")
def web(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Of this machine; 0: as PORT says, else 8000.")] = 0,
) -> None:
    """Serve the dashboard: what goes on, for everybody to read."""
    from bots.cli.web import serve_web

    serve_web(port)


@app.command(rich_help_panel=_AT_WORK, epilog="For example: cph metrics")
def metrics() -> None:
    """Say what Prometheus is told at /metrics: requests, rows, the queue, what wikis were asked; no wiki is."""
    from bots.cli.metrics import metrics as told_metrics

    print(told_metrics(), end="")


@app.command(rich_help_panel=_AT_WORK, epilog="For example: cph workers")
def workers(json: Json = False) -> None:
    """Say who is at work, and what waits in the queue; no wiki is asked."""
    from bots.cli import at_work
    from bots.cli.opening import shared_settings
    from bots.cli.output import tell, tell_json

    found = at_work.look(shared_settings())
    if json:
        tell_json(at_work.data(found))
    else:
        tell(*at_work.shown_workers(found))


@app.command(rich_help_panel=_AT_WORK, epilog="For example: cph stop --wiki commons --reason 'wrong licences'")
def stop(wiki: OnWiki = "", reason: Annotated[str, typer.Option(help="For whoever reads the page.")] = "") -> None:
    """Stop every write on the wikis, by the page on which anybody can."""
    from bots.cli import stop_pages
    from bots.cli.each_wiki import on_each_wiki
    from bots.cli.opening import full_settings

    raise typer.Exit(on_each_wiki(full_settings(), wiki, partial(stop_pages.stop, reason=reason)))


@app.command(rich_help_panel=_AT_WORK, epilog="For example: cph go --wiki commons")
def go(
    wiki: OnWiki = "", anyway: Annotated[bool, typer.Option("--anyway", help="Also where people stopped it.")] = False
) -> None:
    """Let the bot go on where an operator stopped it."""
    from bots.cli import stop_pages
    from bots.cli.each_wiki import on_each_wiki
    from bots.cli.opening import full_settings

    raise typer.Exit(on_each_wiki(full_settings(), wiki, partial(stop_pages.go, anyway=anyway)))


# What was asked for ----------------------------------------------------------------------------------------------


@app.command(rich_help_panel=_ON_REQUESTS, epilog="For example: cph requests --state planned --state pilot")
def requests(
    *,
    state: Annotated[list[State], typer.Option(help="In this state, or in one of these.")] = [],  # noqa: B006 - Typer's
    wiki: Annotated[str, typer.Option(help="Filed on this wiki.")] = "",
    kind: Annotated[str, typer.Option(help="Of this kind of job.")] = "",
    partner: Annotated[str, typer.Option(help="For this partner.")] = "",
    author: Annotated[str, typer.Option(help="Filed by this user.")] = "",
    most: Annotated[int, typer.Option(min=1, help="So many at most.")] = 50,
    json: Json = False,
) -> None:
    """List requests, the newest first: how far they are, and what they wait for; no wiki is asked."""
    from bots.cli import request_list
    from bots.cli.opening import the_ledger
    from bots.cli.output import tell, tell_json
    from jobs.store.overviews import Which

    which = Which(state, wiki, kind.lower(), partner, author)
    with the_ledger() as ledger:
        found, in_all = ledger.overview(which, most=most), ledger.count_by_state(which)
    if json:
        tell_json([*map(request_list.summary, found)])
    else:
        tell(request_list.requests_table(found), request_list.in_all(in_all))


@app.command(rich_help_panel=_ON_REQUESTS, epilog="For example: cph show H42")
def show(request: RequestId, json: Json = False) -> None:
    """Say all that is known of a request, what failed in it and what can be done; no wiki is asked."""
    from bots.cli import request_details
    from bots.cli.opening import the_ledger
    from bots.cli.output import tell, tell_json

    with the_ledger() as ledger:
        found = request_details.details(ledger, request)
    if json:
        tell_json(request_details.data(found))
    else:
        tell(*request_details.shown_details(found))


@app.command(rich_help_panel=_ON_REQUESTS, epilog="For example: cph log H42 --follow")
def log(
    request: RequestId,
    follow: Annotated[bool, typer.Option("--follow", help="And what happens now, until it has ended.")] = False,
    json: Annotated[bool, typer.Option("--json", help="For programs: a line of JSON for each event.")] = False,
) -> None:
    """Say what happened to a request: who, when, what, why; no wiki is asked."""
    from bots.cli import request_log
    from bots.cli.naming import request_named
    from bots.cli.opening import the_ledger

    told = request_log.json_line if json else request_log.line
    with the_ledger() as ledger, suppress(KeyboardInterrupt):
        asked = request_named(ledger, request)
        for entry in request_log.follow(ledger, asked) if follow else ledger.history(asked):
            print(told(entry), flush=True)


def _steer(answer: str, request: str) -> None:
    from bots.cli.opening import full_settings, opened, patience
    from bots.cli.steer import steer

    with opened(full_settings(), patience(once=True)) as hub:
        print(steer(hub, request, answer))


@app.command(rich_help_panel=_ON_REQUESTS, epilog="For example: cph pause H42")
def pause(request: RequestId) -> None:
    """Have nothing more done for a request until somebody resumes it."""
    _steer("pause", request)


@app.command(rich_help_panel=_ON_REQUESTS, epilog="For example: cph resume H42")
def resume(request: RequestId) -> None:
    """Have a paused request go on."""
    _steer("resume", request)


@app.command(rich_help_panel=_ON_REQUESTS, epilog="For example: cph retry H42")
def retry(request: RequestId) -> None:
    """Have what failed in a request tried again."""
    _steer("retry", request)


@app.command(rich_help_panel=_ON_REQUESTS, epilog="For example: cph cancel H42")
def cancel(request: RequestId) -> None:
    """End a request; what was done stays."""
    _steer("cancel", request)


@app.command(rich_help_panel=_ON_REQUESTS, epilog="For example: cph undo H42 --items 3,7-9 --now")
def undo(
    request: RequestId,
    items: Annotated[str, typer.Option(help="Only these rows, as in 3,7-9.")] = "",
    reason: Annotated[str, typer.Option(help="For the wiki's log.")] = "",
    now: Annotated[bool, typer.Option("--now", help="Without a reviewer's yes.")] = False,
) -> None:
    """File the request that takes another one back."""
    from bots.cli.opening import full_settings, opened, patience
    from bots.cli.undo import undo as take_back

    with opened(full_settings(), patience(once=True)) as hub:
        print(take_back(hub, request, items, reason, now=now))


# Setting up ------------------------------------------------------------------------------------------------------


def _templates() -> list[str]:
    from wikitext.filepage import TEMPLATES

    return [*TEMPLATES]


def _template(name: str) -> str:
    if name not in _templates():
        raise typer.BadParameter(f"{name} is none of {', '.join(_templates())}")
    return name


@app.command(rich_help_panel=_SETTING_UP, epilog="For example: cph check plates.csv --template Photograph")
def check(
    file: Annotated[str, typer.Argument(help="The partner's list.")],
    template: Annotated[
        str, typer.Option(callback=_template, autocompletion=_templates, help="Of the description.")
    ] = "Artwork",
    sheet: Annotated[str, typer.Option(help="Of a workbook.")] = "",
    language: Annotated[str, typer.Option(help="A language's code.")] = "en",
) -> None:
    """Say what a list in a file is read as; no wiki is asked."""
    from bots.cli.check import check_file

    raise typer.Exit(check_file(file, template, sheet, language))


@app.command(rich_help_panel=_SETTING_UP, epilog="For example: cph install --dry-run")
def install(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be written.")] = False,
    permission_request: Annotated[
        str, typer.Option(metavar="WIKI", help="Only print what this wiki asks of who wants to run a bot.")
    ] = "",
) -> None:
    """Show what the wikis need of templates, forms and pages, ask, and write it; what people edited stays."""
    from bots.cli.install import install_pages
    from bots.cli.opening import full_settings, opened, patience
    from bots.telemetry import shown

    settings = full_settings()
    with opened(settings, patience(once=True)) as hub:
        if permission_request:
            print(shown(_request_for(hub, permission_request, settings)))
            return
        agreed = partial(_agreed, yes=yes, dry_run=dry_run)
        raise typer.Exit(install_pages(hub.wikis, settings, agreed=agreed))


def _request_for(hub: "Hub", wiki: str, settings: "Settings") -> str:
    from bots.cli.permission_request import permission_request as permission_request_for

    if wiki not in hub.wikis:
        raise typer.BadParameter(f"{wiki} is none of {', '.join(hub.wikis)}")
    return permission_request_for(hub.wikis[wiki], settings.operator, settings.contact)


def _agreed(*, yes: bool, dry_run: bool) -> bool:
    return not dry_run and (yes or typer.confirm("Write these pages?"))


@app.command(rich_help_panel=_SETTING_UP, epilog="For example: cph doctor --json")
def doctor(
    for_programs: Annotated[bool, typer.Option("--json", help="In JSON, for programs.")] = False,
) -> None:
    """Look at settings, ledger, queue, wikis and machine: what is wrong, and what to do about it."""
    from bots.cli.doctor import doctor as examine_all

    raise typer.Exit(examine_all(for_programs=for_programs))


@app.command(rich_help_panel=_SETTING_UP, epilog="For example: cph migrate")
def migrate() -> None:
    """Bring the ledger to this version, as the others do when they start."""
    from bots.cli.opening import ledger_settings, named, patience
    from jobs.store.ledger import Ledger
    from jobs.store.version import latest_version

    address = ledger_settings().ledger
    patience(once=False, told_to_end=1)(Ledger, address).close()
    _log.info("the ledger %s has version %s of its tables", named(address), latest_version())
