"""Change a set of pages in one way, or each page of a list with values of its own."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from jobs.io.plan_context import PlanContext
from jobs.kinds.kind import Kind
from jobs.kinds.page_sets.editing import PagesField, category_names, page_records, unchangeable
from jobs.kinds.page_sets.sets import Source, spelled
from jobs.lists.manifest import ManifestField, opened
from jobs.model.actions import Edit, Refusal, planned_edit
from jobs.model.problems import Invalid, Problem, is_yes, problem_of, unknown, wrong
from jobs.model.records import BadRecord, Note, Record, Table
from jobs.patterns.pattern import Pattern, PatternError, column_key
from wikitext import titles
from wikitext.edits import (
    AddTemplate,
    AddText,
    Change,
    RemoveParameter,
    RemoveTemplate,
    RenameParameter,
    Replace,
    SetParameters,
    work_out,
)
from wikitext.escape import inert, stable
from wikitext.messages import Message, message

PAGE_COLUMNS = ("page", "title", "file")
"""A column called one of these (the first that is there) names the pages of a list, unless `page` says how."""

_NEEDS: Mapping[str, tuple[str, ...]] = {
    "set parameter": ("template", "parameter"),
    "rename parameter": ("template", "parameter", "to"),
    "remove parameter": ("template", "parameter"),
    "add template": ("template",),
    "remove template": ("template",),
    "replace": ("find",),
    "add text": ("text",),
}
"""The changes there are, and the parameters that each cannot do without."""

_SAME = {"set parameters": "set parameter", "replace text": "replace"}
_FILLED = ("value", "text", "find", "replace")
"""The parameters in which a list's columns may stand."""

_WRITTEN = ("value", "text", "replace", "to")
"""Those that are put on pages as they are where there is no list."""


def _words(text: str) -> str:
    return " ".join(text.lower().replace("_", " ").replace("-", " ").split())


def _change(text: str) -> str:
    name = _SAME.get(_words(text), _words(text))
    if name not in _NEEDS:
        why = unknown(name, _NEEDS, "problem-unknown-change")
        raise wrong(why.key, *why.arguments)
    return name


def _where(text: str) -> str:
    if _words(text) not in {"top", "bottom", "under heading"}:
        raise wrong("problem-where", text[:40])
    return _words(text)


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for part in text.split(";") if (name := part.strip())))


class EditParameters(BaseModel):
    """What an edit request says: which pages, and how they change.

    With a `manifest` each of its rows names a page, and `value`, `text`, `find` and `replace` may hold columns in
    braces; what comes of them is shown as it is. Without one they are wikitext. A template is added as the call that
    `text` is, or as one of `template` with the `parameter`s, whose values are in the columns of those names.
    """

    model_config = ConfigDict(frozen=True)

    change: Annotated[str, BeforeValidator(_change)]
    pages: PagesField | None = None
    manifest: ManifestField | None = None
    sheet: str = ""
    encoding: str = ""
    page: str = ""
    partner: Annotated[str, StringConstraints(max_length=200)] = ""
    template: str = ""
    parameter: Annotated[tuple[str, ...], BeforeValidator(_names)] = ()
    to: str = ""
    value: str = ""
    find: str = ""
    replace: str = ""
    regex: Annotated[bool, BeforeValidator(is_yes)] = False
    text: str = ""
    where: Annotated[Literal["top", "bottom", "under heading"], BeforeValidator(_where)] = "bottom"
    heading: str = ""

    @model_validator(mode="after")
    def _whole(self) -> "EditParameters":
        if error := _lacking(self) or _ill_formed(self):
            raise error
        return self

    @property
    def patterns(self) -> Mapping[str, Pattern]:
        """The parameters that are filled from a list's columns. Raises PatternError."""
        return {name: Pattern(text) for name in ("page", *_FILLED) if (text := str(getattr(self, name)))}


def _lacking(asked: EditParameters) -> PydanticCustomError | None:
    if asked.pages is None and asked.manifest is None:
        return wrong("problem-no-pages")
    call_given = asked.change == "add template" and asked.text
    if missing := [name for name in _NEEDS[asked.change] if not getattr(asked, name) and not call_given]:
        return wrong("problem-change-needs", asked.change, ", ".join(missing))
    return None


def _ill_formed(asked: EditParameters) -> PydanticCustomError | None:
    if asked.manifest is None:
        if unstable := next((text for name in _WRITTEN if not stable(text := str(getattr(asked, name)))), None):
            return wrong("problem-unstable", unstable[:60])
        change = _made(asked, Record(0, {}))
        return wrong(change.key, *change.arguments) if isinstance(change, Message) else None
    try:
        asked.patterns  # noqa: B018 - whether they can be read
    except PatternError as error:
        return wrong(error.why.key, *error.why.arguments)
    return wrong("problem-no-call-in-list") if asked.change == "add template" and asked.text else None


# Planning --------------------------------------------------------------------------------------------------------


_PAGE = "*page"
"""Where a record's page stands beside the columns of the list; no column can be called so."""


def _column_problems(asked: EditParameters, table: Table) -> Iterator[Problem]:
    for name, pattern in asked.patterns.items():
        for column in pattern.columns:
            if column_key(column) not in table.columns:
                yield Problem(name, unknown(column, table.columns, "problem-unknown-column"))
    if asked.page and not asked.patterns["page"].columns:
        yield Problem("page", message("problem-no-column", asked.page[:80]))
    if not asked.page and not set(PAGE_COLUMNS) & set(table.columns):
        yield Problem("page", message("problem-no-page-column", ", ".join(table.columns)))
    if asked.change in {"set parameter", "add template"} and not asked.value:
        for name in asked.parameter:
            if column_key(name) not in table.columns:
                yield Problem("parameter", unknown(name, table.columns, "problem-unknown-column"))


