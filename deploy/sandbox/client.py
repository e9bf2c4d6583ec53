"""A small client with which the demo and the tests act as people, apart from the bot's code."""

import json
from collections.abc import Mapping
from typing import Any

import requests

from . import SandboxWiki, password

SECONDS = 60

Answer = dict[str, Any]
"""A response of the action API, in its second format."""


class ApiError(Exception):
    """The wiki refused a request; the message is its response."""


class Person:
    """Somebody logged in to a wiki with the password of their account."""

    def __init__(self, wiki: SandboxWiki, account: str) -> None:
        """Log in; raises ApiError if the wiki does not let them."""
        self.wiki = wiki
        self.account = account
        self._csrf = ""
        self._session = requests.Session()
        self._session.trust_env = False  # A proxy in the environment is not for loopback.
        self._session.headers["User-Agent"] = f"sandbox client ({account})"
        self._log_in()

    def _log_in(self) -> None:
        self._csrf = ""
        response = self.api(
            action="clientlogin",
            username=self.account,
            password=password(self.account),
            loginreturnurl=self.wiki.url,
            logintoken=self._token("login"),
        )
        if response["clientlogin"]["status"] != "PASS":
            raise ApiError(response)

    def api(self, **parameters: str | int) -> Answer:
        """Post a request to the action API and return its response; raises ApiError on errors."""
        return self._post(parameters)

    def text(self, title: str) -> str | None:
        """Return a page's wikitext, or nothing if there is no such page."""
        response = self.api(action="query", prop="revisions", rvprop="content", rvslots="main", titles=title)
        (page,) = response["query"]["pages"]
        if page.get("missing"):
            return None
        content: str = page["revisions"][0]["slots"]["main"]["content"]
        return content

    def edit(self, title: str, text: str, *, section_new: str | None = None, summary: str = "") -> Answer:
        """Give a page this text, or add it as a new section under the heading given."""
        new = {} if section_new is None else {"section": "new", "sectiontitle": section_new}
        return self._write("edit", {"title": title, "text": text, "summary": summary, **new})

    def append(self, title: str, text: str, *, summary: str = "") -> Answer:
        """Add text at the end of a page."""
        return self._write("edit", {"title": title, "appendtext": text, "summary": summary})

    def upload(self, title: str, content: bytes, text: str, *, over: bool = False) -> Answer:
        """Upload a file, with the text of its page; raises ApiError if the wiki warns of it (but `over` another)."""
        name = title.removeprefix("File:")
        confirmed = {"ignorewarnings": "1"} if over else {}
        response = self._write("upload", {"filename": name, "text": text, **confirmed}, content)
        if response["upload"]["result"] != "Success":
            raise ApiError(response)
        return response

    def set_groups(self, account: str, *, add: str = "", remove: str = "") -> Answer:
        """Put an account into a user group or take it out of one."""
        return self._post(
            {"action": "userrights", "user": account, "add": add, "remove": remove, "token": self._token("userrights")}
        )

    def edit_entity(self, entity: str, data: object, **more: str | int) -> int:
        """Change a file's structured data with wbeditentity's `data`; returns the new revision's id."""
        response = self._write("wbeditentity", {"id": entity, "data": json.dumps(data), **more})
        revision: int = response["entity"]["lastrevid"]
        return revision

    def browse(self, title: str, **filled: str) -> str:
        """Send a form of a special page, as a browser does; returns the page that answers."""
        response = self._session.post(self.wiki.page(title), data=filled, timeout=SECONDS)
        response.raise_for_status()
        return response.text

    def do(self, action: str, **parameters: str | int) -> Answer:
        """Change the wiki by any other action of its API; raises ApiError if it does not let them."""
        return self._write(action, parameters)

    def import_pages(self, xml: bytes, **parameters: str | int) -> Answer:
        """Import pages from a file of Special:Export's."""
        return self._write("import", parameters, xml, "xml")

    def _write(
        self, action: str, parameters: Mapping[str, str | int], content: bytes | None = None, name: str = "file"
    ) -> Answer:
        """Do what changes the wiki, as this account. `name`: of the parameter with the file."""
        try:
            return self._written(action, parameters, content, name)
        except ApiError as error:
            if "assertnameduserfailed" not in str(error):
                raise
            self._log_in()  # the wiki keeps sessions in its cache, which may be full of other things
            return self._written(action, parameters, content, name)

    def _written(self, action: str, parameters: Mapping[str, str | int], content: bytes | None, name: str) -> Answer:
        self._csrf = self._csrf or self._token("csrf")
        write = {"action": action, "assertuser": self.account, "token": self._csrf}
        return self._post({**parameters, **write}, content, name)

    def _token(self, kind: str) -> str:
        response = self.api(action="query", meta="tokens", type=kind)
        token: str = response["query"]["tokens"][f"{kind}token"]
        return token

    def _post(self, parameters: Mapping[str, str | int], content: bytes | None = None, name: str = "file") -> Answer:
        response = self._session.post(
            self.wiki.api,
            data={"format": "json", "formatversion": 2, "errorformat": "plaintext", **parameters},
            files=None if content is None else {name: ("file", content)},
            timeout=SECONDS,
        )
        response.raise_for_status()
        result: Answer = response.json()
        if "errors" in result:
            raise ApiError(result["errors"])
        return result
