"""Replies below a template call on a page."""

from wikitext.templates import Call, next_heading


def place_below(text: str, call: Call, following: int | None) -> int:
    """Where in the page's text a reply to the call belongs: behind what was already said below it.

    That is before the next heading or `following` (where the next call starts), whichever comes first.
    """
    if text.find("<!--", max(call.end, text.rfind("-->"))) >= 0:
        return call.end  # a comment that never ends would hide what is said behind it
    limit = min(next_heading(text, call.end), following if following is not None else len(text))
    return call.end + len(text[call.end : limit].rstrip())


def reply(text: str, at: int, said: str) -> str:
    """The page's text with the reply on lines of its own at a place that `place_below` gave."""
    rest = text[at:]
    return f"{text[:at]}\n{said}{'' if not rest or rest.startswith(chr(10)) else chr(10)}{rest}"
