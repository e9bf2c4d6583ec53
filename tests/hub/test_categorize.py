"""Categories on many pages: asked for, done, and taken back as far as nobody has changed them since."""

import re
from collections.abc import Collection, Mapping

import pytest

from jobs.io.wiki import Page

from .rig import Rig, published


@pytest.fixture
def collection(rig: Rig) -> Rig:
    """A category that exists, and pages to put into it."""
    rig.person("Admin").edit("Category:Glass plates", "Plates of glass.")
    return rig


def test_pages_are_categorised_and_taken_back_but_for_what_people_changed(collection: Rig) -> None:
    """Nine are as they were, byte for byte; three that a person edited meanwhile are listed and keep that edit."""
    rig = collection
    titles = [f"File talk page {n}" for n in range(12)]
    before = {title: f"Text of {title}.  \n\n[[Category:Old|{title}]]\n<!-- end -->" for title in titles}
    rig.save_pages(before)
    rig.file(
        type="categorize", partner="", manifest="", filename="", template="", license="", categories="",
        pages="prefix: File talk page", add="Glass plates",
    )  # fmt: skip
    rig.work()
    assert rig.status() == "planned"
    rig.approve()
    rig.work()
    assert rig.status() == "done"
    after = rig.texts(titles)
    assert after == {t: text.replace("]]\n", "]]\n[[Category:Glass plates]]\n") for t, text in before.items()}

    edited = titles[7:10]
    for title in edited:
        rig.person("Stranger").edit(title, after[title].replace("[[Category:Glass plates]]", "[[Category:Glass]]"))
    rig.review("undo")
    rig.work()
    assert "This takes back what" in rig.text(rig.report(2))
    rig.approve(number=2)
    rig.work()
    now = rig.texts(titles)
    assert {title: now[title] for title in titles if title not in edited} == {
        title: before[title] for title in titles if title not in edited
    }
    assert all(now[title].count("[[Category:Glass]]") == 1 for title in edited)
    listed = [line for line in rig.rows(2).values() if "Somebody has changed this since" in line]
    assert len(listed) == 3
    assert re.search(r"Hub status\|undone", rig.text(rig.report()))


def test_a_title_may_be_as_long_as_the_wiki_has_it(collection: Rig) -> None:
    """Its namespace does not count among its 255 bytes (Manual:Page title): found by its beginning, or on a list."""
    rig = collection
    longest = f"Category:Longest {'x' * 247}"
    rig.save_pages({longest: "Text.", "Category:Longest not": "Text."})
    asked = {"type": "categorize", "partner": "", "manifest": "", "filename": "", "template": "", "license": ""}
    asked |= {"categories": "", "add": "Glass plates"}
    rig.file(**asked, pages="prefix: Category:Longest", section="First")
    rig.file(**asked, pages=f"list: {longest}", section="Second")
    rig.work()
    assert (rig.status(1), rig.status(2)) == ("planned", "planned")
    rig.approve(number=1)
    rig.work()
    assert rig.status(1) == "done"
    assert [*rig.texts([longest]).values()] == ["Text.\n\n[[Category:Glass plates]]"]


def test_redirects_are_followed_and_what_templates_bring_is_left_alone(collection: Rig) -> None:
    """A redirected category leads on, sort keys stay, a template's category is reported, `{{uncategorized}}` goes."""
    rig = collection
    rig.save_pages({
        "Category:Panes": "{{Category redirect|Glass plates}}",
        "Template:Plate note": "<includeonly>[[Category:Plates by note]]</includeonly>",
        "Redirect a": "Text.\n{{Uncategorized|year=2026}}\n<!-- [[Category:Old plates]] -->",
        "Redirect b": "<nowiki>[[Category:Old plates]]</nowiki> [[category:old_plates|key]]",
        "Redirect c": "{{Plate note}} [[Category:Panes]]",
    })  # fmt: skip
    asked = {"type": "categorize", "partner": "", "manifest": "", "filename": "", "template": "", "license": ""}
    asked |= {"categories": "", "pages": "prefix: Redirect"}
    rig.file(**asked | {"add": "Panes", "move": "Old plates → Plates of old"})
    rig.file(**asked | {"remove": "Plates by note"})
    rig.work()
    report = rig.text(rig.report())
    assert "“Panes” is redirected; I take “Glass plates” instead." in report
    assert "There is no category “Plates of old” yet." in report
    assert rig.status(2) == "invalid"
    assert "A template puts this page into “Plates by note”." in rig.rows(2)[3]
    rig.approve()
    rig.work()
    assert rig.texts(["Redirect a", "Redirect b", "Redirect c"]) == {
        "Redirect a": "Text.\n<!-- [[Category:Old plates]] -->\n\n[[Category:Glass plates]]",
        "Redirect b": "<nowiki>[[Category:Old plates]]</nowiki> [[category:Plates of old|key]]\n"
        "[[Category:Glass plates]]",
        "Redirect c": "{{Plate note}} [[Category:Panes]]\n[[Category:Glass plates]]",
    }


