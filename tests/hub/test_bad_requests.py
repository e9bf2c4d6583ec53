"""A request that cannot be planned is answered below itself: which parameter, what is wrong, what to write instead."""

import re

from .rig import Answer, Rig, published


def test_a_mistake_is_told_with_what_was_meant(rig: Rig) -> None:
    """An unknown `type` with the nearest that there is; a licence that the wiki has no template for.

    A parameter given twice is not guessed at: the partner says which one is meant. An address of another server, or
    from the inside of a network, is refused before anything is sent.
    """
    manifest = published(rig)
    mistakes = (
        ({"type": "uplaod"}, "<code>type</code>: I do not know the type “uplaod”. Did you mean “upload”?"),
        (
            {"manifest": f"{manifest}\n| partner = Another museum"},
            "<code>partner</code>: This parameter stands here more than once.",
        ),
        ({"license": "{{PD-old-700}}"}, "There is no licence template “PD-old-700” on this wiki."),
        (
            {"manifest": "http://169.254.169.254/latest/meta-data"},
            "I may not fetch files from “169.254.169.254”.",
        ),
    )
    for number, (wrong, _) in enumerate(mistakes):
        rig.file(section=f"Mistake {number}", **{"manifest": manifest} | wrong)
    rig.work()
    _, *answers = re.split(r"^== Mistake \d ==$", rig.text(), flags=re.MULTILINE)
    for number, ((_, said), answer) in enumerate(zip(mistakes, answers, strict=True), 1):
        assert said in answer
        assert rig.status(number) == "invalid"


def test_all_problems_are_told_at_once(rig: Rig) -> None:
    """Nobody has to file five times to learn of five mistakes."""
    rig.file(
        partner="",
        manifest="nonsense://x",
        license="{{PD-old}} or {{PD-art}}",
        categories="[[A|B]]",
        filename="{title",
        artst="x",
    )
    rig.work()
    answer = rig.text()
    for parameter in ("partner", "manifest", "license", "categories", "filename", "artst"):
        assert f"<code>{parameter}</code>: " in answer
    assert "Please change 6 things:" in answer
    assert "Did you mean “artist”?" in answer


UNREADABLE = {
    "missing": (
        Answer(b"gone", "text/plain", 404),
        "answers with error 404. Check that the address opens in a browser.",
    ),
    "empty": (Answer(b"", "text/csv"), "The list is empty. It needs a row of headings and at least one row below."),
    "headings": (Answer(b"title,number,media_url\n", "text/csv"), "The list is empty."),
    "html": (Answer(b"<!DOCTYPE html><html><title>Log in</title></html>", "text/html"), "a web page, not a list."),
    "latin1": (
        Answer(b"title,number,media_url\nNi\xf1a,1,x\n", "text/csv"),
        "The list is not in UTF-8, and I cannot tell",
    ),
    "quote": (Answer(b'title,number,media_url\n"open,1,x\n', "text/csv"), "The list cannot be read from row 2 on"),
    "repeated": (Answer(b"title,title,media_url\nA,1,x\n", "text/csv"), "Two columns of the list are called “title”."),
    "column": (Answer(b"name,number,media_url\nA,1,x\n", "text/csv"), "The list has no column “title”."),
    "media": (
        Answer(b"title,number,webaddress\nA,1,x\n", "text/csv"),
        "I cannot tell which column holds the addresses",
    ),
    "silent": (Answer(hang=True), "did not answer in time."),
}


def test_a_list_that_cannot_be_read_is_told(rig: Rig) -> None:
    """A list that is missing, empty, no CSV or of letters that may be others is told in a sentence."""
    for name, (answer, _) in UNREADABLE.items():
        rig.partner.answers[f"/{name}.csv"] = answer
        rig.file(manifest=f"{rig.partner.address}/{name}.csv", section=name)
    rig.work()
    _, *sections = re.split(r"^== (\w+) ==$", rig.text(), flags=re.MULTILINE)
    answers = dict(zip(sections[::2], sections[1::2], strict=True))
    assert [name for name, (_, said) in UNREADABLE.items() if said not in answers[name]] == []
    assert {rig.status(number) for number, _ in enumerate(UNREADABLE, 1)} == {"invalid"}


def test_problems_of_the_list_are_told_with_those_of_the_request(rig: Rig) -> None:
    """One round is enough: the list is read without the parameters that are wrong, and for these nothing is assumed."""
    rig.partner.answers["/list.csv"] = Answer(b"name,number,webaddress\nA,1,x\n", "text/csv")
    rig.file(
        manifest=f"{rig.partner.address}/list.csv", license="?", filename="{number", description="{about}", artst="{x}"
    )
    rig.file(section="Twice", manifest=f"{rig.partner.address}/none.csv" + "\n| partner = Another museum")
    rig.work()
    both, _, twice = rig.text().partition("== Twice ==")
    for parameter in ("license", "filename", "artst", "description", "media"):
        assert f"<code>{parameter}</code>: " in both
    assert "The list has no column “about”." in both
    assert "“title”" not in both
    assert "Please change 5 things:" in both
    assert "<code>partner</code>: This parameter stands here more than once." in twice
    assert "answers with error 404" in twice
    rig.person("Partner").edit(rig.base, rig.text().replace("{about}", "{name}", 1))
    rig.work()
    assert "The list has no column" not in rig.text().partition("== Twice ==")[0].rpartition("hub: H1 invalid")[2]


