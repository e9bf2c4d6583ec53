"""A session on a wiki: one account and its requests. The only import of pywikibot.

pywikibot carries the session: login and cookies, which a process keeps, and those that it forks. What only reads is
asked again where it stands, and so is what surely took no effect; what to do about the response to a write that never
came is the caller's to decide.
"""

import atexit
import logging
import math
import os
import time
from collections.abc import Collection, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies

from bots.mediawiki import responses
from bots.mediawiki.credentials import BotPassword, Credentials
from bots.mediawiki.holds import Holds, RememberedHolds
from bots.mediawiki.retries import WRITE_TRIES, outcome, tries
from jobs.context.doing import count_api_call
from jobs.context.figures import count
from jobs.io.error_table import Trait
from jobs.io.errors import Unanswered, Unreached, WikiError, is_a
from jobs.io.retry_after import seconds_of
from jobs.model.figures import ApiCalls
from jobs.store.database import LedgerLocked

os.environ["PYWIKIBOT_NO_USER_CONFIG"] = "2"  # read when pywikibot is imported; nothing is asked, no file is looked for

import pywikibot
import requests
from pywikibot import exceptions
from pywikibot.comms import http
from pywikibot.data import api
from pywikibot.family import SingleSiteFamily
from pywikibot.login import ClientLoginManager
from pywikibot.site import APISite
from requests.auth import AuthBase
from urllib3.exceptions import NewConnectionError
from urllib3.filepost import encode_multipart_formdata

# At the end of a process pywikibot would say what ended it, with whatever secret is in that.
atexit.unregister(http.flush)

_log = logging.getLogger(__name__)

BATCH = 50
"""Titles in one request: what every account may ask for (API:Query)."""

_LONG = 2000

_SITEINFO = "general|namespaces|namespacealiases|fileextensions|usergroups|extensions"

_SITEINFO_SECONDS = 2000.0
"""How long that is kept: the wiki's operators alone change it."""

_CA_BUNDLES = frozenset({"REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"})

_READS = frozenset({"query", "paraminfo", "compare", "wbgetentities", "templatedata"})


def configure(folder: Path, account: str, credentials: Credentials, user_agent: str) -> None:
    """Set pywikibot up for this process, before the first wiki. `folder`: private, for its notes; no secret is in it.

    `user_agent`: who asks, to which this adds with what.
    """
    config = pywikibot.config
    config.base_dir = str(folder)
    (folder / "throttle.ctrl").touch()  # set up a second time in one process, pywikibot fails without it
    config.put_throttle = config.minthrottle = 0
    config.max_retries = 0
    config.enable_GET_without_SSL = True
    config.user_agent_format = f"{user_agent} pywikibot/{pywikibot.__version__} requests/{requests.__version__}"
    config.usernames["*"]["*"] = account
    # To look through the environment for a way out takes a millisecond a request: only where it may say one.
    http.session.trust_env = bool(getproxies()) or not _CA_BUNDLES.isdisjoint(os.environ)
    pywikibot.bot.init_handlers()
    log = logging.getLogger("pywiki")  # pywikibot prints; what it says belongs into this program's log
    log.handlers.clear()
    log.propagate = True
    log.setLevel(logging.ERROR)
    _Site.password, _Request.signature = None, None
    if isinstance(credentials, BotPassword):
        _Site.password = credentials
    else:
        from authlib.integrations.requests_client import OAuth1Auth  # noqa: PLC0415 - with a password it is not needed

        _Request.signature = OAuth1Auth(
            credentials.consumer_key, credentials.consumer_secret, credentials.access_key, credentials.access_secret
        )


class _Login(ClientLoginManager):  # type: ignore[misc] # pywikibot has no types
    """A login with the process's bot password; in memory only, as the cookies: a killed process leaves its files."""

    def __init__(self, site: Any, password: BotPassword) -> None:
        super().__init__(password.secret, site, site.username())
        self.login_name = password.name

    def storecookiedata(self) -> None:
        """Keep them to the process."""


def close_connections() -> None:
    """Close every connection to a wiki; the next request opens a new one. To be done before a fork."""
    http.session.close()


