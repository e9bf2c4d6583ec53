"""The port `jobs.wiki.Wiki` over pywikibot; the only import of pywikibot.

pywikibot carries the session: login, tokens, OAuth, maxlag. Each call here is one request of its own making, sent once:
what to do about an answer that never came is the caller's to decide.
"""

import hashlib
import json
import logging
import os
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bots import answers
from jobs.outcomes import Unanswered, WikiError
from jobs.wiki import Entity, FileVersion, NameCheck, Revision, Saved, Stored

os.environ["PYWIKIBOT_NO_USER_CONFIG"] = "2"  # read when pywikibot is imported; nothing is asked, no file is looked for

import pywikibot
import requests
from pywikibot import exceptions
from pywikibot.comms import http
from pywikibot.data import api
from pywikibot.family import SingleSiteFamily

BATCH = 50
"""Titles in one request: what every account may ask for (API:Query)."""


def configure(folder: Path, account: str, login: str, password: str, user_agent: str) -> None:
    """Set pywikibot up for this process, before the first wiki. `folder`: private, for the password file and cookies.

    `login`: a bot password's name, `account@app`.
    """
    config = pywikibot.config
    config.base_dir = str(folder)
    config.put_throttle = config.minthrottle = 0
    config.max_retries = 0
    config.enable_GET_without_SSL = True
    config.user_agent_format = user_agent
    config.usernames["*"]["*"] = account
    pywikibot.bot.init_handlers()
    log = logging.getLogger("pywiki")  # pywikibot prints; what it says belongs into this program's log
    log.handlers.clear()
    log.propagate = True
    log.setLevel(logging.WARNING)
    secret = folder / "passwords"
    secret.touch(mode=0o600)
    secret.write_text(f"({account!r}, BotPassword({login.partition('@')[2]!r}, {password!r}))\n", encoding="utf-8")
    config.password_file = str(secret)


def close_connections() -> None:
    """Close every connection to a wiki; the next request opens a new one. To be done before a fork."""
    http.session.close()


class _OneShot(api.Request):  # type: ignore[misc] # pywikibot has no types
    """A request that is sent once, where pywikibot would wait and send it again."""

    def wait(self, *_args: object, **_kwargs: object) -> None:
        error = self.last_error
        if error["code"]:
            raise WikiError(error["code"], error["info"] or "")
        raise Unanswered(f"{self.action} on {self.site}")


