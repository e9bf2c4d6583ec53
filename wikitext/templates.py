"""Find a template call on a page, read it, set its parameters: every other byte of the page stays.

A page is scanned for the calls in one pass, and only what stands between a call's own braces is parsed, so a page may
be as large as MediaWiki allows, and what others write beside a call can neither slow nor spoil its reading.

`wikitext.call_spans` finds where a call is. mwparserfromhell reads and rewrites that one call: its parameters, the
comments and nowiki in their values. Never a page, nor a call that is not within `MAX_CALL` and `MAX_EFFORT`: it turns
back at each piece of markup, and takes HTML and bold for structure, which MediaWiki's preprocessor does not. No other
module imports it, and a change of a page that is not the hub's own call is no matter of this one (`wikitext.edits`).
"""

import re
from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice
from operator import itemgetter

import mwparserfromhell
from mwparserfromhell.nodes import Comment, Node, Tag, Template, Text
from mwparserfromhell.nodes.extras import Parameter
from mwparserfromhell.wikicode import Wikicode

from wikitext.call_spans import MAX_CALL, Span, call_spans
from wikitext.comparison_keys import key
from wikitext.preprocessor import Reading, read

MAX_EFFORT = 40_000, 3_000_000
"""What reading may cost for a call and for a page. The parser may turn back at each piece of markup, so the cost of a
call grows with the square of their number; three million take about a second. What costs least is read first: whoever
wants to keep a call of a person's from being read has to fill the page with calls that are as plain."""

MAX_CALLS = 10_000
"""Calls on a page. Of more, so many from above and so many from below are looked at, where new ones come: nobody can
keep the bot busy with a page full of them, nor hide what stands above or below."""

_COSTLY = re.compile(r"[|=]|\{\{|\[|<(?!!--)|''|^[*#:;]|//", re.MULTILINE)
# `{date|edtf}` on one line: a brace that is open at the end of a piece, what may be between, where it closes.
_OPEN = re.compile(r"(?<!\\)\{[^{}\n]*\Z")
_BETWEEN = re.compile(r"[^{}\n]*")
_CLOSE = re.compile(r"[^{}\n]*(?<!\\)\}")
# What is text to MediaWiki's preprocessor inside a call, and markup to the parser: tags of HTML, lines like headings.
_TEXT = re.compile(
    r"(?:<(?=/?(?:a|abbr|b|big|blockquote|br|center|cite|code|dd|del|div|dl|dt|em|font|h[1-6]|hr|i|img|ins|kbd|li|ol"
    r"|p|q|s|samp|small|span|strike|strong|su[bp]|table|t[dhrt]|th|tbody|thead|u|ul|var)\b)|^=(?=[^\n]*=))",
    re.IGNORECASE | re.MULTILINE,
)
# No wiki page has these characters: MediaWiki puts others in their place when it is saved.
_MASKS = {"<": "\x01", "=": "\x02"}
_UNMASKED = {ord(mask): char for char, mask in _MASKS.items()}


@dataclass(frozen=True)
class TemplateCall:
    """A call as it stands on a page, at `start:end` of its text.

    `parameters`: names as `wikitext.comparison_keys.key` has them, values without comments and outer white space.
    `repeated`: the names that stand more than once (MediaWiki takes the last one). `unnamed`: values without a name;
    one that is given by its number behind it, as in `{{x|a|1=b}}`, is that one (Help:Templates).
    A pipe within `{…}` on one line of a named value is part of that value, though MediaWiki splits there: so people may
    write `{date|edtf}`. Any other is written `{{!}}`, and what stands in `<nowiki>` is taken as it stands.
    """

    source: str
    start: int
    end: int
    parameters: Mapping[str, str]
    repeated: tuple[str, ...] = ()
    unnamed: tuple[str, ...] = ()


@dataclass(frozen=True)
class BrokenCall:
    """A call that cannot be read: its braces do not match, or it is too long or too intricate.

    `end` is the end of its braces or, where they never close, of the lines that look like its own.
    """

    source: str
    start: int
    end: int

    @property
    def suspect(self) -> str:
        """The line that has to be mended: the first below the name whose braces do not match, else the last."""
        _, *lines = self.source.rstrip().split("\n")
        return next((line for line in lines[:-1] if line.count("{{") != line.count("}}")), lines[-1] if lines else "")


Call = TemplateCall | BrokenCall