class _Request(api.Request):  # type: ignore[misc] # pywikibot has no types
    """A request that says what came of it, where pywikibot would wait and send it again, or hide it."""

    signature: AuthBase | None = None

    def _get_request_params(self, use_get: bool, paramstring: str) -> tuple[bool, str, Any, dict[str, str]]:  # noqa: FBT001 - pywikibot's
        """As pywikibot's, but for requests with files in them, where that alters lines which begin with "From "."""
        if self.mime is None:
            params: tuple[bool, str, Any, dict[str, str]] = super()._get_request_params(use_get, paramstring)
            return params
        body, content_type = encode_multipart_formdata({**self._encoded_items(), **self.mime})
        return False, self.site.apipath(), body, {"Content-Type": content_type}

    def submit(self) -> dict[str, Any]:
        """The response. Raises WikiError and Unanswered."""
        self._add_defaults()
        trying = tries(self.action, self.site.family.wiki, reads=self.action in _READS)
        response: dict[str, Any] = trying(self._ask)
        self._handle_warnings(response)
        return response

    def _ask(self) -> dict[str, Any]:
        """Send it, unless the wiki wants to be left alone; what it says of that is told to the other processes."""
        holds, wiki = self.site.family.holds, self.site.family.wiki
        if left := holds.held_off(wiki):
            raise WikiError("ratelimited", f"{self.action} on {wiki} is not sent for {left:.1f} s", left)
        try:
            return self._send_and_count()
        except WikiError as error:
            if error.retry_after and is_a(error, Trait.TOO_MUCH):
                _log.warning("%s is asked nothing for %.0f s: %s", wiki, error.retry_after, error)
                holds.hold_off(wiki, error.retry_after)
            raise

    def _send_and_count(self) -> dict[str, Any]:
        count_api_call()
        try:
            response = self._send()
        except (WikiError, Unanswered) as error:
            count(ApiCalls(self.site.family.wiki, self.action, outcome(error)))
            raise
        count(ApiCalls(self.site.family.wiki, self.action, "ok"))
        return response

    def _send(self) -> dict[str, Any]:
        use_get, uri, body, headers = self._get_request_params(self._use_get(), self._http_param_string())
        headers["user-agent"] = http.user_agent(self.site)
        what = f"{self.action} on {self.site.hostname()}"
        response = http.fetch(
            self.site.base_url(uri),
            "GET" if use_get else "POST",
            headers,
            default_error_handling=False,
            data=body,
            auth=self.signature,
            verify=self.site.verify_SSL_certificate(),
        )
        if isinstance(response, Exception):
            raise (Unreached if _never_connected(response) else Unanswered)(f"{what}: {type(response).__name__}")
        return _checked_body(response, what)


def _never_connected(error: Exception) -> bool:
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(error, requests.ConnectTimeout) or isinstance(reason, NewConnectionError)


def _checked_body(response: requests.Response, what: str) -> dict[str, Any]:
    """What the wiki answered; what did not come from MediaWiki is no answer, but for a 429."""
    retry_after = seconds_of(response.headers.get("Retry-After", ""))
    try:
        body = response.json()
    except ValueError:
        body = None
    if isinstance(body, dict) and isinstance(body.get("error"), dict):
        raise responses.refusal(body["error"], retry_after)
    if response.status_code == requests.codes.too_many_requests:
        raise WikiError("ratelimited", f"{what}: HTTP 429", retry_after)
    if response.status_code >= 400 or not isinstance(body, dict | list):
        raise Unanswered(f"{what}: HTTP {response.status_code}", retry_after)
    return body if isinstance(body, dict) else {}


class _Site(APISite):  # type: ignore[misc] # as above
    """A wiki whose every request, pywikibot's own too, is one of ours."""

    password: BotPassword | None = None

    def login(self, *_args: object, cookie_only: bool = False, **_kwargs: object) -> None:
        """Log in, unless the cookies are still good, or the signature is enough. Raises pywikibot's NoUsernameError."""
        if cookie_only:
            return
        del self.userinfo
        if self.userinfo["name"] != self.username() and self.password and _Login(self, self.password).login():
            del self.userinfo
            self.userinfo  # noqa: B018 - to ask anew who one is

    @staticmethod
    def _request_class(kwargs: dict[str, Any]) -> type[_Request]:
        kwargs.pop("expiry", None)  # how long pywikibot would keep the response on disk
        return _Request


