"""What a wiki does, shown on the real one; the one in memory does the same.

Each test is a rule of the port (`jobs.io.wiki`) or of MediaWiki behind it. Where the two differ the fake is wrong.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from deploy.sandbox import BOT
from jobs.io.errors import WikiError
from jobs.io.wiki import About, DuplicateFiles, Page, RevisionInfo, SiteInfo, Title, Unstashed
from jobs.model.accounts import Account, Block

from .bench import Bench

LINES = "a\nb\nc\nd\ne\nf\ng\nh"


@contextmanager
def refused(code: str) -> Iterator[pytest.ExceptionInfo[WikiError]]:
    """The wiki answers with this code."""
    with pytest.raises(WikiError) as raised:
        yield raised
    assert raised.value.code == code


def sha1(content: str | bytes) -> str:
    """As the wiki tells it."""
    known = content if isinstance(content, bytes) else content.encode()
    return hashlib.sha1(known, usedforsecurity=False).hexdigest()


def read(bench: Bench, title: str) -> Page:
    """The page, which is there."""
    page = bench.wiki.page(title)
    assert page
    return page


def caption(language: str, text: str) -> Mapping[str, Any]:
    """A caption as wbeditentity takes it."""
    return {"labels": {language: {"language": language, "value": text}}}


def claim(property_: str, value: object, kind: str = "string") -> Mapping[str, Any]:
    """A statement as wbeditentity takes it."""
    snak = {"snaktype": "value", "property": property_, "datavalue": {"type": kind, "value": value}}
    return {"claims": [{"type": "statement", "rank": "normal", "mainsnak": snak}]}


# Titles ------------------------------------------------------------------------------------------------------


def test_titles_are_spelled_as_the_wiki_spells_them(bench: Bench) -> None:
    """Spaces, underscores, marks nobody sees, first letters, entities, namespaces and their aliases, fragments."""
    spelled = {
        " a_b  c ": ("A b c", 0), ":File:x.jpg": ("File:X.jpg", 6), "image: x .jpg": ("File:X .jpg", 6),
        "commons:foo": ("Commons:Foo", 4), "a#b": ("A", 0), "a%zz": ("A%zz", 0), "&amp;": ("&", 0),
        "User_talk:abc": ("User talk:Abc", 3), "project talk:abc": ("Commons talk:Abc", 5), "\u200eab": ("Ab", 0),
        "a\u00a0b": ("A b", 0), "ßa": ("Ssa", 0), "category:straße": ("Category:Straße", 14), "A::b": ("A::b", 0),
        "creator:x": ("Creator:X", 100), "wp:foo": ("Wp:foo", 0), "éa": ("Éa", 0), "x" * 255: ("X" + "x" * 254, 0),
    }  # fmt: skip
    assert bench.wiki.titles(list(spelled)) == {one: Title(*title) for one, title in spelled.items()}


def test_what_is_no_page_is_left_out(bench: Bench) -> None:
    """Other wikis, what the software makes, what cannot be a title, and what is not in NFC."""
    nothing = [
        "", "A|B", "meta:foo", "Special:Version", "Media:X.jpg", "#b", "a<b", "a%41", "x" * 256, "é" * 128, "./a",
        "a/..", "~~~", "Talk:File:x", "File:", "File:\u200f", "::a", ":", "a\tb", "a\ufffdb", "A&b;", "Cafe\u0301",
    ]  # fmt: skip
    assert bench.wiki.titles([*nothing, "Contract"]) == {"Contract": Title("Contract", 0)}
    assert not bench.wiki.texts(nothing)
    for written in ("A|B", "meta:foo", "Special:Version", "a<b"):
        assert not [*bench.wiki.history(written, 0)]


def test_pages_are_found_by_any_spelling(bench: Bench) -> None:
    """What is asked for several titles is answered by the titles that were asked, without those that are not there."""
    title = bench.name()
    number = bench.wiki.save(title, "Text", "s", None)
    asked = [title, title.replace(" ", "_"), f"{title}#x", bench.name("B")]
    assert bench.wiki.latest(asked) == dict.fromkeys(asked[:3], number)
    assert bench.wiki.existing(asked) == {*asked[:3]}
    assert {*bench.wiki.texts(asked)} == {*bench.wiki.page_infos(asked)} == {*asked[:3]}


def test_namespaces_have_numbers(bench: Bench) -> None:
    """By all names and aliases, in lower case."""
    found = bench.wiki.namespaces()
    expected = {
        "": 0,
        "file": 6,
        "image": 6,
        "project": 4,
        "commons talk": 5,
        "category": 14,
        "special": -1,
        "media": -2,
    }
    assert {name: found[name] for name in expected} == expected
    assert {"template talk", "user", "mediawiki", "module", "help"} <= {*found}


# Saving ------------------------------------------------------------------------------------------------------


def test_a_page_is_created_and_read(bench: Bench) -> None:
    """Its text without white space at its end; its SHA-1 in hex; nobody is kept from changing it."""
    title = bench.name()
    number = bench.wiki.save(title, "one \r\n\ntwo\rå  \n\n", "s", None)
    text = "one \n\ntwo\nå"
    about = About(Title(title, 0), redirect=False, content_model="wikitext", protection={})
    assert bench.wiki.page(title) == Page(number, BOT, text, sha1(text), reverts=False, about=about)
    assert bench.wiki.revision_infos([number]) == {number: RevisionInfo(number, 0, sha1(text))}


def test_signatures_are_written_out(bench: Bench) -> None:
    """Tildes become who and when, but in nowiki."""
    title = bench.name()
    bench.people.edit("Stranger", title, "a ~~~~ b ~~~ c ~~~~~ <nowiki>~~~~</nowiki>")
    name, time = (
        r"\[\[User:Stranger\|Stranger\]\] \(\[\[User talk:Stranger\|talk\]\]\)",
        r"\d\d:\d\d, \d+ \w+ \d{4} \(UTC\)",
    )
    text = read(bench, title).text
    assert text
    assert re.fullmatch(rf"a {name} {time} b {name} c {time} <nowiki>~~~~</nowiki>", text)


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("A <contract", "invalidtitle"), ("meta:Contract", "invalidtitle"), ("", "invalidtitle"),
        ("Special:Contract", "pagecannotexist"), ("MediaWiki:Contract", "protectednamespace-interface"),
        ("User:Stranger/contract.js", "customjsprotected"),
    ],
)  # fmt: skip
def test_where_no_page_may_be_nothing_is_saved(bench: Bench, title: str, code: str) -> None:
    """The codes tell why."""
    with refused(code):
        bench.wiki.save(title, "x", "s", None)


@pytest.mark.parametrize("text", ["Cafe\u0301", "a\x00b", "a\x01b"])
def test_a_text_that_would_arrive_otherwise_is_not_saved(bench: Bench, text: str) -> None:
    """The wiki compares what arrives with its MD5."""
    with refused("badmd5"):
        bench.wiki.save(bench.name(), text, "s", None)


def test_what_is_created_may_not_be_there(bench: Bench) -> None:
    """Nor what is changed be gone."""
    title = bench.name()
    bench.wiki.save(title, "", "s", None)
    page = read(bench, title)
    assert page.text == ""
    with refused("articleexists"):
        bench.wiki.save(title, "Text", "s", None)
    with refused("missingtitle"):
        bench.wiki.save(bench.name("B"), "Text", "s", page)


def test_a_text_that_is_there_makes_no_revision(bench: Bench) -> None:
    """The answer is the revision that it was based on, be it the latest or not."""
    title = bench.name()
    first = bench.wiki.save(title, "Text", "s", None)
    page = read(bench, title)
    assert bench.wiki.save(title, "Text\n", "s", page) == first
    second = bench.people.edit("Stranger", title, "Other")
    assert bench.wiki.save(title, "Other", "s", page) == first
    assert bench.wiki.latest([title]) == {title: second}


def test_changes_apart_from_each_other_are_merged(bench: Bench) -> None:
    """Of different lines that do not touch; the text that is then there is nobody's."""
    title = bench.name()
    bench.wiki.save(title, LINES, "s", None)
    page = read(bench, title)
    other = bench.people.edit("Stranger", title, LINES.replace("b", "B"))
    saved = bench.wiki.save(title, LINES.replace("g", "G"), "s", page)
    assert read(bench, title).text == LINES.replace("b", "B").replace("g", "G")
    assert bench.wiki.revision_infos([saved])[saved].parent == other


