"""Edit summaries: what, for whom, and the page where it is written down."""

from jobs.context.hub import Hub, report_page
from jobs.model.actions import Edit, Revert
from jobs.model.requests import Filed
from wikitext.edits import AddTemplate, AddText, Categorize, Replace, SetParameters

_MOST = 200
"""Characters for what was done: a summary holds 500 (Help:Edit summary), and the link must not be cut."""


def for_whom(hub: Hub, filed: Filed) -> str:
    """The second half of each of the request's summaries."""
    wiki = hub.wikis[filed.wiki]
    prefix = "" if filed.wiki == filed.target else f"{filed.wiki}:"
    partner = plain(filed.parameters.get("partner", "") or filed.author)
    return f"{partner}: [[{prefix}{report_page(wiki, filed.text_id)}]]"


def summary_of(action: Edit, whom: str) -> str:
    """The summary of an edit."""
    return f"{_what(action)} · {whom}"


def _what(action: Edit) -> str:
    match action.change:
        case Categorize(add=add, remove=remove, move=move):
            parts = [f"+[[Category:{name}]]" for name in add] + [
                f"\N{MINUS SIGN}[[Category:{name}]]" for name in remove
            ]
            parts += [f"[[Category:{old}]] → [[Category:{new}]]" for old, new in move]
            return ", ".join(parts) if len(", ".join(parts)) <= _MOST else f"categories ({len(parts)})"
        case SetParameters(template=template, values=values):
            return f"{plain(template)}: {plain(', '.join(name for name, _ in values))}"
        case Replace(find=find, replacement=replacement):
            return f"“{plain(find)}” → “{plain(replacement)}”"
        case Revert(revision=revision):
            return f"[[Special:Diff/{revision}]] ↶"
        case AddTemplate(call=text) | AddText(text=text):
            return f"+ {plain(text)}"
        case other:
            return f"{other.do}: {plain(other.template)}"


def plain(text: str) -> str:
    """The text without what a summary would make a link or a template of, at most 100 characters."""
    return " ".join("".join(char for char in text if char not in "[]{}|<>~").split())[:100]
