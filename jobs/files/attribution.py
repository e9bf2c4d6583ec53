"""Makers that a partner is not sure of, or that the maker only stands near to: attributed to, workshop of, after.

The kinds are those that Commons' Creator templates take as their parameter (Template:Creator, `option`).
"""

import re

_KINDS = {
    "attributed to": (
        "attributed to, attrib. to, attr. to, tillskriven, tillskrivet, attribuerad till, zugeschrieben, "
        "zugeschrieben an, attribué à, attribuée à, toegeschreven aan, atribuido a, atribuída a, atribuído a, "
        "attribuito a, przypisywany, tilskrevet"
    ),
    "formerly attributed to": (
        "formerly attributed to, previously attributed to, tidigare tillskriven, früher zugeschrieben, "
        "anciennement attribué à, vroeger toegeschreven aan, già attribuito a"
    ),
    "workshop of": (
        "workshop of, atelier of, verkstad, werkstatt von, werkstatt, atelier de, atelier van, werkplaats "
        "van, taller de, bottega di, oficina de"
    ),
    "studio of": "studio of, ateljé",
    "circle of": (
        "circle of, krets kring, kretsen kring, umkreis von, umkreis, entourage de, kring van, omgeving van, "
        "círculo de, cerchia di, krąg"
    ),
    "follower of": (
        "follower of, followers of, efterföljare till, nachfolger von, nachfolge, suiveur de, navolger van, "
        "seguidor de, seguace di"
    ),
    "school of": "school of, schule von, école de, school van, escuela de, scuola di, escola de",
    "manner of": (
        "manner of, in the manner of, style of, in the style of, i stil med, art des, in der art von, à la "
        "manière de, manière de, in de stijl van, a la manera de, maniera di, alla maniera di"
    ),
    "after": (
        "after, copy after, copy of, efter, kopia efter, nach, kopie nach, d'après, copie d'après, naar, "
        "kopie naar, según, copia de, copia da"
    ),
    "possibly": (
        "possibly, perhaps, maybe, möjligen, kanske, möglicherweise, vielleicht, peut-être, mogelijk, "
        "posiblemente, forse"
    ),
    "probably": (
        "probably, prob., troligen, sannolikt, wahrscheinlich, probablement, waarschijnlijk, probablemente, "
        "probabilmente"
    ),
}
_KIND_OF = {phrase: kind for kind, phrases in _KINDS.items() for phrase in phrases.split(", ")}
_PHRASES = "|".join(re.escape(phrase) for phrase in sorted(_KIND_OF, key=len, reverse=True))
_BEFORE = re.compile(rf"\s*[(\[]?({_PHRASES})[:)\]]*\s+(\S.*)", re.IGNORECASE | re.DOTALL)
_BEHIND = re.compile(rf"(.*\S)\s*[,(\[]\s*({_PHRASES})\s*[)\]]?\s*", re.IGNORECASE | re.DOTALL)


def attribution(maker: str) -> tuple[str, str] | None:
    """How somebody is the maker, and who; None for a maker alone.

    >>> attribution("Attributed to Rembrandt"), attribution("Rembrandt (workshop of)"), attribution("Rembrandt")
    (('attributed to', 'Rembrandt'), ('workshop of', 'Rembrandt'), None)
    """
    if found := _BEFORE.fullmatch(maker):
        return _KIND_OF[found[1].lower()], found[2].strip()
    if found := _BEHIND.fullmatch(maker):
        return _KIND_OF[found[2].lower()], found[1].strip()
    return None