@pytest.mark.parametrize("line", ["b", "c"])
def test_changes_that_touch_are_a_conflict(bench: Bench, line: str) -> None:
    """Of the same line, and of one beside it."""
    title = bench.name()
    bench.wiki.save(title, LINES, "s", None)
    page = read(bench, title)
    bench.people.edit("Stranger", title, LINES.replace("b", "B"))
    with refused("editconflict"):
        bench.wiki.save(title, LINES.replace(line, "X"), "s", page)


def test_the_same_change_is_no_conflict(bench: Bench) -> None:
    """Done by somebody else beside another one."""
    title = bench.name()
    bench.wiki.save(title, LINES, "s", None)
    page = read(bench, title)
    bench.people.edit("Stranger", title, LINES.replace("b", "B"))
    bench.wiki.save(title, LINES.replace("b", "B").replace("h", "H"), "s", page)
    assert read(bench, title).text == LINES.replace("b", "B").replace("h", "H")


def test_an_account_conflicts_with_itself(bench: Bench) -> None:
    """Two workers do not overwrite each other."""
    title = bench.name()
    bench.wiki.save(title, "Text", "s", None)
    page = read(bench, title)
    bench.wiki.save(title, "One", "s", page)
    with refused("editconflict"):
        bench.wiki.save(title, "Two", "s", page)


def test_what_was_made_anew_is_a_conflict(bench: Bench) -> None:
    """A page that was deleted since, and another made under its name."""
    title = bench.name()
    bench.wiki.save(title, "Text", "s", None)
    page = read(bench, title)
    bench.people.delete(title)
    with refused("missingtitle"):
        bench.wiki.save(title, "More", "s", page)
    bench.people.edit("Stranger", title, "Anew")
    with refused("editconflict"):
        bench.wiki.save(title, "More", "s", page)


# Revisions ---------------------------------------------------------------------------------------------------


def test_a_history_has_every_revision(bench: Bench) -> None:
    """From the first or any other, forwards and backwards; with its own, and what was said earlier."""
    title = bench.name()
    ids = [bench.wiki.save(title, "1", "s", None)]
    ids += [bench.people.edit("Stranger", title, "2"), bench.people.edit("Partner", title, "3")]
    ids.append(bench.wiki.save(title, "4", "s", read(bench, title)))
    history = [*bench.wiki.history(title, 0)]
    assert [(one.id, one.user, one.text) for one in history] == [
        (number, user, str(at))
        for at, (number, user) in enumerate(zip(ids, (BOT, "Stranger", "Partner", BOT), strict=True), 1)
    ]
    assert [one.id for one in bench.wiki.history(title, ids[2])] == ids[2:]
    assert [*bench.wiki.backwards(title)] == history[::-1]
    infos = bench.wiki.revision_infos(ids)
    assert [infos[number].parent for number in ids] == [0, *ids[:3]]
    assert bench.wiki.own_since(title, 0) == (infos[ids[0]], infos[ids[3]])
    assert bench.wiki.own_since(title, ids[0]) == (infos[ids[3]],)
    assert bench.wiki.earlier_sha1s(title, ids[2]) == {sha1("1"), sha1("2"), sha1("3")}
    assert bench.wiki.revisions([*ids, 10**6]) == {one.id: one for one in history}


