"""The only reader of the environment. Every setting is a variable that begins with `CPH_`."""

import tempfile
from pathlib import Path
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

import toolforge
from pydantic import BaseModel, Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


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
    """What is needed where no wiki is asked. `ledger`: an SQLAlchemy address."""

    model_config = SettingsConfigDict(env_prefix="CPH_", frozen=True)

    ledger: str = Field(default="sqlite:///cph.sqlite", repr=False)
    sentry_dsn: str = Field(default="", repr=False)

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


class Settings(SharedSettings):
    """What an operator sets.

    `account` and `login`/`password`: the bot's user name and its bot password (Special:BotPasswords), `Name@app` and
    the secret.
    `poll_seconds`: between two looks at the wikis. `private_hosts`: `host:port` inside the network that may be asked
    for files all the same; for a sandbox. `contact`: who runs this, for the User-Agent. `operator`: the user name of
    whoever runs this, for the bot's user page.
    """

    account: str = Field(min_length=1)
    login: str = Field(pattern="^[^@]+@[^@]+$")
    password: SecretStr = Field(min_length=1)
    spool: Path = Path(tempfile.gettempdir())
    poll_seconds: float = Field(default=15.0, gt=0, allow_inf_nan=False)
    private_hosts: tuple[str, ...] = ()
    web_wait_seconds: float = Field(default=20.0, gt=0, allow_inf_nan=False)
    chunk_bytes: int = Field(default=5_000_000, gt=0)
    tool: str = "content-partnerships-hub"
    contact: str = "tools.content-partnerships-hub@toolforge.org"
    operator: str = Field(default="", pattern=r"^[^\[\]{}|#<>\n]*$")

    @property
    def secrets(self) -> tuple[str, ...]:
        """Whatever nobody may read in a log: the bot password, and what stands in an address before its `@`."""
        return _written({*super().secrets, self.password.get_secret_value()})

    @property
    def user_agent(self) -> str:
        """What this program calls itself on every server it asks (Wikimedia's User-Agent policy)."""
        return str(toolforge.set_user_agent(self.tool, email=self.contact))


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
