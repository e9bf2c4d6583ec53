"""How much may go on at once of what keeps a thread for long."""

import threading
from collections.abc import Callable

from flask import Response
from werkzeug.exceptions import ServiceUnavailable

_RETRY_SECONDS = 30


class Places:
    """So many places."""

    def __init__(self, number: int) -> None:
        self._free = threading.BoundedSemaphore(number)

    def hold(self, answer: Callable[[], Response]) -> Response:
        """The answer, which has a place until it is sent. Raises ServiceUnavailable where none is free."""
        if not self._free.acquire(blocking=False):
            raise ServiceUnavailable(retry_after=_RETRY_SECONDS)
        try:
            response = answer()
        except BaseException:
            self._free.release()
            raise
        response.call_on_close(self._free.release)
        return response
