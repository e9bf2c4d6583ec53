"""Sets of pages: where pages may come from, and how sets combine."""

from datetime import date

import pytest

from jobs.context.host_places import LedgerPlaces
from jobs.io.ahead import Ahead
from jobs.io.page_permissions import Gate
from jobs.io.plan_context import PlanContext
from jobs.kinds.page_sets.sets import read_set, resolve
from jobs.model.problems import Invalid
from jobs.model.requests import NewRequest
from jobs.planning.earlier_requests import LedgerRequests
from jobs.planning.reservations import LedgerReservations

from .rig import Rig, published


@pytest.fixture
def shelf(rig: Rig) -> Rig:
    """Pages in categories of several levels, and with a template on some."""
    rig.save_pages({
        "Category:Shelf": "", "Category:Shelf below": "[[Category:Shelf]]",
        "Category:Shelf further below": "[[Category:Shelf below]] [[Category:Shelf]]",
        "Shelf a": "{{Marked}} [[Category:Shelf]] uncommonword", "Shelf b": "[[Category:Shelf below]]",
        "Shelf c": "{{marked|x}} [[Category:Shelf further below]] uncommonword", "Shelf d": "alone",
    })  # fmt: skip
    return rig


def _found(rig: Rig, text: str) -> list[str]:
    policy = rig.hub.policy("commons")
    wiki = rig.hub.wikis["commons"]
    gate = Gate(wiki, policy, "Partner", None, ())
    filed = rig.hub.ledger.get(rig.hub.ledger.file("commons", rig.base, NewRequest("f" * 64, {}, "Partner", 1)))
    context = PlanContext(
        wiki=wiki,
        web=rig.hub.web,
        policy=policy,
        gate=gate,
        spool=rig.hub.spool,
        places=LedgerPlaces(rig.hub.ledger),
        ahead=Ahead(1),
        questions=Ahead(1),
        earlier=LedgerRequests(rig.hub.ledger, filed),
        reservations=LedgerReservations(rig.hub.ledger, filed),
        prefix="",
        tracking="",
        today=date.max,
    )
    return list(resolve(read_set(text), context))


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("Shelf a; shelf_b\n* [[Shelf c]]", "abc"),
        ("list: Shelf a", "a"),
        ("category: Shelf", "a"),
        ("category depth 1: Category:Shelf", "abc"),
        ("category (depth 2): shelf", "acb"),
        ("transclusions: Marked", "ac"),
        ("transclusions: {{marked}}", "ac"),
        ("search: uncommonword", "ac"),
        ("prefix: Shelf", "abcd"),
        ("prefix: Shelf\nnot category: Shelf", "bcd"),
        ("prefix: Shelf and transclusions: Marked", "ac"),
        ("prefix: Shelf and not transclusions: Marked", "bd"),
        ("category: Shelf or list: Shelf d", "ad"),
        ("* category: Shelf below\n* or transclusions: Marked\n* not list: Shelf a", "bc"),
    ],
)
def test_a_set_is_what_its_sources_come_to(shelf: Rig, text: str, titles: str) -> None:
    """Sources are joined by `and`, `or` and `not`, from the first to the last."""
    assert sorted(_found(shelf, text)) == sorted(f"Shelf {letter}" for letter in titles)


def test_a_category_with_nothing_but_others_below_it_is_told(rig: Rig) -> None:
    """Whoever names a category for what is in those below it is told how, not that the name is wrong."""
    rig.save_pages({"Category:Rack": "", "Category:Rack below": "[[Category:Rack]]"})
    with pytest.raises(Invalid, match="pages-only-subcategories"):
        _found(rig, "category: Rack")
    with pytest.raises(Invalid, match="pages-none"):
        _found(rig, "category depth 1: Rack")


def test_words_in_titles_are_no_joints() -> None:
    """`and`, `or` and the sources' names count only where they are meant."""
    [source] = read_set("category: Arts and crafts or not")
    assert source.wanted == "Arts and crafts or not"
    assert [source.name for source in read_set("list: Plates and request\nand category: A")] == ["list", "category"]


def test_a_column_of_a_list_names_pages(rig: Rig) -> None:
    """A set can be read from a spreadsheet."""
    url = rig.partner.publish_list("/pages.csv", "number,where\n1,Shelf a\n2,\n3,[[shelf b]]\n")
    rig.work()
    assert _found(rig, f"column: where of {url}") == ["Shelf a", "Shelf b"]
    with pytest.raises(Invalid, match="problem-unknown-column"):
        _found(rig, f"column: were of {url}")


def test_the_files_of_an_earlier_request_are_a_set(rig: Rig) -> None:
    """What H1 uploaded can be put into a category by H2."""
    rig.file(manifest=published(rig, "Earlier"))
    rig.work()
    rig.approve()
    rig.work()
    nothing = dict.fromkeys(("partner", "manifest", "filename", "template", "license", "categories"), "")
    rig.file(**nothing | {"type": "categorize", "pages": "request: H1", "add": "Earlier plates"})
    rig.work()
    rig.approve(number=2)
    rig.work()
    assert rig.text("File:Earlier - 1.jpg").endswith("[[Category:Earlier plates]]")