def test_reverts_are_told(bench: Bench) -> None:
    """By undo, by rollback, and by saving what stood there before."""
    title = bench.name()
    bench.people.edit("Stranger", title, "Good")
    bad = bench.people.edit("Partner", title, "Bad")
    bench.people.undo("Reviewer", title, bad)
    bench.people.edit("Partner", title, "Worse")
    bench.people.rollback(title)
    bench.people.edit("Partner", title, "Worst")
    bench.people.edit("Reviewer", title, "Good")
    bench.people.edit("Reviewer", title, "Better")
    told = [(one.text, one.reverts) for one in bench.wiki.history(title, 0)]
    assert told == [
        ("Good", False), ("Bad", False), ("Good", True), ("Worse", False), ("Good", True), ("Worst", False),
        ("Good", True), ("Better", False),
    ]  # fmt: skip


def test_an_undo_takes_one_change_back(bench: Bench) -> None:
    """Where others edited since, apart from it."""
    title = bench.name()
    bench.people.edit("Stranger", title, LINES)
    bad = bench.people.edit("Partner", title, LINES.replace("b", "B"))
    bench.people.edit("Stranger", title, LINES.replace("b", "B").replace("g", "G"))
    bench.people.undo("Reviewer", title, bad)
    page = read(bench, title)
    assert (page.text, page.user, page.reverts) == (LINES.replace("g", "G"), "Reviewer", True)


def test_a_moved_page_is_found_where_it_is(bench: Bench) -> None:
    """With a revision more, by who moved it; a redirect is left, and old titles are not the pages of old revisions."""
    old, new = bench.name(), bench.name("B")
    first = bench.wiki.save(old, "Text", "s", None)
    bench.people.edit("Partner", old, "Other")
    last = bench.people.edit("Stranger", old, "Text")
    bench.people.move(old, new)
    assert bench.wiki.whereabouts([first]) == {first: new}
    moved = [*bench.wiki.history(new, 0)]
    assert [(one.user, one.reverts) for one in moved[1:]] == [("Partner", False), ("Stranger", True), ("Admin", False)]
    assert [one.text for one in moved] == ["Text", "Other", "Text", "Text"]
    assert bench.wiki.revision_infos([moved[3].id])[moved[3].id] == RevisionInfo(moved[3].id, last, sha1("Text"))
    left = read(bench, old)
    assert (left.text, left.user, left.about.redirect) == (f"#REDIRECT [[{new}]]", "Admin", True)
    assert not read(bench, new).about.redirect
    assert [one.user for one in bench.wiki.history(old, 0)] == ["Admin"]
    with refused("editconflict"):
        bench.wiki.save(old, "Text anew", "s", moved[0])


def test_a_deleted_page_is_not_there(bench: Bench) -> None:
    """Nor are its revisions; under its name another may be made, and all come back together."""
    title = bench.name()
    first = bench.wiki.save(title, "Text", "s", None)
    bench.people.delete(title)
    assert bench.wiki.page(title) is None
    assert not bench.wiki.revisions([first])
    assert not bench.wiki.whereabouts([first])
    assert not [*bench.wiki.history(title, first)]
    assert not bench.wiki.own_since(title, first)
    assert not bench.wiki.earlier_sha1s(title, first)
    second = bench.people.edit("Stranger", title, "Anew")
    assert [one.id for one in bench.wiki.history(title, first)] == [second]
    bench.people.undelete(title)
    assert [one.id for one in bench.wiki.history(title, 0)] == [first, second]
    assert bench.wiki.whereabouts([first, second]) == {first: title, second: title}
    assert read(bench, title).text == "Anew"


# Who may -----------------------------------------------------------------------------------------------------


def test_protection_takes_rights(bench: Bench) -> None:
    """What level was chosen is told as the right behind it; the bot may edit at some."""
    title = bench.name()
    page_id = bench.wiki.save(title, "Text", "s", None)
    for level, right, may in (("sysop", "editprotected", False), ("autoconfirmed", "editsemiprotected", True)):
        bench.people.protect(title, edit=level, move="sysop")
        page = read(bench, title)
        assert page.about.protection == {"edit": {right}, "move": {"editprotected"}}
        assert bench.wiki.edit_level(title) == level
        assert bench.wiki.page_infos([title])[title].about == page.about
        if may:
            assert bench.wiki.save(title, level, "s", page) > page_id
        else:
            with refused("protectedpage"):
                bench.wiki.save(title, level, "s", page)
    bench.people.protect(title, edit="", move="")
    assert read(bench, title).about.protection == {}
    assert bench.wiki.edit_level(title) == ""


def test_protection_cascades(bench: Bench) -> None:
    """Onto what a page transcludes, from where it takes the right to protect, too."""
    title, part = bench.name(), bench.name("part", "Template")
    bench.people.edit("Admin", part, "x")
    bench.people.edit("Admin", title, f"{{{{{part.partition(':')[2]}}}}}")
    bench.people.protect(title, cascade=True, edit="sysop")
    assert read(bench, title).about.protection == {"edit": {"editprotected", "protect"}}
    page = read(bench, part)
    assert page.about.protection == {"edit": {"editprotected", "protect"}}
    with refused("cascadeprotected"):
        bench.wiki.save(part, "y", "s", page)


def test_a_title_may_be_protected(bench: Bench) -> None:
    """From being created."""
    title = bench.name()
    bench.people.protect(title, create="sysop")
    with refused("protectedpage"):
        bench.wiki.save(title, "Text", "s", None)
    assert bench.wiki.edit_level(title) == ""


def test_who_is_blocked_writes_nothing(bench: Bench) -> None:
    """Whether there is the page is told first; that an account is, is told of it."""
    title = bench.name()
    bench.wiki.save(title, "Text", "s", None)
    page = read(bench, title)
    key = bench.stash(bench.picture())
    with bench.blocked():
        assert bench.wiki.who_is(BOT).blocks == (Block(),)
        with refused("blocked"):
            bench.wiki.save(title, "More", "s", page)
        with refused("articleexists"):
            bench.wiki.save(title, "More", "s", None)
        with refused("blocked"):
            bench.stash(bench.picture())
        with refused("blocked"):
            bench.wiki.publish(key, bench.file(), "Text", "c")
        assert bench.wiki.check_names([bench.file()])[bench.file()].refusal
    assert bench.wiki.save(title, "More", "s", page)


