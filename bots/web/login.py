"""Who is logged in, by Wikimedia's OAuth 2 (Extension:OAuth); of them nothing is kept but the user name, in a cookie.

Whatever changes something carries the token of the cookie that it came with (OWASP: synchronizer token pattern).
"""

import hmac
import logging
import re
import secrets
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.consts import default_user_agent
from authlib.integrations.flask_client import OAuth
from flask import Blueprint, Flask, abort, current_app, g, redirect, request, session, url_for
from werkzeug.wrappers import Response

from bots.settings import WebSettings
from bots.web.asked import number, settings

blueprint = Blueprint("login", __name__)

_log = logging.getLogger(__name__)

_ANSWER_SECONDS = 15
"""For so long the OAuth server may be silent."""


def set_up(app: Flask, settings: WebSettings) -> None:
    """Let people log in at this application."""
    oauth = OAuth(app)
    oauth.register(
        "wikimedia",
        client_id=settings.web_oauth_key,
        client_secret=settings.web_oauth_secret,
        authorize_url=f"{settings.web_oauth_server}/authorize",
        access_token_url=f"{settings.web_oauth_server}/access_token",
        api_base_url=f"{settings.web_oauth_server}/",
        client_kwargs={
            "code_challenge_method": "S256",
            "token_endpoint_auth_method": "client_secret_post",
            "default_timeout": _ANSWER_SECONDS,
        },
        # Wikimedia's User-Agent policy: whom to write to.
        user_agent=f"content-partnerships-hub ({settings.web_address}) {default_user_agent}",
    )
    app.extensions["cph login"] = oauth.wikimedia
    app.register_blueprint(blueprint)


_logged_out: set[str] = set()
"""The tokens of those who logged out."""


def user() -> str:
    """The user name of who is logged in; empty: nobody is."""
    return "" if token() in _logged_out else str(session.get("user", ""))


def token() -> str:
    """What a form carries that changes something."""
    return str(session.get("token", ""))


def refuse_forged() -> None:
    """Answer 403 to what would change something and does not come from a form of ours."""
    given = request.form.get("token", "") if request.method == "POST" else ""
    if request.method == "POST" and not (token() and hmac.compare_digest(given.encode(), token().encode())):
        abort(403)


@blueprint.get("/login")
def begin() -> Response:
    """Send them to Wikimedia; `request`: the number of the one that they come from, `uselang`: in which language."""
    session.clear()  # with what is left of logins that came to no end
    session["from"] = number("request"), g.reader.language.code if request.args.get("uselang") else None
    answer: Response = _server().authorize_redirect(f"{settings().web_address}{url_for('.end')}")
    return answer


@blueprint.get("/login/end")
def end() -> Response:
    """Know them by what Wikimedia says of who comes back from it."""
    came_from, uselang = session.get("from", (0, None))
    try:
        _server().authorize_access_token()
        name = _name(_server().get("resource/profile").json())
    except AuthlibBaseError as error:
        _log.warning("nobody was logged in: %s", error.error)
        abort(403)
    except (requests.RequestException, ValueError) as error:
        _log.warning("the OAuth server does not say who it is: %s", type(error).__name__)
        abort(502)
    session.clear()
    session.update(user=name, token=secrets.token_urlsafe())
    if came_from:
        return redirect(url_for("pages.one_request", text_id=f"H{came_from}", uselang=uselang))
    return redirect(url_for("pages.requests", uselang=uselang))


def _name(profile: Any) -> str:
    """The user name in what Wikimedia says of somebody. Raises ValueError where there is none (Manual:Username)."""
    name = profile.get("username") if isinstance(profile, dict) else None
    if not isinstance(name, str) or not _USER_NAME.fullmatch(name):
        raise ValueError("no user name")
    return name


_USER_NAME = re.compile(r"[^\x00-\x1f\x7f#<>\[\]|{}/]{1,255}")


@blueprint.post("/logout")
def logout() -> Response:
    """Forget them, whoever else has their cookie: until it runs out, or this process ends."""
    _logged_out.add(token())
    session.clear()
    return redirect(url_for("pages.requests"))


def _server() -> Any:
    return current_app.extensions["cph login"]
