"""The main job, on real parts: a partner asks, a reviewer approves, the bot uploads, and the wiki itself is asked."""

import hashlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bots.queue.own_queue import free_port

from . import Sandbox, SandboxWiki, ServerError, partner, password, running
from .client import Person
from .hub import BASES, cph, environment, install

SECONDS = 120
CATEGORY = "Collections of the Carnegie Museum of Art"
HEADING = "24 works from the Carnegie Museum of Art"
REQUEST = """{{{{Hub request
| type       = upload
| partner    = Carnegie Museum of Art
| manifest   = http://{server}/plates.csv
| filename   = {{title}} - {{creator}} - {{accession_number}}
| template   = Artwork
| title      = {{title|lang:en}}
| institution = Carnegie Museum of Art
| mapping    = {mapping}
| license    = {{{{Cc-zero}}}}
| categories = {category}; Uploads by the Content Partnerships Hub
| language   = en
}}}}
~~~~"""

MAPPING = "Commons:Carnegie Museum of Art/mapping"
WORDS = """What the museum's words are on Commons and Wikidata.
{| class="wikitable sortable"
! column !! word !! creator !! institution !! categories !! item !! depicts
|-
| institution || Carnegie Museum of Art || || Carnegie Museum of Art, Pittsburgh || || Q1043967 ||
|-
| partner || Carnegie Museum of Art || || || || Q1043967 ||
|-
| creator || Swank, Luke || || || Luke Swank || ||
|-
| creator || Toulouse-Lautrec, Henri de || Henri de Toulouse-Lautrec || || Henri de Toulouse-Lautrec || Q82445 ||
|}
"""
"""The page that the request names as its mapping."""


@dataclass(frozen=True)
class Checked:
    """What the wiki says of one of the partner's pictures: its file, page, categories and structured data."""

    number: int
    title: str
    bytes_right: bool
    text_right: bool
    categories_right: bool
    data_right: bool

    @property
    def right(self) -> bool:
        """Whether nothing is missing."""
        return self.bytes_right and self.text_right and self.categories_right and self.data_right


@dataclass(frozen=True)
class Scene:
    """Everything at work: the wikis, the bot's processes, the partner's server and the folder it serves.

    `dashboard`: its address.
    """

    sandbox: Sandbox
    server: str
    files: Path
    dashboard: str

    @property
    def commons(self) -> SandboxWiki:
        """The wiki that the demo plays on."""
        return self.sandbox.wikis["commons"]


def demo(folder: Path, run: Path) -> int:
    """Run the demo in `run`, which must be new; returns the exit status. On a terminal it stays up until Ctrl-C."""
    started = time.monotonic()
    with at_work(folder, run) as scene:
        report = file_request(scene)
        approve(scene, report)
        go_on(scene, report)
        checked = list(_check(scene))
        _table(checked)
        right = sum(check.right for check in checked)
        print(f"\n{right} of {len(checked)} files are on the wiki with the right bytes, text, categories and data.")
        print(f"That took {time.monotonic() - started:.0f} s.")
        _addresses(scene, report)
        if right == len(checked) and sys.stdin.isatty():
            _stay()
    return 0 if right == len(checked) else 1


@contextmanager
def at_work(folder: Path, run: Path) -> Iterator[Scene]:
    """Start everything on new wikis, furnished, with the bot watching."""
    with ExitStack() as stack:
        _say("Starting two wikis and a queue")
        sandbox = stack.enter_context(running(folder, run))
        files = run / "partner"
        files.mkdir()
        server = stack.enter_context(partner.serving(files))
        partner.publish(files, f"http://{server}")
        variables = environment(sandbox, run, [server])
        _say("Writing templates, forms and the policy on them")
        install(sandbox, variables, [server.split(":")[0]])
        port = str(free_port())
        for command in (["watch"], ["work"], ["web", "--port", port]):
            stack.enter_context(_process(command, variables, run))
        yield Scene(sandbox, server, files, f"http://127.0.0.1:{port}")


def _say(text: str) -> None:
    print(f"· {text} …", flush=True)


@contextmanager
def _process(command: Sequence[str], variables: Mapping[str, str], run: Path) -> Iterator[None]:
    """A `cph` process, as an operator runs it; its log is in `run`."""
    with (run / f"{command[0]}.log").open("w") as log:
        process = subprocess.Popen(cph(*command), env=os.environ | variables, stdout=log, stderr=log)
        try:
            yield
        finally:
            process.terminate()
            process.wait(timeout=20)


def file_request(scene: Scene) -> str:
    """File the request as the partner and wait for its preview; returns the report's title."""
    person = Person(scene.commons, "Partner")
    base = BASES["commons"]
    _say("The partner says on a page what some words are, and files a request")
    person.edit(MAPPING, WORDS)
    person.edit("Institution:Carnegie Museum of Art, Pittsburgh", "Carnegie Museum of Art, Pittsburgh, Pennsylvania")
    person.edit("Creator:Henri de Toulouse-Lautrec", "Henri de Toulouse-Lautrec (1864-1901), French painter")
    person.edit(base, REQUEST.format(server=scene.server, category=CATEGORY, mapping=MAPPING), section_new=HEADING)
    _say("The bot checks the list and writes a preview")
    text = wait_for(person, base, "planned|invalid")
    if "invalid" in (_parameter(text, "status")):
        raise ServerError(f"the bot could not plan the request:\n{text}")
    return _parameter(text, "report")


