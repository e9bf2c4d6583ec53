"""Parameters of template calls set, renamed and removed, and calls removed: all calls of a template on a page alike."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import AfterValidator, model_validator

from wikitext import titles
from wikitext.edits.model import ChangeModel, wrong
from wikitext.edits.splices import Splice, removed
from wikitext.preprocessor import GONE, HIDDEN, TAG, TRIMMED, Braces, Part, Reading, only_call, read
from wikitext.templates import styled

_EDGE = f"{TRIMMED}{GONE}{TAG}"


def _template_name(text: str) -> str:
    name = titles.template(re.sub(r"^\{\{([^{}|]*)(?:\|\s*)?\}\}$", r"\1", text.strip()))
    if name is None:
        raise wrong("edit-template", text[:80])
    return name


def _parameter_name(text: str) -> str:
    name = text.strip(TRIMMED)
    if not re.fullmatch(r"[^\[\]{}|=<>\x00-\x1f]+", name):
        raise wrong("edit-parameter", text[:80])
    return name


def _value(text: str) -> str:
    value = text.strip(TRIMMED)
    for lead in ("", "\n"):
        call = only_call(f"{{{{x|y={lead}{value}}}}}")
        if call is None or len(call[1].parts) != 2 or call[0].loose or call[1].parts[1].equals != 5:
            raise wrong("edit-value", text[:80])
    return value


TemplateName = Annotated[str, AfterValidator(_template_name)]
ParameterName = Annotated[str, AfterValidator(_parameter_name)]
Value = Annotated[str, AfterValidator(_value)]


class SetParameters(ChangeModel):
    """Give parameters of a template these values, which are wikitext.

    All calls of the template on the page are set alike. Names are MediaWiki's own (Help:Templates#Parameters): their
    case counts, and so does each space, `-` and `_` in them; `1` is the first without a name.
    """

    do: Literal["set parameters"] = "set parameters"
    template: TemplateName
    values: tuple[tuple[ParameterName, Value], ...]


class RenameParameter(ChangeModel):
    """Give a parameter another name in all calls of a template but those where the new name has a value already."""

    do: Literal["rename parameter"] = "rename parameter"
    template: TemplateName
    old: ParameterName
    new: ParameterName

    @model_validator(mode="after")
    def _differ(self) -> "RenameParameter":
        if self.old == self.new:
            raise wrong("edit-same-name", self.old)
        return self


class RemoveParameter(ChangeModel):
    """Remove a parameter from all calls of a template, however often it stands there."""

    do: Literal["remove parameter"] = "remove parameter"
    template: TemplateName
    name: ParameterName


class RemoveTemplate(ChangeModel):
    """Remove all calls of a template."""

    do: Literal["remove template"] = "remove template"
    template: TemplateName


@dataclass(frozen=True, slots=True)
class _Argument:
    """An argument of a call: the parameter's name, None where a template or tag makes it, and its part."""

    name: str | None
    part: Part

    @property
    def is_named(self) -> bool:
        return self.part.equals is not None

    @property
    def value(self) -> tuple[int, int]:
        """Where its value is, with the white space around it."""
        return (self.part.start if self.part.equals is None else self.part.equals + 1), self.part.end


def calls_of(page: Reading, template: str) -> Iterator[tuple[Reading, Braces]]:
    """The calls of the template with this title, also in arguments and, behind all others, in tags such as ref."""
    for reading in page.everywhere():
        for braces in reading.braces:
            if braces.is_call and titles.template(reading.seen(*braces.name)) == template:
                yield reading, braces


def set_parameters(change: SetParameters, text: str) -> Iterator[Splice]:
    """What `change` does to the text. A value keeps its place and the white space and comments around it.

    Of a parameter that stands more than once the last is set, which is the one MediaWiki reads. A new one goes to the
    end. A call inside a value that is set is part of that value.
    """
    return _outermost(_set(text, page, call, change.values) for page, call in calls_of(read(text), change.template))


def rename_parameter(change: RenameParameter, text: str) -> Iterator[Splice]:
    """What `change` does to the text."""
    return _outermost(_rename(page, call, change) for page, call in calls_of(read(text), change.template))


def remove_parameter(change: RemoveParameter, text: str) -> Iterator[Splice]:
    """What `change` does to the text. Comments on lines of their own below the parameter stay."""
    return _outermost(_remove(page, call, change.name) for page, call in calls_of(read(text), change.template))


def remove_template(change: RemoveTemplate, text: str) -> list[Splice]:
    """What `change` does to the text; a line with nothing else on it goes with the call."""
    return removed(text, [(call.start, call.end) for _, call in calls_of(read(text), change.template)])


@dataclass(frozen=True, slots=True)
class _Edit:
    """What is done to a call that starts at `start`; calls within `taken` are not looked at."""

    start: int
    splices: Sequence[Splice] = ()
    taken: Sequence[tuple[int, int]] = ()


