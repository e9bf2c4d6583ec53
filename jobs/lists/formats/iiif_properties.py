"""What IIIF resources say of themselves, in Presentation API 3 and 2 alike.

https://iiif.io/api/presentation/3.0/ (3, properties; 4.4 to 4.6, languages and HTML in values; 5.6, what is painted on
a canvas), https://iiif.io/api/presentation/2.1/ (3 to 5) and https://iiif.io/api/image/ (4, addresses of images).
"""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from jobs.lists.formats.cells import add, joined, unescaped

STANDARD = ("label", "summary", "rights", "attribution", "homepage", "provider")
"""The columns for what a resource says of itself beside its metadata."""

_BREAK = re.compile(r"<(?:br|/p)\b[^<>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_MAX_NESTED = 5
_MOST_IMAGES = 100
_LEVEL_0 = re.compile(r"\blevel0\b")

Resource = Mapping[str, Any]


def described(resource: Resource) -> dict[str, str]:
    """What a resource says of itself, by column; no value is empty. Raises BadManifest.

    A text that has a language stands under `column@language` too, and the column itself has the text without one, or
    else in the first. Metadata called like a standard column are its value where the resource says nothing else there.
    """
    pairs: dict[str, list[str]] = {}
    for pair in objects(resource.get("metadata")):
        _add(pairs, "; ".join(_main(_by_language(pair.get("label")))), pair.get("value"))
    standard: dict[str, list[str]] = {}
    statements = [statement.get("value") for statement in objects(resource.get("requiredStatement"))]
    for name, value in {
        "label": resource.get("label"),
        "summary": resource.get("summary", resource.get("description")),
        "rights": resource.get("rights", resource.get("license")),
        "attribution": statements or resource.get("attribution"),
        "homepage": [identifier(page) for page in _listed(resource.get("homepage", resource.get("related")))],
        "provider": [_main(_by_language(provider.get("label"))) for provider in objects(resource.get("provider"))],
    }.items():
        if value:
            _add(standard, name, value)
    return {name: value for values in (pairs, standard) for name, value in joined(values).items() if value}


def identifier(resource: Any) -> str:
    """The address that a resource is known by, or that stands in its place."""
    found = resource.get("id", resource.get("@id")) if isinstance(resource, dict) else resource
    return found if isinstance(found, str) else ""


def kind(resource: Any) -> str:
    """The resource's type, as Presentation API 3 calls it."""
    found = resource.get("type", resource.get("@type")) if isinstance(resource, dict) else None
    return found.removeprefix("sc:") if isinstance(found, str) else ""


def objects(value: Any) -> Iterator[Resource]:
    """The objects in a value, which may be one or several."""
    return (found for found in _listed(value) if isinstance(found, dict))


def media_addresses(canvas: Resource) -> list[str]:
    """Where the canvas's images are, as large as there are.

    Of version 2 of the image API, `full` is the size that every server knows: 2.0 has no `max`; a server of level 0
    has no size but those that it names.
    """
    addresses = map(_address, islice(_painted(canvas), _MOST_IMAGES))
    return list(dict.fromkeys(filter(None, addresses)))


def _address(body: Resource) -> str:
    for service in objects(body.get("service")):
        told = f"{service.get('type')} {service.get('@type')} {service.get('profile')} {service.get('@context')}"
        version = re.search(r"ImageService([23])|/image/([23])/", told[:1_000])
        if version and identifier(service) and not _LEVEL_0.search(told[:1_000]):
            size = "max" if "3" in version.groups() else "full"
            return f"{identifier(service).rstrip('/').removesuffix('/info.json')}/full/{size}/0/default.jpg"
    return identifier(body)


def _painted(canvas: Resource) -> Iterator[Resource]:
    for page in objects(canvas.get("items")):
        for annotation in objects(page.get("items")):
            if annotation.get("motivation") == "painting":
                yield from _shown(annotation.get("body"))
    for annotation in objects(canvas.get("images")):
        yield from _shown(annotation.get("resource"))


def _shown(body: Any, nested: int = 0) -> Iterator[Resource]:
    """The images, sounds and films in a body: of a choice the first, of a part of something that as a whole."""
    for found in objects(body):
        inner = next((found[key] for key in ("default", "items", "source", "full") if key in found), None)
        if inner is None:
            if found.get("type") != "TextualBody":
                yield found
        elif nested < _MAX_NESTED:
            yield from islice(_shown(inner, nested + 1), 1)


def _add(values: dict[str, list[str]], name: str, value: Any) -> None:
    texts = _by_language(value)
    add(values, name, *_main(texts))
    for language, said in texts.items():
        if language:
            add(values, f"{name}@{language}", *said)


def _main(texts: Mapping[str, list[str]]) -> list[str]:
    return texts.get("") or next(iter(texts.values()), [])


def _by_language(value: Any, language: str = "", nested: int = 0) -> dict[str, list[str]]:
    """The texts in a value, by language, or `""` for none."""
    texts: dict[str, list[str]] = {}
    if isinstance(value, dict) and "@value" in value:
        value, language = value["@value"], str(value.get("@language") or "")
    if isinstance(value, dict):
        inner = [(found, "" if code in {"none", "@none"} else code) for code, found in value.items()]
    else:
        inner = [(found, language) for found in _listed(value)]
    for found, code in inner:
        if isinstance(found, dict | list):
            for key, said in _by_language(found, code, nested + 1).items() if nested < _MAX_NESTED else ():
                texts.setdefault(key, []).extend(said)
        elif found is not None:
            texts.setdefault(code, []).append(_plain(str(found)))
    return texts


def _listed(value: Any) -> list[Any]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def _plain(text: str) -> str:
    """The text, of HTML only what is to be read; HTML is what begins with `<` and ends with `>`."""
    if not (text.startswith("<") and text.endswith(">")):
        return text
    return unescaped(_TAG.sub("", _BREAK.sub("\n", text))).strip()
