"""Pages that keep bots out (Template:Bots on the English Wikipedia)."""

from wikitext.preprocessor import HIDDEN, TRIMMED, Braces, Reading, read
from wikitext.titles import spaced, template


def may_edit(text: str, account: str) -> bool:
    """Whether the page with this text lets the account edit it, as far as `{{bots}}` and `{{nobots}}` on it say.

    `{{nobots}}` keeps all out, `{{nobots|A, B}}` and `{{bots|deny=A, B}}` those named, `{{bots|allow=A, B}}` all
    others; `all` and `none` name all or none. Where an account is named itself, that counts rather than `all`.
    """
    page = read(text)
    return all(
        _lets(reading, call, spaced(account).casefold()) for reading in page.everywhere() for call in reading.braces
    )


def _lets(page: Reading, call: Braces, account: str) -> bool:
    name = (template(page.seen(*call.name)) or "").casefold() if call.is_call else ""
    if name not in {"bots", "nobots"}:
        return True
    allowed, denied = _lists(page, call)
    if name == "nobots" and allowed is None and denied is None:
        return False
    if account in (denied or ()):
        return False
    if account in (allowed or ()):
        return True
    return "all" not in (denied or ()) and (allowed is None or "all" in allowed)


def _lists(page: Reading, call: Braces) -> tuple[set[str] | None, set[str] | None]:
    """Who is allowed and who is denied, in small letters; None where nothing is said of it."""
    said: dict[str, set[str]] = {}
    for part in call.parts[1:]:
        name, equals, value = page.seen(part.start, part.end).partition("=")
        if part.equals is None:
            name, value = "deny", name + equals + value
        accounts = {spaced(account).casefold() for account in value.replace(HIDDEN, "").split(",")} - {""}
        if accounts:
            said.setdefault(name.strip(TRIMMED).casefold(), set()).update(accounts)
    return said.get("allow"), said.get("deny")
