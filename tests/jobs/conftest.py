"""What tests of fetching share: a partner's web server on loopback."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest

from tests.jobs.lists.made import Published
from tests.serving import serving


@pytest.fixture
def published() -> Iterator[Published]:
    """A web server with nothing on it."""
    said = Published()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            said.asked.append(self.path)
            body = said.pages.get(self.path)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

    with serving(Handler) as said.host:
        yield said
