"""Simple stand-ins for the templates of Commons that file pages call; on Commons they are there."""

from collections.abc import Iterator

_LICENSES = {
    "Cc-zero": "This file is made available under the Creative Commons CC0 1.0 Universal Public Domain Dedication.",
    "Cc-by-4.0": "This file is licensed under the Creative Commons Attribution 4.0 International license.",
    "PD-old-70": "This work is in the public domain: its author died more than 70 years ago.",
    "PD-old-70-expired": "This work is in the public domain: its author died long ago, and in the US.",
    "Licensed-PD-Art": "The work is in the public domain ({{{1}}}), its photograph is under a licence ({{{2}}}).",
}

_NOTES = {
    "Delete": "It is suggested to delete this page: {{{reason|}}}",
    "Uncategorized": "This page has no category yet.[[Category:Media needing categories]]",
}

# Each shows its arguments, in English: on Commons they speak the reader's language.
_PHRASES = {
    "other date": "{{#switch:{{{1|}}}|~=circa|#default={{{1|}}}}} {{{2|}}}{{#if:{{{3|}}}|&#32;and {{{3}}}}}",
    "complex date": "{{{certainty|}}} {{{adj1|}}} {{{date1|}}} {{{precision1|}}} {{{conj|}}} {{{adj2|}}} {{{date2|}}}",
    "Size": "{{{width|}}} x {{{height|}}}{{#if:{{{depth|}}}|&#32;x {{{depth}}}}} {{{unit}}}",
    "en": "'''English:''' {{{1}}}",
    "sv": "'''Svenska:''' {{{1}}}",
    "ar": "'''العربية:''' {{{1}}}",
}


def commons_templates(fields: dict[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    """Title and text of each: description templates (with these fields) that show a table, phrases, notes, licences."""
    for name, names in fields.items():
        rows = "".join(_row(field) for field in names)
        yield f"Template:{name}", f'<table class="wikitable" style="width:100%">{rows}</table>'
    for name, says in _PHRASES.items():
        yield f"Template:{name}", says
    for name, says in _NOTES.items():
        yield f"Template:{name}", f'<div style="border:1px solid #d73333;padding:.5em 1em;margin:.5em 0">{says}</div>'
    for name, says in _LICENSES.items():
        yield f"Template:{name}", f'<div style="border:1px solid #a2a9b1;padding:.5em 1em;margin:.5em 0">{says}</div>'


def _row(field: str) -> str:
    cells = f'<th style="text-align:start;width:12em">{field[0].upper()}{field[1:]}</th><td>{{{{{{{field}}}}}}}</td>'
    return f"{{{{#if:{{{{{{{field}|}}}}}}|<tr>{cells}</tr>}}}}"
