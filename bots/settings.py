"""The only reader of the environment. Every setting is a variable that begins with `CPH_`."""

import os
import re
import tempfile
from pathlib import Path
from typing import Self
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import sqlalchemy as sa
from pydantic import BaseModel, Field, SecretStr, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bots.telemetry import Form
from jobs import __version__


class WikiSettings(BaseModel):
    """A wiki to watch. `api`: the address of its api.php; `base`: the title of the request page."""

    name: str = Field(min_length=1)
    api: str = Field(pattern=r"^https?://[^/\s]+/\S+\.php$")
    base: str = Field(min_length=1)


_WIKIMEDIA = (
    WikiSettings(
        name="commons",
        api="https://commons.wikimedia.org/w/api.php",
        base="Commons:Content Partnerships Hub/Requests",
    ),
    WikiSettings(name="meta", api="https://meta.wikimedia.org/w/api.php", base="Content Partnerships Hub/Requests"),
)


class LedgerSettings(BaseSettings):
    """What is needed where no wiki is asked.

    `ledger`: an SQLAlchemy address, or `toolsdb:///NAME`. `log`: whether people or programs read it.
    """

    model_config = SettingsConfigDict(env_prefix="CPH_", frozen=True)

    ledger: str = Field(default="sqlite:///cph.sqlite", repr=False)
    log: Form = "auto"
    sentry_dsn: str = Field(default="", repr=False)

    @field_validator("ledger")
    @classmethod
    def _in_toolsdb(cls, ledger: str) -> str:
        return _toolsdb(ledger) if ledger.startswith("toolsdb:") else ledger

    @field_validator("ledger")
    @classmethod
    def _in_a_file(cls, ledger: str) -> str:
        backend, _, rest = ledger.partition("://")
        if backend.startswith("sqlite") and (not rest.strip("/") or ":memory:" in rest or "mode=memory" in rest):
            raise ValueError("it has to name a file, as in sqlite:///cph.sqlite")
        return ledger

    @property
    def secrets(self) -> tuple[str, ...]:
        """Whatever nobody may read in a log."""
        return _written({self.sentry_dsn, _parts(self.sentry_dsn).username, *_passwords(self.ledger, self.sentry_dsn)})


class SharedSettings(LedgerSettings):
    """What every process of a hub is told: its ledger, its wikis and its queue.

    `redis`: empty for a queue of the process's own (`cph run` only).
    `queue`: a name for this hub's jobs there, of its own where several hubs share a Redis.
    """

    wikis: tuple[WikiSettings, ...] = Field(default=_WIKIMEDIA, min_length=1)
    redis: str = Field(default="", pattern="^((rediss?|unix)://.+)?$", repr=False)
    queue: str = Field(default="cph", pattern="^[A-Za-z0-9_-]{1,64}$")

    @field_validator("wikis")
    @classmethod
    def _each_once(cls, wikis: tuple[WikiSettings, ...]) -> tuple[WikiSettings, ...]:
        if len({wiki.name for wiki in wikis}) < len(wikis):
            raise ValueError("two wikis have one name")
        return wikis

    @property
    def secrets(self) -> tuple[str, ...]:
        """Whatever nobody may read in a log: what stands in an address before its `@`, too."""
        return _written({*super().secrets, *_passwords(self.redis, *(wiki.api for wiki in self.wikis))})


class WebSettings(SharedSettings):
    """What the dashboard is told. `web_address`: where people reach it; it is what the consumer's callback begins with.

    `web_oauth_key`, `web_oauth_secret`: of an OAuth 2 consumer (Special:OAuthConsumerRegistration); without a key
    nobody logs in, and all is read only. `web_secret_key`: what cookies are signed with, 32 characters at least.
    `web_oauth_server`: the OAuth extension's REST address (Extension:OAuth).
    """

    web_address: str = Field(default="", pattern=r"^(https?://[^/\s?#]+(/[^\s?#]*[^/\s?#])?)?$")
    web_secret_key: str = Field(default="", repr=False)
    web_oauth_server: str = Field(
        default="https://meta.wikimedia.org/w/rest.php/oauth2", pattern=r"^https?://[^/\s?#]+/[^\s?#]*[^/\s?#]$"
    )
    web_oauth_secret: str = Field(default="", repr=False)
    web_oauth_key: str = ""

    @field_validator("web_address")
    @classmethod
    def _where_cookies_are_kept(cls, address: str) -> str:
        if address.startswith("http:") and _parts(address).hostname not in _TRUSTED:
            raise ValueError("write https://…, for browsers keep no login's cookie over http, but of this machine")
        return address

    @field_validator("web_oauth_key")
    @classmethod
    def _with_what_login_takes(cls, key: str, given: ValidationInfo) -> str:
        least = {"web_address": 1, "web_oauth_secret": 1, "web_secret_key": _KEY_CHARACTERS}
        short = [name for name, length in least.items() if len(given.data.get(name, "")) < length]
        if key and short:
            named = ", ".join(f"CPH_{name.upper()}" for name in short)
            raise ValueError(f"login needs {named} too; the secret key has {_KEY_CHARACTERS} characters at least")
        return key

    @property
    def secrets(self) -> tuple[str, ...]:
        """Whatever nobody may read in a log."""
        return _written({*super().secrets, self.web_secret_key, self.web_oauth_secret})


