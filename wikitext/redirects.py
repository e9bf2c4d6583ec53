"""Where the page of a category says that its pages belong."""

import re
from collections.abc import Collection

from wikitext import titles
from wikitext.templates import TemplateCall, find_calls

_LINK = re.compile(r"\s*#[^\s\[\]]+\s*:?\s*\[\[[\s:]*([^\]|]+)")
_TEMPLATES = ("Category redirect", "Cat redirect", "Seecat")
"""On Commons (Template:Category redirect)."""


def category_redirect(text: str, namespaces: Collection[str], *, hard: bool) -> str | None:
    """The category, without namespace, that the page of this text leads to; None if it leads to none.

    `namespaces`: all names of that of categories. `hard`: the wiki takes the page for a redirect (Help:Redirects).
    """
    if hard and (link := _LINK.match(text)):
        return titles.title_in(link[1], namespaces)
    calls = (call for template in _TEMPLATES for call in find_calls(text, template)[:1])
    call = next((call for call in calls if isinstance(call, TemplateCall)), None)
    return titles.category(call.unnamed[0] if call.unnamed else call.parameters.get("1", "")) if call else None
