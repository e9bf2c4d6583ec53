"""Every kind of edit: asked for, previewed, done as previewed, and never over what a person wrote meanwhile."""

import re

import pytest

from bots.watcher import watch
from jobs.io.wiki import Revision
from jobs.slice import advance

from .rig import Rig

TEXT = """{{Artwork
|title = Old
|artist = Someone
}}

A sentence about glass.

== Notes ==
A note.

[[Category:Plates]]"""
NOTHING = {"partner": "", "manifest": "", "filename": "", "template": "", "license": "", "categories": ""}


def ask(rig: Rig, **parameters: str) -> None:
    """File a request that changes pages, and let the bot plan it."""
    rig.file(**NOTHING | {"type": "edit"} | parameters)
    rig.work()


KINDS = {
    "set parameter": (
        {"change": "set parameter", "template": "Artwork", "parameter": "title", "value": "New"},
        TEXT.replace("|title = Old", "|title = New"),
        ("|title = Old", "|title = Mine"),
    ),
    "rename parameter": (
        {"change": "rename parameter", "template": "Artwork", "parameter": "artist", "to": "author"},
        TEXT.replace("|artist =", "|author ="),
        ("|artist = Someone", ""),
    ),
    "remove parameter": (
        {"change": "remove parameter", "template": "Artwork", "parameter": "artist"},
        TEXT.replace("\n|artist = Someone", ""),
        ("|artist = Someone", "|artist = Somebody else"),
    ),
    "add template": (
        {"change": "add template", "text": "{{Glass|kind=plate}}", "where": "top"},
        "{{Glass|kind=plate}}\n" + TEXT,
        ("{{Artwork", "{{Glass|kind=pane}}\n{{Artwork"),
    ),
    "remove template": (
        {"change": "remove template", "template": "Artwork"},
        TEXT[TEXT.index("\nA sentence") :].lstrip("\n"),
        ("|title = Old", "|title = Mine"),
    ),
    "replace": (
        {"change": "replace", "find": "about glass", "replace": "about silver"},
        TEXT.replace("about glass", "about silver"),
        ("about glass", "on panes"),
    ),
    "regular expression": (
        {"change": "replace", "find": r"sentence about (\w+)", "replace": r"word on \1", "regex": "yes"},
        TEXT.replace("sentence about glass", "word on glass"),
        ("about glass", "about lead"),
    ),
    "add text": (
        {"change": "add text", "text": "More notes.", "where": "under heading", "heading": "Notes"},
        TEXT.replace("== Notes ==\n", "== Notes ==\nMore notes.\n\n"),
        ("== Notes ==", "== Remarks =="),
    ),
    "categorize": (
        {"type": "categorize", "move": "Plates → Glass plates"},
        TEXT.replace("Category:Plates", "Category:Glass plates"),
        ("[[Category:Plates]]", "[[Category:Panes]]"),
    ),
}


HARD_TO_SAY = {
    "headings": (
        {"change": "add text", "text": "\n== Provenance ==\n\nBought in 1912.\n\n=== More ===\nNothing."},
        TEXT.replace("\n[[Category", "\n== Provenance ==\n\nBought in 1912.\n\n=== More ===\nNothing.\n\n[[Category"),
    ),
    "pipes": (
        {"change": "replace", "find": "A {{!}} note", "replace": "<nowiki>B | note</nowiki>"},
        TEXT.replace("A note", "B | note"),
    ),
    "tags": ({"change": "replace", "find": "<li>", "replace": "<br>"}, TEXT.replace("sentence", "<br>")),
}