def test_who_is_blocked_from_some_pages_writes_elsewhere(bench: Bench) -> None:
    """Pages and namespaces are told."""
    title = bench.name()
    bench.wiki.save(title, "Text", "s", None)
    block = Block(sitewide=False, namespaces=frozenset({4}), pages=frozenset({title}))
    with bench.blocked(block):
        assert bench.wiki.who_is(BOT).blocks == (block,)
        with refused("blocked"):
            bench.wiki.save(title, "More", "s", read(bench, title))
        with refused("blocked"):
            bench.wiki.save(bench.name("C", "Project"), "More", "s", None)
        assert bench.wiki.save(bench.name("B"), "Text", "s", None)


def test_accounts_have_groups_and_rights(bench: Bench) -> None:
    """Groups that everybody is in too; nobody is behind an address or a name that is not registered."""
    everybody = frozenset({"*", "user", "autoconfirmed"})
    assert bench.wiki.who_is("Stranger") == Account("Stranger", exists=True, groups=everybody)
    assert bench.wiki.who_is("partner") == Account("partner", exists=True, groups=everybody | {"autopatrolled"})
    for nobody in ("1.2.3.4", "Nobody of a contract", ""):
        assert bench.wiki.who_is(nobody) == Account(nobody)
        assert not bench.wiki.rights_of(nobody)
    asked = {
        "edit",
        "upload",
        "delete",
        "upload_by_url",
        "editprotected",
        "editsemiprotected",
        "templateeditor",
        "autopatrol",
    }
    assert bench.wiki.rights_of("Stranger") & asked == {"edit", "upload", "editsemiprotected"}
    assert bench.wiki.rights_of("Admin") & asked == asked - {"upload_by_url"}
    assert bench.wiki.rights() & asked == asked - {"delete", "editprotected"}
    assert bench.wiki.groups_with("delete") == {"sysop"}
    assert bench.wiki.groups_with("autopatrol") == {"autopatrolled", "bot", "image-reviewer", "sysop"}
    with bench.administrator():
        assert "sysop" in bench.wiki.who_is(BOT).groups
        assert bench.wiki.rights() & asked == asked - {"editprotected"}
        assert bench.wiki.rights_of(BOT) & asked == asked


def test_administrators_delete_and_bring_back(bench: Bench) -> None:
    """What is there, or was; others may not."""
    title = bench.name()
    bench.wiki.save(title, "Text", "s", None)
    with refused("permissiondenied"):
        bench.wiki.delete(title, "r")
    with refused("permissiondenied"):
        bench.wiki.undelete(title, "r")
    with bench.administrator():
        with refused("missingtitle"):
            bench.wiki.delete(bench.name("B"), "r")
        with refused("cantundelete"):
            bench.wiki.undelete(title, "r")
        bench.wiki.delete(title, "r")
        assert not bench.wiki.existing([title])
        bench.wiki.undelete(title, "r")
        assert bench.wiki.existing([title])
        with bench.blocked(), refused("blocked"):
            bench.wiki.delete(title, "r")


# Lists -------------------------------------------------------------------------------------------------------


def test_categories_have_members(bench: Bench) -> None:
    """By links alone, not in comments and nowiki; redirects are members too; subcategories are asked for apart."""
    name = bench.name("cat")
    text = (
        f"[[Category:{name}]] [[ category : {name.replace(' ', '_')} 2|x]] [[:Category:{name} 3]] [[Category:{name}#x]]"
        f"<!-- [[Category:{name} 4]] --> <nowiki>[[Category:{name} 5]]</nowiki> [[category talk:{name} 6]]"
    )
    page, redirect, below = bench.name(), bench.name("B"), bench.name("sub", "Category")
    bench.wiki.save(page, text, "s", None)
    bench.wiki.save(redirect, f"#REDIRECT [[{page}]] [[Category:{name}]]", "s", None)
    bench.wiki.save(below, f"[[Category:{name}]]", "s", None)
    assert bench.wiki.page_infos([page])[page].categories == {name, f"{name} 2"}
    assert [*bench.wiki.members(name, "page|file")] == [page, redirect]
    assert [*bench.wiki.members(name.replace(" ", "_"), "subcat")] == [below]
    assert not [*bench.wiki.members(f"{name} 3", "page|file")]
    bench.people.edit("Stranger", page, "x")
    assert [*bench.wiki.members(name, "page|file")] == [redirect]
    for wrong in ("", "a|b"):
        with refused("invalidtitle"):
            [*bench.wiki.members(wrong, "page|file")]


def test_transclusions_are_listed(bench: Bench) -> None:
    """Of templates, and of pages that are called by their whole title."""
    template, part, user = bench.name("t", "Template"), bench.name("p"), bench.name()
    name = template.partition(":")[2]
    bench.wiki.save(user, f"{{{{ {name[0].lower()}{name[1:]}\n|1}}}} {{{{:{part}}}}} {{{{#if:x|y}}}}", "s", None)
    assert [*bench.wiki.transcluding(template)] == [user]
    assert [*bench.wiki.transcluding(part)] == [user]
    assert not [*bench.wiki.transcluding(bench.name("none", "Template"))]
    with refused("invalidtitle"):
        [*bench.wiki.transcluding("a|b")]


def test_titles_are_found_by_their_beginning(bench: Bench) -> None:
    """In one namespace, in the order of what the wiki's tables say."""
    titles = [bench.name(), f"{bench.name()}/b", bench.name("A c"), bench.name("Ab")]
    for title in [titles[2], titles[0], titles[3], titles[1], bench.name("A", "Category")]:
        bench.wiki.save(title, "x", "s", None)
    assert [*bench.wiki.prefix_search(titles[0])] == titles
    assert [*bench.wiki.prefix_search(bench.name("A", "category"))] == [bench.name("A", "Category")]
    assert not [*bench.wiki.prefix_search(bench.name("none"))]


