"""What a page is, and so whether it may be changed, says the wiki: never how its title was written."""

import pytest

from deploy.sandbox import BOT
from jobs.io.page_permissions import Gate

from .rig import Rig, published

TEXT = "A page about glass."
NOTHING = {"partner": "", "manifest": "", "filename": "", "template": "", "license": "", "categories": ""}
REPLACE = {"type": "edit", "change": "replace", "find": "glass", "replace": "tin"}
CATEGORIZE = {"type": "categorize", "add": "Glass plates"}

SPELLINGS = {
    "User:Reviewer/glass": (
        "User:Reviewer/glass", "User :Reviewer/glass", "User\u00a0:Reviewer/glass", "user:\u3000Reviewer/glass",
        "\u200eUser\u200f:Reviewer/glass", "User\u202a:\u202cReviewer/glass", "_User_:_reviewer/glass",
        ":user :Reviewer/glass", "USER\u2003:Reviewer/glass",
    ),
    "User talk:Stranger": ("User talk :Stranger", "user_talk:Stranger", "User\u00a0talk :stranger"),
    "Template:Glass": ("Template :Glass", "template\u2009: glass", "Template:\u200eglass"),
    "Commons:Glass": ("Commons :Glass", "project:Glass", "Project\u00a0: Glass"),
    "Talk:Glass": ("Talk :Glass", "talk:glass"),
}  # fmt: skip
"""Ways to write the titles of pages in namespaces that no policy names."""


def ask(rig: Rig, **parameters: str) -> None:
    """File a request that changes pages, and let the bot plan it."""
    rig.file(**NOTHING | parameters)
    rig.work()


@pytest.fixture
def open_rig(rig: Rig) -> Rig:
    """A rig whose policy lets pages of every namespace be changed."""
    everywhere = [*range(16), 828, 829]
    rig.set_policy(namespaces={"edit": everywhere, "categorize": everywhere})
    return rig


@pytest.mark.parametrize("asked", [REPLACE, CATEGORIZE], ids=["edit", "categorize"])
def test_no_spelling_of_a_title_leads_out_of_the_policys_namespaces(rig: Rig, asked: dict[str, str]) -> None:
    """Spaces before the colon, invisible marks, small letters and aliases are the wiki's to read; each page is once."""
    rig.save_pages(dict.fromkeys([*SPELLINGS, "Glass within"], TEXT))
    written = [spelling for spellings in SPELLINGS.values() for spelling in spellings]
    ask(rig, pages="\n".join(["glass_within", *written, "Glass\u00a0within"]), **asked)
    rows = rig.rows()
    assert len(rows) == 1 + len(SPELLINGS)
    for row, title in enumerate(SPELLINGS, 2):
        assert f"change “{title}”: pages of that kind" in rows[row]
    rig.approve()
    rig.work()
    assert rig.text("Glass within") != TEXT
    assert set(rig.texts(list(SPELLINGS)).values()) == {TEXT}


def test_rows_of_a_list_name_pages_as_the_wiki_reads_them(rig: Rig) -> None:
    """What leads out of the policy's namespaces or the wiki is refused by row; the same page twice is told by row."""
    rig.save_pages({"User:Reviewer/glass": TEXT, "Glass in rows": TEXT})
    cells = ["Glass in rows", "User :Reviewer/glass", "glass in\u00a0rows", "Special:Version", "meta:Glass", "a|b"]
    url = rig.partner.publish_list("/pages.csv", [{"page": cell} for cell in cells])
    ask(rig, manifest=url, **REPLACE)
    said = [
        "", "change “User:Reviewer/glass”: pages", "Row 2 names the same page", "names no page of this wiki",
        "names no page of this wiki", "does not name a page",
    ]  # fmt: skip
    for row, sentence in enumerate(said, 2):
        assert sentence in rig.rows()[row]
    rig.approve()
    rig.work()
    assert rig.texts(["User:Reviewer/glass", "Glass in rows"]) == {
        "User:Reviewer/glass": TEXT,
        "Glass in rows": TEXT.replace("glass", "tin"),
    }
    for written in ("Special:Version", "meta:Glass", "media:Glass.jpg"):
        ask(rig, pages=f"Glass in rows; {written}", **REPLACE)
    assert [rig.status(number) for number in (2, 3, 4)] == ["invalid"] * 3
    assert rig.text().count("names no page of this wiki") == 3