class Session:
    """An account on a wiki, through its api.php. What asks or writes may raise `WikiError` and `Unanswered`."""

    def __init__(self, name: str, api_url: str, account: str, holds: Holds) -> None:
        self.name = name
        self.account = account
        self._family = _family(name, api_url, RememberedHolds(holds))
        self._token = ""
        self._said: dict[str, Any] = {}
        self._asked = -math.inf
        self._refreshed = -math.inf
        self._one_at_a_time = RLock()

    @cached_property
    def _site(self) -> Any:
        """To make it is to ask the wiki already, which may not be there yet."""
        return pywikibot.Site(self._family.name, self._family, user=self.account, interface=_Site)

    def log_in(self) -> None:
        """Log in now, to fail early. Raises WikiError, and Unanswered where the wiki does not answer."""
        for _ in range(WRITE_TRIES - 1):
            try:
                return self._log_in()
            except Unreached:
                raise
            except Unanswered as error:
                _log.info("logging in is tried again: %s", error)
        return self._log_in()

    def _log_in(self) -> None:
        self._token = ""
        try:
            del self._site.userinfo
            self._site.tokens.clear()
            self._site.login()
        except WikiError as error:
            if is_a(error, Trait.LOGGED_OUT):
                raise WikiError("notloggedin", str(error)) from None
            raise
        except (Unanswered, LedgerLocked):
            raise
        except (exceptions.NoUsernameError, exceptions.APIError) as error:
            raise WikiError("notloggedin", str(error)) from None
        except Exception as error:  # noqa: BLE001 - what pywikibot raises where a response lacks what it looks for
            raise Unanswered(f"logging in on {self.name}: {error!r}") from None
        if not self._site.logged_in():
            raise WikiError("notloggedin", f"{self.account} could not log in on {self.name}")

    def keeps_cookies(self) -> bool:
        """Whether a cookie of the wiki goes with what is asked next: without, it knows nobody who gave a password."""
        address = self._site.base_url(self._site.apipath())
        return "Cookie" in http.session.prepare_request(requests.Request("GET", address)).headers

    def pages(self, titles: Collection[str], **parameters: Any) -> Iterator[tuple[str, dict[str, Any]]]:
        """Each asked title with what the wiki says of the page: batched, and put together where a response goes on."""
        asked = list(dict.fromkeys(titles))
        for start in range(0, len(asked), BATCH):
            batch = asked[start : start + BATCH]
            pages: dict[str, dict[str, Any]] = {}
            names: dict[str, str] = {}
            for response in self.query(titles="|".join(batch), **parameters):
                names |= {entry["from"]: entry["to"] for entry in response.get("normalized", [])}
                for page in response.get("pages", []):
                    responses.merge(pages.setdefault(page["title"], {}), page)
            for title in batch:
                if (page := pages.get(names.get(title, title))) is not None:
                    yield title, page

    def query(self, **parameters: Any) -> Iterator[dict[str, Any]]:
        """What the wiki answers to a query (API:Query), part by part."""
        more: dict[str, Any] = {}
        while True:
            response = self.send({"action": "query", **parameters, **more}, use_get=len(str(parameters)) < _LONG)
            yield response.get("query", {})
            if "continue" not in response:
                return
            more = response["continue"]

    def siteinfo(self) -> Mapping[str, Any]:
        """What the wiki says of itself (API:Siteinfo): all that is needed of it at once, and for a while."""
        if time.monotonic() > self._asked + _SITEINFO_SECONDS:
            said: dict[str, Any] = {}
            for response in self.query(meta="siteinfo", siprop=_SITEINFO):
                said |= response
            self._said, self._asked = said, time.monotonic()
        return self._said

    def forget_siteinfo(self) -> None:
        """Have it asked anew."""
        self._asked = -math.inf

    def write(self, action: str, files: Mapping[str, bytes] | None = None, **parameters: Any) -> dict[str, Any]:
        """Do what takes a token, as this account and no other. `files`: bytes to send along, by their parameters."""
        mime = {name: (name, content, "application/octet-stream") for name, content in (files or {}).items()}
        return self.send({"action": action, "token": self.csrf_token(), **parameters}, use_get=False, mime=mime or None)

    def csrf_token(self) -> str:
        """What each write has to name (API:Tokens), asked for once a session."""
        if not self._token:
            response = self.send({"action": "query", "meta": "tokens"}, use_get=True)
            self._token = response["query"]["tokens"]["csrftoken"]
        return self._token

    def send(self, parameters: dict[str, Any], *, use_get: bool, mime: dict[str, Any] | None = None) -> dict[str, Any]:
        """A request and its response, as this account; an old token or login is made anew once."""
        sent_at = time.monotonic()
        try:
            return self._submit(parameters, use_get, mime)
        except WikiError as error:
            if not (is_a(error, Trait.LOGGED_OUT) or is_a(error, Trait.OLD_TOKEN)):
                raise
            _log.warning("%s: %s; once more with a fresh login or token", self.name, error)
            self._refresh(sent_at, anew=is_a(error, Trait.LOGGED_OUT))
        fresh = {"token": self.csrf_token()} if "token" in parameters else {}
        return self._submit(parameters | fresh, use_get, mime)

    def _refresh(self, sent_at: float, *, anew: bool) -> None:
        """Forget the token, and log in anew, unless another thread has since something was sent at that time."""
        with self._one_at_a_time:
            if self._refreshed < sent_at:
                if anew:
                    self.log_in()
                self._token = ""
                self._refreshed = time.monotonic()

    def _submit(self, parameters: dict[str, Any], use_get: bool, mime: dict[str, Any] | None) -> dict[str, Any]:  # noqa: FBT001 - handed on
        asked = {"formatversion": 2, "assertuser": self.account, **parameters}
        response: dict[str, Any] = _Request(
            site=self._site, parameters=asked, use_get=use_get, throttle=False, mime=mime
        ).submit()
        return response


def _family(name: str, api_url: str, holds: Holds) -> Any:
    """What pywikibot knows a wiki by, and its requests know what they have to keep to."""
    parts = urlsplit(api_url)
    path = parts.path.removesuffix("/api.php")
    members = {
        "name": f"{name}{parts.port or ''}",
        "domain": parts.netloc,
        "protocol": lambda _self, _code: parts.scheme,
        "scriptpath": lambda _self, _code: path,
        "wiki": name,
        "holds": holds,
    }
    return type("HubFamily", (SingleSiteFamily,), members)()
