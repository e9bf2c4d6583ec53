"""Buttons on a request, for who is logged in: what they may is judged as an answer on the report's talk page is."""

import atexit
import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack

from flask import Blueprint, Flask, abort, current_app, flash, g, redirect, request, url_for
from werkzeug.wrappers import Response

from bots.cli.ends import away
from bots.cli.opening import opened
from bots.settings import Settings
from bots.web.asked import settings, stored
from bots.web.login import user
from jobs.context.hub import Hub
from jobs.io.errors import Unanswered, WikiError
from jobs.model.requests import ItemState, StoredRequest
from jobs.review.commands import offered
from jobs.review.steering import steer_as_user
from wikitext.messages import Message

blueprint = Blueprint("steering", __name__)

_log = logging.getLogger(__name__)

BUTTONS = ("pause", "resume", "retry", "cancel")
"""The answers that need no look at a preview."""

_EXTENSION = "cph steering"


class _Steering:
    """The wikis, as the bot sees them: logged in when somebody first presses a button, and asked by one at a time."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._one_at_a_time = threading.Lock()
        self._hub: Hub | None = None

    def do(self, work: Callable[[Hub], StoredRequest | Message]) -> StoredRequest | Message:
        """What it comes to. May raise WikiError, Unanswered, LedgerLocked and LedgerUnusable."""
        with self._one_at_a_time:
            if self._hub is None:
                with ExitStack() as stack:
                    self._hub = stack.enter_context(opened(self._settings))
                    atexit.register(stack.pop_all().close)
            return work(self._hub)


def set_up(app: Flask, bot: Settings) -> None:
    """Let who is logged in steer requests; `bot`: the settings of the bot that asks what they may."""
    app.extensions[_EXTENSION] = _Steering(bot)
    app.register_blueprint(blueprint)


def buttons(found: StoredRequest, counts: Mapping[ItemState, int]) -> tuple[str, ...]:
    """What can be pressed, with so many items in each state; nothing where the settings do not name its wikis."""
    known = {found.wiki, found.target} <= _wikis()
    return tuple(answer for answer in offered(found.state, counts) if known and answer in BUTTONS)


def _wikis() -> set[str]:
    return {wiki.name for wiki in settings().wikis}


@blueprint.post("/request/<text_id>/steer")
def press(text_id: str) -> Response:
    """Do what the button says, or say why not."""
    answer, plan = request.form.get("answer", ""), request.form.get("plan", "")
    found = stored(text_id)
    if not user() or answer not in BUTTONS or not {found.wiki, found.target} <= _wikis():
        abort(403)
    steering: _Steering = current_app.extensions[_EXTENSION]
    try:
        done = steering.do(lambda hub: steer_as_user(hub, found, answer, user(), plan))
    except (WikiError, Unanswered) as error:
        _log.warning("%s: “%s” of %s: %s", found.text_id, answer, user(), away(error))
        abort(502)
    if isinstance(done, Message):
        flash(g.reader.say(done))
    return redirect(url_for("pages.one_request", text_id=found.text_id))
