"""Find a template call on a page, read it, set its parameters: every other byte of the page stays.

A page is scanned for the calls in one pass, and only what stands between a call's own braces is parsed, so a page may
be as large as MediaWiki allows, and what others write beside a call can neither slow nor spoil its reading.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import mwparserfromhell
from mwparserfromhell.nodes import Comment, Template
from mwparserfromhell.nodes.extras import Parameter
from mwparserfromhell.wikicode import Wikicode

MAX_CALL = 20_000
"""Characters in a call; more is not read. A request of a person's fits many times over."""

MAX_EFFORT = 40_000, 500_000
"""What reading may cost for a call and for a page. The parser may turn back at each piece of markup, so the cost of a
call grows with the square of their number; a hundred thousand takes some tenths of a second."""

# What the preprocessor does not look into (mw:Preprocessor ABNF), runs of braces, and the start of a heading's line.
_TOKEN = re.compile(
    r"(?P<comment><!--)|<(?P<tag>nowiki|pre|syntaxhighlight|source|math|includeonly)\b[^<>]*>"
    r"|(?P<open>\{\{+)|(?P<close>\}\}+)|(?P<heading>^={1,6}[^=\n].*=[ \t]*$)",
    re.IGNORECASE | re.MULTILINE,
)
_LONGEST_NAME = 120
_SPACE_OR_COMMENT = re.compile(r"(?:[\s_]|<!--.*?-->)*+", re.DOTALL)
_CALL_LINES = re.compile(r"[^\n]*(?:\n[ \t]*[|}][^\n]*)*")
_COSTLY = re.compile(r"[|=]|\{\{|\[|<(?!!--)|''|^[*#:;]|//", re.MULTILINE)
# What the parser takes for a heading inside a call.
_INNER_HEADING = re.compile(r"^=[^\n]*=", re.MULTILINE)


@dataclass(frozen=True)
class TemplateCall:
    """A call as it stands on a page, at `start:end` of its text.

    `parameters`: names in lower case with spaces for `_` and `-`, values without comments and outer white space.
    `repeated`: the names that stand more than once (MediaWiki takes the last one). `unnamed`: values without a name.
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


Call = TemplateCall | BrokenCall


def find_calls(text: str, name: str) -> list[Call]:
    """Every call of the template in the page's text, in order; calls in comments and nowiki are none.

    `name`: without namespace. MediaWiki's ways of writing it are all found: any white space or `_`, either case of
    the first letter (and, to mend what is plainly meant, of the others), `Template:` before it, comments around it.
    """
    calls: list[Call] = []
    effort = 0
    for start, end, closed in _spans(text, _name_pattern(name)):
        source = text[start:end]
        cost = (5 + len(_COSTLY.findall(source))) ** 2
        effort += cost
        readable = closed and len(source) <= MAX_CALL and cost <= MAX_EFFORT[0] and effort <= MAX_EFFORT[1]
        calls.append((_read(source, start) if readable else None) or BrokenCall(source, start, end))
    return calls


def _name_pattern(name: str) -> re.Pattern[str]:
    words = r"(?:[\s_]|<!--.*?-->)++".join(re.escape(word) for word in name.split())
    return re.compile(rf"(?:template[\s_]*:[\s_]*)?{words}(?=[\s_]*(?:\||\}}\}}|<!--))", re.IGNORECASE | re.DOTALL)


@dataclass
class _Open:
    start: int
    braces: int
    wanted: bool


def _spans(text: str, name: re.Pattern[str]) -> Iterator[tuple[int, int, bool]]:
    """(start, end, closed?) of the outermost calls of the template, by the preprocessor's rules for braces."""
    stack: list[_Open] = []
    outermost: _Open | None = None
    for kind, at, end in _tokens(text):
        if kind == "open":
            stack.append(_Open(at, end - at, _names(text, end, name)))
            if outermost is None and stack[-1].wanted:
                outermost = stack[-1]
        elif kind == "close":
            for closed, start, stop, is_call in _closed(stack, at, end):
                if closed is outermost:
                    outermost = None
                    if is_call:
                        yield start, stop, True
        elif outermost is not None:
            # A heading ends what was never closed, so one slip does not swallow the requests below it.
            yield outermost.start, _end_of_broken(text, outermost.start, at), False
            outermost = None
            stack.clear()
    if outermost is not None and (end := _end_of_broken(text, outermost.start, len(text))):
        yield outermost.start, end, False


