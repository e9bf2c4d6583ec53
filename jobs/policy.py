"""Who may ask for what, and how much: the community's settings page, `<base>/Policy.json`."""

from collections.abc import Collection, Mapping

from pydantic import BaseModel, ConfigDict, Field, ValidationError

_FIXED = ConfigDict(frozen=True, extra="forbid")


class Who(BaseModel):
    """Accounts, by user group or by name."""

    model_config = _FIXED

    groups: frozenset[str] = frozenset({"sysop"})
    users: frozenset[str] = frozenset()

    def includes(self, user: str, groups: Collection[str]) -> bool:
        """Whether the account, with the groups it has, is one of them."""
        return user in self.users or not self.groups.isdisjoint(groups)


class Trust(Who):
    """Requests that need less looking at: by whom, of which kinds (none named: any) and of at most how many items."""

    groups: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    max_items: int = Field(default=1_000_000, ge=1)

    def covers(self, user: str, groups: Collection[str], kind: str, items: int) -> bool:
        """Whether such a request is one of them."""
        return self.includes(user, groups) and items <= self.max_items and (not self.kinds or kind in self.kinds)


class Policy(BaseModel):
    """What the page says. Where it says nothing, administrators alone may file and review, and no host is asked.

    `hosts`: servers that files and lists may come from; `*.example.org` means its subdomains. `pilot`: so many items
    are done and shown before the rest (0: none). `no_pilot`, `no_review`: what goes without. `namespaces`: by
    number, those whose pages a kind of job may edit. `nomination`: the template that asks for the
    deletion of a file of the bot's, `$1` being the reason.
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
    namespaces: Mapping[str, frozenset[int]] = {}
    nomination: str = Field(default="{{Delete|reason=$1}}", pattern=r"^\{\{[^{}]*\$1[^{}]*\}\}$")

    def may_edit(self, kind: str, namespace: int) -> bool:
        """Whether the kind of job may change pages of this namespace."""
        return namespace in self.namespaces.get(kind, _CONTENT)


_CONTENT = frozenset({0, 6, 14})
"""Articles, files and categories (Manual:Namespace)."""


class PolicyError(Exception):
    """The page is no policy; its words are for the people who edit it."""


def read_policy(text: str) -> Policy:
    """The policy that the page's text states. Raises PolicyError."""
    try:
        return Policy.model_validate_json(text)
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'JSON'}: {e['msg']}" for e in error.errors()[:5])
        raise PolicyError(problems) from None
