"""What the bot writes on the wiki: the report of a request, and its replies on the request and talk pages."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from wikitext.escape import Wikitext, inert, link
from wikitext.messages import Language, Message, message

ROWS_A_PAGE = 500
SAMPLES = 5
GALLERY = 12

SECONDS_A_FILE = 1.5
BYTES_A_SECOND = 2e6
"""What a forecast reckons with before the bot has a pace of its own on the wiki."""


@dataclass(frozen=True)
class Row:
    """A line of the table: `state` is `planned`, `refused`, `sending`, `sent`, `done` or `failed`."""

    row: int
    title: str
    state: str
    revision: int | None
    why: Message | None


@dataclass(frozen=True)
class Sample:
    """A record as a finished page: the file's title, the call of its description template, where its bytes are."""

    title: str
    description: Wikitext
    source: str
    license: Wikitext
    categories: Sequence[str]


@dataclass(frozen=True)
class Progress:
    """How far it is, in items; `seconds` are left by the bot's own pace, None before it has one."""

    done: int
    failed: int
    total: int
    seconds: int | None


@dataclass(frozen=True)
class Report:
    """All that a report page says. `why`: what the bot waits for or why it stopped. `plan`: the plan's whole hash.

    `parameters`: what was asked for, as filed. `size`: bytes to upload. `samples`, `gallery`: a few of each.
    """

    id: str
    status: str
    page: str
    requested: str
    author: str
    approver: str
    parameters: Mapping[str, str]
    plan: str
    planned: int
    refused: int
    size: int
    samples: Sequence[Sample]
    gallery: Sequence[str]
    progress: Progress | None
    why: Message | None
    problems: Sequence[tuple[str, Message]]


def report_pages(language: Language, report: Report, talk: str, rows: Iterable[Row]) -> Iterator[Wikitext]:
    """The report's pages, the first with everything but the rows that do not fit. `talk`: its talk page's title."""
    head = "\n".join(_head(language, report, talk))
    for number, page in enumerate(_tables(language, rows)):
        title = _heading(language, "report-rows")
        text = f"{head}\n{title}\n{page}" if number == 0 else f"{language.say('report-continued', report.page)}\n{page}"
        yield _framed(language, text)


def _head(language: Language, report: Report, talk: str) -> Iterator[str]:
    yield f"{{{{Hub status|{report.status}|language={language.code}}}}}__NOEDITSECTION__"
    if report.why:
        yield f'<p class="hub-why">{language.say(report.why)}</p>'
    if report.problems:
        yield listed(
            language, message("reply-invalid", len(report.problems)), report.problems, message("reply-invalid-next")
        )
    if report.progress:
        yield from _progress(language, report.progress)
    if report.status == "planned":
        yield from _preview(language, report, talk)
    if report.gallery:
        yield _heading(language, "report-gallery")
        yield '<gallery mode="packed" heights="120">\n' + "\n".join(report.gallery) + "\n</gallery>"
    yield from _facts(language, report)


def _facts(language: Language, report: Report) -> Iterator[str]:
    people = {"report-author": report.author, "report-approver": report.approver}
    yield _heading(language, "report-request")
    yield '{| class="wikitable"'
    yield f'|-\n! scope="row" | {language.say("report-page")}\n| [[:{report.requested}]]'
    for key, user in people.items():
        if user:
            yield f'|-\n! scope="row" | {language.say(key)}\n| [[User:{user}|{inert(user)}]]'
    for name, value in report.parameters.items():
        yield f'|-\n! scope="row" | <code>{inert(name)}</code>\n| {link(value)}'
    yield "|}"


def _preview(language: Language, report: Report, talk: str) -> Iterator[str]:
    yield _heading(language, "report-preview")
    counted = str(language.say("report-planned", report.planned))
    if report.refused:
        counted += f" {language.say('report-refused', report.refused)}"
    megabytes = Wikitext(language.number(round(report.size / 1e6, 1)))
    minutes = _minutes(report.planned * SECONDS_A_FILE + report.size / BYTES_A_SECOND)
    yield f"{counted} {language.say('report-forecast', megabytes, minutes)}"
    address = (
        f"{{{{fullurl:{talk}|action=edit&section=new&preload=Template:Hub_review/approve"
        f"&preloadparams%5B%5D={report.plan[:12]}&preloadtitle={report.id}}}}}"
    )
    style = "display:inline-block;background:#36c;border-radius:2px;padding:.4em 1em;font-weight:bold"
    label = f'<span style="color:#fff">{language.say("report-approve")}</span>'
    button = f'<span class="plainlinks" style="{style}">[{address} {label}]</span>'
    yield f"\n{language.say('report-ask')}\n\n{button}"
    yield _heading(language, "report-samples")
    for sample in report.samples:
        yield _sample(language, sample)


