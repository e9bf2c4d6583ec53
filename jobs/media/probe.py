"""What a partner's file is, and whether a wiki would take it."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from jobs.io.fetching import fetch
from jobs.io.http import Unfetched
from jobs.io.plan_context import PlanContext
from jobs.media.headers import picture
from jobs.media.types import MediaType, is_said_to_be, media_type, other_ending
from jobs.model.actions import Picture, Refusal
from wikitext.messages import Message, message


@dataclass(frozen=True)
class Media:
    """A file that a wiki would take: which bytes (SHA-1 in hex), how many, of what type.

    `picture`: what its header says of its pixels; None if it has none, or the header cannot be read.
    """

    sha1: str
    size: int
    type: MediaType
    picture: Picture | None = None


def look_at_media(url: str, context: PlanContext, endings: Collection[str]) -> Media | Refusal:
    """What is at the address, or why it cannot be uploaded. A plan holds its SHA-1; the file may be kept for later.

    `endings`: those that the wiki takes. No wiki is asked, so several threads may look at once.
    """
    with context.spool.new_file() as file:
        try:
            fetched = fetch(url, file, context)
        except Unfetched as error:
            return Refusal(error.why)
        found = media_type(Path(file.name))
        if found is None:
            return Refusal(message("row-not-media", url, fetched.content_type or "?"))
        if why := doubt(url, fetched.content_type, found, endings):
            return Refusal(why)
        context.spool.keep(Path(file.name), fetched.sha1)
        return Media(fetched.sha1, fetched.size, found, picture(Path(file.name), found.extension))


def doubt(url: str, said: str, found: MediaType, taken: Collection[str]) -> Message | None:
    """Why a file of the type that was found is not uploaded: the wiki does not take it, or it is called another.

    `said`: the server's Content-Type; `taken`: the endings that the wiki takes.
    """
    if found.extension not in taken:
        return message("row-not-media", url, found.mime)
    if not is_said_to_be(said, found):
        return message("row-type-differs", url, said, found.mime)
    if ending := other_ending(url, found):
        return message("row-ending-differs", url, ending, found.mime)
    return None
