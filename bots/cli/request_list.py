"""`cph requests`: all requests at a glance."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from bots.cli.output import ago, cell, iso, said, table
from jobs.model.progress import Progress, progress_of
from jobs.model.requests import StoredRequest
from jobs.model.states import State
from jobs.store.overviews import Overview

_BAR_WIDTH = 6


def requests_table(found: Iterable[Overview]) -> Table:
    """A line for each request, and one below for what it waits for."""
    made = table("request", "state", "", "open", "done", "failed", "left out", "since", "for whom, and what next")
    for one in found:
        request, progress = one.request, progress_of(one.counts)
        told = [cell(request.parameters.get("partner", "")), cell(waits_for(request), "dim")]
        made.add_row(
            request.text_id, state(request), bar(progress), *map(str, asdict(progress).values()), ago(one.since),
            Text("\n").join(filter(None, told)),
        )  # fmt: skip
    return made


def in_all(numbers: Mapping[State, int]) -> Text:
    """How many requests there are in each state, also of those that are not listed."""
    told = ", ".join(f"{number} {state}" for state, number in numbers.items() if number)
    return cell(f"In all: {told or 'none'}.")


def summary(one: Overview) -> dict[str, Any]:
    """A request for programs, in short, with the names that the dashboard's files have."""
    request = one.request
    return {
        "request": request.text_id, "state": request.state, "since": iso(one.since), "asked": iso(request.asked),
        "kind": request.kind, "partner": request.parameters.get("partner"), "author": request.author,
        "wiki": request.wiki, "carried_out_on": request.target, "approver": request.approver or None,
        **asdict(progress_of(one.counts)), "waits_for": next_move(request), "why": reasons(request),
    }  # fmt: skip


def bar(progress: Progress) -> ProgressBar:
    """How much of a request has come to its end."""
    return ProgressBar(total=progress.total or 1, completed=progress.done + progress.failed, width=_BAR_WIDTH)


def state(request: StoredRequest) -> Text:
    """Where the request is, in the colour of who has the next move."""
    return cell(request.state, _COLOURS.get(request.state, ""))


_COLOURS = {
    State.DONE: "green", State.PARTLY_DONE: "yellow", State.FAILED: "red", State.INVALID: "yellow",
    State.PLANNED: "cyan", State.PILOT: "cyan", State.PAUSED: "magenta", State.RUNNING: "bold",
}  # fmt: skip


def waits_for(request: StoredRequest) -> str:
    """Who has the next move, and why the request is where it is, for people."""
    who = next_move(request)
    return ": ".join(filter(None, (who and f"waits for {who}", "; ".join(reasons(request)))))


def next_move(request: StoredRequest) -> str | None:
    """Who has the next move; None: it has ended."""
    return _NEXT_MOVE.get(request.state)


_NEXT_MOVE: Mapping[State, str] = {
    State.INVALID: "the requester", State.CHECKED: "the requester", State.PLANNED: "a reviewer",
    State.PILOT: "a reviewer, who looks at the first ones", State.PAUSED: "a reviewer",
    State.UNDOING: "the request that takes it back",
} | dict.fromkeys((State.RECEIVED, State.APPROVED, State.RUNNING), "the bot")  # fmt: skip


def reasons(request: StoredRequest) -> list[str]:
    """Why the request is where it is, in English."""
    return [": ".join(filter(None, (problem.parameter, said(problem.why)))) for problem in request.reasons]