def test_some_pages_are_never_changed_whatever_the_policy_says(open_rig: Rig) -> None:
    """The hub's own pages and their talk pages, other content models, code, and what the requester may not edit."""
    rig = open_rig
    admin = rig.person("Admin")
    own = [
        "Commons:Glass words", f"User:{BOT}", f"User talk:{BOT}/Notes", rig.talk(), "Template:Hub review/doc",
        rig.report(), f"{rig.base}/Policy.json", rig.base,
    ]  # fmt: skip
    own = [title.replace("_", " ") for title in own]
    code = ["User:Admin/glass.js", "User:Admin/glass.css", "User:Admin/glass.json", "Module:Glass", "Glass.js"]
    protected = ["Glass protected", "MediaWiki:Glass"]
    rig.save_pages(dict.fromkeys([*own[:-3], *code[:2], code[4], *protected, "Glass open"], TEXT))
    rig.save_pages({code[2]: '"glass"', code[3]: 'return "glass"'})
    admin.do("protect", title=protected[0], protections="edit=templateeditor")
    rig.file(manifest=published(rig), mapping="commons :Glass words")
    rig.work()
    titles = ["Glass open", *own, *code, *protected]
    before = rig.texts(titles)
    ask(rig, pages="\n".join(titles), **CATEGORIZE)
    sentences = dict.fromkeys(own, "is a page that I work by") | dict.fromkeys(code, "is code or data")
    sentences |= dict.fromkeys(protected, "is protected, and Partner may not edit it")
    rows = rig.rows(2)
    for row, title in enumerate(titles[1:], 2):
        assert f"“{title}” {sentences[title]}" in rows[row]
    rig.approve(number=2)
    rig.work()
    after = rig.texts(titles)
    assert after["Glass open"] != TEXT
    moved_on = {"Glass open", own[-1]}
    assert {t: after[t] for t in titles if t not in moved_on} == {t: before[t] for t in titles if t not in moved_on}


def test_the_wiki_is_asked_again_before_each_write(open_rig: Rig) -> None:
    """A page that is protected, has another content model or left the policy's namespaces since keeps its text."""
    rig = open_rig
    admin = rig.person("Admin")
    titles = ["Glass kept open", "Glass shut later", "Glass made data", "User:Reviewer/later", "Glass moved off"]
    rig.save_pages(dict.fromkeys(titles, TEXT))
    ask(rig, pages="\n".join(titles), **REPLACE)
    admin.do("protect", title=titles[1], protections="edit=templateeditor")
    admin.do("changecontentmodel", title=titles[2], model="text")
    admin.do("move", **{"from": titles[4], "to": "User:Reviewer/moved off"})
    rig.set_policy(namespaces={"edit": [0]})
    rig.approve()
    rig.work()
    said = ["", "Partner may not edit it", "is code or data", "pages of that kind", "is a redirect"]
    for row, sentence in enumerate(said, 1):
        assert sentence in rig.rows()[row]
    assert rig.texts(titles[:4]) == dict.fromkeys(titles[:4], TEXT) | {titles[0]: TEXT.replace("glass", "tin")}
    assert rig.text("User:Reviewer/moved off") == TEXT

    admin.do("protect", title=titles[0], protections="edit=templateeditor")
    rig.review("undo")
    rig.work()
    assert "Reviewer may not edit it" in rig.rows(2)[1]


def test_a_files_protection_holds_for_what_is_uploaded_over_it_and_taken_back(rig: Rig) -> None:
    """A file that only the bot may change is not changed for a partner: no new version, and no deletion or request."""
    rig.file(manifest=published(rig, "Shut in"))
    rig.work()
    rig.approve()
    rig.work()
    title = "File:Shut in - 1.jpg"
    rig.person("Admin").do("protect", title=title, protections="edit=templateeditor|upload=templateeditor")
    rig.file(manifest=published(rig, "Shut in"), update="yes")
    rig.review("undo")
    rig.work()
    assert f"“{title}” is protected, and Partner may not edit it" in rig.rows(2)[2]
    assert f"“{title}” is protected, and Reviewer may not edit it" in rig.rows(3)[2]


def test_no_name_of_a_file_leads_out_of_the_namespace_of_files(rig: Rig) -> None:
    """Colons, spaces, invisible marks and small letters in a partner's title end in a file's name, or in none."""
    names = ["User :Reviewer", "\u200eTemplate\u200f: Glass", "file :glass pane", "../Policy.json", "_commons:Glass_"]
    rig.file(manifest=published(rig, *names))
    rig.work()
    wiki = rig.hub.wikis["commons"]
    items = list(rig.hub.ledger.items(rig.hub.ledger.get(1)))
    titles = [item.action.title for item in items if item.action]
    assert titles
    assert {title: (found.text, found.namespace) for title, found in wiki.titles(titles).items()} == {
        title: (title, 6) for title in titles
    }


def test_what_a_request_may_change_takes_few_questions(rig: Rig) -> None:
    """The hub's own pages and the requester's rights are asked for once in a slice, the rights only where needed."""
    asked: list[str] = []
    wiki = rig.hub.wikis["commons"]
    rig.save_pages({"Glass asked": TEXT, rig.base: TEXT})
    rig.person("Admin").do("protect", title="Glass asked", protections="edit=templateeditor")
    shut, own = wiki.texts(["Glass asked", rig.base]).values()
    gate = Gate(_Counting(wiki, asked), rig.hub.policy("commons"), "Partner", "edit", ())  # type: ignore[arg-type]
    assert [gate.closed(page.about, "edit") is None for page in (shut, own, shut)] == [False] * 3
    assert asked == ["titles", "rights_of"]


class _Counting:
    """A wiki that notes what it is asked."""

    def __init__(self, wiki: object, asked: list[str]) -> None:
        self._wiki, self._asked = wiki, asked

    def __getattr__(self, name: str) -> object:
        found = getattr(self._wiki, name)
        if callable(found):
            self._asked.append(name)
        return found
