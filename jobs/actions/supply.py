"""The files of a round of uploads: each is fetched while the one before it is being sent."""

import tempfile
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from jobs.actions.handler import ExecutionContext
from jobs.io.background import Background
from jobs.io.fetching import fetch
from jobs.io.http import Fetched
from jobs.model.actions import Upload


class Supply:
    """Gives the files that were approved, from what was kept when they were planned or from the partner's server."""

    def __init__(self, context: ExecutionContext) -> None:
        self._context = context
        self._expected: deque[Upload] = deque()
        self._fetching: dict[str, Background[tuple[IO[bytes], Fetched]]] = {}

    def expect(self, actions: Sequence[Upload]) -> None:
        """These will be asked for, in this order."""
        self._expected = deque(actions)

    @contextmanager
    def file(self, action: Upload) -> Iterator[tuple[Path, Fetched]]:
        """The file, for as long as it is needed: of which bytes it is must be looked at. Raises Unfetched."""
        with self._context.spool.kept(action.sha1) as kept:
            if kept:
                self._fetch_next(action)
                yield kept, Fetched(action.sha1, action.size, "")
                return
        fetching = self._fetching.pop(action.url, None) or Background(partial(self._fetched, action))
        file, fetched = fetching.result()
        with file:
            self._context.spool.keep(Path(file.name), fetched.sha1)
            self._fetch_next(action)
            yield Path(file.name), fetched

    def _fetched(self, action: Upload) -> tuple[IO[bytes], Fetched]:
        file = tempfile.NamedTemporaryFile(dir=self._context.spool.folder)  # noqa: SIM115 - closed by who gets it
        try:
            return file, fetch(action.url, file, self._context)
        except BaseException:
            file.close()
            raise

    def _fetch_next(self, action: Upload) -> None:
        """Begin to fetch the one after this, if it is of the same server: of another the wiki may fetch itself."""
        while self._expected and self._expected.popleft() != action:
            pass
        following = self._expected[0] if self._expected else action
        if following is action or host(following) != host(action) or self._context.spool.has(following.sha1):
            return
        self._fetching[following.url] = Background(partial(self._fetched, following))


def host(action: Upload) -> str:
    """The name of the server that the file is fetched from."""
    return urlsplit(action.url).hostname or ""