def test_what_wikitext_makes_hard_to_say_can_be_said(rig: Rig) -> None:
    """Headings and blank lines, pipes, tags that never close; the answer stands below the call, not in it."""
    before = {
        "headings": TEXT,
        "pipes": TEXT.replace("A note", "A | note"),
        "tags": TEXT.replace("sentence", "<li>"),
    }
    rig.save_pages({f"Hard {which}": text for which, text in before.items()})
    for which, (asked, _) in HARD_TO_SAY.items():
        rig.file(**NOTHING | {"type": "edit", "pages": f"Hard {which}", "section": which} | asked)
    rig.file(**NOTHING | {"type": "edit", "pages": "Nothing here", "section": "Next"} | HARD_TO_SAY["tags"][0])
    rig.work()
    _, *requests = rig.text().split("{{Hub request\n")
    for number, request in enumerate(requests[:-1], 1):
        call, _, below = request.partition("\n}}\n")
        assert rig.status(number) == "planned"
        assert "hub:" not in call
        assert "hub:" in below
        rig.approve(number=number)
    rig.work()
    after = {f"Hard {which}": text for which, (_, text) in HARD_TO_SAY.items()}
    assert rig.texts([*after]) == after


LONGER = {"change": "replace", "find": "about glass", "replace": "about glass plates"}


@pytest.mark.parametrize("change", [LONGER, KINDS["add text"][0]], ids=["replace", "add text"])
def test_an_edit_that_was_merged_and_whose_answer_was_lost_is_found(
    rig: Rig, monkeypatch: pytest.MonkeyPatch, change: dict[str, str]
) -> None:
    """What MediaWiki made of it and of a person's edit of that moment is it: done once, and it can be taken back."""
    page = f"Merged and lost by {change['change']}"
    rig.save_pages({page: TEXT})
    ask(rig, pages=page, **change)
    rig.approve()
    watch(rig.hub, rig.queue)
    persons = TEXT.replace("|artist = Someone", "|artist = Somebody")
    save = rig.hub.wikis["commons"].save

    def killed(title: str, text: str, summary: str, base: Revision | None) -> int:
        if title != page:
            return save(title, text, summary, base)
        rig.person("Stranger").edit(page, persons)
        save(title, text, summary, base)
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(rig.hub.wikis["commons"], "save", killed)
        advance(rig.hub, 1)  # replies to the answer
        with pytest.raises(ZeroDivisionError):
            advance(rig.hub, 1)
    once = rig.text(page)
    rig.hub.ledger.update_request(rig.hub.ledger.get(1), not_before=0.0)
    rig.work()
    assert rig.status() == "done"
    assert rig.text(page) == once != persons
    rig.review("undo")
    rig.work()
    rig.approve(number=2)
    rig.work()
    assert rig.text(page) == persons


def test_a_page_that_a_person_changed_since_the_preview_keeps_the_persons_text(rig: Rig) -> None:
    """Of three pages one is as it was, one changed elsewhere, one in the part that was to change: that one stays."""
    pages = {kind: [f"Edited {kind} {which}" for which in ("as it was", "elsewhere", "here")] for kind in KINDS}
    rig.save_pages({title: TEXT for titles in pages.values() for title in titles})
    for kind, titles in pages.items():
        rig.file(**NOTHING | {"type": "edit", "pages": "; ".join(titles), "section": kind} | KINDS[kind][0])
    rig.work()
    person = rig.person("Stranger")
    for number, (kind, titles) in enumerate(pages.items(), 1):
        assert rig.status(number) == "planned", (kind, rig.text())
        person.edit(titles[1], TEXT.replace("A note.", "A note.\n\nA person's remark."))
        person.edit(titles[2], TEXT.replace(*KINDS[kind][2]))
        rig.approve(number=number)
    rig.work()
    for number, (kind, titles) in enumerate(pages.items(), 1):
        _, expected, changed = KINDS[kind]
        now = rig.texts(titles)
        assert now[titles[0]].strip() == expected.strip(), kind
        assert now[titles[1]].strip() == expected.replace("A note.", "A note.\n\nA person's remark.").strip(), kind
        assert now[titles[2]] == TEXT.replace(*changed), kind
        assert rig.status(number) in {"partly done", "done"}
        assert any(said in rig.rows(number)[3] for said in ("Changed since the preview", "It was so already")), kind


HOLDING_THEIR_OWN = {
    "longer": {"change": "replace", "find": "glass", "replace": "glass plates"},
    "pattern": {"change": "replace", "find": r"about (\w+)", "replace": r"about \1 plates", "regex": "yes"},
}


