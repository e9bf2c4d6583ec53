"""A ledger in ToolsDB is named without the credentials, which Toolforge gives to each process."""

import pytest
import sqlalchemy as sa
from pydantic import ValidationError

from bots.settings import LedgerSettings

PASSWORD = "a p@ss/word:of%the tool"


@pytest.fixture
def tool(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A process of a tool."""
    monkeypatch.setenv("TOOL_TOOLSDB_USER", "s12345")
    monkeypatch.setenv("TOOL_TOOLSDB_PASSWORD", PASSWORD)
    return monkeypatch


@pytest.mark.usefixtures("tool")
def test_a_database_of_the_tools_own() -> None:
    """Its name begins with its account's; what the password has in it stays the password, and is a secret."""
    settings = LedgerSettings(ledger="toolsdb:///cph")
    url = sa.engine.make_url(settings.ledger)
    assert (url.drivername, url.username, url.password) == ("mysql+pymysql", "s12345", PASSWORD)
    assert (url.host, url.database, url.query) == (
        "tools.db.svc.wikimedia.cloud",
        "s12345__cph",
        {"charset": "utf8mb4"},
    )
    assert PASSWORD in settings.secrets
    assert PASSWORD not in repr(settings)


@pytest.mark.usefixtures("tool")
@pytest.mark.parametrize("ledger", ["toolsdb:", "toolsdb:///", "toolsdb:///Cph", "toolsdb:///a/b", "toolsdb://h:x/a"])
def test_a_name_that_cannot_be_is_told(ledger: str) -> None:
    """With how it is written, and without the password."""
    with pytest.raises(ValidationError) as raised:
        LedgerSettings(ledger=ledger)
    assert PASSWORD not in str(raised.value)


@pytest.mark.parametrize("missing", ["TOOL_TOOLSDB_USER", "TOOL_TOOLSDB_PASSWORD"])
def test_outside_of_toolforge_it_is_told_what_is_missing(tool: pytest.MonkeyPatch, missing: str) -> None:
    """There is no account to take."""
    tool.delenv(missing)
    with pytest.raises(ValidationError, match=missing):
        LedgerSettings(ledger="toolsdb:///cph")
