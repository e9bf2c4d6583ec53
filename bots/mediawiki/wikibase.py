"""What a wiki's Wikibase says: the structured data of its files, and the items and languages that data may name."""

import json
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bots.mediawiki import responses
from bots.mediawiki.session import BATCH, Session
from jobs.io.errors import WikiError
from jobs.io.wiki import About, Entity

_KEPT_SECONDS = 60.0
"""How long the wiki's answer about items and languages is kept."""

_BAD_REVISION = r"internal_api_error_Wikibase\Lib\Store\BadRevisionException"


@dataclass(frozen=True)
class _Lately:
    """What was asked and may be answered again until then, by `time.monotonic`; an item that there is none of is ""."""

    until: float
    items: dict[str, str] = field(default_factory=dict)
    languages: dict[str, frozenset[str]] = field(default_factory=dict)


_NONE = {"missing": ""}
"""What wbgetentities says of an entity that is not there. No page has one in its first revision."""


class Wikibase:
    """The Wikibase of a wiki. `about`: what the API says of a page, as the port has it."""

    def __init__(self, session: Session, about: Callable[[Mapping[str, Any]], About]) -> None:
        self._session = session
        self._about = about
        self._takes_entities: bool | None = None
        self._known = _Lately(0)

    def takes_entities(self) -> bool:
        """As `Wiki.takes_entities`."""
        if self._takes_entities is None:
            asked = self._session.send({"action": "paraminfo", "modules": "wbeditentity"}, use_get=True)
            self._takes_entities = bool(asked["paraminfo"]["modules"])
        return self._takes_entities

    def items(self, ids: Collection[str]) -> Mapping[str, str]:
        """As `Wiki.items`."""
        known, asked = self._lately().items, [*dict.fromkeys(ids)]
        new = [id_ for id_ in asked if id_ not in known]
        for batch in _batches(new):
            found = responses.items(self._entities(batch, props="info", redirects="yes"))
            known.update((id_, found.get(id_, "")) for id_ in batch)
        return {id_: known[id_] for id_ in asked if known[id_]}

    def languages(self, context: str) -> frozenset[str]:
        """The codes of the languages that a text of this kind may have: `term` or `monolingualtext`."""
        known = self._lately().languages
        if context not in known:
            for response in self._session.query(meta="wbcontentlanguages", wbclcontext=context, wbclprop="code"):
                known[context] = frozenset(response.get("wbcontentlanguages", ()))
        return known[context]

    def _lately(self) -> _Lately:
        if time.monotonic() > self._known.until:
            self._known = _Lately(time.monotonic() + _KEPT_SECONDS)
        return self._known

    def entities(self, titles: Collection[str]) -> Mapping[str, Entity]:
        """As `Wiki.entities`."""
        asked = self._session.pages(titles, prop="info", inprop="protection")
        pages = {title: page for title, page in asked if page.get("lastrevid")}
        found: dict[str, dict[str, Any]] = {f"M{page['pageid']}": _NONE for page in pages.values() if page.get("new")}
        for batch in _batches([id_ for page in pages.values() if (id_ := f"M{page['pageid']}") not in found]):
            found |= self._entities(batch, props="info|labels|claims")
        return {
            title: responses.entity(page, found[f"M{page['pageid']}"], self._about(page))
            for title, page in pages.items()
        }

    def _entities(self, ids: Sequence[str], **parameters: str) -> dict[str, dict[str, Any]]:
        asked = {"action": "wbgetentities", "ids": "|".join(ids), **parameters}
        found: dict[str, dict[str, Any]] = self._session.send(asked, use_get=True)["entities"]
        return found

    def set_entity(self, entity: Entity, data: Mapping[str, Any], summary: str) -> int:
        """As `Wiki.set_entity`."""
        sent = json.dumps(data, ensure_ascii=False)
        try:
            response = self._session.write(
                "wbeditentity", id=entity.id, data=sent, summary=summary, baserevid=entity.revision, bot=True
            )
        except WikiError as error:
            if error.code == _BAD_REVISION:  # there was no entity at that revision, and there is one now
                raise WikiError("editconflict", error.info) from None
            raise
        return int(response["entity"]["lastrevid"])


def _batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
