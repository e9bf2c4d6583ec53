"""Where a category's page says that its pages belong."""

import pytest

from wikitext.redirects import category_redirect

NAMESPACES = ("category", "kategori")


@pytest.mark.parametrize(
    ("text", "hard", "leads"),
    [
        ("#REDIRECT [[:Category:Glass plates]]", True, "Glass plates"),
        ("#OMDIRIGERING[[Kategori:glass_plates#Part|x]]\nMore.", True, "Glass plates"),
        ("#REDIRECT [[Glass plates]]", True, None),
        ("#REDIRECT [[Category:Glass plates]]", False, None),
        ("{{Category redirect|Glass plates}}", False, "Glass plates"),
        ("{{Cat redirect|1=:Category:Glass plates}} {{Seecat|Other}}", False, "Glass plates"),
        ("<nowiki>{{Category redirect|Glass plates}}</nowiki>", False, None),
        ("{{Category redirect}}", False, None),
        ("", False, None),
    ],
)
def test_where_a_category_leads(text: str, leads: str | None, *, hard: bool) -> None:
    """A redirect as the wiki takes it for one, or a template; to a category or nowhere."""
    assert category_redirect(text, NAMESPACES, hard=hard) == leads