def test_an_edit_that_a_person_made_meanwhile_is_not_made_again(rig: Rig) -> None:
    """Where what it puts in would be found once more: the page stays as the person left it, and its row says so."""
    pages = {which: [f"By hand {which}", f"Beside by hand {which}"] for which in HOLDING_THEIR_OWN}
    rig.save_pages({title: TEXT for titles in pages.values() for title in titles})
    for which, titles in pages.items():
        rig.file(**NOTHING | {"type": "edit", "pages": "; ".join(titles), "section": which} | HOLDING_THEIR_OWN[which])
    rig.work()
    after = TEXT.replace("glass", "glass plates")
    for number, titles in enumerate(pages.values(), 1):
        rig.person("Stranger").edit(titles[0], after)
        rig.approve(number=number)
    rig.work()
    for number, titles in enumerate(pages.values(), 1):
        assert rig.texts(titles) == dict.fromkeys(titles, after)
        assert "It was so already" in rig.rows(number)[1]
        assert rig.status(number) == "done"


def test_of_two_requests_for_one_edit_one_makes_it(rig: Rig) -> None:
    """Both were previewed on the page as it was; the other finds it as it was to be."""
    pages = {which: f"Asked for twice {which}" for which in HOLDING_THEIR_OWN}
    rig.save_pages(dict.fromkeys(pages.values(), TEXT))
    for which, page in pages.items():
        for section in ("First", "Second"):
            rig.file(**NOTHING | {"type": "edit", "pages": page, "section": section} | HOLDING_THEIR_OWN[which])
    rig.work()
    for number in range(1, 5):
        rig.approve(number=number)
    rig.work()
    assert [rig.status(number) for number in range(1, 5)] == ["done"] * 4
    assert rig.texts([*pages.values()]) == dict.fromkeys(pages.values(), TEXT.replace("glass", "glass plates"))


def test_a_replacement_beside_which_somebody_wrote_waits_for_another_preview(rig: Rig) -> None:
    """Of one that holds its own words, what is around it must be as it was: else nobody can tell whether it is done."""
    page = "Written beside"
    rig.save_pages({page: TEXT})
    ask(rig, pages=page, **HOLDING_THEIR_OWN["longer"])
    rig.person("Stranger").edit(page, theirs := TEXT.replace("glass", "glass negatives"))
    rig.approve()
    rig.work()
    assert rig.text(page) == theirs
    assert "Changed since the preview" in rig.rows()[1]


def test_the_preview_shows_the_wikis_own_diff_and_every_pages_change(rig: Rig) -> None:
    """A reviewer sees before and after of some pages, what changes on every page, and why others are skipped."""
    rig.save_pages({f"Previewed {n}": TEXT for n in range(7)} | {"Previewed 7": "Nothing here."})
    rig.save_pages({"Previewed 8": TEXT + "\n{{nobots}}"})
    ask(rig, pages="prefix: Previewed", change="replace", find="about glass", replace="about silver")
    report = rig.text(rig.report())
    assert report.count('about <del style="background:#ffdf80;text-decoration:none">glass</del>') == 5
    assert report.count("<del>about glass</del><ins>about silver</ins>") == 7
    rows = rig.rows()
    assert "There is nothing to change on this page." in rows[8]
    assert "asks this bot to stay away" in rows[9]


def test_a_list_gives_each_page_values_of_its_own(rig: Rig) -> None:
    """Each row names a page and its values, shown as they are; an empty cell leaves the page alone."""
    titles = [f"Listed {n}" for n in range(4)]
    rig.save_pages(dict.fromkeys(titles, TEXT))
    rows = [
        ("[[Listed 0]]", "Anna", "1901"),
        ("Listed 1", "[[Bo]] | {{x}}", ""),
        ("Listed 2", "", ""),
        ("Not there", "C", "1"),
    ]
    lines = ["page,artist,date", *(",".join(row) for row in rows)]
    manifest = rig.partner.publish_list("/values.csv", "\n".join(lines))
    ask(rig, change="set parameter", template="Artwork", parameter="artist; date", manifest=manifest)
    rig.approve()
    rig.work()
    now = rig.texts(titles)
    assert now["Listed 0"] == TEXT.replace("|artist = Someone", "|artist = Anna\n|date = 1901")
    assert now["Listed 1"] == TEXT.replace("Someone", "&#91;&#91;Bo&#93;&#93; &#124; &#123;&#123;x&#125;&#125;")
    assert (now["Listed 2"], now["Listed 3"]) == (TEXT, TEXT)
    assert "has no value for this" in rig.rows()[4]
    assert "There is no page “Not there”." in rig.rows()[5]


