"""Buttons on a request, for who is logged in: what they may is judged as an answer on the report's talk page is."""

import atexit
import logging
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from threading import BoundedSemaphore
from typing import TypeVar

from flask import Blueprint, Flask, abort, current_app, flash, g, redirect, render_template, request, url_for
from werkzeug.exceptions import ServiceUnavailable
from werkzeug.wrappers import Response

from bots.cli.ends import away
from bots.cli.opening import opened
from bots.settings import Settings
from bots.web.asked import settings, stored
from bots.web.ledger import ledger
from bots.web.login import user
from jobs.context.hub import Hub
from jobs.io.errors import Unanswered, WikiError
from jobs.model.requests import ItemState, ReviewComment, StoredRequest
from jobs.review.commands import objection, offered
from jobs.review.steering import steer_as_user
from jobs.store.database import LedgerLocked
from wikitext.messages import Message

blueprint = Blueprint("steering", __name__)

_log = logging.getLogger(__name__)

BUTTONS = ("pause", "resume", "retry", "cancel")
"""The answers that need no look at a preview."""

_EXTENSION = "cph steering"

Done = TypeVar("Done")

_ANSWER_SECONDS = 15.0
"""For so long who presses a button waits for the wiki, which the bot would wait for longer."""

_LOOK_SECONDS = 3.0
"""As long who only reads a page."""

_AT_ONCE = 3
"""So many wait; others are told to come again, for each keeps a thread from those who read."""


class _Steering:
    """The wikis, as the bot sees them: logged in when somebody may first press a button, and asked by one at a time."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._one_at_a_time = ThreadPoolExecutor(max_workers=1)
        self._places = BoundedSemaphore(_AT_ONCE)
        self._hub: Hub | None = None

    def do(self, work: Callable[[Hub], Done], seconds: float = _ANSWER_SECONDS) -> Done:
        """What it comes to within these seconds; what the wiki answers later still counts.

        May raise ServiceUnavailable, WikiError, Unanswered, LedgerLocked and LedgerUnusable.
        """
        if not self._places.acquire(blocking=False):
            raise ServiceUnavailable(retry_after=round(_ANSWER_SECONDS))
        try:
            pressed = self._one_at_a_time.submit(self._do, work)
            try:
                return pressed.result(seconds)
            except TimeoutError:
                pressed.cancel()
                raise Unanswered("the wiki") from None
        finally:
            self._places.release()

    def _do(self, work: Callable[[Hub], Done]) -> Done:
        if self._hub is None:
            with ExitStack() as stack:
                self._hub = stack.enter_context(opened(self._settings))
                atexit.register(stack.pop_all().close)
        return work(self._hub)


def set_up(app: Flask, bot: Settings) -> None:
    """Let who is logged in steer requests; `bot`: the settings of the bot that asks what they may."""
    app.extensions[_EXTENSION] = _Steering(bot)
    app.register_blueprint(blueprint)


def buttons(found: StoredRequest, counts: Mapping[ItemState, int], by: str) -> tuple[str, ...]:
    """What somebody (empty: nobody) can press, with so many items in each state: what would count.

    Nothing where the settings do not name the request's wikis; where a wiki does not say at once who they are, whatever
    means something: who presses is told.
    """
    if not by or not {found.wiki, found.target} <= _wikis():
        return ()
    timely = tuple(answer for answer in offered(found.state, counts) if answer in BUTTONS)
    steering: _Steering = current_app.extensions[_EXTENSION]
    try:
        return steering.do(lambda hub: _counting(hub, found, timely, by), _LOOK_SECONDS) if timely else ()
    except (WikiError, Unanswered, LedgerLocked, ServiceUnavailable) as error:
        _log.info("%s: it is not known what %s may: %s", found.text_id, by, away(error))
        return timely


def _counting(hub: Hub, found: StoredRequest, answers: Iterable[str], by: str) -> tuple[str, ...]:
    said = (ReviewComment(0, 0, "", by, answer, found.plan) for answer in answers)
    return tuple(one.answer for one in said if objection(hub, found, one) is None)


def _wikis() -> set[str]:
    return {wiki.name for wiki in settings().wikis}


@blueprint.get("/request/<text_id>/cancel")
def ask(text_id: str) -> str:
    """Ask whether they mean it: nothing leads back from there."""
    found = stored(text_id)
    if "cancel" not in buttons(found, ledger().counts(found), user()):
        abort(403)
    return render_template("cancel.html", found=found)


@blueprint.post("/request/<text_id>/steer")
def press(text_id: str) -> Response:
    """Do what the button says, or say why not."""
    answer, plan = request.form.get("answer", ""), request.form.get("plan", "")
    found, by = stored(text_id), user()
    if not by or answer not in BUTTONS or not {found.wiki, found.target} <= _wikis():
        abort(403)
    steering: _Steering = current_app.extensions[_EXTENSION]
    try:
        done = steering.do(lambda hub: steer_as_user(hub, found, answer, by, plan))
    except (WikiError, Unanswered) as error:
        _log.warning("%s: “%s” of %s: %s", found.text_id, answer, by, away(error))
        abort(502)
    if isinstance(done, Message):
        flash(g.reader.say(_in_words(done)))
    return redirect(url_for("pages.one_request", text_id=found.text_id))


def _in_words(refused: Message) -> Message:
    """With what the button says, in the reader's language, for the name of the answer."""
    if refused.key not in {"review-may-not", "review-may-not-either"}:
        return refused
    user, answer, policy = refused.arguments
    return replace(refused, arguments=(user, g.reader.answer(str(answer)), policy))