def test_problems_are_told_in_the_language_of_the_request(rig: Rig) -> None:
    """A Swedish request is answered in Swedish, an Arabic one in Arabic and from right to left."""
    rig.file(section="Svenska", partner="", manifest=published(rig), language="sv")
    rig.file(section="العربية", license="", manifest=published(rig), language="ar")
    rig.work()
    text = rig.text()
    assert '<div lang="sv" dir="ltr"' in text
    assert "Saknas. Skriv" in text or "saknas" in text.lower()
    assert '<div lang="ar" dir="rtl"' in text
    assert "This is missing" not in text


def test_a_call_whose_braces_never_close_is_answered(rig: Rig) -> None:
    """A slip of the braces is told, and the request in the next section is read all the same."""
    rig.person("Partner").edit(
        rig.base, "{{Hub request\n| type = upload\n| license = {{PD-old-70}\n}}\n~~~~", section_new="Slip"
    )
    rig.file(section="In order", manifest=published(rig))
    rig.work()
    slip, _, rest = rig.text().partition("== In order ==")
    assert "I cannot read this template" in slip
    assert "license = &#123;&#123;PD-old-70&#125;" in slip
    assert re.search(r"status\s*= planned", rest)


def test_the_same_mistake_is_told_once(rig: Rig) -> None:
    """A change that leaves it as it was gets no second copy of the answer; another mistake is told."""
    rig.file(manifest="what")
    rig.work()
    for change in ("partner = A", "partner = B"):
        rig.person("Partner").edit(rig.base, re.sub(r"partner = .*", change, rig.text()))
        rig.work()
    assert rig.text().count("hub: H1 invalid") == 1
    rig.person("Partner").edit(rig.base, rig.text().replace("manifest = what", "manifest = www.example.org"))
    rig.work()
    assert rig.text().count("hub: H1 invalid") == 2


def test_a_stranger_may_not_file(rig: Rig) -> None:
    """Who may file is asked of the policy for the account that made the revision, whatever the signature says."""
    parameters = (
        f"type=upload|partner=P|filename={{title}}|license=PD-old-70-expired|categories=C|manifest={published(rig)}"
    )
    rig.person("Stranger").edit(
        rig.base, f"{{{{Hub request|{parameters}}}}}\n[[User:Partner|Partner]]", section_new="Forged"
    )
    rig.work()
    assert "The account “Stranger” may not file requests here." in rig.text()
    assert "Edit the request above" not in rig.text()
    assert rig.partner.asked == []


def test_a_licence_that_is_not_free_is_refused_and_one_that_is_not_known_asked_about(rig: Rig) -> None:
    """NC and ND never; a template that is in no list is for the reviewer to look at."""
    rig.file(manifest=published(rig, "Not free"), license="{{Cc-by-nc-4.0}}")
    rig.work()
    assert "“Cc-by-nc-4.0” is not a free licence: it allows some uses only" in rig.text()
    rig.save_pages({"Template:Licence of the Nordic Museum": "Free."})
    rig.file(manifest=published(rig, "Not known"), license="{{Licence of the Nordic Museum}}", section="Again")
    rig.work()
    assert rig.status(2) == "planned"
    asked = "I do not know whether “Licence of the Nordic Museum” says that the files are free."
    assert asked in rig.text(rig.report(2))


def test_who_mends_a_request_edit_by_edit_is_told_once_that_it_waits(rig: Rig) -> None:
    """One message on the talk page, not one an edit, until it was planned; the reply shows that each edit was read."""
    manifest = published(rig, "Mended slowly")
    rig.file(manifest=manifest, license="")
    rig.work()
    before = rig.text("User talk:Partner").count("H1 cannot go on yet")
    assert before
    mark = re.search(r"<!-- hub: H1 invalid \w+ -->", rig.text())
    assert mark
    for name in ("One", "Another"):
        rig.person("Partner").edit(rig.base, re.sub(r"partner = .*", f"partner = {name}", rig.text()))
        rig.work()
    assert rig.text("User talk:Partner").count("H1 cannot go on yet") == before
    assert (rig.text().count("<!-- hub: H1 invalid"), mark[0] in rig.text()) == (1, False)
    rig.person("Partner").edit(rig.base, rig.text().replace("| partner", "| license = {{Cc-zero}}\n| partner"))
    rig.work()
    assert rig.status() == "planned"
    rig.review("reject|reason=Name the year")
    rig.work()
    assert rig.text("User talk:Partner").count("H1 cannot go on yet") == before + 1
