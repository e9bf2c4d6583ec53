"""What partners paste where a web address belongs, and the address that they mean by it."""

import re
from urllib.parse import parse_qs, urlencode, urlsplit

from wikitext.messages import Message, message

_QUOTED = 80
_OWN_COMPUTER = re.compile(r"[A-Za-z]:[\\/]|file:/|\\\\|~/|/(?:home|Users|Volumes)/", re.IGNORECASE)
_NO_SCHEME = re.compile(r"(?:www\.[^\s:]+|(?:[\w-]+\.)+[a-z]{2,}/[^\s:]+\.[a-z]{3,5}\d?)", re.IGNORECASE)

_PAGES = {
    key: re.compile(rf"https?://(?:www\.)?{form}", re.IGNORECASE)
    for key, form in {
        "address-google-document": r"docs\.google\.com/(?!spreadsheets/)",
        "address-folder": r"(?:drive\.google\.com/(?:[^?#]*/)?folders/|dropbox\.com/(?:sh|scl/fo|home)(?:[/?#]|$))",
        "address-onedrive": r"(?:1drv\.ms|onedrive\.live\.com)(?:[/?#]|$)",
    }.items()
}
"""What leads to a page for people, and the message about it."""


def downloadable(address: str) -> str:
    """The address from which a file can be downloaded that is shared at this one; any other address as it is.

    Google: Sheets and files on Drive; Dropbox; SharePoint. Where they lead to is checked like any other redirect.
    """
    try:
        parts = urlsplit(address)
        asked = {name: values[-1] for name, values in parse_qs(f"{parts.query}&{parts.fragment}").items()}
    except ValueError:
        return address
    match (parts.hostname or "").removeprefix("www."):
        case "docs.google.com":
            return _sheet(parts.path, asked) or address
        case "drive.google.com":
            found = re.match(r"/file/(?:u/\d+/)?d/([\w-]+)", parts.path)
            file = found[1] if found else asked.get("id", "") if parts.path == "/open" else ""
            return f"https://drive.google.com/uc?{urlencode({'export': 'download', 'id': file})}" if file else address
        case "dropbox.com":
            return _with(address, parts.query, "dl")
        case host if host.endswith(".sharepoint.com") and re.match(r"/:[a-z]:/", parts.path):
            return _with(address, parts.query, "download")
    return address


def _sheet(path: str, asked: dict[str, str]) -> str:
    """The address of one sheet as CSV, if it is a spreadsheet's page."""
    found = re.fullmatch(r"/spreadsheets/(?:u/\d+/)?d/((?:e/)?[\w-]+)(?:/(?:edit|view|htmlview|pubhtml)?)?", path)
    if found is None:
        return ""
    gid = {"gid": asked["gid"]} if "gid" in asked else {}
    way, kind = ("pub", {"output": "csv"}) if found[1].startswith("e/") else ("export", {"format": "csv"})
    return f"https://docs.google.com/spreadsheets/d/{found[1]}/{way}?{urlencode(kind | gid)}"


def _with(address: str, query: str, name: str) -> str:
    """The address with `name=1` in its query, whatever it said of it before, and without fragment."""
    rest = [part for part in query.split("&") if part and part.partition("=")[0] != name]
    return f"{re.split('[?#]', address)[0]}?{'&'.join((*rest, f'{name}=1'))}"


def advice(written: str) -> Message | None:
    """What to do instead, where this is plainly nothing that can be fetched; None: it may be."""
    quoted = written[:_QUOTED]
    if _OWN_COMPUTER.match(written):
        return message("address-own-computer", quoted)
    if _NO_SCHEME.fullmatch(written):
        return message("address-no-scheme", quoted, f"https://{written}"[:_QUOTED])
    return next((message(key, quoted) for key, form in _PAGES.items() if form.match(written)), None)
