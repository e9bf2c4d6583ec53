"""A request that cannot be planned is answered below itself: which parameter, what is wrong, what to write instead."""

import re

import pytest

from .desk import Answer, Desk, published


def test_an_unknown_type_is_answered_with_the_one_that_was_meant(desk: Desk) -> None:
    """An unknown `type` is told, with the nearest that there is."""
    desk.file(type="uplaod", manifest=published(desk))
    desk.work()
    assert desk.status() == "invalid"
    assert "<code>type</code>: I do not know the type “uplaod”. Did you mean “upload”?" in desk.text()


def test_a_parameter_that_stands_twice_is_a_problem(desk: Desk) -> None:
    """A parameter given twice is not guessed at: the partner says which one is meant."""
    desk.file(manifest=published(desk) + "\n| partner = Another museum")
    desk.work()
    assert desk.status() == "invalid"
    assert "<code>partner</code>: This parameter stands here more than once." in desk.text()


def test_all_problems_are_told_at_once(desk: Desk) -> None:
    """Nobody has to file five times to learn of five mistakes."""
    desk.file(
        partner="",
        manifest="nonsense://x",
        license="{{PD-old}} or {{PD-art}}",
        categories="[[A|B]]",
        filename="{title",
        artst="x",
    )
    desk.work()
    answer = desk.text()
    for parameter in ("partner", "manifest", "license", "categories", "filename", "artst"):
        assert f"<code>{parameter}</code>: " in answer
    assert "Please change 6 things:" in answer
    assert "Did you mean “artist”?" in answer


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(b"gone", "text/plain", 404), "answers with error 404. Check that the address opens in a browser."),
        (Answer(b"", "text/csv"), "The list is empty. It needs a row of headings and at least one row below."),
        (Answer(b"title,number,media_url\n", "text/csv"), "The list is empty."),
        (Answer(b"<!DOCTYPE html><html><title>Log in</title></html>", "text/html"), "a web page, not a list."),
        (Answer(b"title,number,media_url\nNi\xf1a,1,x\n", "text/csv"), "The list is not in UTF-8, and I cannot tell"),
        (Answer(b'title,number,media_url\n"open,1,x\n', "text/csv"), "The list cannot be read from row 2 on"),
        (Answer(b"title,title,media_url\nA,1,x\n", "text/csv"), "Two columns of the list are called “title”."),
        (Answer(b"name,number,media_url\nA,1,x\n", "text/csv"), "The list has no column “title”."),
        (Answer(b"title,number,webaddress\nA,1,x\n", "text/csv"), "I cannot tell which column holds the addresses"),
        (Answer(hang=True), "did not answer in time."),
    ],
    ids=["missing", "empty", "headings", "html", "latin1", "quote", "repeated", "column", "media", "silent"],
)
def test_a_list_that_cannot_be_read_is_told(desk: Desk, answer: Answer, said: str) -> None:
    """A list that is missing, empty, no CSV or of letters that may be others is told in a sentence."""
    desk.partner.answers["/list.csv"] = answer
    desk.file(manifest=f"{desk.partner.address}/list.csv")
    desk.work()
    assert desk.status() == "invalid"
    assert said in desk.text()


def test_problems_are_told_in_the_language_of_the_request(desk: Desk) -> None:
    """A Swedish request is answered in Swedish, an Arabic one in Arabic and from right to left."""
    desk.file(section="Svenska", partner="", manifest=published(desk), language="sv")
    desk.file(section="العربية", license="", manifest=published(desk), language="ar")
    desk.work()
    text = desk.text()
    assert '<div lang="sv" dir="ltr"' in text
    assert "Saknas. Skriv" in text or "saknas" in text.lower()
    assert '<div lang="ar" dir="rtl"' in text
    assert "This is missing" not in text


def test_a_call_whose_braces_never_close_is_answered(desk: Desk) -> None:
    """A slip of the braces is told, and the request in the next section is read all the same."""
    desk.person("Partner").edit(
        desk.base, "{{Hub request\n| type = upload\n| license = {{PD-old-70}\n}}\n~~~~", section_new="Slip"
    )
    desk.file(section="In order", manifest=published(desk))
    desk.work()
    slip, _, rest = desk.text().partition("== In order ==")
    assert "I cannot read this template" in slip
    assert "license = &#123;&#123;PD-old-70&#125;" in slip
    assert re.search(r"status\s*= planned", rest)


def test_the_same_mistake_is_told_once(desk: Desk) -> None:
    """A change that leaves it as it was gets no second copy of the answer; another mistake is told."""
    desk.file(manifest="what")
    desk.work()
    for change in ("partner = A", "partner = B"):
        desk.person("Partner").edit(desk.base, re.sub(r"partner = .*", change, desk.text()))
        desk.work()
    assert desk.text().count("hub: H1 invalid") == 1
    desk.person("Partner").edit(desk.base, desk.text().replace("manifest = what", "manifest = www.example.org"))
    desk.work()
    assert desk.text().count("hub: H1 invalid") == 2


def test_a_stranger_may_not_file(desk: Desk) -> None:
    """Who may file is asked of the policy for the account that made the revision, whatever the signature says."""
    parameters = (
        f"type=upload|partner=P|filename={{title}}|license=PD-old-70-expired|categories=C|manifest={published(desk)}"
    )
    desk.person("Stranger").edit(
        desk.base, f"{{{{Hub request|{parameters}}}}}\n[[User:Partner|Partner]]", section_new="Forged"
    )
    desk.work()
    assert "The account “Stranger” may not file requests here." in desk.text()
    assert desk.partner.asked == []


def test_hosts_that_the_policy_does_not_name_are_not_asked(desk: Desk) -> None:
    """An address of another server, or from the inside of a network, is refused before anything is sent."""
    desk.file(manifest="http://169.254.169.254/latest/meta-data")
    desk.work()
    assert "I may not fetch files from “169.254.169.254”." in desk.text()


def test_a_licence_that_the_wiki_does_not_have_is_told(desk: Desk) -> None:
    """A licence template must be there, or the files would have none."""
    desk.file(manifest=published(desk), license="{{PD-old-700}}")
    desk.work()
    assert "There is no licence template “PD-old-700” on this wiki." in desk.text()


def test_a_licence_that_is_not_free_is_refused_and_one_that_is_not_known_asked_about(desk: Desk) -> None:
    """NC and ND never; a template that is in no list is for the reviewer to look at."""
    desk.file(manifest=published(desk, "Not free"), license="{{Cc-by-nc-4.0}}")
    desk.work()
    assert "“Cc-by-nc-4.0” is not a free licence: it allows some uses only" in desk.text()
    desk.save_pages({"Template:Licence of the Nordic Museum": "Free."})
    desk.file(manifest=published(desk, "Not known"), license="{{Licence of the Nordic Museum}}", section="Again")
    desk.work()
    assert desk.status(2) == "planned"
    asked = "I do not know whether “Licence of the Nordic Museum” says that the files are free."
    assert asked in desk.text(desk.report(2))
