"""Accounts of a wiki, and what they are kept from."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Block:
    """What an account is kept from (API:Blocks): everything, or to edit these namespaces and pages and to do `actions`.

    `actions`: as Help:Partial blocks names them, `upload`, `create`.
    """

    sitewide: bool = True
    namespaces: frozenset[int] = frozenset()
    pages: frozenset[str] = frozenset()
    actions: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Account:
    """An account as it is now: its user groups, implicit ones too, and its blocks here and everywhere.

    `exists`: nobody is behind a name that is not registered (an IP address, an imported revision's) or hidden.
    """

    name: str
    exists: bool = False
    groups: frozenset[str] = frozenset()
    blocks: tuple[Block, ...] = ()

    @property
    def blocked(self) -> bool:
        """Whether it is blocked as a whole."""
        return any(block.sitewide for block in self.blocks)
