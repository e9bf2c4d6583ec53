"""The files of uploads: each is fetched while the one before it is being sent."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO

from jobs.actions.handler import ExecutionContext
from jobs.io.background import Background
from jobs.io.fetching import fetch
from jobs.io.http import Fetched, Unfetched
from jobs.model.actions import Upload


class Supply:
    """Gives the files that were approved, from what was kept when they were planned or from the partner's server."""

    def __init__(self, context: ExecutionContext) -> None:
        self._context = context
        self._ahead: tuple[Upload, Background[tuple[IO[bytes], Fetched]]] | None = None

    @contextmanager
    def file(self, action: Upload, following: Upload | None) -> Iterator[tuple[Path, Fetched]]:
        """The file, for as long as it is needed: of which bytes it is must be looked at. Raises Unfetched.

        Meanwhile the one that follows is fetched.
        """
        with self._context.spool.kept(action.sha1) as kept:
            if kept:
                self._begin(following)
                yield kept, Fetched(action.sha1, action.size, "")
                return
        file, fetched = self._fetched_ahead(action) or self._fetched(action)
        with file:
            self._context.spool.keep(Path(file.name), fetched.sha1)
            self._begin(following)
            yield Path(file.name), fetched

    def _begin(self, following: Upload | None) -> None:
        if following and not self._context.spool.has(following.sha1):
            self._ahead = following, Background(partial(self._fetched, following))

    def _fetched_ahead(self, action: Upload) -> tuple[IO[bytes], Fetched] | None:
        """The file, if it was fetched ahead and all went well: what was in the way then may not be any more."""
        ahead, self._ahead = self._ahead, None
        if ahead and ahead[0] == action:
            try:
                return ahead[1].result()
            except (Unfetched, OSError):
                return None
        return None

    def _fetched(self, action: Upload) -> tuple[IO[bytes], Fetched]:
        file = self._context.spool.new_file()
        try:
            return file, fetch(action.url, file, self._context)
        except BaseException:
            file.close()
            raise
