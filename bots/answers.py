"""What a wiki answers, in JSON, as the values that the port knows. No pywikibot here."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from jobs.outcomes import WikiError
from jobs.wiki import About, Entity, FileVersion, NameCheck, Page, Revision, Saved, Title


def revision(entry: Mapping[str, Any]) -> Revision:
    """An entry of `revisions` (API:Revisions)."""
    return Revision(int(entry["revid"]), entry.get("user", ""), entry.get("slots", {}).get("main", {}).get("content"))


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
    return Page(read.id, read.user, read.text, said)


def saved(entry: Mapping[str, Any]) -> Saved:
    """As `revision`, without its text."""
    sha1 = entry.get("slots", {}).get("main", {}).get("sha1", "")
    return Saved(int(entry["revid"]), int(entry.get("parentid", 0)), sha1)


def version(info: Mapping[str, Any]) -> FileVersion:
    """An entry of `imageinfo` (API:Imageinfo)."""
    return FileVersion(*(info.get(key, "") for key in ("user", "sha1", "comment", "archivename")))


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


def name_check(page: Mapping[str, Any], said: About | None) -> NameCheck:
    """A page with the `actions` that it was asked about (API:Info, intestactions)."""
    refusals = [reason for reasons in page.get("actions", {}).values() for reason in reasons]
    texts = list(dict.fromkeys(str(reason.get("text", reason.get("code", ""))) for reason in refusals))
    if page.get("invalid"):
        texts.append(str(page.get("invalidreason", "")))
    return NameCheck("missing" not in page and not page.get("invalid"), " ".join(texts), said)


def merge(page: dict[str, Any], more: Mapping[str, Any]) -> None:
    """Add the next part of an answer to what is known of a page: lists grow, the rest is the same."""
    for key, value in more.items():
        if isinstance(value, list) and key in page:
            page[key] = [*page[key], *value]
        else:
            page[key] = value


# The warnings that say most about what is wrong come first; any of them stops the upload.
_WARNINGS = (
    "was-deleted",
    "exists",
    "page-exists",
    "exists-normalized",
    "duplicate",
    "duplicate-archive",
    "badfilename",
)


def expect_success(upload: Mapping[str, Any]) -> None:
    """Raises WikiError, with the warning that says most, unless the upload went well (API:Upload)."""
    if upload.get("result") == "Success":
        return
    warnings = upload.get("warnings", {})
    code = next((name for name in (*_WARNINGS, *warnings) if name in warnings), "upload-failed")
    raise WikiError(code, str(warnings.get(code, upload))[:500])
