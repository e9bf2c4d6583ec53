"""A partner's list, wherever it is: at a web address or on a wiki page."""

import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Annotated, BinaryIO

from pydantic import BeforeValidator

from jobs.io.addresses import advice, downloadable
from jobs.io.http import Unfetched
from jobs.io.plan_context import PlanContext
from jobs.lists.registry import read_records
from jobs.model.problems import Invalid, Problem, wrong
from jobs.model.records import BadManifest, Table
from jobs.patterns.pattern import Pattern, PatternError
from wikitext import titles
from wikitext.messages import message


def _manifest(text: str) -> str:
    if why := advice(text):
        raise wrong(why.key, *why.arguments)
    if re.match(r"https?://", text, re.IGNORECASE):
        return downloadable(text)
    page = titles.linked(text)
    if page is None or "://" in text:
        raise wrong("problem-manifest", text[:80])
    return page


def pattern(text: object) -> Pattern:
    """The pattern; raises `wrong` where it cannot be read."""
    try:
        return Pattern(str(text))
    except PatternError as error:
        raise wrong(error.why.key, *error.why.arguments) from None


ManifestField = Annotated[str, BeforeValidator(_manifest)]
"""The address or the title of a list."""

PatternField = Annotated[Pattern, BeforeValidator(pattern)]
"""A text with columns' names in braces."""


def _varying(text: object) -> Pattern:
    found = pattern(text)
    if not found.columns:
        raise wrong("problem-no-column", str(text)[:80])
    return found


VaryingField = Annotated[Pattern, BeforeValidator(_varying)]
"""As `PatternField`, for what no two rows can have in common: at least one column is in it."""


@contextmanager
def opened(manifest: str, context: PlanContext, sheet: str = "", encoding: str = "") -> Iterator[Table]:
    """The list, to be streamed while it is open. Raises Invalid where it cannot be fetched or read, then or midway.

    `sheet`: which one of a workbook; `encoding`: what it is in, if not in UTF-8.
    """
    with tempfile.TemporaryFile(dir=context.spool.folder) as file:
        try:
            _fetch(manifest, context, file)
            yield read_records(file, partial(_further, context), manifest, sheet, encoding)
        except (Unfetched, BadManifest) as error:
            raise Invalid([Problem("manifest", error.why)]) from None


def _fetch(manifest: str, context: PlanContext, file: BinaryIO) -> None:
    if "://" in manifest:
        context.web.fetch(manifest, context.policy.hosts, file, context.policy.max_list_bytes)
    else:
        page = context.wiki.page(manifest)
        if page is None or page.text is None:
            raise BadManifest(message("manifest-no-page", manifest))
        file.write(_block(page.text).strip().encode())
    file.seek(0)


@contextmanager
def _further(context: PlanContext, address: str) -> Iterator[BinaryIO]:
    """Another part of a list, within the same bounds."""
    with tempfile.TemporaryFile(dir=context.spool.folder) as file:
        context.web.fetch(address, context.policy.hosts, file, context.policy.max_list_bytes)
        file.seek(0)
        yield file


def _block(text: str) -> str:
    """What stands between the first pair of tags that keep a list as it is, or the whole text where there is none.

    A table in wikitext is a list by itself, whatever tags are in its cells.
    """
    if re.search(r"^\s*\{\|", text, re.MULTILINE):
        return text
    opening = re.search(r"<(pre|nowiki|syntaxhighlight)\b[^<>]*>", text)
    end = text.find(f"</{opening[1]}", opening.end()) if opening else -1
    return text[opening.end() : end] if opening and end >= 0 else text