def test_words_are_searched_for(bench: Bench) -> None:
    """All of them, whole; those in quotation marks one after the other."""
    word = bench.name("").replace(" ", "")
    one, other = bench.name(), bench.name("B", "Category")
    bench.wiki.save(one, f"[[{word} zebra]] 12-34b bar", "s", None)
    bench.wiki.save(other, f"{word}-bar (zebra)", "s", None)
    found = {
        query: {*bench.wiki.search(f"{word} {query}")}
        for query in ("zebra", "bar", '"12-34b"', '"12-34"', "zeb", "zeb*")
    }
    both = {one, other}
    assert found == {"zebra": both, "bar": both, '"12-34b"': {one}, '"12-34"': set(), "zeb": set(), "zeb*": both}
    assert {*bench.wiki.search(f'"{word} bar"')} == {other}
    with refused("missingparam"):
        [*bench.wiki.search("")]


def test_redirected_categories_are_told(bench: Bench) -> None:
    """Soft and hard; where there is no such category, or it is redirected too, there is no end."""
    end, *names = (bench.name(f"cat {number}") for number in range(6))
    texts = [f"{{{{Category redirect|{end}}}}}", f"#REDIRECT [[:Category:{end}]]", f"{{{{Seecat|{names[0]}}}}}"]
    texts += ["{{Category redirect|None of a contract}}"]
    bench.wiki.save(f"Category:{end}", "x", "s", None)
    for name, text in zip(names, texts, strict=False):
        bench.wiki.save(f"Category:{name}", text, "s", None)
    assert bench.wiki.redirected_categories([end, *names]) == dict(zip(names[:4], [end, end, "", ""], strict=True))


def test_templates_say_what_they_take(bench: Bench) -> None:
    """In TemplateData, without what is deprecated; a redirect leads to it."""
    name, plain, redirect = bench.name("T"), bench.name("P"), bench.name("R")
    data = """{"params": {"a": {"label": "A lab", "aliases": ["a1", "a2"]}, "b": {"deprecated": true},
        "c": {"label": {"en": "C", "sv": "Cs"}}}, "paramOrder": ["c", "a", "b"]}"""
    bench.wiki.save(f"Template:{name}", f"x<noinclude><templatedata>{data}</templatedata></noinclude>", "s", None)
    bench.wiki.save(f"Template:{redirect}", f"#REDIRECT [[Template:{name}]]", "s", None)
    bench.wiki.save(f"Template:{plain}", "x", "s", None)
    found = bench.wiki.template_data(name)
    assert found
    assert (found.name, dict(found.parameters)) == (name, {"c": ("C", "Cs"), "a": ("a1", "a2", "A lab")})
    assert bench.wiki.template_data(redirect) == found
    without = bench.wiki.template_data(plain)
    assert without
    assert (without.name, dict(without.parameters)) == (plain, {})
    assert bench.wiki.template_data(bench.name("none")) is None
    asked = [name, redirect, name.replace(" ", "_"), bench.name("none"), "a<"]
    assert bench.wiki.templates(asked) == {*asked[:3]}


def test_differences_are_rows(bench: Bench) -> None:
    """Of two revisions, or of one and a text; none where they are alike."""
    title = bench.name()
    old = bench.wiki.save(title, "Same\n\n\n\n\nFirst <b> & more\nSecond", "s", None)
    new = bench.people.edit("Stranger", title, "Same\n\n\n\n\nOther <b> & more\nSecond\nThird")
    for html in (bench.wiki.difference(old, new), bench.wiki.difference(old, read(bench, title).text or "")):
        assert html.count("<tr>") == html.count("</tr>") >= 3
        assert 'class="diff-deletedline diff-side-deleted"' in html
        assert 'class="diff-addedline diff-side-added"' in html
        assert '<td colspan="2" class="diff-side-deleted"></td>' in html
        shown = re.sub("<[^>]*>", "", html)
        assert "First &lt;b&gt; &amp; more" in shown
        assert "Third" in shown
    assert bench.wiki.difference(old, old) == ""
    for before, after in ((10**6, old), (old, 10**6)):
        with refused("nosuchrevid"):
            bench.wiki.difference(before, after)


# Files -------------------------------------------------------------------------------------------------------


def test_a_file_is_published(bench: Bench) -> None:
    """From the stash, with its page; a key is good once."""
    title, content = bench.file(), bench.picture()
    key = bench.stash(content, title)
    bench.wiki.publish(key, title, "Text\n[[Category:Contract]] \n", "Uploaded")
    info = bench.wiki.page_infos([title])[title]
    assert (info.user, info.sha1, info.text) == (BOT, sha1(content), "Text\n[[Category:Contract]]")
    assert info.categories == {"Contract"}
    assert info.about.title == Title(title, 6)
    [version] = bench.wiki.file_versions(title)
    assert (version.user, version.sha1, version.comment, version.archive) == (BOT, sha1(content), "Uploaded", "")
    assert [(one.id, one.text) for one in bench.wiki.history(title, 0)] == [(info.revision, info.text)]
    with refused("uploadstash-file-not-found"):
        bench.wiki.publish(key, bench.file("B.jpg"), "Text", "c")


def test_a_small_file_is_published_at_once(bench: Bench) -> None:
    """With its page, as it is; what is in its way is told as of a stashed one."""
    title, content = bench.file(), bench.picture()
    bench.wiki.publish(bench.path(content), title, "From here\n\u00c5 [[Category:Contract]]", "Uploaded")
    info = bench.wiki.page_infos([title])[title]
    assert (info.user, info.sha1, info.text) == (BOT, sha1(content), "From here\n\u00c5 [[Category:Contract]]")
    for wanted, code in ((title, "exists"), (bench.file("B.jpg"), "duplicate")):
        with refused(code) as raised:
            bench.wiki.publish(bench.path(content), wanted, "Text", "c")
        assert raised.value.blocked_by == (title.partition(":")[2],)
    new = bench.picture()
    bench.wiki.publish(bench.path(new), title, "", "Better", replacing=True)
    bench.wiki.publish(bench.path(bench.picture()), bench.file("A.jpeg"), "Text", "c", beside=title)
    assert [one.sha1 for one in bench.wiki.file_versions(title)] == [sha1(new), sha1(content)]
    assert bench.wiki.existing([bench.file("A.jpeg")])


