"""What a wiki answers, in JSON, as the values that the port knows. No pywikibot here."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from ipaddress import ip_address
from typing import Any

from jobs.io.errors import WikiError, file_warning
from jobs.io.wiki import (
    About,
    DuplicateFiles,
    Entity,
    FileVersion,
    NameCheck,
    Page,
    Revision,
    RevisionInfo,
    TemplateData,
    Title,
)
from jobs.model.accounts import Account, Block
from jobs.model.pace import WriteKind


def entries(parts: Iterable[Mapping[str, Any]], prop: str) -> Iterator[dict[str, Any]]:
    """What the parts of a response say in a property (API:Properties) of each of their pages."""
    for part in parts:
        for page in part.get("pages", []):
            yield from page.get(prop, [])


def revision(entry: Mapping[str, Any]) -> Revision:
    """An entry of `revisions` (API:Revisions)."""
    text = entry.get("slots", {}).get("main", {}).get("content")
    reverts = not _REVERTS.isdisjoint(entry.get("tags", ()))
    return Revision(int(entry["revid"]), entry.get("user", ""), text, entry.get("sha1", ""), reverts)


_REVERTS = frozenset({"mw-undo", "mw-rollback", "mw-manual-revert"})
"""Manual:$wgSoftwareTags."""


# Levels that are no rights (Manual:$wgRestrictionLevels).
_RIGHTS = {"sysop": "editprotected", "autoconfirmed": "editsemiprotected"}


def about(page: Mapping[str, Any], namespace_rights: Mapping[int, frozenset[str]]) -> About:
    """A page with its `protection` (API:Info). `namespace_rights`: what editing takes in a whole namespace.

    Where the protection comes with that of a page that transcludes this one, or is handed on so, the right to protect
    is needed too (Manual:Protection, cascading).
    """
    rights: defaultdict[str, set[str]] = defaultdict(set)
    rights["edit"].update(namespace_rights.get(page["ns"], ()))
    for entry in page.get("protection", []):
        cascading = {"protect"} if "source" in entry or entry.get("cascade") else set()
        rights[entry["type"]] |= {_RIGHTS.get(entry["level"], entry["level"])} | cascading
    protection = {change: frozenset(needed) for change, needed in rights.items() if needed}
    return About(Title(page["title"], page["ns"]), bool(page.get("redirect")), page["contentmodel"], protection)


def latest(page: Mapping[str, Any], said: About) -> Page:
    """A page with its latest revision."""
    read = revision(page["revisions"][0])
    return Page(read.id, read.user, read.text, read.sha1, read.reverts, about=said)


def revision_info(entry: Mapping[str, Any]) -> RevisionInfo:
    """As `revision`, without its text."""
    sha1 = entry.get("slots", {}).get("main", {}).get("sha1", "")
    return RevisionInfo(int(entry["revid"]), int(entry.get("parentid", 0)), sha1)


def version(info: Mapping[str, Any]) -> FileVersion:
    """An entry of `imageinfo` (API:Imageinfo)."""
    return FileVersion(*(info.get(key, "") for key in ("user", "sha1", "comment", "archivename")))


def template_data(page: Mapping[str, Any]) -> TemplateData | None:
    """A page of `action=templatedata` (Extension:TemplateData); it guesses parameters where none are written down."""
    if "missing" in page:
        return None
    params = {} if "notemplatedata" in page else dict(page["params"])
    used = {name: params[name] for name in page.get("paramOrder") or params if not params[name].get("deprecated")}
    parameters = {name: (*said.get("aliases", ()), *(said.get("label") or {}).values()) for name, said in used.items()}
    return TemplateData(page["title"].partition(":")[2], parameters)


def write_limits(limits: Mapping[str, Mapping[str, Mapping[str, int]]]) -> dict[WriteKind, float]:
    """The `ratelimits` of an account (API:Userinfo) as the least seconds between two writes of a kind.

    Of its groups' limits the widest counts; those of newcomers and of addresses hold beside it.

    >>> user, bot = {"hits": 900, "seconds": 180}, {"hits": 1500, "seconds": 180}
    >>> write_limits({"edit": {"user": user, "autopatrolled": bot}, "upload": {"newbie": user, "user": bot}})
    {<WriteKind.EDIT: 'edit'>: 0.12, <WriteKind.UPLOAD: 'upload'>: 0.2}
    """
    return {kind: _seconds_between(limits[kind]) for kind in WriteKind if limits.get(kind)}


def _seconds_between(limits: Mapping[str, Mapping[str, int]]) -> float:
    apart = {group: limit["seconds"] / max(limit["hits"], 1) for group, limit in limits.items()}
    groups = [seconds for group, seconds in apart.items() if group not in _BESIDE]
    return max([*(apart[name] for name in _BESIDE & apart.keys()), *([min(groups)] if groups else [])])


_BESIDE = frozenset({"ip", "subnet", "newbie"})
"""Manual:$wgRateLimits."""


def may_be_account(user: str) -> bool:
    """Whether a name that a revision gives may be an account's: not an IP address, an imported or a hidden name."""
    with suppress(ValueError):
        ip_address(user)
        return False
    return bool(user) and ">" not in user