class MediaWiki:
    """A wiki, through its api.php. Fulfils `jobs.wiki.Wiki`."""

    def __init__(self, name: str, api_url: str, base: str, account: str, chunk_bytes: int) -> None:
        self.name = name
        self.account = account
        self.base = base
        self._chunk_bytes = chunk_bytes
        family = _family(name, api_url)
        self._site = pywikibot.Site(family.name, family, user=account)
        self._extensions: frozenset[str] = frozenset()
        self._takes_entities: bool | None = None
        self._namespaces: Mapping[str, int] = {}

    def log_in(self) -> None:
        """Log in now, to fail early. Raises WikiError."""
        try:
            self._site.login()
        except (exceptions.NoUsernameError, exceptions.APIError) as error:
            raise WikiError("notloggedin", str(error)) from None
        if not self._site.logged_in():
            raise WikiError("notloggedin", f"{self.account} could not log in on {self.name}")

    # Reading -------------------------------------------------------------------------------------------------

    def latest(self, titles: Collection[str]) -> Mapping[str, int]:
        pages = self._pages(titles, prop="info")
        return {title: int(page["lastrevid"]) for title, page in pages if page.get("lastrevid")}

    def history(self, title: str, since: int) -> Iterator[Revision]:
        start = {"rvstartid": since} if since else {}
        try:
            for answer in self._query(titles=title, **_REVISIONS, rvdir="newer", rvlimit=BATCH, **start):
                for page in answer.get("pages", []):
                    yield from map(answers.revision, page.get("revisions", []))
        except WikiError as error:
            if error.code != "nosuchrevid":
                raise
            yield from self.history(title, 0)  # the page was deleted, and made anew

    def page(self, title: str) -> Revision | None:
        for _, page in self._pages([title], **_REVISIONS):
            if page.get("revisions"):
                return answers.revision(page["revisions"][0])
        return None

    def texts(self, titles: Collection[str]) -> Mapping[str, Revision]:
        pages = self._pages(titles, **_REVISIONS)
        return {title: answers.revision(page["revisions"][0]) for title, page in pages if page.get("revisions")}

    def revisions(self, ids: Collection[int]) -> Mapping[int, Revision]:
        return {entry["revid"]: answers.revision(entry) for entry in self._by_id(ids, _REVISIONS)}

    def saved(self, ids: Collection[int]) -> Mapping[int, Saved]:
        return {entry["revid"]: answers.saved(entry) for entry in self._by_id(ids, _SAVED)}

    def _by_id(self, ids: Collection[int], parameters: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        asked = list(dict.fromkeys(ids))
        for start in range(0, len(asked), BATCH):
            for answer in self._query(revids="|".join(map(str, asked[start : start + BATCH])), **parameters):
                for page in answer.get("pages", []):
                    yield from page.get("revisions", [])

    def own_since(self, title: str, revision: int) -> tuple[Saved, ...]:
        own = {"rvstartid": revision, "rvdir": "newer", "rvuser": self.account, "rvlimit": BATCH}
        parts = self._query(titles=title, **_SAVED, **own)
        pages = (page for answer in parts for page in answer.get("pages", []))
        found = (answers.saved(entry) for page in pages for entry in page.get("revisions", []))
        return tuple(saved for saved in found if saved.id > revision)

    def groups(self, user: str) -> frozenset[str]:
        found: set[str] = set()
        for answer in self._query(list="users", ususers=user, usprop="groups"):
            for account in answer.get("users", []):
                found.update(account.get("groups", []))
        return frozenset(found)

    def existing(self, titles: Collection[str]) -> frozenset[str]:
        return frozenset(self.latest(titles))

    def namespaces(self) -> Mapping[str, int]:
        if not self._namespaces:
            for answer in self._query(meta="siteinfo", siprop="namespaces|namespacealiases"):
                own = [(name, entry["id"]) for entry in answer["namespaces"].values() for name in answers.names(entry)]
                more = [(entry["alias"], entry["id"]) for entry in answer["namespacealiases"]]
                self._namespaces = {name.casefold(): number for name, number in (*more, *own)}
        return self._namespaces

    def rights(self) -> frozenset[str]:
        parts = self._query(meta="userinfo", uiprop="rights")
        return frozenset(right for answer in parts for right in answer["userinfo"]["rights"])

    def members(self, category: str, kind: str) -> Iterator[str]:
        return self._titles("categorymembers", cmtitle=f"Category:{category}", cmtype=kind, cmlimit="max")

    def found(self, query: str) -> Iterator[str]:
        return self._titles(
            "search", srsearch=query, srwhat="text", srnamespace="*", srlimit="max", srprop="", srinfo=""
        )

    def transcluding(self, title: str) -> Iterator[str]:
        return self._titles("embeddedin", eititle=title, eilimit="max")

    def beginning(self, title: str) -> Iterator[str]:
        name, colon, rest = title.partition(":")
        number = self.namespaces().get(name.casefold(), 0) if colon else 0
        return self._titles("allpages", apnamespace=number, apprefix=rest if number else title, aplimit="max")

    def _titles(self, listed: str, **parameters: Any) -> Iterator[str]:
        for answer in self._query(list=listed, **parameters):
            for entry in answer.get(listed, []):
                yield entry["title"]

    def difference(self, before: int, after: int | str) -> str:
        to: dict[str, Any] = {"torev": after}
        if isinstance(after, str):
            to = {"toslots": "main", "totext-main": after, "tocontentmodel-main": "wikitext"}
        answer = self._send(
            {"action": "compare", "fromrev": before, "prop": "diff", "difftype": "table", **to}, use_get=False
        )
        return str(answer["compare"]["body"])

    def check_names(self, titles: Collection[str]) -> Mapping[str, NameCheck]:
        test = {"intestactions": "upload|create", "intestactionsdetail": "full", "intestactionsautocreate": False}
        pages = self._pages(titles, prop="info|imageinfo", iiprop="sha1", errorformat="plaintext", **test)
        return {title: answers.name_check(page) for title, page in pages}

    def same_bytes(self, sha1: str) -> tuple[str, ...]:
        parts = self._query(list="allimages", aisha1=sha1, ailimit=BATCH, aiprop="")
        return tuple(image["title"] for answer in parts for image in answer.get("allimages", []))

    def deleted_bytes(self, sha1: str) -> tuple[str, ...]:
        parts = self._query(list="filearchive", fasha1=sha1, faprop="", falimit=BATCH)
        return tuple(entry["title"] for answer in parts for entry in answer.get("filearchive", []))

    def takes_entities(self) -> bool:
        if self._takes_entities is None:
            asked = self._send({"action": "paraminfo", "modules": "wbeditentity"}, use_get=True)
            self._takes_entities = bool(asked["paraminfo"]["modules"])
        return self._takes_entities

    def file_extensions(self) -> frozenset[str]:
        if not self._extensions:
            for answer in self._query(meta="siteinfo", siprop="fileextensions"):
                self._extensions = frozenset(entry["ext"] for entry in answer["fileextensions"])
        return self._extensions

    def stored(self, titles: Collection[str]) -> Mapping[str, Stored]:
        props = {"iiprop": "sha1|user", "rvprop": "ids|content", "rvslots": "main", "cllimit": "max"}
        found: dict[str, Stored] = {}
        for title, page in self._pages(titles, prop="imageinfo|revisions|categories", **props):
            if page.get("revisions"):
                image, *_older = page.get("imageinfo") or [{}]
                revision = answers.revision(page["revisions"][0])
                categories = frozenset(entry["title"].partition(":")[2] for entry in page.get("categories", []))
                found[title] = Stored(
                    revision.id, image.get("user", ""), image.get("sha1", ""), revision.text or "", categories
                )
        return found

    def file_versions(self, title: str) -> tuple[FileVersion, ...]:
        found: list[FileVersion] = []
        for answer in self._query(
            titles=title, prop="imageinfo", iiprop="sha1|user|comment|archivename", iilimit="max"
        ):
            for page in answer.get("pages", []):
                found += map(answers.version, page.get("imageinfo", []))
        return tuple(found)

    def entities(self, titles: Collection[str]) -> Mapping[str, Entity]:
        pages = {title: page for title, page in self._pages(titles, prop="info") if page.get("lastrevid")}
        ids = list(dict.fromkeys(f"M{page['pageid']}" for page in pages.values()))
        found: dict[str, dict[str, Any]] = {}
        for start in range(0, len(ids), BATCH):
            batch = {"ids": "|".join(ids[start : start + BATCH]), "props": "info|labels|claims"}
            found |= self._send({"action": "wbgetentities", **batch}, use_get=True)["entities"]
        return {title: answers.entity(page, found[f"M{page['pageid']}"]) for title, page in pages.items()}

    # Writing -------------------------------------------------------------------------------------------------

    def save(self, title: str, text: str, summary: str, base: Revision | None) -> int:
        known: dict[str, Any] = {"baserevid": base.id, "nocreate": True} if base else {"createonly": True}
        digest = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
        answer = self._write(
            "edit", title=title, text=text, summary=summary, bot=True, md5=digest, watchlist="nochange", **known
        )
        edit = answer["edit"]
        if edit.get("result") != "Success":
            raise WikiError(str(edit.get("code", "edit-failed")), str(edit)[:500])
        return int(edit.get("newrevid") or (base.id if base else 0))

    def set_entity(self, entity: Entity, data: Mapping[str, Any], summary: str) -> int:
        answer = self._write(
            "wbeditentity",
            id=entity.id,
            data=json.dumps(data, ensure_ascii=False),
            summary=summary,
            baserevid=entity.revision,
            bot=True,
        )
        return int(answer["entity"]["lastrevid"])

    def upload(self, path: Path, title: str, text: str, comment: str, *, replacing: bool = False) -> None:
        # Always by the stash: what has a file in it is sent as multipart, in which pywikibot alters lines of pure ASCII
        # text that begin with "From "; the page's text goes with the second request, which is not.
        name = title.partition(":")[2]
        answer = self._write(
            "upload", filename=name, filekey=self._stash(path, name), text=text, comment=comment, watchlist="nochange"
        )
        upload = answer["upload"]
        if replacing and set(upload.get("warnings", {})) == {"exists"}:
            # It is to be there. Whoever asked looked at which version is there; nothing else is waved through.
            confirmed = {"filekey": upload["filekey"], "ignorewarnings": True, "watchlist": "nochange"}
            upload = self._write("upload", filename=name, comment=comment, **confirmed)["upload"]
        answers.expect_success(upload)

    def restore_file(self, title: str, archive: str, comment: str) -> None:
        name = title.partition(":")[2]
        self._write("filerevert", filename=name, archivename=archive, comment=comment)

    def delete(self, title: str, reason: str) -> None:
        self._write("delete", title=title, reason=reason, watchlist="nochange")

    def undelete(self, title: str, reason: str) -> None:
        self._write("undelete", title=title, reason=reason, watchlist="nochange")

    def _stash(self, path: Path, name: str) -> str:
        whole: dict[str, Any] = {
            "stash": True,
            "ignorewarnings": True,
            "filename": name,
            "filesize": path.stat().st_size,
        }
        with path.open("rb") as file:
            while chunk := file.read(self._chunk_bytes):
                answer = self._write(
                    "upload",
                    mime={"chunk": (chunk, ("application", "octet-stream"), {"filename": "chunk"})},
                    offset=file.tell() - len(chunk),
                    **whole,
                )
                whole["filekey"] = answer["upload"]["filekey"]
        return str(whole["filekey"])

    # Requests ------------------------------------------------------------------------------------------------

    def _pages(self, titles: Collection[str], **parameters: Any) -> Iterator[tuple[str, dict[str, Any]]]:
        """Each asked title with what the wiki says of the page, batched and, where the answer goes on, put together."""
        asked = list(dict.fromkeys(titles))
        for start in range(0, len(asked), BATCH):
            batch = asked[start : start + BATCH]
            pages: dict[str, dict[str, Any]] = {}
            names: dict[str, str] = {}
            for answer in self._query(titles="|".join(batch), **parameters):
                names |= {entry["from"]: entry["to"] for entry in answer.get("normalized", [])}
                for page in answer.get("pages", []):
                    answers.merge(pages.setdefault(page["title"], {}), page)
            for title in batch:
                if (page := pages.get(names.get(title, title))) is not None:
                    yield title, page

    def _query(self, **parameters: Any) -> Iterator[dict[str, Any]]:
        more: dict[str, Any] = {}
        while True:
            answer = self._send({"action": "query", **parameters, **more}, use_get=len(str(parameters)) < _LONG)
            yield answer.get("query", {})
            if "continue" not in answer:
                return
            more = answer["continue"]

    def _write(self, action: str, mime: dict[str, Any] | None = None, **parameters: Any) -> dict[str, Any]:
        try:
            token = self._site.tokens["csrf"]
        except (exceptions.Error, KeyError, requests.RequestException) as error:
            raise WikiError("badtoken", str(error)) from None
        return self._send(
            {"action": action, "assertuser": self.account, "token": token, **parameters}, use_get=False, mime=mime
        )

    def _send(self, parameters: dict[str, Any], *, use_get: bool, mime: dict[str, Any] | None = None) -> dict[str, Any]:
        request = _OneShot(
            site=self._site, parameters={"formatversion": 2, **parameters}, use_get=use_get, throttle=False, mime=mime
        )
        try:
            answer: dict[str, Any] = request.submit()
        except exceptions.MaxlagTimeoutError as error:
            raise WikiError("maxlag", str(error)) from None
        except exceptions.APIMWError as error:
            raise WikiError(f"internal_api_error_{error.code}", error.info) from None
        except exceptions.APIError as error:
            raise WikiError(error.code, error.info) from None
        except exceptions.NoUsernameError as error:
            raise WikiError("notloggedin", str(error)) from None
        except (exceptions.ServerError, exceptions.Client414Error, requests.RequestException, ConnectionError) as error:
            raise Unanswered(f"{parameters['action']} on {self.name}: {type(error).__name__}") from None
        return answer


_LONG = 2000
_REVISIONS = {"prop": "revisions", "rvprop": "ids|user|content", "rvslots": "main"}
_SAVED = {"prop": "revisions", "rvprop": "ids|slotsha1", "rvslots": "main"}


def _family(name: str, api_url: str) -> Any:
    parts = urlsplit(api_url)
    path = parts.path.removesuffix("/api.php")
    members = {
        "name": f"{name}{parts.port or ''}",
        "domain": parts.netloc,
        "protocol": lambda _self, _code: parts.scheme,
        "scriptpath": lambda _self, _code: path,
    }
    return type("HubFamily", (SingleSiteFamily,), members)()
