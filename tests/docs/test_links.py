"""Links of what people read in the repository lead somewhere."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from .pages import DOCS, ROOT

TOP = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md")
TEXTS = [*(ROOT / name for name in TOP), *sorted(DOCS.glob("*.md")), *sorted((ROOT / "deploy/toolforge").glob("*.md"))]
ROOMS = ("bots", "jobs", "wikitext", "deploy", "tests", "docs")

every_text = pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The web site that `make docs` makes."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "-f", str(ROOT / "deploy" / "mkdocs.yml"), "-d", str(folder)]
    built = subprocess.run(command, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    return folder


@pytest.mark.long
def test_every_page_is_in_the_site(site: Path) -> None:
    """Every page is there; its links lead to pages, and to headings that these have, else nothing would be made."""
    wanted = {path.stem if path.stem != "index" else "." for path in DOCS.glob("*.md")}
    assert {str(page.parent.relative_to(site)) for page in site.rglob("index.html")} == wanted


def test_the_site_is_whole(site: Path) -> None:
    """No page of it names a style, a picture or a script of another server's."""
    for page in site.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"<(?:script|img|link)\b[^>]*\b(?:src|href)=\"?(?:https?:)?//", text), page


@every_text
def test_links(path: Path) -> None:
    """A link to a file, or to a heading in it, leads there."""
    for target in re.findall(r"\]\(([^)\s]+)\)", path.read_text(encoding="utf-8")):
        name, _, anchor = target.partition("#")
        if "://" in name:
            continue
        file = (path.parent / name).resolve() if name else path
        assert file.exists(), target
        assert not anchor or anchor in headings(file), target


def headings(path: Path) -> set[str]:
    """The anchors of a page's headings."""
    found = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in found}


@every_text
def test_files_in_words(path: Path) -> None:
    """A file or folder that is named from the top of the repository is there."""
    named = re.findall(rf"`((?:{'|'.join(ROOMS)})/[\w./-]*)`", path.read_text(encoding="utf-8"))
    assert [name for name in named if not (ROOT / name).exists()] == []
