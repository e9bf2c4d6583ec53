"""The settings: which are wrong, and what can be looked at all the same."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_settings import SettingsError

from bots.cli.doctor.findings import Finding, ok, wrong
from bots.cli.ends import what_is_wrong, wrong_settings
from bots.settings import LedgerSettings, Settings

_STAND_INS: Mapping[str, str] = {"account": "-", "login": "-@-", "password": "-", "contact": "-@-"}
"""For what is required; nobody is asked anything with them."""

WAYS_IN = frozenset({"account", "login", "password"} | {name for name in Settings.model_fields if "oauth" in name})
"""The settings that let the bot in; a fault that no setting has alone is theirs."""


@dataclass(frozen=True)
class Environment:
    """What the variables say: the settings (None: not to be read), those for the ledger alone, and what is wrong.

    `wrong`: the names of settings in the place of which something else stands, that must not be used.
    """

    settings: Settings | None
    ledger: LedgerSettings | None
    wrong: frozenset[str]
    findings: tuple[Finding, ...]


def read_environment() -> Environment:
    """As much of the settings as can be read. No value is told."""
    try:
        settings = Settings()
    except ValidationError as error:
        names = frozenset(str(name) for detail in error.errors() for name in detail["loc"][:1] or WAYS_IN)
        return _in_part(names, tuple(map(_fault, wrong_settings(error))))
    except SettingsError as error:  # raised before any setting is looked at
        return Environment(None, _ledger_alone(), frozenset(), (_fault(what_is_wrong(error)),))
    return Environment(settings, settings, frozenset(), (ok("settings", "each of them can be read"),))


def _fault(said: str) -> Finding:
    to_do = "set the variable as docs/operating.md says, where the processes find it, and start them anew"
    return wrong("settings", said, "", to_do)


def _in_part(names: frozenset[str], findings: tuple[Finding, ...]) -> Environment:
    """What is left without these settings; behind their faults another may hide, in what lets the bot in."""
    for unused in (names, names | WAYS_IN):
        if rest := _with_stand_ins(unused):
            return Environment(rest, None if "ledger" in names else rest, unused, findings)
    return Environment(None, _ledger_alone(), names, findings)


def _with_stand_ins(names: Collection[str]) -> Settings | None:
    stand_ins: dict[str, Any] = {name: _STAND_INS.get(name, Settings.model_fields[name].default) for name in names}
    try:
        return Settings(**stand_ins)
    except ValidationError:
        return None


def _ledger_alone() -> LedgerSettings | None:
    try:
        return LedgerSettings()
    except ValidationError:
        return None
