"""Licences of Commons are known by their templates' names; two of them stand on a page in one template or in two."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wikitext.escape import Wikitext
from wikitext.license_calls import COMBINING, Licenses
from wikitext.licenses import COPYRIGHTED, DEDICATED, PUBLIC_DOMAIN, License, license_of

words = st.sampled_from(
    ["cc", "by", "sa", "nc", "nd", "zero", "pd", "old", "4.0", "3.0", "2.1", "1.0", "de", "all", "x"]
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Cc-zero", License("Cc-zero", DEDICATED, "Q6938433")),
        ("CC0", License("Cc-zero", DEDICATED, "Q6938433")),
        ("CC0 1.0", License("Cc-zero", DEDICATED, "Q6938433")),
        ("CC0-1.0", License("Cc-zero", DEDICATED, "Q6938433")),
        ("cc-by-4.0", License("Cc-by-4.0", COPYRIGHTED, "Q20007257")),
        ("Cc-by-sa-4.0", License("Cc-by-sa-4.0", COPYRIGHTED, "Q18199165")),
        ("CC-BY-SA-3.0", License("Cc-by-sa-3.0", COPYRIGHTED, "Q14946043")),
        ("Cc-by-sa-3.0-de", License("Cc-by-sa-3.0-de", COPYRIGHTED, "Q42716613")),
        ("Cc-by-2.5-it", License("Cc-by-2.5-it", COPYRIGHTED)),
        ("PD-old-70", License("PD-old-70", PUBLIC_DOMAIN)),
        ("pd-US-expired", License("PD-US-expired", PUBLIC_DOMAIN)),
        ("PD-Art", License("PD-Art", PUBLIC_DOMAIN)),
        ("PD-self", License("PD-self", DEDICATED, "Q98592850")),
        ("FAL", License("FAL", COPYRIGHTED, "Q152332")),
        ("GFDL-1.2", License("GFDL-1.2", COPYRIGHTED, "Q26921686")),
        ("Attribution_only_license", License("Attribution only license", COPYRIGHTED, "Q98923445")),
        ("OGL3", License("OGL3", COPYRIGHTED, "Q99891702")),
        ("Cc-by-nc-4.0", None), ("Cc-by-nd-4.0", None), ("Cc-by-nc-sa-3.0", None), ("Cc-by-sa-4.0-de", None),
        ("Cc-by-5.0", None), ("Cc-by-2.1", None), ("Cc-by", None), ("PD-", None), ("PD", None), ("Fair use", None),
        ("PD-old}}{{Evil", None), ("PD-old|x", None), ("", None),
    ],
)  # fmt: skip
def test_license_of(name: str, expected: License | None) -> None:
    """What is free is known with its items, whatever the case; what is not free, or no licence, is not."""
    assert license_of(name) == expected


@given(st.lists(words, min_size=1, max_size=6).map("-".join))
def test_nothing_unfree_is_a_license(name: str) -> None:
    """No Creative Commons licence with NC or ND is ever taken for free, and each other one finds itself."""
    found = license_of(name)
    if name.startswith("cc-") and {"nc", "nd"} & {*name.split("-")}:
        assert found is None
    if found:
        assert license_of(found.template) == found
        assert re.fullmatch("Q[1-9][0-9]*", found.item or found.status)


BOTH = "'''{{Label|Q838948}}'''\n%s\n'''{{Label|Q125191}}'''\n%s"


@pytest.mark.parametrize(
    ("work", "photo", "solid", "section"),
    [
        ("{{PD-old-70-expired}}", "", False, "{{PD-old-70-expired}}"),
        ("{{PD-old-100-expired}}", "{{Cc-zero}}", False, "{{Licensed-PD-Art|PD-old-100-expired|Cc-zero}}"),
        ("{{PD-Art|PD-old-100-expired}}", "{{Cc-zero}}", False, "{{Licensed-PD-Art|PD-old-100-expired|Cc-zero}}"),
        (
            "{{PD-old-auto-expired|deathyear=1903}}",
            "{{Cc-by-4.0|The museum}}",
            False,
            "{{Licensed-PD-Art|PD-old-auto-expired|Cc-by-4.0|attribution=The museum|deathyear=1903}}",
        ),
        (
            "{{PD-old-auto-expired|deathyear=1953}}",
            "{{Cc-by-2.0|A|B}}",
            True,
            "{{Licensed-PD|PD-old-auto-expired|{{Cc-by-2.0|A|B}}|deathyear=1953}}",
        ),
        ("{{PD-old-70-expired}}", "{{Cc-by-2.0|A|B}}", False, BOTH % ("{{PD-old-70-expired}}", "{{Cc-by-2.0|A|B}}")),
        ("{{Cc-by-4.0}}", "{{Cc-zero}}", True, BOTH % ("{{Cc-by-4.0}}", "{{Cc-zero}}")),
        ("{{PD-two|A|B}}", "{{Cc-zero}}", False, BOTH % ("{{PD-two|A|B}}", "{{Cc-zero}}")),
        *(
            (work, photo, False, BOTH % (work, photo))
            for work, photo in (
                ("{{PD-old-100|2=Cc-zero}}", "{{Cc-by-4.0}}"),
                ("{{PD-old-100}}", "{{Self|Cc-by-4.0}}"),
                ("{{PD-old-100}}", "{{PD-Art|PD-old-100}}"),
                ("{{PD-old-100|attribution=Me}}", "{{Cc-by-4.0|You}}"),
                ("{{Licensed-PD-Art|PD-old-100|Cc-by-sa-4.0}}", "{{Cc-by-4.0}}"),
            )
        ),
    ],
)
def test_two_licences(work: str, photo: str, solid: bool, section: str) -> None:  # noqa: FBT001
    """One template says both where it can, and nothing that neither says; else each stands under what it is for."""
    licenses = Licenses(Wikitext(work), Wikitext(photo))
    assert licenses.section(COMBINING, solid=solid) == section
    assert licenses.section((), solid=solid) == "\n".join(filter(None, (work, photo)))


@pytest.mark.parametrize(
    ("work", "photo", "of_file"),
    [
        ("{{PD-old-70}}", "", "PD-old-70"),
        ("{{PD-old-70}}", "{{Cc-zero}}", "Cc-zero"),
        ("{{Licensed-PD-Art|PD-old-70-expired|Cc-by-4.0}}", "", "Cc-by-4.0"),
    ],
)
def test_the_licence_of_a_file_is_its_photograph_s(work: str, photo: str, of_file: str) -> None:
    """What a photograph shows may be free for another reason; the file is under the photograph's licence."""
    assert Licenses(Wikitext(work), Wikitext(photo)).of_file == license_of(of_file)
