"""What the bot writes on the wiki: the report of a request, and its replies on the request and talk pages."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from wikitext.answer_buttons import answer_buttons, server_buttons, undo_link
from wikitext.check_page import Check, check_section
from wikitext.escape import Wikitext, inert, link
from wikitext.messages import Language, Message, message
from wikitext.tables import TABLE, Row, scrolling, tables

SAMPLES = 5
GALLERY = 12


@dataclass(frozen=True)
class Sample:
    """A record as a finished page: the file's title, the call of its description template, where its bytes are.

    `format`: the file's ending. `size`: in bytes. `pixels`: width and height as it is stored, if it is a picture;
    `turned`: by its EXIF orientation. `data`: its structured data, as label and wikitext.
    """

    title: str
    description: Wikitext
    source: str
    license: Wikitext
    categories: Sequence[str]
    format: str
    size: int
    pixels: tuple[int, int] | None
    turned: bool
    data: Sequence[tuple[str, Wikitext]]


@dataclass(frozen=True)
class Difference:
    """What is or was changed on a page: its title and a table made by `wikitext.diffs`."""

    title: str
    table: Wikitext


@dataclass(frozen=True)
class Progress:
    """How far it is, in items; `seconds` are left by the bot's own pace, None before it has one.

    `partly`: those of which something is there, and something is missing.
    """

    done: int
    failed: int
    total: int
    seconds: int | None
    partly: int = 0


@dataclass(frozen=True)
class Report:
    """All that a report page says. `why`: what the bot waits for or why it stopped. `plan`: the plan's whole hash.

    `prefix`: of links to the wiki that the request is carried out on; empty where the report is on it. `counted`: the
    message that counts its items. `parameters`: what was asked for, as filed. `size`: bytes to upload; `seconds`: how
    long all of it will take, before the bot has a pace of its own. `samples`, `differences`, `gallery`: a few of each.
    `category`: without namespace, of the reports in which something waits for people. `servers`: those that were not
    asked because the policy, whose talk page is `policy_talk`, does not name them. `answers`: what people can say now.
    `before`: how many requests the bot is at work on beside this one, where that matters. `undoes`: the report page of
    the request that it takes back; `undone_by`: of those that take it back; `nominated`: so many of its files are
    nominated for deletion. `time`: UTC, as text. `check`: what is told of the list; `checked`: how many rows of how
    many have been looked at, while they are.
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
    seconds: float
    samples: Sequence[Sample]
    gallery: Sequence[str]
    progress: Progress | None
    why: Message | None
    problems: Sequence[tuple[str, Message]]
    time: str
    prefix: str = ""
    counted: str = "count-files"
    questions: Sequence[Message] = ()
    differences: Sequence[Difference] = ()
    answers: Sequence[str] = ()
    before: int | None = None
    undoes: str = ""
    undone_by: Sequence[tuple[str, str]] = ()
    nominated: int = 0
    check: Check | None = None
    checked: tuple[int, int] | None = None
    category: str = ""
    servers: Sequence[str] = ()
    policy_talk: str = ""


def report_pages(language: Language, report: Report, talk: str, rows: Iterable[Row]) -> Iterator[Wikitext]:
    """The report's pages, the first with everything but the rows that do not fit. `talk`: its talk page's title."""
    head = "\n".join(_head(language, report, talk))
    undo = undo_link(language, talk, report.plan, report.id) if "undo" in report.answers else None
    title = _heading(language, "report-rows")
    for number, (table, following) in enumerate(
        pairwise(chain(tables(language, rows, report.prefix, undo), (None,))), 1
    ):
        top = f"{head}\n{title}" if number == 1 else language.say("report-continued", report.page)
        bottom = "" if following is None else "\n" + " ".join(_goes_on(language, report, number + 1))
        yield in_language(language, f"{top}\n{table}{bottom}")


def _goes_on(language: Language, report: Report, number: int) -> Iterator[str]:
    yield language.say("report-goes-on", f"{report.page}/{number}")
    if report.status == "running" and number == 2:
        yield language.say("report-later-pages")


