"""The changes of a page's text that a job may ask for: text in, what gives way to what out.

A change is a value. `work_out` says what it does to a text, `spliced` does it, `pairs` shows it, `compared` knows it
again, `reverted` undoes it.
"""

from collections.abc import Iterable, Sequence
from typing import Annotated

from pydantic import BaseModel, Field

from wikitext.edits.calls import (
    RemoveParameter,
    RemoveTemplate,
    RenameParameter,
    SetParameters,
    remove_parameter,
    remove_template,
    rename_parameter,
    set_parameters,
)
from wikitext.edits.categories import Categorize, categories_in, categorize
from wikitext.edits.places import AddTemplate, AddText, Where, add_template, add_text, lines_of
from wikitext.edits.replacing import Replace, check_pattern, replace
from wikitext.edits.splices import Splice, pairs, reverted, settled, spliced, surroundings, undone

__all__ = [
    "AddTemplate",
    "AddText",
    "Categorize",
    "Change",
    "RemoveParameter",
    "RemoveTemplate",
    "RenameParameter",
    "Replace",
    "SetParameters",
    "Splice",
    "Where",
    "categories_in",
    "check_pattern",
    "compared",
    "pairs",
    "reverted",
    "spliced",
    "undone",
    "work_out",
]

Change = Annotated[
    Categorize | SetParameters | RenameParameter | RemoveParameter | AddTemplate | RemoveTemplate | Replace | AddText,
    Field(discriminator="do"),
]


def work_out(change: Change, text: str) -> tuple[Splice, ...]:
    """What the change does to the text: splices in order that do not overlap, none if there is nothing to do.

    Nothing is done either where it would not be done after it, since what it leaves reads as if it were to do again
    (braces that match anew, say): but for a replacement, doing a change twice is doing it once.
    """
    splices = settled(text, _splices(change, text))
    if isinstance(change, Replace) or not settled(after := spliced(text, splices), _splices(change, after)):
        return splices
    return ()


def compared(change: BaseModel, text: str, splices: Sequence[Splice]) -> tuple[tuple[str, str], ...]:
    """What tells whether a change comes to the same as it once did: what goes and what comes at each splice.

    Where that looks the same once the change was done, by whomever, also what would look different then: what is around
    each piece that a replacement would replace again, and the lines elsewhere that say what is to be added.
    """
    said = pairs(text, splices)
    match change:
        case Replace() if work_out(change, spliced(text, splices)):
            return (*said, *surroundings(text, splices))
        case AddText():
            return (*said, *((change.text, "") for _ in lines_of(change, text)))
    return said


def _splices(change: Change, text: str) -> Iterable[Splice]:  # noqa: PLR0911 - one a kind
    match change:
        case Categorize():
            return categorize(change, text)
        case SetParameters():
            return set_parameters(change, text)
        case RenameParameter():
            return rename_parameter(change, text)
        case RemoveParameter():
            return remove_parameter(change, text)
        case AddTemplate():
            return add_template(change, text)
        case RemoveTemplate():
            return remove_template(change, text)
        case Replace():
            return replace(change, text)
        case AddText():
            return add_text(change, text)
