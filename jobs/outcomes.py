"""What came of an action, and what a wiki's refusal means.

Each error is one of three: a fault of the item (the next one may go well), a wiki that is busy (the same will go well
later), or a fault of the whole (every further try would fail alike, so the request stops and people are told).
"""

from dataclasses import dataclass

from wikitext.messages import Message, message


@dataclass(frozen=True)
class Done:
    """The action took effect and was read back; `revision` is the page's (0: none). `why`: it was so already."""

    revision: int
    why: Message | None = None


@dataclass(frozen=True)
class Sent:
    """The wiki accepted the action; what it stored has still to be read back. `revision`: where the wiki told it."""

    revision: int = 0


@dataclass(frozen=True)
class Failed:
    """The item could not be done; others can.

    `kind` tells whether two failures are the same; None: it is the item's own, and says nothing of the others.
    """

    kind: str | None
    why: Message


@dataclass(frozen=True)
class Begun:
    """The action took effect in part: `why` says what is there and what is missing, `kind` is as in `Failed`.

    It can be gone on with, and it can be taken back.
    """

    kind: str | None
    why: Message


@dataclass(frozen=True)
class Later:
    """The wiki or the network cannot take it now; to be tried again in so many seconds."""

    seconds: float
    why: Message


@dataclass(frozen=True)
class Stop:
    """No further action of this request should be tried until a person has looked."""

    why: Message


Outcome = Done | Sent | Failed | Begun | Later | Stop


class WikiError(Exception):
    """The wiki answered with an error or a warning: nothing took effect.

    `code`: as the API gives it (API:Errors and warnings); `info`: the wiki's own explanation; `retry_after`: seconds,
    where the wiki named them. `blocked_by`: the files, or the addresses on the spam blacklist, that are in the way.
    """

    def __init__(
        self, code: str, info: str, retry_after: float | None = None, *, blocked_by: tuple[str, ...] = ()
    ) -> None:
        super().__init__(f"{code}: {info}")
        self.code = code
        self.info = info
        self.retry_after = retry_after
        self.blocked_by = blocked_by


class Unanswered(Exception):  # noqa: N818 - it is not known to be an error
    """A request was sent and its answer never came: it may have taken effect."""


# Codes, or the beginnings of codes (API:Errors and warnings; API:Upload for the warnings; Wikibase/API).
_BUSY = (
    "maxlag", "ratelimited", "readonly", "internal_api_error_", "lockmanager-fail-conflict", "backend-fail-",
    "badtoken", "editconflict", "JobQueueError", "UploadStashFileException", "UploadChunkFileException",
    "stashfailed", "uploadstash-", "stashedfilenotfound",
)  # fmt: skip
_ITEM = (
    "exists", "page-exists", "exists-normalized", "duplicate", "was-deleted", "badfilename", "bad-prefix",
    "thumb", "large-file", "emptyfile", "articleexists", "missingtitle", "pagedeleted", "invalidtitle",
    "illegal-filename", "filename-", "filetype-", "file-too-large", "empty-file", "protectedpage",
    "protectedtitle", "cascadeprotected", "protectednamespace", "cantcreate", "fileexists-",
    "verification-error", "uploadscripted", "contenttoobig", "abusefilter-", "spamblacklist",
    "titleblacklist-", "hookaborted", "modification-failed", "not-recognized-language", "failed-save", "no-such-entity",
)  # fmt: skip
BUSY_SECONDS = 5.0


def judge(error: WikiError) -> Failed | Later | Stop:
    """What an error means for the item and its request; one that is not known stops the request."""
    if error.code.startswith(_BUSY):
        return Later(max(BUSY_SECONDS, error.retry_after or 0), message("later-busy", error.code))
    if error.code.startswith(_ITEM):
        return Failed(error.code, message("failed-wiki", error.code, error.info))
    return Stop(message("stopped-wiki", error.code, error.info))