def _head(language: Language, report: Report, talk: str) -> Iterator[str]:
    category = f"[[Category:{report.category}]]" if report.category else ""
    yield f"{{{{Hub status|{report.status}}}}}__NOEDITSECTION__{category}"
    yield from _standing(language, report)
    if report.problems:
        yield listed(
            language, message("reply-invalid", len(report.problems)), report.problems, message("reply-invalid-next")
        )
    if report.servers:
        yield f"\n{server_buttons(language, report.servers, report.policy_talk)}\n"
    yield from _progress(language, report)
    if report.status in _PREVIEWED:
        yield from _preview(language, report)
    if report.status == "pilot":
        yield f"{_heading(language, 'report-pilot')}\n{language.say('report-pilot-ask')}\n"
    if report.answers:
        yield f"\n{answer_buttons(report.answers, talk, report.plan, report.id)}\n"
    if report.check:
        yield from check_section(language, report.check)
    yield from _examples(language, report)
    yield from _facts(language, report)


def _standing(language: Language, report: Report) -> Iterator[str]:
    """What it waits for, and what it has to do with other requests."""
    if report.why:
        yield f'<p class="hub-why">{language.say(report.why)}</p>'
    if report.undoes:
        yield f"<p>{language.say('report-undoes', report.undoes)}</p>"
    for page, rows in report.undone_by:
        said = language.say("report-undone-rows", page, rows) if rows else language.say("report-undone-by", page)
        yield f"<p>{said}</p>"
    if report.nominated:
        yield f"<p>{language.say('report-nominated', report.nominated)}</p>"


_PREVIEWED = frozenset({"planned", "checked"})


def _preview(language: Language, report: Report) -> Iterator[str]:
    yield _heading(language, "report-preview")
    yield str(language.say("report-planned", language.say(report.counted, report.planned)))
    if report.refused:
        yield str(language.say("report-refused", report.refused))
    if report.planned:
        yield from _forecast(language, report)
    yield f"\n{language.say('report-ask' if report.status == 'planned' else 'report-checked-only')}"


def _forecast(language: Language, report: Report) -> Iterator[str]:
    """How long it would take, and what to know before saying yes to it."""
    minutes = _minutes(report.seconds)
    if report.size:
        yield str(language.say("report-forecast", _bytes(language, report.size), minutes))
    else:
        yield str(language.say("report-forecast-pages", minutes))
    if report.questions:
        points = "".join(f"<li>{language.say(question)}</li>" for question in report.questions)
        style = "border:1px solid #fc3;border-inline-start-width:4px;padding:.5em 1em;margin:.5em 0"
        yield f'<div style="{style}">{language.say("report-questions")}<ul>{points}</ul></div>'


def _examples(language: Language, report: Report) -> Iterator[str]:
    done = report.status not in {*_PREVIEWED, "received", "approved", "invalid"}
    if report.gallery:
        yield _heading(language, "report-gallery")
        files = (
            f"{title}|[[:{report.prefix}{title}|{inert(title.removeprefix('File:'))}]]" for title in report.gallery
        )
        yield '<gallery mode="packed" heights="120">\n' + "\n".join(files) + "\n</gallery>"
    if report.differences:
        heading = "report-diffs-done" if done else "report-diffs"
        yield _heading(language, heading)
        for number, difference in enumerate(report.differences, 1):
            name = f"[[:{report.prefix}{difference.title}|{inert(difference.title)}]]"
            yield scrolling(f"{language.say(heading)} {number}", f"'''{name}'''{difference.table}", _FRAME)
    if report.samples and not done:
        yield _heading(language, "report-files")
        yield f"{language.say('report-files-note')}<ul>"
        yield from (f"<li>{_named(language, sample)}</li>" for sample in report.samples)
        yield f"</ul>\n{_heading(language, 'report-samples')}"
        for number, sample in enumerate(report.samples[:SAMPLES], 1):
            yield scrolling(f"{language.say('report-samples')} {number}", _sample(language, sample), _FRAME)


_FRAME = "border:1px solid #a2a9b1;padding:.5em 1em;margin:.5em 0;overflow:auto"


