"""A page's template calls as MediaWiki's own preprocessor reads them."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, fromstring

import requests

from wikitext.comparison_keys import key

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)


def without_comments(text: str) -> str:
    """The text without comments, stripped."""
    return _COMMENT.sub("", text).strip()


def calls(api: str, text: str, name: str) -> list[tuple[dict[str, str], list[str]]]:
    """The parameters with a name and the values without one of every outermost call of the template."""
    query = {"action": "expandtemplates", "prop": "parsetree", "text": text, "format": "json", "formatversion": "2"}
    tree: str = requests.post(api, data=query).json()["expandtemplates"]["parsetree"]
    return [_read(call) for call in _outermost(fromstring(tree), name)]  # noqa: S314 -- our own wiki says it


def _outermost(element: Element, name: str) -> Iterator[Element]:
    for child in element:
        if child.tag == "template" and _title(child) == name:
            yield child
        else:
            yield from _outermost(child, name)


def _title(template: Element) -> str:
    written = " ".join(without_comments(_source(template.find("title"))).replace("_", " ").split())
    bare = re.sub("^template ?: ?", "", written, flags=re.IGNORECASE)
    return bare[:1].upper() + bare[1:]


def _read(template: Element) -> tuple[dict[str, str], list[str]]:
    named: dict[str, str] = {}
    unnamed: list[str] = []
    for part in template.findall("part"):
        name, value = part.find("name"), without_comments(_source(part.find("value")))
        if name is None or name.get("index"):
            unnamed += [value] if value else []
        else:
            named[key(without_comments(_source(name)))] = value
    return named, unnamed


def _source(element: Element | None) -> str:
    """The wikitext that the element was read from."""
    if element is None:
        return ""
    inside = (element.text or "") + "".join(_source(child) + (child.tail or "") for child in element)
    match element.tag:
        case "template":
            return f"{{{{{inside}}}}}"
        case "tplarg":
            return f"{{{{{{{inside}}}}}}}"
        case "part":
            return f"|{inside}"
        case "ext":
            return _extension(element)
        case _:
            return inside


def _extension(element: Element) -> str:
    parts = {tag: element.findtext(tag) for tag in ("name", "attr", "inner", "close")}
    if parts["inner"] is None:
        return f"<{parts['name']}{parts['attr'] or ''}/>"
    return f"<{parts['name']}{parts['attr'] or ''}>{parts['inner']}{parts['close'] or ''}"
