"""What SECURITY.md says is held is held by a test that is there; what is excused from a check has a reason."""

import ast
import re

import pytest

from .pages import ROOT, codes, table

PROMISES = table((ROOT / "SECURITY.md").read_text(encoding="utf-8"), "promise")
EXCUSED = re.compile(r"# noqa: ([A-Z]+\d+(?:, ?[A-Z]+\d+)*)(?P<why> --? .+)?")


@pytest.mark.parametrize("row", PROMISES, ids=[row["promise"] for row in PROMISES])
def test_promises(row: dict[str, str]) -> None:
    """Each names at least one test, and each that it names is there."""
    assert codes(row["tests"])
    for named in codes(row["tests"]):
        path, _, test = named.partition("::")
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        tests = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        assert tests
        assert not test or test in tests, named


@pytest.mark.parametrize("room", ["bots", "jobs", "wikitext", "deploy", "tests"])
def test_whatever_is_excused_has_a_reason(room: str) -> None:
    """Beside each `noqa` of a rule on security stands why."""
    bare = []
    for path in (ROOT / room).rglob("*.py"):
        for line in path.read_text(encoding="utf-8").splitlines():
            found = EXCUSED.search(line)
            if found and re.search(r"\bS\d", found[1]) and not found["why"]:
                bare.append(f"{path.name}: {line.strip()}")
    assert bare == []