def test_a_regular_expression_that_would_take_for_ever_elsewhere_ends_at_once(rig: Rig) -> None:
    """RE2 takes linear time, so `(a+)+$` on thousands of letters is planned like anything else."""
    rig.save_pages({"Many letters": "a" * 50_000 + "!", "Few letters": "aaa"})
    ask(rig, pages="Many letters; Few letters", change="replace", find="(a+)+$", replace="b", regex="yes")
    assert rig.status() == "planned"  # elsewhere: in longer than the universe's time
    assert len([line for line in rig.rows().values() if "to be done" in line]) == 1


SLIPS = (
    ({"change": "replace", "find": "(?<=a)b", "replace": "c", "regex": "yes"}, "cannot be used"),
    ({"change": "replace", "find": r"(a)\1", "replace": "c", "regex": "yes"}, "cannot be used"),
    ({"change": "replace", "find": ""}, "“replace” needs these parameters too: find"),
    ({"change": "replce", "find": "a"}, "Did you mean “replace”?"),
    (
        {"change": "set parameter", "template": "A", "parameter": "b", "value": "c <nowiki>~~~~</nowiki>"},
        "would not stay as it is",
    ),
    ({"change": "add template", "text": "just words"}, "is not one complete template"),
    ({"change": "add text", "text": "x", "where": "under heading"}, "Say under which heading"),
    ({"change": "add text", "text": "x", "pages": ""}, "Say which pages"),
    ({"change": "add text", "text": "x", "pages": "category: Emptiness of the cellar"}, "No page is meant by this"),
    ({"change": "add text", "text": "x", "pages": "not list: A"}, "The first line cannot begin with “not”"),
    ({"change": "add text", "text": "x", "pages": "request: H77"}, "There is no request “H77”"),
    ({"type": "categorize"}, "Say which categories"),
    ({"type": "categorize", "move": "A"}, "does not say from where to where"),
    ({"type": "categorize", "add": "A", "remove": "A"}, "would be both removed and added"),
    ({"type": "undo", "request": "H99"}, "There is no request “H99”"),
)


def test_what_cannot_be_done_is_explained(rig: Rig) -> None:
    """Every slip gets a sentence that says what is wrong and what to write instead."""
    for number, (asked, _) in enumerate(SLIPS):
        pages = {} if asked.get("type") == "undo" else {"pages": "Any page"}
        rig.file(**NOTHING | {"type": "edit", "section": f"Slip {number}"} | pages | asked)
    rig.work()
    _, *answers = re.split(r"^== Slip \d+ ==$", rig.text(), flags=re.MULTILINE)
    for (asked, said), answer in zip(SLIPS, answers, strict=True):
        assert said in answer, asked
    assert {rig.status(number) for number, _ in enumerate(SLIPS, 1)} == {"invalid"}


def test_pages_of_other_namespaces_are_left_alone(rig: Rig) -> None:
    """The policy says which namespaces a kind of job may touch; without a word, no talk, user or template pages."""
    rig.save_pages({"Template:Out of reach": TEXT, "User talk:Partner": TEXT, "Within reach": TEXT})
    ask(
        rig,
        pages="Template:Out of reach; User talk:Partner; Within reach",
        change="replace",
        find="glass",
        replace="g",
    )
    rows = rig.rows()
    assert [("The policy does not let me" in rows[row]) for row in (1, 2, 3)] == [True, True, False]