def _facts(language: Language, report: Report) -> Iterator[str]:
    yield _heading(language, "report-request")
    yield scrolling(language.say("report-request"), "\n".join(_facts_table(language, report)))


def _facts_table(language: Language, report: Report) -> Iterator[str]:
    people = {"report-author": report.author, "report-approver": report.approver}
    yield TABLE
    yield f'|-\n! scope="row" | {language.say("report-page")}\n| [[:{report.requested}]]'
    for key, user in people.items():
        if user:
            yield f'|-\n! scope="row" | {language.say(key)}\n| [[User:{user}|{inert(user)}]]'
    for name, value in report.parameters.items():
        yield f'|-\n! scope="row" | {language.in_code(name)}\n| {language.isolated(link(value))}'
    yield "|}"


def _minutes(seconds: float) -> int:
    return max(1, round(seconds / 60))


def _sample(language: Language, sample: Sample) -> str:
    categories = " · ".join(f"[[:Category:{name}|{inert(name)}]]" for name in sample.categories)
    license_call = f"{language.say('box-license')}: {language.in_code(sample.license)} · " if sample.license else ""
    rest = f"{license_call}{language.say('box-categories')}: {categories}"
    name = _named(language, sample)
    return f"{name}\n{sample.description}\n{rest}\n{_data(language, sample)}"


def _named(language: Language, sample: Sample) -> str:
    """The file's name, a line of what it is, and the way to it."""
    source = f"[{link(sample.source)} {language.say('report-see-source')}]"
    name = f"<bdi>'''{inert(sample.title.removeprefix('File:'))}'''</bdi>"
    return " · ".join((name, *_about(language, sample), source))


def _about(language: Language, sample: Sample) -> Iterator[str]:
    yield inert(sample.format.upper())
    if sample.pixels:
        yield str(language.say("sample-pixels", *sample.pixels))
    if sample.turned:
        yield str(language.say("sample-turned"))
    yield _bytes(language, sample.size)


def _bytes(language: Language, size: int) -> Wikitext:
    """So many bytes, in a unit that fits."""
    small = size < 1e6
    number = Wikitext(language.number(round(size / (1e3 if small else 1e6), 1)))
    return language.say("sample-kilobytes" if small else "sample-megabytes", number)


def _data(language: Language, sample: Sample) -> str:
    """The structured data, as lines that nobody needs to know JSON for."""
    if not sample.data:
        return ""
    lines = "".join(f"<li>{inert(label)}: {text}</li>" for label, text in sample.data)
    return f'<div style="font-size:90%">\n{language.say("sample-data")}:<ul>{lines}</ul></div>\n'


def _progress(language: Language, report: Report) -> Iterator[str]:
    progress = report.progress
    if progress is None and report.checked is None:
        return
    yield _heading(language, "report-progress")
    if progress:
        yield _bar(progress.done + progress.partly + progress.failed, progress.total)
        yield str(language.say("report-counts", progress.done, progress.total, progress.failed))
        if progress.partly:
            yield str(language.say("report-partly", progress.partly))
        if progress.seconds is not None:
            yield str(language.say("report-left", _minutes(progress.seconds)))
    elif report.checked:
        yield _bar(*report.checked)
        yield str(language.say("report-checked", *report.checked))
    if report.before is not None:
        yield str(language.say("report-place", report.before))
    if report.before is not None or report.checked:
        yield f"<small>{language.say('report-as-of', report.time)}</small>\n"


def _bar(done: int, total: int) -> str:
    percent = round(100 * done / max(1, total))
    bar = "background:#eaecf0;border-radius:3px;max-width:40em;height:1.2em;overflow:hidden"
    return f'<div style="{bar}"><div style="background:#36c;height:100%;width:{percent}%"></div></div>'


def _heading(language: Language, key: str) -> str:
    return f"== {language.say(key)} =="


def in_language(language: Language, text: str) -> Wikitext:
    """A page's content in a language, whatever the page's own is."""
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
        "<li>" + (f"{language.in_code(name)}: " if name else "") + language.say(why) + "</li>" for name, why in points
    )
    return Wikitext(f"{language.say(opening)}<ul>{items}</ul>{language.say(closing)}")