def test_a_preview_shows_lines_that_come_and_go(collection: Rig) -> None:
    """A reviewer sees the line that is added, beside nothing, as the wiki's own diff shows it."""
    rig = collection
    rig.save_pages({"Shown page": "Text.\n[[Category:Old]]\n[[Category:Gone]]"})
    rig.file(
        type="categorize", partner="", manifest="", filename="", template="", license="", categories="",
        pages="Shown page", add="Glass plates", remove="Gone",
    )  # fmt: skip
    rig.work()
    assert rig.status() == "planned"
    for heading in ("Before", "After"):
        assert heading in rig.text(rig.report())
    cells = re.findall(r'<td style="([^"]*)">(.*?)</td>', rig.text(rig.report()), re.DOTALL)
    shown = " ".join(text for style, text in cells if style)
    assert "Glass plates" in shown
    assert "Gone" in shown


def test_files_come_into_the_categories_that_redirected_ones_lead_to(
    collection: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reviewer is told; one that leads to no category that stays is left as it is. All are asked for at once."""
    rig = collection
    rig.save_pages({
        "Category:Plates, hard": "#REDIRECT [[:Category:Glass plates]]",
        "Category:Plates, soft": "{{Category redirect|Glass plates}}",
        "Category:Plates, twice": "{{Category redirect|Plates, soft}}",
        "Category:Plates, nowhere": "{{Category redirect|No such plates}}",
    })  # fmt: skip
    mapping = "! column !! word !! categories\n|-\n| number || 2 || Plates, mapped\n|-\n| number || 3 || Plates, twice"
    rig.save_pages({
        "Category:Plates, mapped": "{{Category redirect|Nordic Museum}}", "Category:Nordic Museum": "A museum.",
        f"{rig.base}/mapping": f'{{| class="wikitable"\n{mapping}\n|}}',
    })  # fmt: skip
    wiki = rig.hub.wikis["commons"]
    texts, asked = wiki.texts, list[list[str]]()

    def counted(titles: Collection[str]) -> Mapping[str, Page]:
        asked.append([title for title in titles if title.startswith("Category:Plates")])
        return texts(titles)

    monkeypatch.setattr(wiki, "texts", counted)
    named = ("Plates, hard", "Plates, soft", "Plates, twice", "Plates, nowhere")
    rows = published(rig, *(f"In a category {n}" for n in range(12)))
    rig.file(manifest=rows, categories="; ".join(named), mapping=f"{rig.base}/mapping")
    rig.work()
    assert len([titles for titles in asked if titles]) <= 4, asked
    report = rig.text(rig.report())
    assert "“Plates, hard” is redirected; I take “Glass plates” instead." in report
    assert "“Plates, soft” is redirected; I take “Glass plates” instead." in report
    assert "“Plates, twice” is redirected, but not to a category that is there and stays." in report
    assert "“Plates, nowhere” is redirected, but not to a category that is there and stays." in report
    assert (
        "“2” is in the category “Plates, mapped” on the mapping page. That is redirected to “Nordic Museum”" in report
    )
    assert "“3” is in the category “Plates, twice” on the mapping page. That is redirected, but not to" in report
    rig.approve()
    rig.work()
    assert rig.status() == "done"
    assert "[[Category:Nordic Museum]]" in rig.text("File:In a category 1 - 2.jpg")
    page = rig.text("File:In a category 0 - 1.jpg")
    assert re.findall(r"\[\[Category:([^H\]]*)\]\]", page) == ["Glass plates", "Plates, twice", "Plates, nowhere"]
