"""The licence templates of Commons that say a file is free, and the items that structured data names them by.

Sources: Commons:Copyright tags, Commons:Licensing (no NC, no ND), Commons:Structured data/Modeling/Copyright.
"""

import re
from dataclasses import dataclass

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


_CREATIVE_COMMONS = {
    "by-1.0": "Q30942811", "by-2.0": "Q19125117", "by-2.5": "Q18810333", "by-3.0": "Q14947546", "by-4.0": "Q20007257",
    "by-sa-1.0": "Q47001652", "by-sa-2.0": "Q19068220", "by-sa-2.5": "Q19113751", "by-sa-3.0": "Q14946043",
    "by-sa-4.0": "Q18199165",
    "by-2.5-se": "Q27940776", "by-3.0-de": "Q62619894", "by-3.0-igo": "Q26259495", "by-3.0-nl": "Q53859967",
    "by-3.0-us": "Q18810143", "by-sa-2.5-nl": "Q18199175", "by-sa-2.5-se": "Q15914252", "by-sa-3.0-at": "Q80837139",
    "by-sa-3.0-de": "Q42716613", "by-sa-3.0-igo": "Q56292840", "by-sa-3.0-nl": "Q18195572", "by-sa-3.0-us": "Q18810341",
}  # fmt: skip
_NAMED = (
    License("Cc-zero", DEDICATED, "Q6938433"),
    License("PD-self", DEDICATED, "Q98592850"),
    License("PD-author", DEDICATED, "Q98592850"),
    License("PD-user", DEDICATED, "Q98592850"),
    License("PD-heirs", DEDICATED, "Q98592850"),
    License("FAL", COPYRIGHTED, "Q152332"),
    License("GFDL", COPYRIGHTED, "Q50829104"),
    License("GFDL-1.2", COPYRIGHTED, "Q26921686"),
    License("GFDL-1.3", COPYRIGHTED, "Q27019786"),
    License("Attribution", COPYRIGHTED, "Q98923445"),
    License("Attribution only license", COPYRIGHTED, "Q98923445"),
    License("Copyrighted free use", COPYRIGHTED, "Q99578078"),
    License("GODL-India", COPYRIGHTED, "Q99891295"),
    License("OGL", COPYRIGHTED, "Q99891660"),
    License("OGL2", COPYRIGHTED, "Q99891692"),
    License("OGL3", COPYRIGHTED, "Q99891702"),
    License("Flickr-no known copyright restrictions", NO_KNOWN_RESTRICTIONS),
)
_BY_NAME = {license_.template.casefold(): license_ for license_ in _NAMED}
_OTHER_NAMES = {
    **dict.fromkeys(("cc0", "cc-0", "cc 0", "cc0 1.0", "cc0-1.0", "cc zero", "cc-zero 1.0"), "cc-zero"),
    "art libre": "fal",
}  # fmt: skip

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
    folded = _OTHER_NAMES.get(written.casefold(), written.casefold())
    if folded in _BY_NAME:
        return _BY_NAME[folded]
    parted = folded.replace(" ", "-")  # "CC BY 4.0", as Creative Commons calls it
    if found := _CC.fullmatch(parted):
        return License(parted.capitalize(), COPYRIGHTED, _CREATIVE_COMMONS.get(f"{found[1]}-{found[2]}"))
    return License(f"PD{written[2:]}", PUBLIC_DOMAIN) if _PUBLIC_DOMAIN.fullmatch(written) else None


_REPRODUCTION = re.compile(r"(?:licensed[- ])?pd-(?:art|scan)(?:[-/ ].*)?", re.IGNORECASE)


def is_reproduction(name: str) -> bool:
    """Whether a template of this name says that the file reproduces a flat work faithfully.

    Commons:When to use the PD-Art tag, Commons:When to use the PD-scan tag.

    >>> is_reproduction("PD-Art"), is_reproduction("Licensed-PD-Art"), is_reproduction("PD-old-70")
    (True, True, False)
    """
    return bool(_REPRODUCTION.fullmatch(" ".join(name.replace("_", " ").split())))
