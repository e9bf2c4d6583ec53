"""Uploads through a session (API:Upload): a small file in one request, under its title.

A large one goes into the wiki's stash, in chunks, and from there under its title.
"""

import hashlib
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bots.mediawiki import responses
from bots.mediawiki.session import Session
from jobs.io.error_table import Trait
from jobs.io.errors import Unanswered, WikiError, is_a
from jobs.io.http import ascii_address
from jobs.io.wiki import Unstashed

_log = logging.getLogger(__name__)

_WAITS = (0.5, 2.0, 5.0)
"""Seconds before the wiki is asked how much it has, each time that it comes no further."""


@dataclass(frozen=True)
class Part:
    """What the stash has of a file: its key there (empty: nothing yet), and up to where (None: that is not known)."""

    key: str = ""
    end: int | None = 0
    whole: bool = False


class _NotJoined(Unanswered):
    """The wiki has all parts of a file and not the file."""


class Uploads:
    """Sends files in chunks of so many bytes."""

    def __init__(self, session: Session, chunk_bytes: int) -> None:
        self._session = session
        self._chunk_bytes = chunk_bytes

    def stash_from(self, url: str, title: str, *, sha1: str, size: int) -> str | Unstashed:
        """As `jobs.io.wiki.Wiki.stash_from` says."""
        name = title.partition(":")[2]
        try:
            address = ascii_address(url)
        except ValueError:
            return Unstashed.NOT_FETCHED
        try:
            key, fetched = self._fetch(address, name, sha1, size)
        except WikiError as error:
            if not is_a(error, Trait.NOT_FETCHED):
                raise
            _log.info("%s is not fetched by the wiki: %s", name, error)
            return Unstashed.NOT_FETCHED
        return key if fetched == sha1 else Unstashed.OTHER_BYTES

    def publish(self, file: Path | str, title: str, text: str, comment: str, *, replacing: bool, beside: str) -> None:
        """As `jobs.io.wiki.Wiki.publish` says."""
        name = title.partition(":")[2]
        known: dict[str, Any] = {"filekey": file} if isinstance(file, str) else {"files": {"file": file.read_bytes()}}
        response = self._session.write(
            "upload", filename=name, text=text, comment=comment, watchlist="nochange", **known
        )
        upload = response["upload"]
        expected = {"exists": name} if replacing else {"exists-normalized": beside.partition(":")[2]}
        if {what: str(said).replace("_", " ") for what, said in upload.get("warnings", {}).items()} == expected:
            # It is to be there. Whoever asked looked at which version is there; nothing else is waved through.
            confirmed = {"filekey": upload["filekey"], "ignorewarnings": True, "watchlist": "nochange"}
            confirmed |= {} if replacing else {"text": text}
            upload = self._session.write("upload", filename=name, comment=comment, **confirmed)["upload"]
        responses.expect_success(upload)

    def _fetch(self, url: str, name: str, sha1: str, size: int) -> tuple[str, str]:
        """Have the wiki fetch a file into its stash: the key there and its SHA-1.

        Where the response is lost it may be fetching still: the file is looked for, not fetched again.
        """
        try:
            upload = self._session.write("upload", filename=name, url=url, stash=True, ignorewarnings=True)["upload"]
        except Unanswered:
            for wait in _WAITS:
                time.sleep(wait)
                if found := self._finished(self._listed(), size, lambda: sha1):
                    return found, sha1
            raise
        key = upload["filekey"]
        return key, upload.get("imageinfo", {}).get("sha1") or self._stashed_sha1(key)

    def stash(self, path: Path, title: str, kept: str, keep: Callable[[str], None]) -> str:
        """As `jobs.io.wiki.Wiki.stash` says.

        What the wiki has whole and does not put together, for it ended in the midst of that, is sent once more: of a
        file whose parts are all there it takes none (API:Upload, `stashfailed`).
        """
        try:
            return self._stash(path, title, kept, keep)
        except _NotJoined as error:
            _log.warning("%s; the file is sent anew", error)
            return self._stash(path, title, "", keep)

    def _stash(self, path: Path, title: str, kept: str, keep: Callable[[str], None]) -> str:
        """Where it breaks off, it goes on from what has arrived."""
        name = title.partition(":")[2]
        part, furthest, failures = Part(kept, None if kept else 0), 0, 0
        while not part.whole:
            try:
                part = self._arrived(path, part.key) if part.end is None else self._send(path, name, part)
            except (Unanswered, WikiError) as error:
                hopeless = isinstance(error, WikiError) and not is_a(error, Trait.BROKEN_OFF)
                if hopeless or failures == len(_WAITS):
                    raise
                _log.info("%s broke off at byte %s: %s", name, furthest, error)
                time.sleep(_WAITS[failures])
                failures += 1
                part = replace(part, end=None)
            else:
                if part.end is not None and part.end > furthest:
                    furthest, failures = part.end, 0
                if part.key not in {kept, ""} and not part.whole:
                    kept = part.key
                    keep(kept)
        return part.key

    def _send(self, path: Path, name: str, part: Part) -> Part:
        """Send the next chunk; what the stash has then."""
        with path.open("rb") as file:
            file.seek(part.end or 0)
            chunk = file.read(self._chunk_bytes)
        known: dict[str, Any] = {"filekey": part.key} if part.key else {}
        upload = self._session.write(
            "upload",
            files={"chunk": chunk},
            stash=True,
            ignorewarnings=True,
            filename=name,
            filesize=path.stat().st_size,
            offset=part.end,
            **known,
        )["upload"]
        return Part(upload["filekey"], (part.end or 0) + len(chunk), whole=upload["result"] == "Success")

    def _arrived(self, path: Path, key: str) -> Part:
        """What the stash has of the file, by its own account; nothing where its parts are there no more.

        Put together, a file has another key than its parts had: it is known by its bytes. Raises _NotJoined where every
        byte is there, but the wiki has not put them together yet.
        """
        size = path.stat().st_size
        listed = self._listed()
        for entry in listed:
            if entry["filekey"] == key and entry["status"] == "chunks":
                if entry["size"] == size:
                    raise _NotJoined(f"{key} is not put together yet")
                return Part(key, entry["size"])
        found = self._finished(listed, size, lambda: _sha1(path))
        return Part(found, size, whole=True) if found else Part()

    def _listed(self) -> list[dict[str, Any]]:
        """The account's stash (API:Mystashedfiles)."""
        answered = self._session.query(list="mystashedfiles", msfprop="size", msflimit="max")
        return [entry for response in answered for entry in response.get("mystashedfiles", [])]

    def _finished(self, listed: list[dict[str, Any]], size: int, sha1: Callable[[], str]) -> str:
        """The key of a whole file of this size and SHA-1; empty if none is listed."""
        same_size = [entry["filekey"] for entry in listed if (entry["status"], entry["size"]) == ("finished", size)]
        wanted = sha1() if same_size else ""
        return next((key for key in same_size if self._stashed_sha1(key) == wanted), "")

    def _stashed_sha1(self, key: str) -> str:
        """Empty where the stash lists a file that it has lost."""
        try:
            [response] = self._session.query(prop="stashimageinfo", siifilekey=key, siiprop="sha1")
        except WikiError as error:
            if not is_a(error, Trait.NOT_IN_STASH):
                raise
            return ""
        return str(response["stashimageinfo"][0]["sha1"])


def _sha1(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.sha1(usedforsecurity=False)).hexdigest()
