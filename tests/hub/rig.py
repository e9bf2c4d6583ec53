"""What the tests of the whole way work with: a partner's server, and a rig where requests are filed and answered."""

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from html import unescape
from itertools import count
from threading import Barrier

from PIL import Image

from bots.queue.redis_queue import RedisQueue
from bots.settings import Settings
from bots.watcher import watch
from deploy.sandbox import Sandbox
from deploy.sandbox.client import Person
from deploy.sandbox.hub import policy
from jobs.context.hub import Hub, talk_page
from wikitext.pages import waiting_for_review

REQUEST = {
    "type": "upload",
    "partner": "Nordic Museum",
    "filename": "{title} - {number}",
    "template": "Artwork",
    "license": "{{PD-old-70-expired}}",
    "categories": "Glass plates; Nordic Museum",
}


def picture(shade: int, kind: str = "JPEG") -> bytes:
    """A small picture; different shades (0 to 16,777,215) are different bytes."""
    file = io.BytesIO()
    image = Image.new("RGB", (40, 30), (shade & 255, shade >> 8 & 255, shade >> 16 & 255))
    image.save(file, kind, **({"comment": str(shade)} if kind == "JPEG" else {}))
    return file.getvalue()


def told_items(admin: Person, *lines: str) -> None:
    """Have the wiki know that there is no such item (`Q7`), or that it leads elsewhere (`Q8 Q9`)."""
    admin.append("MediaWiki:Sandbox-items", "".join(f"\n{line}" for line in lines))


def set_filter(admin: Person, rules: str, *does: str) -> None:
    """Have the wiki do this with what the rules are true of: `Disallow`, `Warn` (Special:AbuseFilter)."""
    page = "Special:AbuseFilter/new"
    token = re.search(r'<input[^>]*value="([^"]+)" name="wpEditToken"', admin.browse(page))
    assert token
    filled = {"wpFilterDescription": "Of a test", "wpFilterRules": rules, "wpFilterEnabled": "1"}
    filled |= {f"wpFilterAction{one}": "1" for one in does}
    admin.browse(page, **filled, wpFilterWarnMessage="abusefilter-warning", wpEditToken=unescape(token[1]))


@dataclass
class Answer:
    """What the partner's server says to one path.

    `hang`: it accepts the request and never answers. `together`: it answers when so many wait for it, and says that
    there is nothing where no more come.
    """

    body: bytes = b""
    content_type: str = "image/jpeg"
    status: int = 200
    hang: bool = False
    together: Barrier | None = None


@dataclass
class Partner:
    """A partner's web server, on loopback: what it says to each path, and how often it was asked."""

    address: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def elsewhere(self) -> str:
        """The same server under a name from which the wiki fetches nothing itself."""
        return self.address.replace("127.0.0.1", "localhost")

    def publish(self, path: str, body: bytes, content_type: str = "image/jpeg", status: int = 200) -> str:
        """Put something on the server; returns its address."""
        self.answers[path] = Answer(body, content_type, status)
        return f"{self.address}{path}"

    def publish_list(self, path: str, rows: Sequence[Mapping[str, str]] | str) -> str:
        """Put a CSV on the server: its text, or rows whose columns are those of the first."""
        text = rows if isinstance(rows, str) else _csv(rows)
        return self.publish(path, text.encode(), "text/csv")


def _csv(rows: Sequence[Mapping[str, str]]) -> str:
    lines = [list(rows[0]), *(list(row.values()) for row in rows)]
    return "\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines) + "\n"


_logged_in = cache(Person)


