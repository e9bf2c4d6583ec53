"""The people of the sandbox: accounts that exist, with these passwords, on both wikis."""

from dataclasses import dataclass

BOT = "ContentPartnershipsBot"
BOT_LOGIN = f"{BOT}@cph"
"""The name under which the bot logs in with its bot password."""

BOT_SECRET = "0123456789abcdefghijklmnopqrstuv"  # noqa: S105 - opens wikis on loopback only
"""The bot password that belongs to BOT_LOGIN: 32 characters of 0-9 and a-w, as MediaWiki wants."""

BOT_GRANTS = (
    "basic",
    "createeditmovepage",
    "delete",
    "editpage",
    "highvolume",
    "uploadeditmovefile",
    "uploadfile",
)


@dataclass(frozen=True)
class Account:
    """A user of the wikis and the groups they are in."""

    name: str
    groups: tuple[str, ...] = ()


ADMIN = Account("Admin", ("bureaucrat", "interface-admin", "sysop"))
"""Made by MediaWiki's installer, in these groups."""

ACCOUNTS = (
    ADMIN,
    Account(BOT, ("bot",)),
    Account("Partner", ("autopatrolled",)),
    Account("Reviewer", ("image-reviewer",)),
    Account("Stranger"),
    Account("Blocked partner", ("autopatrolled",)),
    Account("Blocked reviewer", ("image-reviewer",)),
)


def password(account: str) -> str:
    """Return the password of an account."""
    return f"sandbox-{account.lower()}-password"
