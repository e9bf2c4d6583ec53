"""The example in docs/kinds.md is true: a new kind is one file and a line in the registry."""

import re
from pathlib import Path
from types import ModuleType

import pytest

from jobs.kinds.registry import KINDS

from .rig import Rig, picture

_GUIDE = Path(__file__).parents[2] / "docs" / "kinds.md"


def test_the_example_of_a_new_kind_runs_as_it_stands(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Registered by one line, the example plans, waits for approval, uploads and reports like any other kind."""
    example = re.search(r"```python\n(.*?)```", _GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert example
    assert len(example[1].splitlines()) < 40
    module = ModuleType("single")
    exec(compile(example[1], str(_GUIDE), "exec"), module.__dict__)  # noqa: S102 - the example is this repository's
    monkeypatch.setitem(KINDS, "single", module.__dict__["SingleKind"]())

    url = rig.partner.publish("/single.jpg", picture(601))
    rig.person("Partner").edit(
        rig.base,
        f"{{{{Hub request|type=single|partner=Museum|file={url}|name=A single plate|description=[[Plate]]\n}}}}",
        section_new="One file",
    )
    rig.work()
    assert rig.status() == "planned"
    rig.approve()
    rig.work()
    assert rig.status() == "done"
    assert rig.person("Stranger").text("File:A single plate.jpg") == "&#91;&#91;Plate&#93;&#93;"
