"""What a process is doing at the moment, for its log: of which request and row, since when, with how many API calls."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass
class _Task:
    """Something that is done, maybe as a part of something larger, which `fields` speak of too."""

    fields: Mapping[str, object]
    part_of: "_Task | None"
    api_calls: int = 0
    began: float = field(default_factory=time.monotonic)


_task: ContextVar[_Task | None] = ContextVar("task", default=None)


@contextmanager
def doing(**fields: object) -> Iterator[None]:
    """Whatever is logged meanwhile, in this thread, has these fields (`request`, `row`, `action`, `wiki`)."""
    before = _task.set(_Task({**current_fields(), **fields}, _task.get()))
    try:
        yield
    finally:
        _task.reset(before)


def current_fields() -> Mapping[str, object]:
    """What is being done; empty: nothing that a request is about."""
    task = _task.get()
    return task.fields if task else {}


def cost() -> dict[str, object]:
    """What it took until now: seconds, and requests to wikis. To be logged at its end (`extra`)."""
    task = _task.get()
    return {"duration": round(time.monotonic() - task.began, 3), "api_calls": task.api_calls} if task else {}


def count_api_call() -> None:
    """Note a request to a wiki: it is one of all that is being done."""
    task = _task.get()
    while task:
        task.api_calls += 1
        task = task.part_of