def approve(scene: Scene, report: str) -> None:
    """Approve the preview as the reviewer, with what its button fills in, and wait for the first few files."""
    reviewer = Person(scene.commons, "Reviewer")
    _say(f"The reviewer reads {scene.commons.page(report)} and approves it")
    say(reviewer, report, "approve")
    _say("The bot uploads the first few and shows them")
    wait_for(reviewer, BASES["commons"], "pilot|failed", _progress(scene.commons))


def go_on(scene: Scene, report: str) -> None:
    """Say `continue` as the reviewer, who has looked at the first files, and wait for the end."""
    reviewer = Person(scene.commons, "Reviewer")
    _say("The reviewer looks at them and says continue; the bot uploads and verifies the rest")
    say(reviewer, report, "continue")
    wait_for(reviewer, BASES["commons"], "done|partly done|failed", _progress(scene.commons))


def say(person: Person, report: str, answer: str) -> None:
    """Answer on the talk page of a report, for the plan that its buttons name."""
    plan = re.search(r"preloadparams%5B%5D=(\w+)", person.text(report) or "")
    said = f"{answer}|plan={plan[1] if plan else ''}"
    namespace, _, rest = report.partition(":")
    person.edit(f"{namespace} talk:{rest}", f"{{{{Hub review|{said}}}}} ~~~~", section_new="Review")


def _parameter(text: str, name: str) -> str:
    found = re.findall(rf"\|\s*{name}\s*=\s*(.+)", text.rpartition("{{Hub request")[2])
    return found[0].strip() if found else ""


def wait_for(person: Person, title: str, statuses: str, meanwhile: Callable[[], None] = lambda: None) -> str:
    """The request page's text once its last request has one of the statuses; raises ServerError after some minutes."""

    def reached() -> bool:
        meanwhile()
        return re.fullmatch(statuses, _parameter(person.text(title) or "", "status")) is not None

    wait_until(reached, f"{title} is {statuses}")
    return person.text(title) or ""


def wait_until(true: Callable[[], bool], what: str) -> None:
    """Wait for something to be true; raises ServerError if that takes too long."""
    end = time.monotonic() + SECONDS
    while not true():
        if time.monotonic() > end:
            raise ServerError(f"nothing happened for {SECONDS} s: {what}")
        time.sleep(0.3)


def _progress(wiki: SandboxWiki) -> Callable[[], None]:
    """Shows how many files there are by now, each time it is called and there are more."""
    admin = Person(wiki, "Admin")
    shown = 0

    def show() -> None:
        nonlocal shown
        count = len(admin.api(action="query", list="allimages", ailimit="max")["query"]["allimages"])
        if count > shown:
            shown = count
            print(f"    {'█' * count}{'░' * (24 - count)} {count} of 24", flush=True)

    return show


def _check(scene: Scene) -> Iterator[Checked]:
    """Ask the wiki, as anybody could, for each of the partner's pictures by its bytes."""
    anybody = Person(scene.commons, "Stranger")
    for number, record in enumerate(partner.records(), 1):
        sha1 = hashlib.sha1((scene.files / f"{number}.jpg").read_bytes(), usedforsecurity=False).hexdigest()
        found = anybody.api(
            action="query",
            generator="allimages",
            gaisha1=sha1,
            prop="revisions|categories",
            rvprop="content",
            rvslots="main",
            cllimit="max",
        )
        pages = found.get("query", {}).get("pages", [])
        if not pages:
            yield Checked(
                number, f"(nothing for {record['title']})", bytes_right=False, text_right=False, categories_right=False,
                data_right=False,
            )  # fmt: skip
            continue
        [page] = pages
        text = page["revisions"][0]["slots"]["main"]["content"]
        categories = {entry["title"] for entry in page.get("categories", [])}
        yield Checked(
            number,
            page["title"],
            bytes_right=True,
            text_right=f" |accession number = {record['accession_number']}\n" in text and "{{Cc-zero}}" in text,
            categories_right=f"Category:{CATEGORY}" in categories,
            data_right=_inventory_number(anybody, f"M{page['pageid']}") == record["accession_number"],
        )


def _inventory_number(person: Person, entity: str) -> str:
    """What a file's structured data says it is; empty if nothing."""
    [found] = person.api(action="wbgetentities", ids=entity)["entities"].values()
    claims = (found.get("statements") or {}).get("P217", [])
    return claims[0]["mainsnak"]["datavalue"]["value"] if claims else ""


def _table(checked: list[Checked]) -> None:
    width = min(70, max(len(check.title) for check in checked))
    print(f"\n {'#':>3}  {'File':{width}}  bytes  text  categories  data")
    for check in checked:
        marks = ["yes" if right else "NO" for right in (
            check.bytes_right, check.text_right, check.categories_right, check.data_right,
        )]  # fmt: skip
        print(
            f" {check.number:>3}  {check.title[:width]:{width}}  {marks[0]:5}  {marks[1]:4}  {marks[2]:10}  {marks[3]}"
        )


def _addresses(scene: Scene, report: str) -> None:
    print("\nLook at it:")
    for what, title in {
        "the request": BASES["commons"],
        "its report": report,
        "all files": "Special:ListFiles",
    }.items():
        print(f"  {what:16}{scene.commons.page(title)}")
    print(f"  {'the dashboard':16}{scene.dashboard}")
    print(f"  {'the other wiki':16}{scene.sandbox.wikis['meta'].page(BASES['meta'])}")
    print("Log in as Partner, Reviewer, Stranger or Admin; the password is, for instance, " + password("Partner"))


def _stay() -> None:
    print("\nThe wikis stay up, and the bot goes on watching them, until you press Ctrl-C.", flush=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        signal.pause()
    except KeyboardInterrupt:
        print()