def _page(asked: EditParameters, row: Record) -> str | None:
    if asked.page:
        return titles.linked(Pattern(asked.page).fill(row.values))
    return titles.linked(next(row.values.get(column, "") for column in PAGE_COLUMNS if column in row.values))


def _edit(asked: EditParameters, title: str, text: str, record: Record, context: PlanContext) -> Edit | Refusal:
    change = _made(asked, record)
    if isinstance(change, Message):
        return Refusal(change)
    if isinstance(change, AddTemplate | AddText):
        change = change.model_copy(update={"namespaces": category_names(context)})
    splices = work_out(change, text)
    return planned_edit(title, change, text, splices) if splices else Refusal(message("row-nothing-to-do"))


def _made(asked: EditParameters, record: Record) -> Change | Message:
    """The change for a record, or why there can be none."""
    try:
        return _MADE[asked.change](asked, _filler(asked, record), record) or message("row-no-value")
    except ValidationError as error:
        return problem_of(dict(error.errors()[0])).why


Filler = Callable[[str], str]


def _filler(asked: EditParameters, record: Record) -> Filler:
    """What stands in one of the parameters for this record: wikitext, or a row's values that are shown as they are."""
    if asked.manifest is None:
        return lambda text: text
    return lambda text: Pattern(text).fill(record.values, inert)


def _own_columns(asked: EditParameters, record: Record) -> tuple[tuple[str, str], ...]:
    """The parameters whose values are in the columns of the same names, without the empty ones."""
    found = {name: inert(record.values.get(column_key(name), "")) for name in asked.parameter}
    return tuple((name, str(value)) for name, value in found.items() if value)


def _set(asked: EditParameters, fill: Filler, record: Record) -> Change | None:
    if asked.manifest and not asked.value:
        values = _own_columns(asked, record)
    else:
        values = tuple((name, fill(asked.value)) for name in asked.parameter)
    if asked.manifest and not any(value for _, value in values):
        return None  # an empty cell says nothing; it does not empty the page
    return SetParameters(template=asked.template, values=values)


def _replace(asked: EditParameters, fill: Filler, record: Record) -> Change | None:
    # What is looked for is never shown: it is taken as the list has it.
    find = Pattern(asked.find).fill(record.values) if asked.manifest else asked.find
    return (
        Replace(find=find, replacement=fill(asked.replace), regex=asked.regex and not asked.manifest) if find else None
    )


def _add_text(asked: EditParameters, fill: Filler, _record: Record) -> Change | None:
    return AddText(text=fill(asked.text), where=asked.where, heading=asked.heading) if fill(asked.text) else None


def _add_template(asked: EditParameters, _fill: Filler, record: Record) -> Change:
    own = (f"|{name}={value}" for name, value in _own_columns(asked, record)) if asked.manifest else ()
    call = asked.text or "".join(("{{", asked.template, *own, "}}"))
    return AddTemplate(call=call, where=asked.where, heading=asked.heading)


_MADE: Mapping[str, Callable[[EditParameters, Filler, Record], Change | None]] = {
    "set parameter": _set,
    "rename parameter": lambda asked, _fill, _record: RenameParameter(
        template=asked.template, old=asked.parameter[0], new=asked.to
    ),
    "remove parameter": lambda asked, _fill, _record: RemoveParameter(template=asked.template, name=asked.parameter[0]),
    "add template": _add_template,
    "remove template": lambda asked, _fill, _record: RemoveTemplate(template=asked.template),
    "replace": _replace,
    "add text": _add_text,
}


def _titles(pages: tuple[Source, ...], context: PlanContext) -> frozenset[str]:
    return frozenset(record.values["page"] for record in page_records(pages, context))


class EditKind(Kind[EditParameters]):
    """Changes of text, the same on each page or a list's."""

    name = "edit"
    parameters = EditParameters
    at_once = 50
    counted = "count-pages"
    seconds_an_item = 0.5

    def records(self, asked: EditParameters, context: PlanContext) -> Iterator[Record | BadRecord | Note]:
        if asked.manifest is None:
            assert asked.pages is not None  # noqa: S101 - the model asks for one of them
            yield from page_records(asked.pages, context)
            return
        wanted = (
            frozenset(record.values["page"] for record in page_records(asked.pages, context)) if asked.pages else None
        )
        with opened(asked.manifest, context, asked.sheet, asked.encoding) as table:
            if problems := list(_column_problems(asked, table)):
                raise Invalid(problems)
            yield from map(Note, table.notes)
            named = ((row, _page(asked, row) if isinstance(row, Record) else None) for row in table.rows)
            for row, written, title in spelled(named, context):
                if isinstance(row, BadRecord):
                    yield row
                elif written is None:
                    yield BadRecord(row.row, message("row-bad-title"))
                elif title is None:
                    yield BadRecord(row.row, message("row-elsewhere", written))
                elif wanted is None or title in wanted:
                    yield Record(row.row, {**row.values, _PAGE: title})

    def plan(self, asked: EditParameters, records: Sequence[Record], context: PlanContext) -> Iterator[Edit | Refusal]:
        pages = [record.values.get(_PAGE) or record.values["page"] for record in records]
        stored = context.wiki.page_infos(pages)
        for title, record in zip(pages, records, strict=True):
            page = stored.get(title)
            if refusal := unchangeable(title, page, context):
                yield refusal
            elif page is not None:
                yield _edit(asked, title, page.text, record, context)
