"""Who may ask for what, and how much: the community's settings page, `<base>/Policy.json`."""

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from json import JSONDecodeError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from jobs.model.accounts import Account
from jobs.model.pace import WriteKind

_FIXED = ConfigDict(frozen=True, extra="forbid", strict=True)


class Who(BaseModel):
    """Accounts, by user group or by name."""

    model_config = _FIXED

    groups: frozenset[str] = frozenset({"sysop"})
    users: frozenset[str] = frozenset()

    def includes(self, account: Account) -> bool:
        """Whether the account is one of them. Whoever has none is nobody, even where the group `*` is named."""
        return account.exists and (account.name in self.users or not self.groups.isdisjoint(account.groups))


class Trust(Who):
    """Requests that need less looking at: by whom, of which kinds and of at most how many items.

    No kinds named: any that does not take back what was done. Nobody is trusted with taking back what others did.
    """

    groups: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    max_items: int = Field(default=1_000_000, ge=1)

    def covers(self, account: Account, kind: str) -> bool:
        """Whether the account is trusted with this kind of job."""
        return self.includes(account) and (kind in self.kinds if self.kinds else kind != "undo")


class Limits(BaseModel):
    """How much one person may ask for: requests that are open at once, and requests and their rows within 24 hours."""

    model_config = _FIXED

    open_requests: int = Field(default=50, ge=1)
    requests_per_day: int = Field(default=100, ge=1)
    items_per_day: int = Field(default=100_000, ge=1)


class Policy(BaseModel):
    """What the page says. Where it says nothing, administrators alone may file and review, and no host is asked.

    `hosts`: servers that files and lists may come from; `*.example.org` means its subdomains. `pilot`: so many items
    are done and shown before the rest (0: none). `no_pilot`, `no_review`: what goes without; `max_items` of `no_review`
    is for all that ran so for one person within 24 hours. `writers`: so many hands carry out one request at once, each
    with one write at a time. `fetches`: so many files of a list are fetched at once while it is planned.
    `edits_per_minute`, `uploads_per_minute`: so many of all requests together, reports among them; None: as many as the
    wiki lets the account. `namespaces`: by number, those whose pages a kind of job may edit. `nomination`: the template
    that asks for the deletion of a file of the bot's, `$1` being the reason.
    """

    model_config = _FIXED

    file: Who = Who()
    review: Who = Who()
    review_own: bool = False
    hosts: tuple[str, ...] = ()
    max_rows: int = Field(default=1000, ge=1, le=1_000_000)
    max_file_bytes: int = Field(default=5 * 1024**3, ge=1, le=5 * 1024**3)
    max_list_bytes: int = Field(default=100_000_000, ge=1)
    pilot: int = Field(default=5, ge=0, le=500)
    no_pilot: tuple[Trust, ...] = ()
    no_review: tuple[Trust, ...] = ()
    writers: int = Field(default=1, ge=1, le=10)
    fetches: int = Field(default=2, ge=1, le=4)
    edits_per_minute: int | None = Field(default=12, ge=1, le=100_000)
    uploads_per_minute: int | None = Field(default=6, ge=1, le=100_000)
    namespaces: Mapping[str, frozenset[int]] = {}
    limits: Limits = Limits()
    nomination: str = "{{Delete|reason=$1}}"

    @field_validator("nomination")
    @classmethod
    def _is_plain(cls, value: str) -> str:
        if not _NOMINATION.fullmatch(value):
            raise ValueError(
                "has to be one template of the namespace Template with $1 in a parameter, like {{Delete|reason=$1}}:"
                " no subst:, no #invoke:, no signature, link, tag or template inside it"
            )
        return value

    def may_edit(self, kind: str, namespace: int) -> bool:
        """Whether the kind of job may change pages of this namespace."""
        return namespace in self.namespaces.get(kind, _CONTENT)

    def seconds_between(self, kind: WriteKind) -> float:
        """The least seconds from one such write to the next; 0: the policy has no say in it."""
        per_minute = self.uploads_per_minute if kind is WriteKind.UPLOAD else self.edits_per_minute
        return 60.0 / per_minute if per_minute else 0.0


_NOMINATION = re.compile(
    r"\{\{ ?(?:[Tt]emplate:)?(?![ ./])[^{}<>\[\]|:#$~\n]+\|(?=[^{}]*\$1)(?:(?!~~~|//)[^{}<>\[\]\n])*\}\}"
)
"""Help:Templates. With a colon or `#` in its name it is another namespace's, or a parser function."""

_CONTENT = frozenset({0, 6, 14})
"""Articles, files and categories (Manual:Namespace)."""


class PolicyError(Exception):
    """The page is no policy; its words are for the people who edit it."""


def _each_once(members: Sequence[tuple[str, object]]) -> Mapping[str, object]:
    """An object of JSON. Of two members of one name the last would count, whichever its readers see."""
    names = [name for name, _ in members]
    if twice := [name for name in names if names.count(name) > 1]:
        raise PolicyError(f"{twice[0]}: it is there twice")
    return dict(members)


def read_policy(text: str) -> Policy:
    """The policy that the page's text states. Raises PolicyError."""
    with suppress(JSONDecodeError, RecursionError):  # pydantic has a sentence for it
        json.loads(text, object_pairs_hook=_each_once)
    try:
        return Policy.model_validate_json(text)
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'JSON'}: {e['msg']}" for e in error.errors()[:5])
        raise PolicyError(problems) from None
