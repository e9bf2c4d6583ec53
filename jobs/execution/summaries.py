"""Edit summaries: what, for whom, and the page where it is written down."""

from jobs.context.hub import Hub, report_page
from jobs.model.actions import Edit, Revert
from jobs.model.requests import StoredRequest
from wikitext.edits import AddTemplate, AddText, Categorize, Replace, SetParameters
from wikitext.escape import in_summary

_MOST = 200
"""Characters for what was done: a summary holds 500 (Help:Edit summary), and the link must not be cut."""


def for_whom(hub: Hub, filed: StoredRequest) -> str:
    """The second half of each of the request's summaries."""
    wiki = hub.wikis[filed.wiki]
    prefix = "" if filed.wiki == filed.target else f"{filed.wiki}:"
    partner = in_summary(filed.parameters.get("partner", "") or filed.author)
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
            return f"{in_summary(template)}: {in_summary(', '.join(name for name, _ in values))}"
        case Replace(find=find, replacement=replacement):
            return f"“{in_summary(find)}” → “{in_summary(replacement)}”"
        case Revert(revision=revision):
            return f"[[Special:Diff/{revision}]] ↶"
        case AddTemplate(call=text) | AddText(text=text):
            return f"+ {in_summary(text)}"
        case other:
            return f"{other.do}: {in_summary(other.template)}"
