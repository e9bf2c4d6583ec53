"""What is written of rights is a licence, nearly one, or a reason why Commons does not take it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.wikitext.strategies import hostile
from wikitext.licenses import License, license_of
from wikitext.rights_statements import Near, NotFree, is_solid, read_rights, says_united_states

RIGHTS = "http://rightsstatements.org/vocab/{}/1.0/"
CC = "https://creativecommons.org/{}/"


@pytest.mark.parametrize(
    ("written", "template"),
    [
        ("CC BY 4.0", "Cc-by-4.0"), ("CC0 1.0", "Cc-zero"), ("CC0-1.0", "Cc-zero"), ("{{cc-zero}}", "Cc-zero"),
        ("CC BY-SA 3.0 DE", "Cc-by-sa-3.0-de"), ("CC-BY 4", "Cc-by-4.0"), ("PD-old-70", "PD-old-70"),
        ("Creative Commons Attribution 3.0 Unported", "Cc-by-3.0"),
        ("Attribution 4.0 International (CC BY 4.0)", "Cc-by-4.0"),
        ("CC0 1.0 Universal (CC0 1.0) Public Domain Dedication", "Cc-zero"),
        ("Creative Commons Namensnennung - Weitergabe unter gleichen Bedingungen 4.0 International", "Cc-by-sa-4.0"),
        ("Creative Commons Reconocimiento-CompartirIgual 4.0 Internacional", "Cc-by-sa-4.0"),
        ("Ліцензія Creative Commons Із Зазначенням Авторства 4.0 Міжнародна", "Cc-by-4.0"),
        ("クリエイティブ・コモンズ 表示-継承 4.0 国際", "Cc-by-sa-4.0"),
        ("رخصة المشاع الإبداعي نسب المصنف 4.0", "Cc-by-4.0"),
        (CC.format("publicdomain/zero/1.0"), "Cc-zero"), (CC.format("licenses/by/4.0"), "Cc-by-4.0"),
        (CC.format("licenses/by-sa/4.0") + "deed.sv", "Cc-by-sa-4.0"),
        (CC.format("licenses/by/3.0/de"), "Cc-by-3.0-de"),
        ("creativecommons.org/licenses/by-sa/4.0", "Cc-by-sa-4.0"),
    ],
)  # fmt: skip
def test_a_licence_is_known_by_its_names(written: str, template: str) -> None:
    """By its template, its address, and how Creative Commons calls it in each language."""
    assert read_rights(written) == license_of(template)


@pytest.mark.parametrize(
    ("written", "template"),
    [
        ("creativecommons.org/licenses/by/4.0/ (texts only)", "Cc-by-4.0"), ("CC BY 4.0?", "Cc-by-4.0"),
        ("CC BY", "Cc-by-4.0"),
        ("CC BY-SA 3.0 and CC BY-SA 4.0", "Cc-by-sa-3.0"), ("CC BY 4.0, A. Berg", "Cc-by-4.0"),
        ("CC0 \u2717", "Cc-zero"), ("\u2260 CC0", "Cc-zero"), ("CC BY 4.0 \u00d7", "Cc-by-4.0"),
        ("at CC BY 3.0", "Cc-by-3.0"),
        ("Attribution", "Attribution"),
        ("CC0 for the photograph", "Cc-zero"), ("CC SA 1.0", "Cc-by-sa-1.0"), ("Cc-by-sa-4.0-de", "Cc-by-sa-4.0"),
    ],
)  # fmt: skip
def test_what_says_more_or_less_is_asked_about(written: str, template: str) -> None:
    """No version, two of them, or other words: nothing is guessed, but one can be named."""
    known = license_of(template)
    assert known
    assert read_rights(written) == Near(known)


@pytest.mark.parametrize(
    "behind",
    [" | https://creativecommons.org/licenses/by-nc/4.0/", " (metadata only)", "../../by-nc/4.0/", " not really", "|x"],
)
def test_an_address_with_more_behind_it_is_no_licence(behind: str) -> None:
    """What follows may take it back; a deed's language or a mark of where somebody came from may not."""
    address = f"{CC.format('licenses/by/4.0')}"
    assert read_rights(f"{address}{behind}") is None
    for same in ("", "deed.sv", "legalcode", "legalcode.de#s3", "?ref=chooser-v1"):
        assert read_rights(f"{address}{same}") == license_of("Cc-by-4.0"), same


