"""Uploads through a session (API:Upload): the bytes into the wiki's stash, in chunks, and from there under a title."""

from pathlib import Path
from typing import Any

from bots import answers
from bots.session import Session


class Uploads:
    """Sends files in chunks of so many bytes."""

    def __init__(self, session: Session, chunk_bytes: int) -> None:
        self._session = session
        self._chunk_bytes = chunk_bytes

    def upload(self, path: Path, title: str, text: str, comment: str, *, replacing: bool = False) -> None:
        """As `jobs.wiki.Wiki.upload` says."""
        # Always by the stash: what has a file in it is sent as multipart, in which pywikibot alters lines of pure ASCII
        # text that begin with "From "; the page's text goes with the second request, which is not.
        name = title.partition(":")[2]
        answer = self._session.write(
            "upload", filename=name, filekey=self._stash(path, name), text=text, comment=comment, watchlist="nochange"
        )
        upload = answer["upload"]
        if replacing and set(upload.get("warnings", {})) == {"exists"}:
            # It is to be there. Whoever asked looked at which version is there; nothing else is waved through.
            confirmed = {"filekey": upload["filekey"], "ignorewarnings": True, "watchlist": "nochange"}
            upload = self._session.write("upload", filename=name, comment=comment, **confirmed)["upload"]
        answers.expect_success(upload)

    def _stash(self, path: Path, name: str) -> str:
        whole: dict[str, Any] = {
            "stash": True,
            "ignorewarnings": True,
            "filename": name,
            "filesize": path.stat().st_size,
        }
        with path.open("rb") as file:
            while chunk := file.read(self._chunk_bytes):
                answer = self._session.write(
                    "upload",
                    mime={"chunk": (chunk, ("application", "octet-stream"), {"filename": "chunk"})},
                    offset=file.tell() - len(chunk),
                    **whole,
                )
                whole["filekey"] = answer["upload"]["filekey"]
        return str(whole["filekey"])
