"""What a wiki's refusal means.

Each error is one of three: a fault of the item (the next one may go well), a wiki that is busy (the same will go well
later), or a fault of the whole (every further try would fail alike, so the request stops and people are told). Which
code is which stands in `errors.json`, and nowhere else but where a flow is about that very code.
"""

from collections.abc import Collection

from jobs.io.error_table import WARNINGS, KnownError, Reaction, Trait, known_error
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
    """A request was sent and its response never came: it may have taken effect.

    `retry_after`: seconds, where whoever answered instead of the wiki named them.
    """

    def __init__(self, what: str, retry_after: float | None = None) -> None:
        super().__init__(what)
        self.retry_after = retry_after


class Unreached(Unanswered):
    """A request never left: there is no connection to the wiki, and nothing took effect."""


BUSY_SECONDS = 5.0


def classify_error(error: WikiError | Unanswered) -> Failed | Later | Stop:
    """What an error means for the item and its request; one that is not known stops the request.

    Only the code is published, and what is known to be harmless.
    """
    if isinstance(error, Unanswered):
        return Later(max(BUSY_SECONDS, error.retry_after or 0), message("later-unanswered"))
    code, known = _understood(error)
    if known.reaction in {Reaction.WAIT, Reaction.AGAIN}:
        return Later(max(BUSY_SECONDS, error.retry_after or 0), message(known.sentence, code))
    if known.reaction is Reaction.ITEM:
        said = message(known.sentence, f"{code}: {error.fact}" if error.fact else code)
        return Failed(None if known.alone else code, said)
    return Stop(message(known.sentence, code), passes=Trait.BLOCK in known.traits)


def given_up(error: WikiError | Unanswered) -> Failed:
    """What is said of an item that was tried for long enough."""
    if isinstance(error, Unanswered):
        return Failed("unanswered", message("failed-unanswered"))
    return Failed(_understood(error)[0], message("failed-busy", _understood(error)[0]))


def without_effect(error: WikiError | Unanswered) -> bool:
    """Whether it is sure that nothing of the request took effect, and that any other would have fared alike."""
    return isinstance(error, Unreached) or (
        isinstance(error, WikiError) and _understood(error)[1].reaction is Reaction.WAIT
    )


def is_passing(error: WikiError | Unanswered) -> bool:
    """Whether the same may go well later."""
    return isinstance(classify_error(error), Later)


def is_a(error: WikiError, trait: Trait) -> bool:
    """Whether the error, by its code, is one of these."""
    return trait in known_error(error.code).traits


def in_the_way(error: WikiError) -> str | None:
    """The key of what is said where a file is in the way of an upload, which is its argument; None: it is not that."""
    return known_error(error.code).in_the_way


def file_warning(warnings: Collection[str]) -> str | None:
    """Of an upload's warnings the one that says most of those that say the names of files; None: none of them does.

    >>> file_warning({"duplicate": ["A.jpg"], "exists": "B.jpg"}), file_warning({"large-file": 1})
    ('exists', None)
    """
    return next((code for _, code in WARNINGS if code in warnings), None)


def _understood(error: WikiError) -> tuple[str, KnownError]:
    """What the error is, and what that means.

    Where its code is vague, the most hopeful of the names behind it counts: `failed-save` may be a limit, which passes,
    and `permissiondenied` a page that is protected.
    """
    names = (*error.messages, error.code) if is_a(error, Trait.VAGUE) else (error.code,)
    name = min(names, key=lambda one: _BY_HOPE.index(known_error(one).reaction))
    if known_error(name).reaction is Reaction.STOP:
        name = error.code
    return name, known_error(name)


_BY_HOPE = tuple(Reaction)
