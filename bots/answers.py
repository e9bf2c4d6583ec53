"""What a wiki answers, in JSON, as the values that the port knows. No pywikibot here."""

from collections.abc import Mapping
from typing import Any

from jobs.outcomes import WikiError
from jobs.wiki import Entity, FileVersion, NameCheck, Revision, Saved, Twins


def revision(entry: Mapping[str, Any]) -> Revision:
    """An entry of `revisions` (API:Revisions)."""
    return Revision(int(entry["revid"]), entry.get("user", ""), entry.get("slots", {}).get("main", {}).get("content"))


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


def entity(page: Mapping[str, Any], data: Mapping[str, Any]) -> Entity:
    """An entity that is not there was missing when its page was read, too, so an edit may be based on that."""
    there = "missing" not in data
    return Entity(f"M{page['pageid']}", int((data if there else page)["lastrevid"]), data if there else {})


def name_check(page: Mapping[str, Any]) -> NameCheck:
    """A page with the `actions` that it was asked about (API:Info, intestactions)."""
    refusals = [reason for reasons in page.get("actions", {}).values() for reason in reasons]
    texts = list(dict.fromkeys(str(reason.get("text", reason.get("code", ""))) for reason in refusals))
    if page.get("invalid"):
        texts.append(str(page.get("invalidreason", "")))
    return NameCheck(exists="missing" not in page and not page.get("invalid"), refusal=" ".join(texts))


def blocked_by(error: Mapping[str, Any]) -> tuple[str, ...]:
    """What of a text is on the spam blacklist, from the error that says so (Extension:SpamBlacklist)."""
    found = error.get("spamblacklist") or error
    return tuple(map(str, found.get("matches", ()))) if isinstance(found, Mapping) else ()


def twins(answer: Mapping[str, Any], title: str) -> Twins:
    """Files with some bytes, and what is known of a title (API:Allimages, Filearchive, Allpages, Logevents)."""

    def titles(listed: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(entry["title"] for entry in answer.get(listed, [])))

    beside = tuple(one for one in titles("allpages") if one != title)
    gone = any(event.get("action") == "delete" for event in answer.get("logevents", []))
    return Twins(titles("allimages"), titles("filearchive"), beside, name_deleted=gone)


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
    said = warnings.get(code, upload)
    names = said if isinstance(said, list) else [said]
    blocked_by = tuple(name.replace("_", " ") for name in names if name and isinstance(name, str))
    raise WikiError(code, (", ".join(blocked_by) or str(said))[:500], blocked_by=blocked_by)