def account(name: str, parts: Sequence[Mapping[str, Any]]) -> Account:
    """Entries of `users`, `blocks`, `globalblocks`, `globaluserinfo`; modules that a wiki lacks say nothing."""
    entries = [entry for part in parts for entry in part.get("users", [])]
    everywhere = [part["globaluserinfo"] for part in parts if "globaluserinfo" in part]
    hidden = any(entry.get("hidden") for entry in (*entries, *everywhere))
    if hidden or not any("userid" in entry for entry in entries):
        return Account(name)
    groups = frozenset(group for entry in entries for group in entry.get("groups", []))
    blocks = [_block(entry) for part in parts for entry in part.get("blocks", [])]
    blocks += [Block() for part in parts for _ in part.get("globalblocks", [])]
    blocks += [Block() for entry in everywhere if entry.get("locked")]
    return Account(name, exists=True, groups=groups, blocks=tuple(blocks))


def _block(entry: Mapping[str, Any]) -> Block:
    """An entry of `blocks` (API:Blocks); one without restrictions has them as an empty list."""
    if not entry.get("partial"):
        return Block()
    limits = entry.get("restrictions") or {}
    return Block(
        sitewide=False,
        namespaces=frozenset(limits.get("namespaces", [])),
        pages=frozenset(page["title"] for page in limits.get("pages", []) if "title" in page),
        actions=frozenset(limits.get("actions", [])),
    )


def names(namespace: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of an entry of `namespaces` (API:Siteinfo), its own first."""
    return tuple(dict.fromkeys((namespace["name"], namespace.get("canonical", namespace["name"]))))


def namespace_rights(namespace: Mapping[str, Any]) -> tuple[int, frozenset[str]]:
    """The number of an entry of `namespaces`, and the rights that editing takes there."""
    return namespace["id"], frozenset(filter(None, namespace.get("namespaceprotection", "").split("|")))


def entity(page: Mapping[str, Any], data: Mapping[str, Any], said: About) -> Entity:
    """An entity that is not there was missing when its page was read, too, so an edit may be based on that."""
    there = "missing" not in data
    return Entity(f"M{page['pageid']}", int((data if there else page)["lastrevid"]), data if there else {}, said)


def items(entities: Mapping[str, Any]) -> dict[str, str]:
    """The items that exist in `entities` (wbgetentities): what was asked for, and what that is or redirects to."""
    there = {asked: found for asked, found in entities.items() if "missing" not in found}
    return {found.get("redirects", {}).get("from", asked): found["id"] for asked, found in there.items()}


def name_check(page: Mapping[str, Any], said: About | None) -> NameCheck:
    """A page with the `actions` that it was asked about (API:Info, intestactions)."""
    refusals = [reason for reasons in page.get("actions", {}).values() for reason in reasons]
    texts = list(dict.fromkeys(str(reason.get("text", reason.get("code", ""))) for reason in refusals))
    if page.get("invalid"):
        texts.append(str(page.get("invalidreason", "")))
    return NameCheck("missing" not in page and not page.get("invalid"), " ".join(texts), said)


def blocked_by(error: Mapping[str, Any]) -> tuple[str, ...]:
    """What of a text is on the spam blacklist, from the error that says so (Extension:SpamBlacklist)."""
    found = error.get("spamblacklist") or error
    return tuple(map(str, found.get("matches", ()))) if isinstance(found, Mapping) else ()


def duplicate_files(response: Mapping[str, Any], title: str) -> DuplicateFiles:
    """Files with some bytes, and what is known of a title (API:Allimages, Filearchive, Allpages, Logevents)."""

    def titles(listed: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(entry["title"] for entry in response.get(listed, [])))

    beside = tuple(one for one in titles("allpages") if one != title)
    gone = any(event.get("action") == "delete" for event in response.get("logevents", []))
    return DuplicateFiles(titles("allimages"), titles("filearchive"), beside, name_deleted=gone)


def merge(page: dict[str, Any], more: Mapping[str, Any]) -> None:
    """Add the next part of a response to what is known of a page: lists grow, the rest is the same."""
    for key, value in more.items():
        if isinstance(value, list) and key in page:
            page[key] = [*page[key], *value]
        else:
            page[key] = value


_DIRECTIONS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What a wiki puts around names, which may be written in either direction: in a log it is in the way."""


def refusal(error: Mapping[str, Any], retry_after: float | None) -> WikiError:
    """An `error` (API:Errors and warnings). Of what it says only an abuse filter's number is known to be harmless."""
    names = tuple(str(one.get("name", "")) for one in error.get("messages", []) if isinstance(one, Mapping))
    reasons = error.get("abusefilter")
    fact = f"#{reasons['id']}" if isinstance(reasons, Mapping) and "id" in reasons else ""
    code, info = str(error.get("code", "")), _DIRECTIONS.sub("", str(error.get("info", "")))
    return WikiError(code, info, retry_after, messages=names, fact=fact, blocked_by=blocked_by(error))


def expect_success(upload: Mapping[str, Any]) -> None:
    """Raises WikiError, with the warning that says most, unless the upload went well (API:Upload)."""
    if upload.get("result") == "Success":
        return
    warnings = upload.get("warnings", {})
    of_files = file_warning(warnings)
    code = of_files or next(iter(warnings), "upload-failed")
    said = warnings.get(code, upload)
    named = (said if isinstance(said, list) else [said]) if of_files else []
    files = tuple(name.replace("_", " ") for name in named if name and isinstance(name, str))
    raise WikiError(code, str(said)[:500], fact=", ".join(files), blocked_by=files)