@pytest.mark.parametrize(
    ("reason", "ways"),
    [
        ("public-domain", """Public Domain Mark 1.0|PDM|Public Domain|gemeinfrei|domaine public|dominio público
            |publiek domein|domena publiczna|domínio público|パブリックドメイン|суспільне надбання|ملكية عامة
            |upphovsrätten har gått ut|https://creativecommons.org/publicdomain/mark/1.0/|No copyright"""),
        ("in-copyright", """In Copyright|All rights reserved|Alle Rechte vorbehalten|tous droits réservés|© 2019 Museum
            |alla rättigheter förbehållna|جميع الحقوق محفوظة|Fair use|InC"""),
        ("some-uses", """CC BY-NC 4.0|cc-by-nc-sa-3.0|https://creativecommons.org/licenses/by-nc/4.0/|non-commercial
            |CC BY ikke-kommerciel 4.0|CC BY некоммерческая 4.0|CC BY 비영리 4.0|知识共享 署名-非商业性使用 4.0 国际
            |CC BY neužívejte komerčně 4.0|CC BY EiKaupallinen 4.0|CC BY non commerciale 3.0
            |No Copyright - Non-Commercial Use Only|Creative Commons - Pas d'Utilisation Commerciale 4.0
            |CC BY 4.0 - personal use only|CC BY-NC 4.0 (not for commercial use)|CC BY NC, no commercial use"""),
        ("no-changes", "CC BY-ND 4.0|https://creativecommons.org/licenses/by-nd/4.0/|No derivatives"),
        ("restricted", "No Copyright \N{EN DASH} Contractual Restrictions"),
        ("united-states-only", "No Copyright \N{EN DASH} United States|Kein Urheberrechtsschutz - Vereinigte Staaten"),
        ("not-under", "not CC BY 4.0|nicht unter CC BY 4.0|pas CC0|CC BY 4.0ではありません|без CC BY 4.0"),
        ("unknown", "No known copyright restrictions|Copyright Not Evaluated|Niezbadany status prawnoautorski"),
    ],
)  # fmt: skip
def test_why_it_is_no_licence_here_is_known(reason: str, ways: str) -> None:
    """In each language, by the label of a rights statement, and by what people write."""
    for written in ways.split("|"):
        assert read_rights(written.strip()) == NotFree(reason), written  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        *((one, "in-copyright") for one in ("InC", "InC-OW-EU", "InC-RUU")),
        *((one, "some-uses") for one in ("InC-EDU", "InC-NC", "NoC-NC")),
        *((one, "restricted") for one in ("NoC-CR", "NoC-OKLR")),
        ("NoC-US", "united-states-only"),
        *((one, "unknown") for one in ("NKC", "CNE", "UND")),
    ],
)
def test_all_rights_statements_are_known(statement: str, reason: str) -> None:
    """The twelve of rightsstatements.org, by each of their addresses."""
    for address in (RIGHTS.format(statement), f"https://rightsstatements.org/page/{statement}/1.0/?language=sv"):
        assert read_rights(address) == NotFree(reason)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "written",
    [
        "",
        "free",
        "Photo by Anna 2.0",
        "https://example.org/creativecommons.org/licenses/by/4.0/",
        "x" * 999,
    ],
)
def test_what_is_not_known_is_nothing(written: str) -> None:
    """No licence is read into other words or other people's addresses."""
    assert read_rights(written) is None


@given(st.lists(st.sampled_from(["cc", "by", "sa", "nc", "nd", "0", "4.0", "de", "International", "x"]), max_size=7))
def test_nothing_unfree_is_a_licence(words: list[str]) -> None:
    """However the words stand, none with NC or ND is one or near one."""
    found = read_rights(" ".join(words))
    if {"nc", "nd"} & {*words}:
        assert not isinstance(found, License | Near)


@given(hostile)
def test_anything_can_be_read(text: str) -> None:
    """What is found is known to Commons, whatever is written."""
    found = read_rights(text)
    if isinstance(found, License):
        assert license_of(found.template) == found


def test_templates_that_say_why_a_work_is_free_in_the_united_states() -> None:
    """Those do that were made of two, and those about the United States; a term after a death does not."""
    for name in ("PD-old-70-expired", "PD-old-auto-1996", "PD-US-expired", "PD-USGov-NASA", "PD-two", "PD-ineligible"):
        assert says_united_states(name), name
    for name in ("PD-old-70", "PD-old-100", "PD-old-auto", "PD-anon-70-EU", "PD-Sweden-photo", "PD-Art"):
        assert not says_united_states(name), name


def test_things_that_are_not_flat() -> None:
    """By what they are called, in each language, alone or among others."""
    for name in (
        "Sculpture",
        "Sculptures",
        "Münzen",
        "Skulpturer",
        "munten",
        "Amphora",
        "Vase",
        "mynt; medalj",
        "костюм, маска",
        "兜",
        "bijou",
    ):
        assert is_solid(name), name
    for name in ("painting", "Gemälde", "photograph", "drawing of a vase", ""):
        assert not is_solid(name), name
