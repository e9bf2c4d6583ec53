"""What is installed is what the project says that it needs."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]


def locked(file: str) -> Mapping[str, str]:
    """The packages of a lock file, each with its version."""
    lines = (ROOT / file).read_text(encoding="utf-8")
    return {
        canonicalize_name(name): version for name, version in re.findall(r"^([\w.-]+)==([^\s;]+)", lines, re.MULTILINE)
    }


def needed(*extras: str) -> Iterator[Requirement]:
    """What the project needs, with these extras and those that they name."""
    yield from map(Requirement, PROJECT["dependencies"])
    for one in (Requirement(line) for extra in extras for line in EXTRAS[extra]):
        if one.name == PROJECT["name"]:
            yield from needed(*one.extras)
        else:
            yield one


@pytest.mark.parametrize(("file", "extras"), [("requirements.txt", ("mariadb",)), ("tests/requirements.txt", EXTRAS)])
def test_the_locked_versions_are_those_that_are_allowed(file: str, extras: tuple[str, ...]) -> None:
    """What is tried here is within what the project says that it works with."""
    versions = locked(file)
    for requirement in needed(*extras):
        assert requirement.specifier.contains(versions[canonicalize_name(requirement.name)]), requirement


def test_every_requirement_names_the_lowest_version() -> None:
    """An older one was never tried, and may lack what is called."""
    for requirement in needed(*EXTRAS):
        assert [one.operator for one in requirement.specifier] == [">="], requirement


def test_tests_run_on_the_versions_that_are_deployed() -> None:
    """A package has one version in both lock files."""
    deployed = locked("requirements.txt")
    assert deployed.items() <= locked("tests/requirements.txt").items()


def test_the_version_is_told_where_the_project_is_not_installed() -> None:
    """A build installs what the project requires, not the project: nothing may ask the metadata of a package."""
    assert PROJECT["dynamic"] == ["version"]
    asks = [path for room in ("bots", "jobs", "wikitext") for path in (ROOT / room).rglob("*.py")]
    assert [path for path in asks if "importlib.metadata" in path.read_text(encoding="utf-8")] == []


def test_the_version_of_python_is_one_that_is_tried() -> None:
    """What `.python-version` has a build take is the lowest that the project promises to work with."""
    assert f">={(ROOT / '.python-version').read_text(encoding='utf-8').strip()}" == PROJECT["requires-python"]
