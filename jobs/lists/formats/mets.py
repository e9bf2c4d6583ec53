"""METS around MODS, as libraries that digitise give it (https://www.loc.gov/standards/mets/).

Who owns and shows it stands where the DFG viewer looks for it (https://dfg-viewer.de/profil-der-metadaten).
"""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from jobs.lists.formats.mods import described_mods
from jobs.lists.formats.xml_values import Described, attribute, first, texts, within

_LARGEST_FIRST = (
    "master", "archive", "archive image", "original", "objects", "max", "presentation", "default", "reference image",
    "service", "",
)  # fmt: skip
"""The uses of groups of files that have the object itself in them; beside these are thumbnails and texts of pages."""

_MEDIA = re.compile("(?:image|audio|video|model)/|application/pdf|$")


def described_mets(mets: Element) -> Iterator[Described]:
    """What the first of its records says of the object: the others are about its parts."""
    for mods in within(mets, "dmdSec/mdWrap/xmlData/mods"):
        told = described_mods(mods)
        rights, links = "amdSec/rightsMD/mdWrap/xmlData/rights", "amdSec/digiprovMD/mdWrap/xmlData/links"
        beside = {
            "institution": first(texts(mets, f"{rights}/owner")),
            "license": first(texts(mets, f"{rights}/license")),
            "source": first(texts(mets, f"{links}/presentation")),
        }
        own = {name: told.values.get(name) or found for name, found in beside.items()}
        yield Described({**told.values, **own}, [{"media url": [one]} for one in _files(mets)] or told.files)
        return


def _files(mets: Element) -> list[str]:
    """The addresses of the largest files there are."""
    groups: dict[str, list[str]] = {}
    for group in _groups(mets, "fileSec/fileGrp"):
        kept = [file for file in within(group, "file") if _MEDIA.match(attribute(file, "MIMETYPE"))]
        found = [attribute(place, "href") for file in kept for place in within(file, "FLocat")]
        groups.setdefault(attribute(group, "USE").casefold(), []).extend(filter(None, found))
    return next((list(dict.fromkeys(groups[use])) for use in _LARGEST_FIRST if groups.get(use)), [])


def _groups(element: Element, path: str) -> Iterator[Element]:
    for group in within(element, path):
        yield group
        yield from _groups(group, "fileGrp")