def _tokens(text: str, at: int = 0) -> Iterator[tuple[str, int, int]]:
    """(open | close | heading, start, end) of what stands outside comments, nowiki and their like, from `at` on."""
    unclosed: set[str] = set()
    while token := _TOKEN.search(text, at):
        at = token.end()
        if token["comment"]:
            close = text.find("-->", at)
            at = close + 3 if close >= 0 else len(text)
        elif tag := (token["tag"] or "").lower():
            if token[0].endswith("/>") or tag in unclosed:
                continue
            if end_tag := re.compile(rf"</{tag}\s*>", re.IGNORECASE).search(text, at):
                at = end_tag.end()
            else:
                unclosed.add(tag)  # is text, as are all its like from here on
        else:
            yield str(token.lastgroup), token.start(), token.end()


def next_heading(text: str, start: int) -> int:
    """Where the next heading's line begins, or the end of the text; what stands in comments and nowiki is none."""
    return next((at for kind, at, _ in _tokens(text, start) if kind == "heading"), len(text))


def _end_of_broken(text: str, start: int, end: int) -> int:
    """The end of the lines that look like a call's: what is said below it is not part of it.

    0 where a comment that never ends begins in them: there is no place for an answer, nor is anything shown.
    """
    lines = _CALL_LINES.match(text, start, end)
    stop = lines.end() if lines else end
    comment = text.rfind("<!--", start, stop)
    if comment < 0 or text.find("-->", comment, stop) >= 0:
        return stop
    return text.find("-->", stop) + 3 if text.find("-->", stop) >= 0 else 0


def _names(text: str, at: int, name: re.Pattern[str]) -> bool:
    """Whether what stands behind the opening braces is the template's name."""
    before = _SPACE_OR_COMMENT.match(text, at)
    start = before.end() if before else at
    return name.match(text, start, start + _LONGEST_NAME) is not None


def _closed(stack: list[_Open], at: int, end: int) -> Iterator[tuple[_Open, int, int, bool]]:
    """What the closing braces between `at` and `end` close, inner ones first: with start, end and "is a call"."""
    while end - at >= 2 and stack:
        top = stack[-1]
        matched = min(end - at, top.braces, 3)
        top.braces -= matched
        at += matched
        if top.braces < 2:
            stack.pop()
        yield top, top.start + top.braces, at, matched == 2


def _read(source: str, start: int) -> TemplateCall | None:
    template = None if _INNER_HEADING.search(source) else _template(source)
    if template is None:
        return None
    named = [(_parameter_name(p.name), _plain(p.value)) for p in template.params if p.showkey]
    names = [name for name, _ in named]
    return TemplateCall(
        source,
        start,
        start + len(source),
        dict(named),
        tuple(dict.fromkeys(name for name in names if names.count(name) > 1)),
        tuple(text for p in template.params if not p.showkey and (text := _plain(p.value))),
    )


def _template(source: str) -> Template | None:
    nodes = mwparserfromhell.parse(source, skip_style_tags=True).nodes
    return nodes[0] if len(nodes) == 1 and isinstance(nodes[0], Template) else None


def _parameter_name(name: Wikicode) -> str:
    return " ".join(_plain(name).replace("_", " ").replace("-", " ").split()).casefold()


def _plain(code: Wikicode) -> str:
    return "".join(str(node) for node in code.nodes if not isinstance(node, Comment)).strip()


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
    named = [p for p in template.params if p.showkey]
    same = [p for p in named if _parameter_name(p.name) == name]
    if same and str(same[-1].value).strip() == value:
        return source
    if same:
        lead, trail = _outer_space(str(same[-1].value))
        same[-1].value = f"{lead}{value}{trail}"
        return str(template)
    return f"{source[:-2]}|{_styled(name, value, named)}}}}}"


def _styled(name: str, value: str, named: Sequence[Parameter]) -> str:
    """`name=value`, with white space as the last parameter has it; aligned with the others where they are."""
    if not named:
        return f"{name}={value}"
    (before, after), (lead, trail) = _outer_space(str(named[-1].name)), _outer_space(str(named[-1].value))
    if len({len(str(p.name)) for p in named}) == 1 < len(named):
        name = name.ljust(len(str(named[-1].name)) - len(before) - len(after))
    return f"{before}{name}{after}={lead}{value}{trail}"


def _outer_space(text: str) -> tuple[str, str]:
    """The white space before and behind a name or value; a value on a line of its own is not a style to follow."""
    lead = text[: len(text) - len(text.lstrip())]
    trail = text[len(text.rstrip()) :]
    if lead == text:  # nothing but white space: what ends the line comes last
        lead, trail = (" ", text.lstrip(" ")) if "\n" in text else ("", text)
    return (" " if "\n" in lead else lead), trail