def test_what_arrived_is_not_sent_again(bench: Bench) -> None:
    """A file in pieces is kept under a key that is told; put together it has another, and is found by it."""
    content, kept = bench.picture() + bytes(2000), list[str]()
    path, title = bench.path(content), bench.file()
    key = bench.wiki.stash(path, title, keep=kept.append)
    assert len(kept) == 1
    assert key != kept[0]
    assert bench.wiki.stash(path, title, kept=kept[0], keep=kept.append) == key
    assert len(kept) == 1
    bench.wiki.publish(key, title, "Text", "c")
    assert bench.wiki.page_infos([title])[title].sha1 == sha1(content)
    again = bench.wiki.stash(bench.path(content), title, kept="1abc.def.1.jpg", keep=kept.append)
    assert again not in {key, *kept}


def test_a_file_that_is_there_is_in_the_way(bench: Bench) -> None:
    """By its name, by a name that differs in the ending, by its bytes: the first of these is told, and the file."""
    title, content = bench.file(), bench.picture()
    bench.wiki.publish(bench.stash(content), title, "Text", "c")
    name = title.partition(":")[2]
    ways = {title: "exists", bench.file("A.jpeg"): "exists-normalized", bench.file("B.jpg"): "duplicate"}
    key = bench.stash(content)
    for wanted, code in ways.items():
        with refused(code) as raised:
            bench.wiki.publish(key, wanted, "Text", "c")
        assert raised.value.blocked_by == (name,)
    with refused("exists"):  # it is the very same file
        bench.wiki.publish(key, title, "Text", "c", replacing=True)
    key = bench.stash(bench.picture())
    with refused("exists-normalized"):
        bench.wiki.publish(key, bench.file("A.jpeg"), "Text", "c", beside=bench.file("other.jpg"))
    bench.wiki.publish(key, bench.file("A.jpeg"), "Text", "c", beside=title)
    assert bench.wiki.existing([bench.file("A.jpeg")])


def test_a_page_without_a_file_is_in_the_way(bench: Bench) -> None:
    """It may have been made before."""
    bench.people.edit("Stranger", bench.file(), "Text")
    with refused("page-exists"):
        bench.wiki.publish(bench.stash(bench.picture()), bench.file(), "Text", "c")
    assert not bench.wiki.file_versions(bench.file())
    info = bench.wiki.page_infos([bench.file()])[bench.file()]
    assert (info.user, info.sha1) == ("", "")


def test_names_that_no_file_may_have(bench: Bench) -> None:
    """The wiki's rules for names, and that the ending is the file's type; some are refused as soon as it is sent."""
    codes = {
        "File:IMG 1234.jpg": "bad-prefix", "File:100px-Contract.jpg": "thumb-name", "File:A/b.jpg": "badfilename",
        "File:A:b.jpg": "badfilename", "File:A[b].jpg": "badfilename", "File:Noext": "badfilename",
        "File:A.exe": "verification-error", "File:A.png": "verification-error", "File:.jpg": "filename-tooshort",
        f"File:{'x' * 240}.jpg": "filename-toolong", "File:A.php.jpg": "filetype-banned",
        "Contract.jpg": "illegal-filename",
    }  # fmt: skip
    content = bench.picture()
    key = bench.stash(content)
    for title, code in codes.items():
        with refused(code):
            bench.wiki.publish(key, title, "Text", "c")
    for title in ("File:A.exe", "File:.jpg", "File:A.php.jpg", f"File:{'x' * 240}.jpg", "Contract.jpg"):
        with refused("illegal-filename"):
            bench.stash(content, title)


def test_a_file_is_replaced_and_put_back(bench: Bench) -> None:
    """Each version is a revision of its page, whose text stays."""
    title = bench.published()
    key = bench.stash(bench.picture())
    bench.wiki.publish(key, title, "Other", "Better", replacing=True)
    new, old = bench.wiki.file_versions(title)
    assert (new.comment, new.archive, old.comment) == ("Better", "", "Uploaded")
    assert old.archive
    assert [(one.text, one.reverts) for one in bench.wiki.history(title, 0)] == [("Text", False)] * 2
    bench.people.wait_a_second()
    bench.wiki.restore_file(title, old.archive, "Back")
    current, *older = bench.wiki.file_versions(title)
    assert (current.sha1, current.user, current.comment) == (old.sha1, BOT, "Back")
    assert [one.sha1 for one in older] == [new.sha1, old.sha1]
    assert bench.wiki.page_infos([title])[title].sha1 == old.sha1
    assert len([*bench.wiki.history(title, 0)]) == 3
    with refused("filerevert-badversion"):
        bench.wiki.restore_file(title, "20000101000000!A.jpg", "Back")
    with refused("missingtitle"):
        bench.wiki.restore_file(bench.file("none.jpg"), old.archive, "Back")


def test_files_with_the_same_bytes_are_found(bench: Bench) -> None:
    """Those that are there and those that were deleted, and what is beside a name."""
    title, content = bench.file("A.jpeg"), bench.picture()
    bench.wiki.publish(bench.stash(content), title, "Text", "c")
    free, nothing = bench.file("A.jpg"), DuplicateFiles((), ())
    assert bench.wiki.same_bytes(sha1(content), free) == DuplicateFiles((title,), (), (title,))
    assert bench.wiki.same_bytes(sha1(b"none of a contract")) == nothing
    bench.people.delete(title)
    assert bench.wiki.same_bytes(sha1(content), free) == DuplicateFiles((), (title,))
    assert bench.wiki.same_bytes(sha1(content), title) == DuplicateFiles((), (title,), name_deleted=True)
    assert not bench.wiki.file_versions(title)
    key = bench.stash(content)
    for wanted, code in ((title, "was-deleted"), (bench.file("B.jpg"), "duplicate-archive")):
        with refused(code) as raised:
            bench.wiki.publish(key, wanted, "Text", "c")
        assert raised.value.blocked_by == (title.partition(":")[2],)
    bench.people.undelete(title)
    assert bench.wiki.same_bytes(sha1(content), title) == DuplicateFiles((title,), ())
    assert [one.sha1 for one in bench.wiki.file_versions(title)] == [sha1(content)]


