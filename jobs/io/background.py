"""What is found out while whoever asked goes on."""

from collections.abc import Callable
from contextvars import copy_context
from threading import Thread
from typing import Generic, TypeVar

Result = TypeVar("Result")


class Background(Generic[Result]):
    """One piece of work in a thread of its own, begun at once. It ends with the process, whatever it waits for."""

    def __init__(self, work: Callable[[], Result]) -> None:
        self._work = work
        self._result: Result | None = None
        self._error: Exception | None = None
        self._is_over = False
        context = copy_context()  # what is asked of a wiki is counted as the caller's
        self._thread = Thread(target=lambda: context.run(self._run), daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self._result = self._work()
        except Exception as error:  # noqa: BLE001 - whatever it is, whoever asked gets it
            self._error = error
        self._is_over = True

    def is_over(self) -> bool:
        """Whether `result` would not have to be waited for."""
        return self._is_over

    def result(self) -> Result:
        """What the work came to; raises what it raised."""
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._result  # type: ignore[return-value] # set, for it did not raise
