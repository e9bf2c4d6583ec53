"""Who may ask for what, and how much: the community's settings page, `<base>/Policy.json`."""

from collections.abc import Collection

from pydantic import BaseModel, ConfigDict, Field, ValidationError


class Who(BaseModel):
    """Accounts, by user group or by name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    groups: frozenset[str] = frozenset({"sysop"})
    users: frozenset[str] = frozenset()

    def includes(self, user: str, groups: Collection[str]) -> bool:
        """Whether the account, with the groups it has, is one of them."""
        return user in self.users or not self.groups.isdisjoint(groups)


class Policy(BaseModel):
    """What the page says. Where it says nothing, administrators alone may file and review, and no host is asked.

    `hosts`: servers that files and lists may come from; `*.example.org` means its subdomains.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: Who = Who()
    review: Who = Who()
    review_own: bool = False
    hosts: tuple[str, ...] = ()
    max_rows: int = Field(default=1000, ge=1, le=1_000_000)
    max_file_bytes: int = Field(default=5 * 1024**3, ge=1, le=5 * 1024**3)
    max_list_bytes: int = Field(default=100_000_000, ge=1)


class PolicyError(Exception):
    """The page is no policy; its words are for the people who edit it."""


def read_policy(text: str) -> Policy:
    """The policy that the page's text states. Raises PolicyError."""
    try:
        return Policy.model_validate_json(text)
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'JSON'}: {e['msg']}" for e in error.errors()[:5])
        raise PolicyError(problems) from None