def test_an_older_version_is_no_duplicate(bench: Bench) -> None:
    """But of the file itself it is told."""
    title, content = bench.file(), bench.picture()
    bench.people.upload("Partner", title, content, "Text")
    bench.people.upload("Reviewer", title, bench.picture(), "Text")
    assert [one.user for one in bench.wiki.file_versions(title)] == ["Reviewer", "Partner"]
    assert bench.wiki.same_bytes(sha1(content)) == DuplicateFiles((), ())
    key = bench.stash(content)
    with refused("exists"):
        bench.wiki.publish(key, title, "Text", "c", replacing=True)
    bench.wiki.publish(key, bench.file("B.jpg"), "Text", "c")


def test_a_moved_file_is_shown_where_it_was(bench: Bench) -> None:
    """A redirect to a file shows that file, and no other may be put there."""
    old, new = bench.published(), bench.file("B.jpg")
    [version] = bench.wiki.file_versions(old)
    bench.people.move(old, new)
    infos = bench.wiki.page_infos([old, new])
    assert [one.sha1 for one in infos.values()] == [version.sha1] * 2
    assert infos[old].about.redirect
    assert not infos[new].about.redirect
    assert bench.wiki.file_versions(old) == bench.wiki.file_versions(new) == (version,)
    assert bench.wiki.same_bytes(version.sha1, old) == DuplicateFiles((new,), ())
    with refused("page-exists"):
        bench.wiki.publish(bench.stash(bench.picture()), old, "Text", "c")


def test_names_are_checked(bench: Bench) -> None:
    """Whether a file is there, or may not be; what cannot be a page is told, what leads elsewhere is left out."""
    there, free, guarded, barred = bench.published(), bench.file("B.jpg"), bench.file("C.jpg"), bench.published("D.jpg")
    bench.people.protect(guarded, create="sysop")
    bench.people.protect(barred, upload="sysop")
    asked = [there, free, guarded, barred, "File:", "A|B", "meta:X"]
    checks = bench.wiki.check_names(asked)
    assert {*checks} == {*asked[:5]}
    assert {one: check.exists for one, check in checks.items()} == {
        there: True, free: False, guarded: False, barred: True, "File:": False,
    }  # fmt: skip
    assert {one: bool(check.refusal) for one, check in checks.items()} == {
        there: False, free: False, guarded: True, barred: True, "File:": True,
    }  # fmt: skip
    assert checks["File:"].about is None
    assert checks[free].about == About(Title(free, 6), redirect=False, content_model="wikitext", protection={})
    for one, change in ((guarded, "create"), (barred, "upload")):
        about = checks[one].about
        assert about
        assert about.protection == {change: {"editprotected"}}
    key = bench.stash(bench.picture())
    for title in (guarded, barred):
        with refused("protectedpage"):
            bench.wiki.publish(key, title, "Text", "c", replacing=title == barred)


def test_the_wiki_fetches_files_itself(bench: Bench) -> None:
    """Where it can; whether it got what it was to get is told."""
    content, title = bench.picture(), bench.file()
    address = bench.people.serve(f"/{title[5:].replace(' ', '-')}", content)
    key = bench.wiki.stash_from(address, title, sha1=sha1(content), size=len(content))
    assert isinstance(key, str)
    bench.wiki.publish(key, title, "Text", "c")
    assert bench.wiki.page_infos([title])[title].sha1 == sha1(content)
    other = bench.people.serve(f"/{title[5:].replace(' ', '-')}-b", bench.picture())
    assert bench.wiki.stash_from(other, title, sha1=sha1(b""), size=3) is Unstashed.OTHER_BYTES
    assert bench.wiki.stash_from("http://127.0.0.1:1/x.jpg", title, sha1=sha1(b""), size=3) is Unstashed.NOT_FETCHED


def test_what_files_there_are(bench: Bench) -> None:
    """Endings, languages of captions and of texts, whether files have structured data."""
    assert bench.wiki.siteinfo() == SiteInfo("wiki", "en")
    assert {"jpg", "jpeg", "png", "tif", "tiff", "svg", "pdf", "webm"} <= bench.wiki.file_extensions()
    assert not {"exe", "php", "JPG"} & bench.wiki.file_extensions()
    assert {"en", "sv", "de", "ar"} <= bench.wiki.caption_languages() & bench.wiki.text_languages()
    assert {"und", "zxx"} <= bench.wiki.text_languages() - bench.wiki.caption_languages()
    assert bench.wiki.takes_entities()


# Structured data -----------------------------------------------------------------------------------------------


def test_structured_data_is_added(bench: Bench) -> None:
    """A revision of the page, whose text stays; nothing that was there is sent anew."""
    title = bench.published()
    before = bench.wiki.page_infos([title])[title]
    entity = bench.wiki.entities([title])[title]
    assert (entity.revision, entity.data, entity.about.title.text) == (before.revision, {}, title)
    saved = bench.wiki.set_entity(entity, caption("sv", " Hej "), "s")
    assert saved > before.revision
    [after] = bench.wiki.entities([title, bench.file("none.jpg")]).values()
    assert (after.id, after.revision) == (entity.id, saved)
    assert after.data["labels"] == {"sv": {"language": "sv", "value": "Hej"}}
    assert after.data["statements"] == []
    page = read(bench, title)
    assert (page.id, page.text) == (saved, "Text")
    assert page.sha1 != sha1("Text")
    assert bench.wiki.revision_infos([saved])[saved] == RevisionInfo(saved, before.revision, sha1("Text"))
    assert bench.wiki.set_entity(after, caption("sv", "Hej"), "s") == saved
    edited = bench.people.edit("Stranger", title, "More")
    [now] = bench.wiki.entities([title]).values()
    assert (now.revision, now.data["labels"]) == (edited, after.data["labels"])


