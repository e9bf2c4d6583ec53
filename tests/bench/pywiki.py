"""What many bots are: a loop over pywikibot's `Page.save`, or its upload and then `wbeditentity`, the throttle off.

`python -m tests.bench.pywiki`, told as `tests.bench.bare` is.
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

os.environ["PYWIKIBOT_NO_USER_CONFIG"] = "2"  # read when pywikibot is imported

import pywikibot
from pywikibot.family import SingleSiteFamily
from pywikibot.login import ClientLoginManager

from deploy.sandbox import BOT, BOT_LOGIN, BOT_SECRET
from tests.bench.work import Work


def site(api: str, folder: Path) -> Any:
    """The wiki, logged in. `folder`: for pywikibot's notes."""
    config, there = pywikibot.config, urlsplit(api)
    config.base_dir = str(folder)
    (folder / "throttle.ctrl").touch()
    config.put_throttle = config.minthrottle = config.maxthrottle = 0
    config.enable_GET_without_SSL = True
    config.usernames["*"]["*"] = BOT
    config.verbose_output = 0
    members = {
        "name": f"bench{there.port}",
        "domain": there.netloc,
        "protocol": lambda _self, _code: there.scheme,
        "scriptpath": lambda _self, _code: there.path.removesuffix("/api.php"),
    }
    made = pywikibot.Site("bench", type("BenchFamily", (SingleSiteFamily,), members)(), user=BOT)
    login = ClientLoginManager(BOT_SECRET, made, BOT)
    login.login_name = BOT_LOGIN
    assert login.login()
    made.login()
    return made


def upload(wiki: Any, title: str, path: str, text: str, data: str) -> None:
    """Upload a file, and give it its structured data."""
    page = pywikibot.FilePage(wiki, title)
    assert page.upload(path, comment="Pywikibot", text=text, report_success=False)
    said = {"action": "wbeditentity", "id": f"M{page.pageid}", "data": data, "summary": "Pywikibot", "bot": True}
    wiki.simple_request(**said, token=wiki.tokens["csrf"]).submit()


def main() -> None:
    """Do the work, and print what it took."""
    work = Work(**json.load(sys.stdin))
    with tempfile.TemporaryDirectory() as folder:
        wiki = site(work.api, Path(folder))
        begun, busy = time.monotonic(), time.process_time()
        for title, text in work.edits.items():
            page = pywikibot.Page(wiki, title)
            assert page.text != text
            page.text = text
            page.save(summary="Pywikibot", minor=False, quiet=True)
        for title, (path, text) in work.uploads.items():
            upload(wiki, title, path, text, work.data)
        print(json.dumps({"seconds": time.monotonic() - begun, "cpu": time.process_time() - busy}))


if __name__ == "__main__":
    main()
