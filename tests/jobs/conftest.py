"""What tests of fetching share: a partner's web server on loopback."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest

from tests.jobs.lists.made import Published
from tests.serving import answer, serving


@pytest.fixture
def published() -> Iterator[Published]:
    """A web server with nothing on it."""
    said = Published()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            said.asked.append(self.path)
            body = said.pages.get(self.path)
            answer(self, body or b"", 404 if body is None else 200, "application/octet-stream")

    with serving(Handler) as said.host:
        yield said
