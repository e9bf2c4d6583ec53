"""The limit: a client that sends the same writes and nothing else, or fetches the same files and hashes them.

`python -m tests.bench.bare`, told on its standard input what to do (`Work`); it prints the seconds that it took and of
the processor, as JSON. It logs in and asks for its token before.
"""

import hashlib
import json
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import local
from typing import Any

import requests

from deploy.sandbox import BOT, BOT_LOGIN, BOT_SECRET
from tests.bench.work import Work

_SECONDS = 600
_TRIES = 5
_PAUSE = 0.2
_PASSING = ("lockmanager-fail", "backend-fail", "readonly", "maxlag")
"""Several threads that upload at once meet in MediaWiki's locks."""
_THERE = "fileexists-no-change"
_CHUNK = 5_000_000
"""What cph sends at once."""


class Bare:
    """An account on a wiki, with a connection a thread."""

    def __init__(self, api: str, threads: int) -> None:
        self._api = api
        self._own = local()
        self._pool = ThreadPoolExecutor(threads)
        self._cookies = requests.Session().cookies
        login = self.post(action="query", meta="tokens", type="login")["query"]["tokens"]["logintoken"]
        said = self.post(action="login", lgname=BOT_LOGIN, lgpassword=BOT_SECRET, lgtoken=login)
        assert said["login"]["result"] == "Success", said
        self._token = self.post(action="query", meta="tokens")["query"]["tokens"]["csrftoken"]

    def each(self, work: Callable[[Any], object], those: Iterable[Any]) -> None:
        """Do this with each, with as many threads as there are."""
        list(self._pool.map(work, those))

    def post(self, files: Mapping[str, Any] | None = None, **parameters: object) -> dict[str, Any]:
        """Ask the wiki; an error is one here, but for those that pass: then it is asked again."""
        asked = {"format": "json", "formatversion": 2, **parameters}
        for tries_left in reversed(range(_TRIES)):
            answer = self.session.post(self._api, data=asked, files=files, timeout=_SECONDS)
            said: dict[str, Any] = answer.json()
            if not tries_left or not said.get("error", {}).get("code", "").startswith(_PASSING):
                break
            time.sleep(_PAUSE)
        assert answer.ok, said
        assert said.get("error", {}).get("code") in {None, _THERE}, said
        return said

    def write(self, action: str, files: Mapping[str, Any] | None = None, **parameters: object) -> dict[str, Any]:
        """Ask the wiki for what takes a token, as cph does."""
        return self.post(files, action=action, token=self._token, assertuser=BOT, maxlag=5, **parameters)

    @property
    def session(self) -> requests.Session:
        """The one of this thread."""
        if not hasattr(self._own, "session"):
            self._own.session = requests.Session()
            self._own.session.trust_env = False
            self._own.session.cookies = self._cookies
        session: requests.Session = self._own.session
        return session

    def edit(self, page: tuple[str, str]) -> None:
        """Give a page this text."""
        title, text = page
        digest = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
        self.write("edit", title=title, text=text, summary="Bare", bot=1, md5=digest, watchlist="nochange")

    def upload(self, file: tuple[str, str, str]) -> None:
        """Send a file, with the text of its page; a large one in chunks."""
        title, path, text = file
        name = title.removeprefix("File:")
        if Path(path).stat().st_size > _CHUNK:
            return self._upload_in_chunks(name, Path(path), text)
        self._publish(name, text, files={"file": ("file", Path(path).read_bytes())})
        return None

    def _publish(self, name: str, text: str, **more: Any) -> None:
        # A try whose lock the wiki could not give back may have taken effect.
        asked: dict[str, Any] = {"filename": name, "text": text, "comment": "Bare", "ignorewarnings": 1}
        said = self.write("upload", watchlist="nochange", **asked, **more)
        assert "error" in said or said["upload"]["result"] == "Success", said

    def _upload_in_chunks(self, name: str, path: Path, text: str) -> None:
        key: dict[str, object] = {}
        size = path.stat().st_size
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                sent: dict[str, object] = {"stash": 1, "filename": name, "filesize": size, "ignorewarnings": 1}
                sent |= {"offset": file.tell() - len(chunk)} | key
                key = {"filekey": self.write("upload", {"chunk": ("chunk", chunk)}, **sent)["upload"]["filekey"]}
        self._publish(name, text, **key)

    def entities(self, titles: Iterable[str]) -> dict[str, str]:
        """The ids of files' structured data, by fifty."""
        found: dict[str, str] = {}
        asked = [*titles]
        for start in range(0, len(asked), 50):
            pages = self.post(action="query", titles="|".join(asked[start : start + 50]))["query"]["pages"]
            found |= {page["title"]: f"M{page['pageid']}" for page in pages}
        return found

    def describe(self, entity: tuple[str, str]) -> None:
        """Give a file its structured data."""
        id_, data = entity
        self.write("wbeditentity", id=id_, data=data, summary="Bare", bot=1)

    def fetch(self, url: str) -> None:
        """Fetch a file, and hash it."""
        with self.session.get(url, stream=True, timeout=_SECONDS) as answer:
            digest = hashlib.sha1(usedforsecurity=False)
            for piece in answer.iter_content(1 << 16):
                digest.update(piece)

    def keep(self, url: str, path: str) -> None:
        """Fetch a file to here."""
        with self.session.get(url, stream=True, timeout=_SECONDS) as answer, Path(path).open("wb") as file:
            file.writelines(answer.iter_content(1 << 16))


def main() -> None:
    """Do the work, and print what it took."""
    work = Work(**json.load(sys.stdin))
    bare = Bare(work.api, work.threads)
    begun, busy = time.monotonic(), time.process_time()
    bare.each(bare.edit, work.edits.items())
    bare.each(bare.fetch, work.fetches)
    if work.uploads:
        for url, path in work.keeps.items():
            bare.keep(url, path)
        bare.each(bare.upload, ((title, *file) for title, file in work.uploads.items()))
        if work.data:
            bare.each(bare.describe, ((id_, work.data) for id_ in bare.entities(work.uploads).values()))
    print(json.dumps({"seconds": time.monotonic() - begun, "cpu": time.process_time() - busy}))


if __name__ == "__main__":
    main()