_KEY_CHARACTERS = 32
_TRUSTED = frozenset({"localhost", "127.0.0.1", "::1"})
"""Hosts whose cookies browsers take for safe without TLS (W3C, Secure Contexts, 3.1)."""


class Settings(SharedSettings):
    """What an operator sets.

    `account`: the bot's user name. It is let in with `login` and `password`, a bot password (Special:BotPasswords),
    `Name@app` and the secret; or with the four of OAuth, of a consumer that is for its owner alone.
    `spool`: the folder for large files; `spool_bytes`: so much of what was fetched is kept there until it is uploaded.
    `heartbeat`: a file that `cph watch` and `cph work` touch as long as they get on; empty: none.
    `poll_seconds`: between two looks at the wikis; `events`: a stream that says at once when to look, empty: none.
    `private_hosts`: `host:port` inside the network that may be asked for files all the same; for a sandbox. `tool`,
    `contact`: what this is, and who runs it, for the User-Agent. `operator`: the user name of whoever runs this, for
    the bot's user page.
    """

    account: str = Field(min_length=1)
    login: str = Field(default="", pattern="^([^@]+@[^@]+)?$")
    password: SecretStr = SecretStr("")
    oauth_consumer_key: str = Field(default="", repr=False)
    oauth_consumer_secret: SecretStr = SecretStr("")
    oauth_access_key: str = Field(default="", repr=False)
    oauth_access_secret: SecretStr = SecretStr("")
    contact: str = Field(pattern=r"^[ -'*-z|~]*[@:/][ -'*-z|~]*$")
    spool: Path = Path(tempfile.gettempdir())
    spool_bytes: int = Field(default=2_000_000_000, ge=0)
    heartbeat: str = ""
    poll_seconds: float = Field(default=15.0, gt=0, allow_inf_nan=False)
    events: str = Field(default="", pattern=r"^(https?://\S+)?$")
    private_hosts: tuple[str, ...] = ()
    web_wait_seconds: float = Field(default=20.0, gt=0, allow_inf_nan=False)
    chunk_bytes: int = Field(default=5_000_000, gt=0)
    tool: str = Field(default="content-partnerships-hub", pattern="^[A-Za-z0-9._-]+$")
    operator: str = Field(default="", pattern=r"^[^\[\]{}|#<>\n]*$")

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        password = (self.login, self.password)
        oauth = (self.oauth_consumer_key, self.oauth_consumer_secret, self.oauth_access_key, self.oauth_access_secret)
        if not any(all(one) and not any(other) for one, other in ((password, oauth), (oauth, password))):
            raise ValueError(_WAYS_IN)
        return self

    @property
    def secrets(self) -> tuple[str, ...]:
        """Whatever nobody may read in a log: what lets the bot in, too."""
        hidden = (self.password, self.oauth_consumer_secret, self.oauth_access_secret)
        own = {*(one.get_secret_value() for one in hidden), self.oauth_consumer_key, self.oauth_access_key}
        return _written({*super().secrets, *own})

    @property
    def user_agent(self) -> str:
        """Who asks, on every server (Wikimedia's User-Agent policy); whoever sends it adds with what."""
        import toolforge  # noqa: PLC0415 - it loads a database driver and more, which only who asks a wiki waits for

        where = f"https://{self.tool}.toolforge.org/"
        agent = toolforge.set_user_agent(f"{self.tool}/{__version__}", where, self.contact)
        return str(agent).rpartition(" ")[0]


_WAYS_IN = (
    "the bot is let in either with a bot password, in CPH_LOGIN and CPH_PASSWORD, or with OAuth, in"
    " CPH_OAUTH_CONSUMER_KEY, CPH_OAUTH_CONSUMER_SECRET, CPH_OAUTH_ACCESS_KEY and CPH_OAUTH_ACCESS_SECRET:"
    " set all of the one and nothing of the other"
)


def _toolsdb(address: str) -> str:
    """SQLAlchemy's address of a database of the tool's own in ToolsDB, of which the name begins with its account's.

    `toolsdb:///NAME`; `toolsdb://HOST:PORT/NAME` where it is elsewhere. Raises ValueError.
    """
    parts, user, password = urlsplit(address), os.environ.get(f"{_TOOL}USER"), os.environ.get(f"{_TOOL}PASSWORD")
    name = parts.path.removeprefix("/")
    if not re.fullmatch("[a-z0-9_]+", name):
        raise ValueError("write the database's name in small letters, as in toolsdb:///cph")
    if not (user and password):
        raise ValueError(f"{_TOOL}USER and {_TOOL}PASSWORD are missing, which Toolforge sets; write the whole address")
    host, charset = parts.hostname or "tools.db.svc.wikimedia.cloud", {"charset": "utf8mb4"}
    url = sa.URL.create("mysql+pymysql", user, password, host, parts.port, f"{user}__{name}", charset)
    return url.render_as_string(hide_password=False)


_TOOL = "TOOL_TOOLSDB_"


def _passwords(*addresses: str) -> set[str | None]:
    parts = [_parts(address) for address in addresses]
    return {secret for part in parts for secret in (part.password, *parse_qs(part.query).get("password", ()))}


def _written(secrets: set[str | None]) -> tuple[str, ...]:
    """The secrets, also as they are read from an address."""
    return tuple(sorted({form for secret in secrets if secret for form in (secret, unquote(secret))}))


def _parts(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError:  # what it is for will say so
        return urlsplit("")