def test_statements_are_added_each_time(bench: Bench) -> None:
    """Whatever the edit is based on; they come back as they were sent."""
    title = bench.published()
    bench.wiki.set_entity(bench.wiki.entities([title])[title], caption("en", "A"), "s")
    entity = bench.wiki.entities([title])[title]
    item = {"entity-type": "item", "numeric-id": 42, "id": "Q42"}
    made = {"type": "statement", "rank": "normal", "mainsnak": claim("P217", "a1")["claims"][0]["mainsnak"]}
    of = {"snaktype": "value", "property": "P195", "datavalue": {"type": "wikibase-entityid", "value": item}}
    data = {
        "claims": [
            made | {"qualifiers": {"P195": [of]}, "references": [{"snaks": {"P248": [of | {"property": "P248"}]}}]}
        ]
    }
    bench.wiki.set_entity(entity, data, "s")
    bench.wiki.set_entity(entity, data, "s")
    stored = bench.wiki.entities([title])[title].data["statements"]["P217"]
    assert len({one["id"] for one in stored}) == 2
    assert all(one["id"].startswith(f"{entity.id}$") for one in stored)
    for one in stored:
        assert one["mainsnak"]["datavalue"] == {"type": "string", "value": "a1"}
        assert (one["rank"], one["qualifiers-order"], one["references"][0]["snaks-order"]) == (
            "normal",
            ["P195"],
            ["P248"],
        )
        assert one["qualifiers"]["P195"][0]["datavalue"] == {"type": "wikibase-entityid", "value": item}
        assert one["references"][0]["snaks"]["P248"][0]["datavalue"]["value"]["id"] == "Q42"


def test_what_changed_meanwhile_is_a_conflict(bench: Bench) -> None:
    """Where the file had no data and has some, or the same caption changed; another caption is added."""
    title = bench.published()
    none = bench.wiki.entities([title])[title]
    bench.people.edit_entity("Stranger", title, caption("sv", "A"))
    with refused("editconflict"):
        bench.wiki.set_entity(none, caption("en", "B"), "s")
    some = bench.wiki.entities([title])[title]
    bench.people.edit_entity("Stranger", title, caption("sv", "Other"))
    with refused("editconflict"):
        bench.wiki.set_entity(some, caption("sv", "B"), "s")
    bench.wiki.set_entity(some, caption("en", "B"), "s")
    with refused("editconflict"):
        bench.wiki.set_entity(some, caption("en", "C"), "s")
    labels = bench.wiki.entities([title])[title].data["labels"]
    assert {code: one["value"] for code, one in labels.items()} == {"sv": "Other", "en": "B"}


def test_a_revert_takes_data_back(bench: Bench) -> None:
    """A rollback brings the page as a whole back, its data too."""
    title = bench.published()
    bench.people.edit_entity("Stranger", title, caption("sv", "A"))
    bench.people.edit_entity("Partner", title, caption("sv", "B"))
    bench.people.rollback(title)
    assert bench.wiki.entities([title])[title].data["labels"]["sv"]["value"] == "A"
    assert read(bench, title).reverts


def test_values_that_are_not_taken(bench: Bench) -> None:
    """All of an edit or nothing."""
    refusals: list[tuple[str, Mapping[str, Any]]] = [
        ("not-recognized-language", caption("xx-q", "A")), ("modification-failed", caption("en", "x" * 251)),
        ("modification-failed", claim("P217", " a")), ("modification-failed", claim("P217", "x" * 1501)),
        ("modification-failed", claim("P973", "http://a.org/a[b]")), ("modification-failed", claim("P9", "a")),
        ("modification-failed", claim("P180", "a")), ("invalid-claim", {"claims": [{}]}),
    ]  # fmt: skip
    title = bench.published()
    entity = bench.wiki.entities([title])[title]
    for code, data in refusals:
        with refused(code):
            bench.wiki.set_entity(entity, {**caption("en", "A"), **data}, "s")
    assert bench.wiki.entities([title])[title].data == {}


def test_items_have_to_be_there(bench: Bench) -> None:
    """One that is not there is no value; one that leads elsewhere is."""
    missing, redirected, to = "Q7000001", "Q7000002", "Q7000003"
    bench.people.tell_items(missing, redirected, to)
    assert bench.wiki.items([missing, redirected, to, to]) == {redirected: to, to: to}
    title = bench.published()
    entity = bench.wiki.entities([title])[title]
    with refused("modification-failed"):
        bench.wiki.set_entity(entity, claim("P180", {"id": missing}, "wikibase-entityid"), "s")
    bench.wiki.set_entity(entity, claim("P180", {"id": redirected}, "wikibase-entityid"), "s")


def test_data_is_refused_where_the_page_is(bench: Bench) -> None:
    """Protected or blocked; and there is none where there is no page."""
    title = bench.published()
    entity = bench.wiki.entities([title])[title]
    with bench.blocked(), refused("permissiondenied"):
        bench.wiki.set_entity(entity, caption("en", "A"), "s")
    bench.people.protect(title, edit="sysop")
    with refused("permissiondenied"):
        bench.wiki.set_entity(bench.wiki.entities([title])[title], caption("en", "A"), "s")
    bench.people.protect(title, edit="")
    bench.people.delete(title)
    with refused("no-such-entity"):
        bench.wiki.set_entity(entity, caption("en", "A"), "s")
    bench.people.undelete(title)
    assert bench.wiki.set_entity(entity, caption("en", "A"), "s") > entity.revision
