"""The dashboard as a WSGI application: `bots.web.app:create_app()`."""

import logging
from datetime import timedelta
from urllib.parse import urlencode

from flask import Flask, Response, g, has_request_context, render_template, request
from werkzeug.exceptions import HTTPException, ServiceUnavailable

from bots.cli.ends import away
from bots.cli.opening import full_settings, web_settings
from bots.settings import Settings, WebSettings
from bots.web import downloads, live, login, pages, steering
from bots.web.ledger import provide_ledger
from bots.web.progress import segments
from bots.web.reader import moment, own_languages, own_name, reader_of, visible
from bots.web.wiki_links import links_to
from jobs.model.progress import progress_of
from jobs.store.database import LedgerLocked, LedgerUnusable

_log = logging.getLogger(__name__)

_HEADERS = {
    # Nothing but what this server itself has: no script or style in a page, no frame, no other host.
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_LOGGED_IN = timedelta(hours=12)
_FORM_BYTES = 16_384


def create_app() -> Flask:
    """The dashboard with the settings of the environment. Raises ValidationError and SettingsError."""
    settings = web_settings()
    return dashboard(settings, full_settings() if settings.web_oauth_key else None)


def dashboard(settings: WebSettings, bot: Settings | None) -> Flask:
    """The dashboard; `bot`: whose account asks what people may who steer; None: nobody steers."""
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=settings.web_secret_key if bot else None,
        SESSION_COOKIE_NAME="__Host-cph",
        SESSION_COOKIE_SECURE=True,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=_LOGGED_IN,
        MAX_CONTENT_LENGTH=_FORM_BYTES,
        WEB=settings,
    )
    provide_ledger(app, settings.ledger)
    for part in (pages, downloads, live):
        app.register_blueprint(part.blueprint)
    if bot:
        login.set_up(app, settings)
        steering.set_up(app, bot)
    _set_up_templates(app, settings, may_log_in=bot is not None)
    app.before_request(_know_reader)
    app.before_request(login.refuse_forged)
    app.after_request(_secured)
    app.register_error_handler(LedgerLocked, _without_ledger)
    app.register_error_handler(LedgerUnusable, _without_ledger)
    app.register_error_handler(HTTPException, _failed)
    return app


def _set_up_templates(app: Flask, settings: WebSettings, *, may_log_in: bool) -> None:
    app.jinja_options = {"finalize": visible, "trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.globals.update(
        here=_here,
        links=links_to(settings.wikis),
        may_log_in=may_log_in,
        moment=moment,
        own_languages=own_languages(),
        own_name=own_name,
        progress_of=progress_of,
        segments=segments,
        token=login.token,
        user=login.user,
    )
    app.context_processor(lambda: {"reader": g.reader, "text": g.reader.text})
    app.url_defaults(_in_the_same_language)


def _know_reader() -> None:
    g.reader = reader_of(request.args.get("uselang", ""), request.accept_languages)


def _here(language: str = "") -> str:
    """The address of the page that is shown, relative to itself; in another language, if one is named."""
    asked = request.args.to_dict()
    return f"?{urlencode({**asked, 'uselang': language} if language else asked)}"


def _in_the_same_language(endpoint: str, values: dict[str, object]) -> None:
    """Who asked for a language in the address goes on in it; the consumer's callback has one form."""
    if endpoint not in {"static", "login.end"} and has_request_context() and request.args.get("uselang"):
        values.setdefault("uselang", g.reader.language.code)


def _secured(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "private, no-cache")
        response.vary.update(("Accept-Language", "Cookie"))
    return response


def _without_ledger(error: Exception) -> tuple[str, int, dict[str, str]]:
    _log.warning("%s", away(error))
    return _failed(ServiceUnavailable(retry_after=_RETRY_SECONDS))


def _failed(error: HTTPException) -> tuple[str, int, dict[str, str]]:
    status = error.code or 500
    headers = {name: value for name, value in error.get_headers() if name in {"Allow", "Retry-After"}}
    return render_template("error.html", status=status if status in _EXPLAINED else 500), status, headers


_EXPLAINED = frozenset({403, 404, 405, 500, 502, 503})
"""The statuses that there is a sentence for."""

_RETRY_SECONDS = 30
