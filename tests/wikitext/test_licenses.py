"""Licences of Commons are known by their templates' names and by rights statements' addresses."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wikitext.licenses import (
    COPYRIGHTED,
    DEDICATED,
    PUBLIC_DOMAIN,
    License,
    is_not_free,
    license_meant,
    license_of,
    template_of,
)

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


@pytest.mark.parametrize(
    ("uri", "template"),
    [
        ("http://creativecommons.org/publicdomain/zero/1.0/", "Cc-zero"),
        ("https://creativecommons.org/licenses/by/4.0/", "Cc-by-4.0"),
        ("https://creativecommons.org/licenses/by-sa/4.0", "Cc-by-sa-4.0"),
        ("https://creativecommons.org/licenses/by-sa/4.0/deed.sv", "Cc-by-sa-4.0"),
        ("https://creativecommons.org/licenses/by/3.0/de/", "Cc-by-3.0-de"),
        ("https://creativecommons.org/licenses/by-nc/4.0/", None),
        ("https://creativecommons.org/licenses/by-nd/4.0/", None),
        ("https://creativecommons.org/publicdomain/mark/1.0/", None),
        ("http://rightsstatements.org/vocab/InC/1.0/", None),
        ("http://rightsstatements.org/vocab/NoC-US/1.0/", None),
        ("https://example.org/creativecommons.org/licenses/by/4.0/", None),
        ("", None),
    ],
)
def test_template_of(uri: str, template: str | None) -> None:
    """An address that says one free licence gives its template; one that does not say why it is free gives none."""
    assert template_of(uri) == template


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("CC BY-SA 4.0", "Cc-by-sa-4.0"),
        ("CC BY-SA 3.0 and CC BY-SA 4.0", "Cc-by-sa-3.0"),
        ("CC0", "Cc-zero"),
        ("Creative Commons Attribution 3.0 Unported", "Cc-by-3.0"),
        ("Public Domain", "PD-old-70"),
        ("CC BY-NC 4.0", None),
        ("All rights reserved", None),
    ],
)
def test_a_licence_that_is_called_as_elsewhere_is_guessed(written: str, meant: str | None) -> None:
    """The first that is named; none where it is not free, or is none that we know."""
    assert license_meant(written) == meant


def test_a_licence_in_a_column_may_be_called_as_creative_commons_does() -> None:
    """With spaces between its parts."""
    found = license_of("CC BY 4.0")
    assert found
    assert found.template == license_of("Cc-by-4.0").template  # type: ignore[union-attr]
    assert is_not_free("CC BY-NC 4.0")