@dataclass
class Rig:
    """One request page and everything that works on it, driven step by step."""

    hub: Hub
    queue: RedisQueue
    settings: Settings
    sandbox: Sandbox
    partner: Partner
    base: str
    wiki: str = "commons"

    def person(self, name: str, wiki: str = "") -> Person:
        """Somebody logged in on the wiki (none named: the rig's own) with their own account."""
        return _logged_in(self.sandbox.wikis[wiki or self.wiki], name)

    def set_policy(self, *hosts: str, **more: object) -> None:
        """Have the community's policy say this beside what it says at every rig, and have the bot read it."""
        self.person("Admin").edit(f"{self.base}/Policy.json", policy(["127.0.0.1", *hosts], **more))
        watch(self.hub, self.queue)

    def text(self, title: str | None = None) -> str:
        """The wikitext of a page; the request page's, if none is named."""
        return self.person("Stranger").text(title or self.base) or ""

    def file(self, account: str = "Partner", section: str = "Glass plates", **parameters: str) -> None:
        """File a request as anyone would: a new section of the request page. Empty parameters are left out."""
        lines = [f"| {name.replace('_', ' ')} = {value}" for name, value in (REQUEST | parameters).items() if value]
        self.person(account).edit(self.base, "\n".join(["{{Hub request", *lines, "}}", "~~~~"]), section_new=section)

    def work(self) -> None:
        """Watch and work until there is nothing left to do."""
        for _ in range(100):
            if not watch(self.hub, self.queue):
                barred = self.hub.ledger.waiting(*self.hub.wikis)
                assert not barred, f"the queue does not take {barred}"
                return
            self.queue.work_here()
        raise AssertionError("the bot does not come to rest")

    def go_on(self) -> None:
        """Have the first request, which waits for a while after a lost answer, go on at once, and work."""
        request = self.hub.ledger.get(1)
        assert request.state == "running"
        self.hub.ledger.update_request(request, not_before=0.0)
        self.work()

    def waiting(self) -> list[str]:
        """The pages in the category of what waits for a reviewer."""
        category = f"Category:{waiting_for_review(self.base)}"
        found = self.person("Stranger").api(action="query", list="categorymembers", cmtitle=category, cmlimit="max")
        return [page["title"] for page in found["query"]["categorymembers"]]

    def report(self, number: int = 1) -> str:
        """The title of a report page."""
        return f"{self.base}/H{number}"

    def talk(self, number: int = 1) -> str:
        """The title of a report's talk page."""
        return talk_page(self.report(number))

    def approve(self, account: str = "Reviewer", number: int = 1, answer: str = "") -> None:
        """Answer a preview with the plan it shows, as its button's form does."""
        said = answer or f"{{{{Hub review|approve|plan={self.plan(number)}}}}}"
        self.person(account).edit(self.talk(number), f"{said} ~~~~", section_new="Review")

    def plan(self, number: int = 1) -> str:
        """The plan that the buttons of a report name."""
        plan = re.search(r"preload=Template:Hub_review/\w+&preloadparams%5B%5D=(\w+)", self.text(self.report(number)))
        return plan[1] if plan else ""

    def review(self, answer: str, account: str = "Reviewer", number: int = 1) -> None:
        """Answer a report as its buttons' forms do: `pause`, or `strike|items=3`."""
        said = answer if "plan=" in answer else f"{answer}|plan={self.plan(number)}"
        self.person(account).edit(self.talk(number), f"{{{{Hub review|{said}}}}} ~~~~", section_new="Review")

    def save_pages(self, texts: Mapping[str, str], account: str = "Admin", wiki: str = "") -> None:
        """Give pages these texts."""
        person = self.person(account, wiki)
        for title, text in texts.items():
            person.edit(title, text)

    def texts(self, titles: Sequence[str], wiki: str = "") -> dict[str, str]:
        """The texts of pages, by their titles."""
        found: dict[str, str] = {}
        for start in range(0, len(titles), 50):
            answer = self.person("Stranger", wiki).api(
                action="query",
                prop="revisions",
                rvprop="content",
                rvslots="main",
                titles="|".join(titles[start : start + 50]),
            )
            found |= {p["title"]: p["revisions"][0]["slots"]["main"]["content"] for p in answer["query"]["pages"]}
        return found

    def rows(self, number: int = 1) -> dict[int, str]:
        """The lines of a report's table by their row."""
        lines = re.findall(r"^\| (\d+) \|\| (.*)$", self.text(self.report(number)), re.MULTILINE)
        return {int(row): line for row, line in lines}

    def status(self, number: int = 1) -> str:
        """The status that stands in a request's own template."""
        call = re.search(
            rf"\{{\{{Hub request(?:(?!Hub request).)*?\|\s*id\s*=\s*H{number}\b.*?\n\}}\}}", self.text(), re.DOTALL
        )
        found = re.search(r"\|\s*status\s*=\s*([a-z ]+?)\s*$", call[0], re.MULTILINE) if call else None
        return found[1] if found else ""


def published(rig: Rig, *titles: str) -> str:
    """A list of pictures on the partner's server, that no other test has; returns its address.

    `titles`: what they are called; without any, two with names of their own.
    """
    rows = []
    for number, title in enumerate(titles or [f"{season} {next(_shades)}" for season in ("Spring", "Summer")], 1):
        url = rig.partner.publish(f"/{number}.jpg", picture(next(_shades)))
        rows.append({"title": title, "number": str(number), "media_url": url})
    return rig.partner.publish_list("/list.csv", rows)


_shades = count(10_000)
