"""The licence templates of Commons that say a file is free, and the items that structured data names them by.

Those that are known one by one stand in `licenses.json`; those of Creative Commons and of the public domain are known
by how they are called.
Sources: Commons:Copyright tags, Commons:Licensing (no NC, no ND), Commons:Structured data/Modeling/Copyright.
"""

import re
from dataclasses import dataclass
from importlib.resources import files
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, model_validator

from wikitext.data_files import read_data

COPYRIGHTED = "Q50423863"
PUBLIC_DOMAIN = "Q19652"
DEDICATED = "Q88088423"
"""Items for the copyright status (P6216); the last: copyrighted, dedicated to the public domain by its holder."""

NO_KNOWN_RESTRICTIONS = "Q99263261"


@dataclass(frozen=True)
class License:
    """A licence template.

    `template`: its name. `status`: the item for P6216. `item`: the item for P275, or None where there is none (public
    domain) or it is not in the list (a licence for one country).
    """

    template: str
    status: str
    item: str | None = None


_STATUS = {"copyrighted": COPYRIGHTED, "dedicated": DEDICATED, "no known restrictions": NO_KNOWN_RESTRICTIONS}
_Item = Annotated[str, Field(pattern=r"^Q[1-9][0-9]*$")]


class _Template(BaseModel):
    """What is known of a template: whether what it says is protected, and the item of the licence."""

    model_config = ConfigDict(extra="forbid")

    status: Literal["copyrighted", "dedicated", "no known restrictions"]
    item: _Item | None = None


class _Licenses(BaseModel):
    """`licenses.json`: templates; the items of Creative Commons' licences by terms, version and country; other names.

    An other name is in small letters, and leads to a template of the file.
    """

    model_config = ConfigDict(extra="forbid")

    templates: dict[str, _Template]
    creative_commons: Annotated[
        dict[Annotated[str, Field(pattern=r"^by(-sa)?-[1-4]\.[05](-[a-z]{2,8})?$")], _Item],
        Field(alias="creative commons"),
    ]
    other_names: Annotated[dict[str, str], Field(alias="other names")]

    @model_validator(mode="after")
    def _leads_somewhere(self) -> Self:
        for name, template in self.other_names.items():
            if template not in self.templates or name != name.casefold():
                raise ValueError(
                    f"other names, {name}: {template} is no template of this file, or the name has capitals"
                )
        return self


LICENSES = TypeAdapter(_Licenses)
_DATA = read_data(LICENSES, files(__package__) / "licenses.json")
_BY_NAME = {name.casefold(): License(name, _STATUS[told.status], told.item) for name, told in _DATA.templates.items()}

# The versions that are: 2.1 and 3.0-igo, for instance, only for a country or organisation, 4.0 for none.
_CC = re.compile(r"cc-(by(?:-sa)?)-((?:1\.0|2\.0|2\.5|3\.0)(?:-(?:[a-z]{2}|igo|scotland))?|2\.1-(?:au|es|jp)|4\.0)")
_PUBLIC_DOMAIN = re.compile(r"pd-[^\W_][^{}|<>\[\]]*", re.IGNORECASE)


def license_of(name: str) -> License | None:
    """The licence that a template of this name is, however its first letter and spaces are written.

    None for what is not free on Commons (NC, ND), and for templates that are not known to say that a file is free.

    >>> license_of("Cc-by-4.0"), license_of("cc-by-nc-4.0")
    (License(template='Cc-by-4.0', status='Q50423863', item='Q20007257'), None)
    """
    written = " ".join(name.replace("_", " ").split())
    folded = _DATA.other_names.get(written.casefold(), written).casefold()
    if folded in _BY_NAME:
        return _BY_NAME[folded]
    parted = folded.replace(" ", "-")  # "CC BY 4.0", as Creative Commons calls it
    if found := _CC.fullmatch(parted):
        return License(parted.capitalize(), COPYRIGHTED, _DATA.creative_commons.get(f"{found[1]}-{found[2]}"))
    return License(f"PD{written[2:]}", PUBLIC_DOMAIN) if _PUBLIC_DOMAIN.fullmatch(written) else None


_REPRODUCTION = re.compile(r"(?:licensed[- ])?pd-(?:art|scan)(?:[-/ ].*)?", re.IGNORECASE)


def is_reproduction(name: str) -> bool:
    """Whether a template of this name says that the file reproduces a flat work faithfully.

    Commons:When to use the PD-Art tag, Commons:When to use the PD-scan tag.

    >>> is_reproduction("PD-Art"), is_reproduction("Licensed-PD-Art"), is_reproduction("PD-old-70")
    (True, True, False)
    """
    return bool(_REPRODUCTION.fullmatch(" ".join(name.replace("_", " ").split())))