def _outermost(edits: Iterable[_Edit]) -> Iterator[Splice]:
    """The splices of all edits but those of calls that others take."""
    edits = sorted(edits, key=lambda edit: edit.start)
    spans = iter(sorted(span for edit in edits for span in edit.taken))
    following, reach = next(spans, None), 0
    for edit in edits:
        while following and following[0] <= edit.start:
            reach, following = max(reach, following[1]), next(spans, None)
        if reach <= edit.start:
            yield from edit.splices


def _arguments(page: Reading, call: Braces) -> list[_Argument]:
    """The call's arguments; those without a name are numbered by themselves."""
    found: list[_Argument] = []
    unnamed = 0
    for part in call.parts[1:]:
        name = page.seen(part.start, part.equals).strip(TRIMMED) if part.equals is not None else None
        unnamed += name is None
        made = name is not None and ("{{" in name or HIDDEN in name)
        found.append(_Argument(None if made else str(unnamed) if name is None else name, part))
    return found


def _numbered(arguments: Sequence[_Argument], changed: Sequence[_Argument]) -> Iterator[Splice]:
    """Have those without a name keep their numbers when others before them get a name, or go."""
    first = min((a.part.start for a in changed if not a.is_named), default=None)
    for argument in arguments:
        if first is not None and argument.part.start > first and not argument.is_named and argument not in changed:
            yield Splice(argument.part.start, argument.part.start, f"{argument.name}=")


def _core(page: Reading, start: int, end: int) -> tuple[int, int]:
    """Where the text at `start:end` is without the white space and comments around it; empty if there is no other."""
    mask = page.mask[start - page.start : end - page.start]
    core = mask.strip(_EDGE)
    first = start + len(mask) - len(mask.lstrip(_EDGE if core else " \t"))
    return first, first + len(core)


def _set(text: str, page: Reading, call: Braces, values: Sequence[tuple[str, str]]) -> _Edit:
    arguments = _arguments(page, call)
    last = {argument.name: argument for argument in arguments if argument.name is not None}
    splices: list[Splice] = []
    named: list[_Argument] = []
    for name, value in values:
        if name in last and _plain(text, page, *last[name].value) != _plain(value, read(value), 0, len(value)):
            splices.append(_new_value(text, page, last[name], value))
            named += [last[name]] if not last[name].is_named and _has_equals(value) else []
    splices += [Splice(a.part.start, a.part.start, f"{a.name}=") for a in named]
    style = [(text[a.part.start : a.value[0] - 1], text[slice(*a.value)]) for a in arguments if a.is_named]
    new = "".join(f"|{styled(name, value, style)}" for name, value in values if name not in last)
    splices += (*_numbered(arguments, named), Splice(call.end - 2, call.end - 2, new))
    return _Edit(call.start, splices, [last[name].value for name, _ in values if name in last])


def _plain(text: str, page: Reading, start: int, end: int) -> str:
    """The text at `start:end` without comments and outer white space."""
    mask = page.mask[start - page.start : end - page.start]
    seen = (char for char, mark in zip(text[start:end], mask, strict=True) if mark not in {GONE, TAG})
    return "".join(seen).strip(TRIMMED)


def _new_value(text: str, page: Reading, argument: _Argument, value: str) -> Splice:
    """The value gives way; where there was none, it gets white space as it is around the equals sign."""
    start, end = argument.value
    first, last = _core(page, start, end)
    if first < last:
        return Splice(first, last, value)
    lead = " " if first == start and argument.is_named and text[start - 2] == " " else ""
    trail = text[start] if start < first == end else ""
    return Splice(first, first, f"{lead}{value}{trail}" if value else "")


def _has_equals(value: str) -> bool:
    call = only_call(f"{{{{x|{value}}}}}")
    return call is not None and call[1].parts[1].equals is not None


def _rename(page: Reading, call: Braces, change: RenameParameter) -> _Edit:
    arguments = _arguments(page, call)
    old = [a for a in arguments if a.name == change.old]
    new = [a for a in arguments if a.name == change.new]
    if not old or any(page.seen(*a.value).strip(TRIMMED) for a in new):
        return _Edit(call.start)
    splices = [Splice(a.part.start - 1, a.part.end, "") for a in new]
    for argument in old:
        if argument.part.equals is None:
            splices.append(Splice(argument.part.start, argument.part.start, f"{change.new}="))
        else:
            splices.append(Splice(*_core(page, argument.part.start, argument.part.equals), change.new))
    return _Edit(call.start, [*splices, *_numbered(arguments, [*old, *new])])


def _remove(page: Reading, call: Braces, name: str) -> _Edit:
    arguments = _arguments(page, call)
    gone = [a for a in arguments if a.name == name]
    spans = [(a.part.start - 1, _end_of_own(page, a)) for a in gone]
    return _Edit(call.start, [*(Splice(*span, "") for span in spans), *_numbered(arguments, gone)], spans)


def _end_of_own(page: Reading, argument: _Argument) -> int:
    """Where the argument ends, or the comments on lines of their own behind it begin."""
    end = argument.part.end
    last = _core(page, *argument.value)[1]
    blank, _, comments = page.mask[last - page.start : end - page.start].partition("\n")
    return last + len(blank) + 1 if GONE in comments and not blank.strip(" \t") else end
