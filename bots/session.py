"""A session on a wiki: one account, and requests that are sent once. The only import of pywikibot.

pywikibot carries the session: login, tokens, OAuth, maxlag. Each call here is one request of its own making, sent once:
what to do about an answer that never came is the caller's to decide.
"""

import logging
import os
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bots import answers
from jobs.outcomes import Unanswered, WikiError

os.environ["PYWIKIBOT_NO_USER_CONFIG"] = "2"  # read when pywikibot is imported; nothing is asked, no file is looked for

import pywikibot
import requests
from pywikibot import exceptions
from pywikibot.comms import http
from pywikibot.data import api
from pywikibot.family import SingleSiteFamily

BATCH = 50
"""Titles in one request: what every account may ask for (API:Query)."""

_LONG = 2000


def configure(folder: Path, account: str, login: str, password: str, user_agent: str) -> None:
    """Set pywikibot up for this process, before the first wiki. `folder`: private, for the password file and cookies.

    `login`: a bot password's name, `account@app`.
    """
    config = pywikibot.config
    config.base_dir = str(folder)
    (folder / "throttle.ctrl").touch()  # set up a second time in one process, pywikibot fails without it
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


class Session:
    """An account on a wiki, through its api.php. What asks or writes may raise `WikiError` and `Unanswered`."""

    def __init__(self, name: str, api_url: str, account: str) -> None:
        self.name = name
        self.account = account
        family = _family(name, api_url)
        self._site = pywikibot.Site(family.name, family, user=account)

    def log_in(self) -> None:
        """Log in now, to fail early. Raises WikiError."""
        try:
            self._site.login()
        except (exceptions.NoUsernameError, exceptions.APIError) as error:
            raise WikiError("notloggedin", str(error)) from None
        if not self._site.logged_in():
            raise WikiError("notloggedin", f"{self.account} could not log in on {self.name}")

    def pages(self, titles: Collection[str], **parameters: Any) -> Iterator[tuple[str, dict[str, Any]]]:
        """Each asked title with what the wiki says of the page, batched and, where the answer goes on, put together."""
        asked = list(dict.fromkeys(titles))
        for start in range(0, len(asked), BATCH):
            batch = asked[start : start + BATCH]
            pages: dict[str, dict[str, Any]] = {}
            names: dict[str, str] = {}
            for answer in self.query(titles="|".join(batch), **parameters):
                names |= {entry["from"]: entry["to"] for entry in answer.get("normalized", [])}
                for page in answer.get("pages", []):
                    answers.merge(pages.setdefault(page["title"], {}), page)
            for title in batch:
                if (page := pages.get(names.get(title, title))) is not None:
                    yield title, page

    def query(self, **parameters: Any) -> Iterator[dict[str, Any]]:
        """What the wiki answers to a query (API:Query), part by part."""
        more: dict[str, Any] = {}
        while True:
            answer = self.send({"action": "query", **parameters, **more}, use_get=len(str(parameters)) < _LONG)
            yield answer.get("query", {})
            if "continue" not in answer:
                return
            more = answer["continue"]

    def write(self, action: str, mime: dict[str, Any] | None = None, **parameters: Any) -> dict[str, Any]:
        """Do what takes a token, as this account and no other. `mime`: files to send along, as pywikibot wants them."""
        try:
            token = self._site.tokens["csrf"]
        except (exceptions.Error, KeyError, requests.RequestException) as error:
            raise WikiError("badtoken", str(error)) from None
        return self.send(
            {"action": action, "assertuser": self.account, "token": token, **parameters}, use_get=False, mime=mime
        )

    def send(self, parameters: dict[str, Any], *, use_get: bool, mime: dict[str, Any] | None = None) -> dict[str, Any]:
        """One request and its answer."""
        request = _OneShot(
            site=self._site, parameters={"formatversion": 2, **parameters}, use_get=use_get, throttle=False, mime=mime
        )
        try:
            answer: dict[str, Any] = request.submit()
        except exceptions.MaxlagTimeoutError as error:
            raise WikiError("maxlag", str(error)) from None
        except exceptions.APIError as error:
            raise WikiError(error.code, error.info, blocked_by=answers.blocked_by(error.other)) from None
        except exceptions.NoUsernameError as error:
            raise WikiError("notloggedin", str(error)) from None
        except (exceptions.ServerError, exceptions.Client414Error, requests.RequestException, ConnectionError) as error:
            raise Unanswered(f"{parameters['action']} on {self.name}: {type(error).__name__}") from None
        return answer


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
