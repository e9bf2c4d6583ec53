"""Uploads through a session (API:Upload): the bytes into the wiki's stash, in chunks, and from there under a title."""

import hashlib
import logging
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bots import answers
from bots.session import Session
from jobs.outcomes import Unanswered, WikiError

_log = logging.getLogger(__name__)

_WAITS = (0.5, 2.0, 5.0)
"""Seconds before the wiki is asked how much it has, each time that it comes no further."""

# What a chunk is answered with that may have arrived all the same, or that the wiki has already.
_BROKEN_OFF = ("internal_api_error_", "stashfailed", "backend-fail-", "lockmanager-fail-conflict")


@dataclass(frozen=True)
class _Part:
    """What the stash has of a file: its key there (empty: nothing yet), and up to where (None: that is not known)."""

    key: str = ""
    end: int | None = 0
    whole: bool = False


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
        """The key under which the wiki has the whole file. Where it breaks off, it goes on from what has arrived."""
        part, furthest, failures = _Part(), 0, 0
        while not part.whole:
            try:
                part = self._arrived(path, part.key) if part.end is None else self._send(path, name, part)
            except (Unanswered, WikiError) as error:
                hopeless = isinstance(error, WikiError) and not error.code.startswith(_BROKEN_OFF)
                if hopeless or failures == len(_WAITS):
                    raise
                _log.info("%s broke off at byte %s: %s", name, furthest, error)
                time.sleep(_WAITS[failures])
                failures += 1
                part = replace(part, end=None)
            else:
                if part.end is not None and part.end > furthest:
                    furthest, failures = part.end, 0
        return part.key

    def _send(self, path: Path, name: str, part: _Part) -> _Part:
        """Send the next chunk; what the stash has then."""
        with path.open("rb") as file:
            file.seek(part.end or 0)
            chunk = file.read(self._chunk_bytes)
        known: dict[str, Any] = {"filekey": part.key} if part.key else {}
        upload = self._session.write(
            "upload",
            mime={"chunk": (chunk, ("application", "octet-stream"), {"filename": "chunk"})},
            stash=True,
            ignorewarnings=True,
            filename=name,
            filesize=path.stat().st_size,
            offset=part.end,
            **known,
        )["upload"]
        return _Part(upload["filekey"], (part.end or 0) + len(chunk), whole=upload["result"] == "Success")

    def _arrived(self, path: Path, key: str) -> _Part:
        """What the stash has of the file, by its own account; nothing where its parts are there no more.

        Put together, a file has another key than its parts had: it is known by its bytes. Raises Unanswered where every
        byte is there, but the wiki has not put them together yet.
        """
        size = path.stat().st_size
        answered = self._session.query(list="mystashedfiles", msfprop="size", msflimit="max")
        listed = [entry for answer in answered for entry in answer.get("mystashedfiles", [])]
        for entry in listed:
            if entry["filekey"] == key and entry["status"] == "chunks":
                if entry["size"] == size:
                    raise Unanswered(f"{key} is not put together yet")
                return _Part(key, entry["size"])
        same_size = [entry["filekey"] for entry in listed if (entry["status"], entry["size"]) == ("finished", size)]
        sha1 = _sha1(path) if same_size else ""
        found = next((finished for finished in same_size if self._stashed_sha1(finished) == sha1), None)
        return _Part(found, size, whole=True) if found else _Part()

    def _stashed_sha1(self, key: str) -> str:
        [answer] = self._session.query(prop="stashimageinfo", siifilekey=key, siiprop="sha1")
        return str(answer["stashimageinfo"][0]["sha1"])


def _sha1(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.sha1(usedforsecurity=False)).hexdigest()
