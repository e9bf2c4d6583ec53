"""The calls of licence templates: what is in them, and how two of them stand on a page.

Source: Commons:Multi-license copyright tags.
"""

from collections.abc import Collection
from dataclasses import dataclass

from wikitext.escape import Wikitext
from wikitext.licenses import PUBLIC_DOMAIN, License, license_of
from wikitext.titles import capitalised

_OF_BOTH = ("Licensed-PD-Art", "Licensed-PD")
"""Templates for why a work is free and what the photograph of it is licensed under: of flat works, of others.

Their first two arguments; what the licences themselves take (`deathyear`, `attribution`) has its name.
"""

_OF_COPIES = frozenset({"pd-art", "pd-scan"})
"""Templates that say a copy is free because the work is; why that is free is their argument."""

_LABEL = "Label"
_WORK, _PHOTOGRAPH = "Q838948", "Q125191"
_NONE = Wikitext("")
COMBINING = frozenset({*_OF_BOTH, _LABEL})
"""The templates that a page with two licences is made with, as far as the wiki has them."""


@dataclass(frozen=True)
class LicenseCall:
    """The call of a licence template: its name, and its arguments without and with a name."""

    name: str
    unnamed: tuple[str, ...]
    named: tuple[str, ...]

    @property
    def templates(self) -> tuple[str, ...]:
        """The names of the licence templates in it: its own and, where it is made of others, theirs."""
        return (self.name, *(name for name in self.unnamed if license_of(name)))

    @property
    def reason(self) -> "LicenseCall":
        """Why the work is free: for a copy of it, or a work and its photograph, what the first argument says."""
        of_others = self.name.casefold() in _OF_COPIES or self.is_of_both
        return LicenseCall(self.unnamed[0], (), self.named) if of_others and self.unnamed else self

    @property
    def is_of_both(self) -> bool:
        """Whether it is of a work and its photograph; the case of its first letter makes no difference."""
        return capitalised(self.name) in _OF_BOTH

    @property
    def is_renumbered(self) -> bool:
        """Whether it gives an argument by its number, which may stand in for another."""
        return any(one.partition("=")[0].strip().isdecimal() for one in self.named)

    @property
    def is_bare(self) -> bool:
        """Whether it says that a copy is free and not why the work is."""
        return self.name.casefold() in _OF_COPIES and not self.unnamed


def read_call(call: str) -> LicenseCall:
    """The parts of a plain call: one whose arguments hold no other call."""
    name, *arguments = call.strip("{}").split("|")
    unnamed = tuple(one.strip() for one in arguments if "=" not in one)
    named = [one for one in arguments if "=" in one]
    while not all(unnamed[-1:]):  # an empty one at the end is none
        unnamed = unnamed[:-1]
    while first := next((one for one in named if one.partition("=")[0].strip() == str(len(unnamed) + 1)), ""):
        unnamed = (*unnamed, first.partition("=")[2].strip())
        named.remove(first)
    return LicenseCall(name.strip(), unnamed, tuple(named))


@dataclass(frozen=True)
class Licenses:
    """The calls of the licence templates of a file: of what it shows, and of the photograph if that has its own."""

    work: Wikitext
    photo: Wikitext = _NONE

    @property
    def of_file(self) -> License | None:
        """The licence that the file itself is under: with two, that of the photograph."""
        call = read_call(self.photo or self.work)
        if call.is_of_both and len(call.unnamed) > 1:
            return None if call.is_renumbered else license_of(call.unnamed[1])
        return license_of(call.name)

    @property
    def has_photo(self) -> bool:
        """Whether the photograph has a licence of its own."""
        return bool(self.photo) or read_call(self.work).is_of_both

    def section(self, there: Collection[str] = (), *, solid: bool = False) -> Wikitext:
        """What stands on the page. `there`: those of `COMBINING` that the wiki has; `solid`: it shows no flat work."""
        if not self.photo:
            return self.work
        template, work = _OF_BOTH[solid], read_call(self.work)
        apart = work.is_renumbered or work.is_of_both
        if template in there and not apart and (arguments := _combined(work.reason, self.photo, solid=solid)):
            return Wikitext("{{" + "|".join((template, *arguments)) + "}}")
        headings = [f"'''{{{{{_LABEL}|{item}}}}}'''\n" if _LABEL in there else "" for item in (_WORK, _PHOTOGRAPH)]
        return Wikitext(f"{headings[0]}{self.work}\n{headings[1]}{self.photo}")


def _combined(work: LicenseCall, photo: Wikitext, *, solid: bool) -> tuple[str, ...] | None:
    """The arguments of the template that says both, if they can be said so."""
    free, call = license_of(work.name), read_call(photo)
    if work.unnamed or free is None or free.status != PUBLIC_DOMAIN:
        return None
    if solid:
        return work.name, photo, *work.named
    credited = tuple(f"attribution={name}" for name in call.unnamed if name)
    known = license_of(call.name)
    if call.named or len(call.unnamed) > 1 or known is None or known.status == PUBLIC_DOMAIN:
        return None
    if credited and any(one.partition("=")[0].strip() == "attribution" for one in work.named):
        return None
    return work.name, call.name, *credited, *work.named
