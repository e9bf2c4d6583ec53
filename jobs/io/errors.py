"""What a wiki's refusal means.

Each error is one of three: a fault of the item (the next one may go well), a wiki that is busy (the same will go well
later), or a fault of the whole (every further try would fail alike, so the request stops and people are told).
"""

from enum import Enum, auto

from jobs.model.outcomes import Failed, Later, Stop
from wikitext.messages import message


class WikiError(Exception):
    """The wiki answered with an error or a warning: nothing took effect.

    `code`: as the API gives it (API:Errors and warnings); `info`: the wiki's own explanation, which may name the bot's
    address and is for the log alone; `retry_after`: seconds, where the wiki named them; `messages`: the names of the
    messages behind the code; `fact`: what is known to be harmless, as the number of a filter or the title of a file;
    `blocked_by`: the files, or the addresses on the spam blacklist, that are in the way.
    """

    def __init__(
        self,
        code: str,
        info: str,
        retry_after: float | None = None,
        *,
        messages: tuple[str, ...] = (),
        fact: str = "",
        blocked_by: tuple[str, ...] = (),
    ) -> None:
        super().__init__(f"{code}: {info}")
        self.code = code
        self.info = info
        self.retry_after = retry_after
        self.messages = messages
        self.fact = fact
        self.blocked_by = blocked_by


class Unanswered(Exception):  # noqa: N818 - it is not known to be an error
    """A request was sent and its answer never came: it may have taken effect.

    `retry_after`: seconds, where whoever answered instead of the wiki named them.
    """

    def __init__(self, what: str, retry_after: float | None = None) -> None:
        super().__init__(what)
        self.retry_after = retry_after


class Unreached(Unanswered):
    """A request never left: there is no connection to the wiki, and nothing took effect."""


class _Reaction(Enum):
    WAIT = auto()
    """The wiki takes nothing from this account now; nothing took effect."""
    AGAIN = auto()
    """The wiki could not do this; it may have done a part of it."""
    ITEM = auto()
    """The item's own fault."""
    STOP = auto()


# Codes, names of messages, or the beginnings of them (API:Errors and warnings; API:Upload for the warnings;
# Wikibase/API). Of several that fit, the first in this table counts.
_REACTIONS: dict[_Reaction, tuple[str, ...]] = {
    _Reaction.WAIT: ("maxlag", "ratelimited", "readonly", "actionthrottledtext"),
    _Reaction.AGAIN: (
        "internal_api_error_", "lockmanager-fail-conflict", "backend-fail-", "badtoken", "editconflict",
        "JobQueueError", "UploadStashFileException", "UploadChunkFileException", "stashfailed", "uploadstash-",
        "stashedfilenotfound",
    ),
    _Reaction.ITEM: (
        "exists", "page-exists", "exists-normalized", "duplicate", "was-deleted", "badfilename", "bad-prefix",
        "thumb", "large-file", "emptyfile", "articleexists", "missingtitle", "pagedeleted", "invalidtitle",
        "illegal-filename", "filename-", "filetype-", "file-too-large", "empty-file", "protectedpage",
        "protectedtitle", "cascadeprotected", "protectednamespace", "cantcreate", "fileexists-",
        "verification-error", "uploadscripted", "contenttoobig", "abusefilter-", "spamblacklist",
        "titleblacklist-", "hookaborted", "modification-failed", "not-recognized-language", "failed-save",
        "no-such-entity", "nosuchrevid",
    ),
}  # fmt: skip
_BLOCKED = ("blocked", "autoblocked", "systemblocked")
_OF_ITS_VALUES = ("spamblacklist", "titleblacklist-", "protected", "cascadeprotected")
"""What says nothing of other items, however many fare alike: their addresses, names and pages are others."""
# What people are told of the codes that they meet most; the code stands beside it.
_SENTENCES: dict[str, tuple[str, ...]] = {
    "failed-spam": ("spamblacklist",),
    "failed-title": ("titleblacklist-",),
    "failed-filter": ("abusefilter-",),
    "failed-cascade": ("cascadeprotected",),
    "failed-protected": ("protectedpage", "protectedtitle", "protectednamespace"),
    "failed-too-long": ("contenttoobig",),
}

BUSY_SECONDS = 5.0


def classify_error(error: WikiError | Unanswered) -> Failed | Later | Stop:
    """What an error means for the item and its request; one that is not known stops the request.

    Only the code is published, and what is known to be harmless.
    """
    if isinstance(error, Unanswered):
        return Later(max(BUSY_SECONDS, error.retry_after or 0), message("later-unanswered"))
    code, reaction = _understood(error)
    if reaction in {_Reaction.WAIT, _Reaction.AGAIN}:
        return Later(max(BUSY_SECONDS, error.retry_after or 0), message("later-busy", code))
    if reaction is _Reaction.ITEM:
        kind = None if code.startswith(_OF_ITS_VALUES) else code
        sentence = next((said for said, codes in _SENTENCES.items() if code.startswith(codes)), "failed-wiki")
        return Failed(kind, message(sentence, f"{code}: {error.fact}" if error.fact else code))
    return (
        Stop(message("why-bot-blocked", code), passes=True) if code in _BLOCKED else Stop(message("stopped-wiki", code))
    )


def given_up(error: WikiError | Unanswered) -> Failed:
    """What is said of an item that was tried for long enough."""
    if isinstance(error, Unanswered):
        return Failed("unanswered", message("failed-unanswered"))
    return Failed(_understood(error)[0], message("failed-busy", _understood(error)[0]))


def without_effect(error: WikiError | Unanswered) -> bool:
    """Whether it is sure that nothing of the request took effect, and that any other would have fared alike."""
    return isinstance(error, Unreached) or (isinstance(error, WikiError) and _understood(error)[1] is _Reaction.WAIT)


def is_passing(error: WikiError | Unanswered) -> bool:
    """Whether the same may go well later."""
    return isinstance(classify_error(error), Later)


def _understood(error: WikiError) -> tuple[str, _Reaction]:
    """What the error is, and what to do about it.

    `failed-save` says nothing, the messages behind it do; so do those of `permissiondenied` where a page is protected.
    """
    names = (*error.messages, error.code) if error.code in _VAGUE else (error.code,)
    for reaction, beginnings in _REACTIONS.items():
        for name in names:
            if name.startswith(beginnings):
                return name, reaction
    return error.code, _Reaction.STOP


_VAGUE = {"failed-save", "permissiondenied"}
