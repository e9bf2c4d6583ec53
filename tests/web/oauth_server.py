"""A stand-in for Wikimedia's OAuth 2 server: the authorization code grant with PKCE (RFC 6749, RFC 7636).

It checks what the real one checks: consumer, secret, address to come back to, code, verifier, bearer token.
"""

import base64
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.serving import answer, serving

KEY, SECRET = "consumer-key", "consumer-secret-of-the-tests"


@dataclass
class OAuthServer:
    """`user`: who says yes there. `address`: what CPH_WEB_OAUTH_SERVER is."""

    user: str = "Reviewer"
    address: str = ""
    callback: str = ""
    challenges: dict[str, str] = field(default_factory=dict)
    user_agents: set[str] = field(default_factory=set)


@contextmanager
def oauth_server(callback: str) -> Iterator[OAuthServer]:
    """The server, at which a consumer is registered that people come back from to this address."""
    server = OAuthServer(callback=callback)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.user_agents.add(self.headers["User-Agent"])
            path, asked = urlsplit(self.path).path, dict(parse_qsl(urlsplit(self.path).query))
            if path == "/oauth2/authorize":
                self._authorize(asked)
            elif self.headers["Authorization"] == "Bearer of a token":
                self._say(200, {"sub": "1", "username": server.user})
            else:
                self._say(401, {"error": "invalid_token"})

        def _authorize(self, asked: dict[str, str]) -> None:
            right = {"client_id": KEY, "response_type": "code", "code_challenge_method": "S256"}
            right |= {"redirect_uri": server.callback}
            if any(asked.get(name) != value for name, value in right.items()):
                self._say(400, {"error": "invalid_request"})
                return
            code = f"code {len(server.challenges)}"
            server.challenges[code] = asked["code_challenge"]
            self.send_response(302)
            self.send_header("Location", f"{server.callback}?{urlencode({'code': code, 'state': asked['state']})}")
            self.end_headers()

        def do_POST(self) -> None:
            server.user_agents.add(self.headers["User-Agent"])
            given = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
            digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
            challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
            right = {"client_id": KEY, "client_secret": SECRET, "grant_type": "authorization_code"}
            right |= {"redirect_uri": server.callback}
            known = server.challenges.pop(given.get("code", ""), None) == challenge
            if not known or any(given.get(name) != value for name, value in right.items()):
                self._say(400, {"error": "invalid_grant"})
                return
            self._say(200, {"access_token": "of a token", "token_type": "Bearer", "expires_in": 14400})

        def _say(self, status: int, said: dict[str, object]) -> None:
            answer(self, json.dumps(said).encode(), status)

    with serving(Handler) as host:
        server.address = f"http://{host}/oauth2"
        yield server