def find_calls(text: str, name: str) -> list[Call]:
    """The calls of the template in the page's text (of more than `MAX_CALLS`, the first and last ones).

    `name`: without namespace, and as `call_spans` has it.
    """
    found = _ends(call_spans(text, name))
    costs = [_cost(text[start : min(end, start + MAX_CALL)]) for start, end, _ in found]
    readable: set[int] = set()
    effort = 0
    for index in sorted(range(len(found)), key=costs.__getitem__):
        start, end, closed = found[index]
        if effort + costs[index] > MAX_EFFORT[1]:
            break
        if closed and end - start <= MAX_CALL and costs[index] <= MAX_EFFORT[0]:
            effort += costs[index]
            readable.add(index)
    calls: list[Call] = []
    for index, (start, end, _) in enumerate(found):
        source = text[start:end]
        call = _read(source) if index in readable else None
        calls.append(replace(call, start=start, end=end) if call else BrokenCall(source, start, end))
    return calls


def _ends(spans: Iterator[Span]) -> list[Span]:
    """All of them, or as many as `MAX_CALLS` from both ends."""
    first = list(islice(spans, MAX_CALLS // 2))
    return [*first, *deque(spans, MAX_CALLS // 2)]


def _cost(source: str) -> int:
    return (5 + sum(1 for _ in _COSTLY.finditer(source))) ** 2


def page_calls(text: str, name: str) -> list[Call]:
    """Those of `find_calls` that stand on the page themselves.

    What stands in another template's argument, in a parser function, in a link or in an extension's tag (`<gallery>`,
    `<score>`) is that one's value, and says nothing by itself; a `<poem>` shows it as the page does. What is struck out
    (`<s>`, `<del>`, `<strike>`) is said no more.
    """
    calls = find_calls(text, name)
    if not calls:
        return []
    return sorted(_standing(text, read(text), calls), key=lambda call: call.start)


_POEM = re.compile(r"<poem(?:\s[^<>]*)?>\Z", re.IGNORECASE)
"""The one tag whose content is the page's own wikitext, but for its lines (mw:Extension:Poem)."""
_LONGEST_TAG = 1000


def _standing(text: str, page: Reading, calls: Sequence[Call]) -> Iterator[Call]:
    """Those of the calls, in their order, that are in this reading itself, or in a poem that is."""
    spans = sorted([(braces.start, braces.end) for braces in page.braces] + list(page.links) + list(_struck(page)))
    poems = (part for part in page.within if _POEM.search(text, max(0, part.start - _LONGEST_TAG), part.start))
    inner = {part.start: part for part in poems}
    places = sorted([(call.start, call) for call in calls] + [(start, None) for start in inner], key=itemgetter(0))
    reach = passed = 0
    for at, call in places:
        while passed < len(spans) and spans[passed][0] < at:
            reach = max(reach, spans[passed][1])
            passed += 1
        if reach > at:
            continue
        if call is None:
            part = inner[at]
            first, last = (bisect_left(calls, end, key=_start) for end in (at, at + len(part.mask)))
            yield from _standing(text, part, calls[first:last])
        elif page.mask[at - page.start] == "{":
            yield call


_STRIKE = re.compile(r"<(?P<end>/?)(?P<name>s|del|strike)(?=[\s>])[^<>]*>", re.IGNORECASE)


def _struck(page: Reading) -> Iterator[tuple[int, int]]:
    """Where this reading is struck out: a tag that nobody closes strikes nothing, lest one slip hide a whole page."""
    opened: defaultdict[str, list[int]] = defaultdict(list)
    for tag in _STRIKE.finditer(page.mask):
        starts = opened[tag["name"].lower()]
        if not tag["end"]:
            starts.append(tag.start())
        elif starts:
            yield page.start + starts.pop(), page.start + tag.end()


def _start(call: Call) -> int:
    return call.start


@lru_cache(maxsize=MAX_CALLS)  # a page's next revision has nearly the same calls, and a flood its own many times
def _read(source: str) -> TemplateCall | None:
    """The call, as if it began the page."""
    template = _template(source)
    if template is None:
        return None
    written = _written(template)
    named = [(_parameter_name(first.name), _said(first, *more)) for first, *more in written if first.showkey]
    unnamed: dict[str, str] = {}
    for first, *more in written:
        if not first.showkey:
            unnamed[str(len(unnamed) + 1)] = _said(first)
        elif (number := _parameter_name(first.name)) in unnamed:
            unnamed[number] = _said(first, *more)
    names = [name for name, _ in named]
    return TemplateCall(
        source,
        0,
        len(source),
        dict(named),
        tuple(dict.fromkeys(name for name in names if names.count(name) > 1)),
        tuple(filter(None, unnamed.values())),
    )


def _written(template: Template) -> list[list[Parameter]]:
    """The call's parameters as people mean them: each with the pieces that a pipe within `{…}` cut off its value."""
    parameters: list[Parameter] = list(template.params)
    written = []
    while parameters:
        count = _pieces(parameters)
        written.append(parameters[:count])
        del parameters[:count]
    return written


def _pieces(parameters: Sequence[Parameter]) -> int:
    """How many of the parameters are the first one's value; one, if its brace is not closed further on."""
    if not parameters[0].showkey or not _OPEN.search(_words(parameters[0].value)):
        return 1
    for count, piece in enumerate(parameters[1:], start=2):
        words = f"{_words(piece.name)}={_words(piece.value)}" if piece.showkey else _words(piece.value)
        if _CLOSE.match(words) and not _OPEN.search(words):
            return count
        if not (_CLOSE.match(words) or _BETWEEN.fullmatch(words)):
            return 1
    return 1


def _words(code: Wikicode) -> str:
    """What is neither template, link nor comment: their braces and pipes are their own."""
    return "".join(str(node) for node in code.nodes if isinstance(node, Text))


def _said(first: Parameter, *more: Parameter) -> str:
    """A value without comments and outer white space."""
    pieces = [f"{_visible(p.name)}={_visible(p.value)}" if p.showkey else _visible(p.value) for p in more]
    return "|".join((_visible(first.value), *pieces)).strip()


def _template(source: str) -> Template | None:
    """The call, parsed; what is text inside it is masked."""
    if not any(mask in source for mask in _MASKS.values()):
        source = _TEXT.sub(lambda found: _MASKS[found[0]], source)
    nodes = mwparserfromhell.parse(source, skip_style_tags=True).nodes
    return nodes[0] if len(nodes) == 1 and isinstance(nodes[0], Template) else None


def _parameter_name(name: Wikicode) -> str:
    return key(_visible(name))


def _visible(code: Wikicode) -> str:
    return "".join(map(_shown, code.nodes)).translate(_UNMASKED)


def _shown(node: Node) -> str:
    match node:
        case Comment():
            return ""
        case Template() if not node.params and str(node.name).strip() == "!":
            return "|"
        case Tag() if str(node.tag).strip().lower() == "nowiki":
            return str(node.contents or "")
    return str(node)


def set_parameters(call: TemplateCall, values: Mapping[str, str]) -> str:
    """The call's source with the parameters set, in the style it is written in; nothing else changes.

    `values` must be inert. One that is there already keeps its place and the white space around it (of a repeated one
    the last, as MediaWiki reads it); a new one goes to the end.

    >>> [call] = find_calls("{{Hub request |type=upload }}", "Hub request")
    >>> set_parameters(call, {"id": "H1"})
    '{{Hub request |type=upload |id=H1 }}'
    """
    source = call.source
    for name, value in values.items():
        source = _set(source, name, value)
    return source


def _set(source: str, name: str, value: str) -> str:
    template = _template(source)
    if template is None:
        raise ValueError("not a call that find_calls read")
    named = [parameter for parameter in _written(template) if parameter[0].showkey]
    same = [parameter for parameter in named if _parameter_name(parameter[0].name) == name]
    if not same:
        others = [(str(first.name), "|".join((str(first.value), *map(str, more)))) for first, *more in named]
        return f"{source[:-2]}|{styled(name, value, others)}}}}}"
    first, *more = same[-1]
    old = "|".join((str(first.value), *map(str, more))).translate(_UNMASKED)
    if old.strip() == value:
        return source
    lead, trail = _outer_space(old)
    first.value = f"{lead}{value}{trail}"
    template.params[:] = [p for p in template.params if not any(p is piece for piece in more)]
    return str(template).translate(_UNMASKED)


def styled(name: str, value: str, others: Sequence[tuple[str, str]]) -> str:
    """`name=value`, with white space as the last of the others has it; aligned with the others where they are.

    `others`: the call's named parameters, names and values with their white space.
    """
    if not others:
        return f"{name}={value}"
    (before, after), (lead, trail) = map(_outer_space, others[-1])
    if len({len(other) for other, _ in others}) == 1 < len(others):
        name = name.ljust(len(others[-1][0]) - len(before) - len(after))
    return f"{before}{name}{after}={lead}{value}{trail}"


def _outer_space(text: str) -> tuple[str, str]:
    """The white space before and behind a name or value; a value on a line of its own is not a style to follow."""
    lead = text[: len(text) - len(text.lstrip())]
    trail = text[len(text.rstrip()) :]
    if lead == text:  # nothing but white space: what ends the line comes last
        lead, trail = (" ", text.lstrip(" ")) if "\n" in text else ("", text)
    return (" " if "\n" in lead else lead), trail
