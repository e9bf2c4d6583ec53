"""What everybody may read, logged out and without script."""

from flask.testing import FlaskClient

from .conftest import PARTNER

PAGES = ("/", "/request/H1", "/request/H2", f"/partner?name={PARTNER}", "/workers")


def text(client: FlaskClient, address: str) -> str:
    """A page that is there."""
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.text


def test_all_requests_are_shown(reading: FlaskClient) -> None:
    """With state, partner, counts and links to each."""
    page = text(reading, "/")
    print(page)
