"""Our reading of titles against the wiki's own."""

from deploy.sandbox import SandboxWiki
from deploy.sandbox.client import Person
from wikitext import titles

_SPACES = ("", " ", "_", "\u00a0", "\u1680", "\u2002", "\u2009", "\u200a", "\u202f", "\u205f", "\u3000")
_MARKS = ("\u200b", "\u200c", "\u200d", "\u200e", "\u200f", "\u202a", "\u202c", "\u202e", "\ufeff", "\u2060", "\u2066")
_OTHERS = ("&#58;", "&#x3A;", "&colon;", "%3A", "&nbsp;", "&#160;", "&lrm;", "%20", "&amp;", "\uff1a", "\u0085", ":")
_PATTERNS = (
    "{}user{}:{}reviewer/page",
    "{}glass{}plate{}",
    ":{}user talk{}:x{}",
    "category{}:{}glass{}",
    "Glass{}:{}{}",
)
WRITTEN = tuple(
    pattern.format(*(odd if place == at else "" for place in range(3)))
    for pattern in _PATTERNS
    for odd in (*_SPACES, *_MARKS, *_OTHERS)
    for at in range(3)
)


def _read(wiki: SandboxWiki, written: list[str]) -> dict[str, str | None]:
    """What the wiki makes of titles; None: nothing."""
    found: dict[str, str | None] = {}
    for start in range(0, len(written), 50):
        batch = written[start : start + 50]
        answer = Person(wiki, "Stranger").api(action="query", titles="\x1f" + "\x1f".join(batch))["query"]
        own = {entry["from"]: entry["to"] for entry in answer.get("normalized", [])}
        there = {page["title"] for page in answer["pages"] if not page.get("invalid")}
        found |= {one: own.get(one, one) if own.get(one, one) in there else None for one in batch}
    return found


def test_a_title_that_we_read_is_the_one_that_the_wiki_reads(commons_wiki: SandboxWiki) -> None:
    """Odd spaces, invisible marks, references and colons: a title that we read leads where the wiki's does.

    Where ours is the stricter one, there is no title.
    """
    ours = {written: titles.title(written) for written in dict.fromkeys(WRITTEN)}
    asked = list(dict.fromkeys([*ours, *(title for title in ours.values() if title)]))
    wiki = _read(commons_wiki, asked)
    wrong = {w: (t, wiki[t], wiki[w]) for w, t in ours.items() if t and wiki[t] != wiki[w]}
    assert not wrong
    read = {written: titles.category(written) for written in ours if (wiki[written] or "").startswith("Category:")}
    assert len(read) > len(_SPACES)
    assert not {w: (name, wiki[w]) for w, name in read.items() if name and f"Category:{name}" != wiki[w]}