def _minutes(seconds: float) -> int:
    return max(1, round(seconds / 60))


def _sample(language: Language, sample: Sample) -> str:
    source = f"[{link(sample.source)} {language.say('report-see-source')}]"
    style = "border:1px solid #a2a9b1;padding:.5em 1em;margin:.5em 0;overflow:auto"
    categories = " · ".join(f"[[:Category:{name}|{inert(name)}]]" for name in sample.categories)
    license_call = f"{language.say('box-license')}: <code>{inert(sample.license)}</code>"
    rest = f"{license_call} · {language.say('box-categories')}: {categories}"
    name = f"'''{inert(sample.title)}''' · {source}"
    return f'<div style="{style}">\n{name}\n{sample.description}\n{rest}\n</div>'


def _progress(language: Language, progress: Progress) -> Iterator[str]:
    percent = round(100 * (progress.done + progress.failed) / max(1, progress.total))
    bar = "background:#eaecf0;border-radius:3px;max-width:40em;height:1.2em;overflow:hidden"
    yield _heading(language, "report-progress")
    yield (
        f'<div style="{bar}"><div style="background:#36c;height:100%;width:{percent}%"></div></div>\n'
        + language.say("report-counts", progress.done, progress.total, progress.failed)
        + (f" {language.say('report-left', _minutes(progress.seconds))}" if progress.seconds is not None else "")
    )


def _tables(language: Language, rows: Iterable[Row]) -> Iterator[str]:
    names = ("report-row", "report-file", "report-outcome", "report-detail")
    start = '{| class="wikitable sortable"\n! ' + " !! ".join(language.say(name) for name in names)
    lines: list[str] = []
    for row in rows:
        if len(lines) == ROWS_A_PAGE:
            yield "\n".join((start, *lines, "|}"))
            lines = []
        lines.append(_line(language, row))
    yield "\n".join((start, *lines, "|}"))


def _line(language: Language, row: Row) -> str:
    name = f"[[:{row.title}|{inert(row.title.partition(':')[2])}]]" if row.title else ""
    detail = language.say(row.why) if row.why else ""
    if row.revision:
        detail = Wikitext(f"[[Special:PermanentLink/{row.revision}|{language.say('report-revision')}]]")
    return f"|-\n| {language.number(row.row)} || {name} || {language.say('outcome-' + row.state)} || {detail}"


def _heading(language: Language, key: str) -> str:
    return f"== {language.say(key)} =="


def _framed(language: Language, text: str) -> Wikitext:
    content = f"mw-content-{language.direction}"
    return Wikitext(f'<div lang="{language.code}" dir="{language.direction}" class="{content}">\n{text}\n</div>')


def reply(language: Language, said: Wikitext, mark: str) -> Wikitext:
    """What stands below a request or an answer, signed; `mark` tells the bot later that it is there."""
    frame = f'<div lang="{language.code}" dir="{language.direction}" style="margin-inline-start:1.6em">'
    return Wikitext(f"{frame}{said} ~~~~</div>{mark_start()}{mark} -->")


def mark_start() -> str:
    """What every reply of the bot's ends with, up to what it was for."""
    return "<!-- hub: "


def listed(language: Language, opening: Message, points: Iterable[tuple[str, Message]], closing: Message) -> Wikitext:
    """An opening, a list of what is to be done about which parameter, and what happens then."""
    items = "".join(
        "<li>" + (f"<code>{inert(name)}</code>: " if name else "") + language.say(why) + "</li>" for name, why in points
    )
    return Wikitext(f"{language.say(opening)}<ul>{items}</ul>{language.say(closing)}")
