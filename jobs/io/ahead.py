"""What is begun ahead of who needs it, a few things at once."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, TypeVar, cast

Result = TypeVar("Result")


class Ahead:
    """Threads for pieces of work, each of which has a key. `at_once`: so many of them."""

    def __init__(self, at_once: int) -> None:
        self._pool = ThreadPoolExecutor(at_once)
        self._begun: dict[object, Future[Any]] = {}

    def begin(self, key: object, work: Callable[[], object]) -> None:
        """Have the work done, unless it was begun."""
        if key not in self._begun:
            self._begun[key] = self._pool.submit(copy_context().run, work)

    def result(self, key: object, work: Callable[[], Result]) -> Result:
        """What the work comes to, which is begun here if it was not yet; raises what it raises."""
        self.begin(key, work)
        return cast("Result", self._begun.pop(key).result())

    def close(self) -> None:
        """Begin nothing more."""
        self._pool.shutdown(wait=False, cancel_futures=True)
