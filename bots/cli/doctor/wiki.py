"""A wiki: whether the account is let in and may do what it has to, and whether all it needs is there."""

import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from bots.cli.doctor.findings import Finding, listed, ok, warn, wrong
from bots.cli.installation import Fate, Installation, installation
from bots.cli.opening import wikis_of
from bots.mediawiki.accounts import OwnAccount
from bots.mediawiki.session import close_connections
from bots.mediawiki.site import MediaWiki
from bots.settings import Settings
from jobs.context.hub import policy_page
from jobs.context.stop import stop_page, stopped
from jobs.io.errors import Unanswered, WikiError
from jobs.model.policy import PolicyError, read_policy
from jobs.store.ledger import Ledger

_NEEDED = ("edit", "createpage", "createtalk")
"""The rights without which no request is answered (Manual:User rights)."""

_FEW_EDITS = 12
"""A minute: what a bot of this kind does at the least."""

_CLOCK_SECONDS = 10.0


def look_at_wikis(settings: Settings, ledger: Ledger | None) -> Iterator[Finding]:
    """Each wiki of CPH_WIKIS, and whether one of them takes files. `ledger`: None where none can be read."""
    accounts: dict[str, OwnAccount] = {}
    with tempfile.TemporaryDirectory(prefix="cph-") as folder:
        for wiki in wikis_of(settings, Path(folder)).values():
            try:
                wiki.log_in()
                accounts[wiki.name] = wiki.own_account()
                yield from judge_account(wiki.name, accounts[wiki.name], time.time())
                if settings.login:
                    yield ok(wiki.name, "the session's cookies are kept")
                yield from _look_at_pages(wiki, settings, ledger)
            except WikiError as error:
                lost = error.code == "notloggedin" and settings.login and not wiki.keeps_cookies()
                yield _cookies_lost(wiki.name) if lost else _refused(wiki.name, error)
            except Unanswered as error:
                to_do = "see that its api in CPH_WIKIS is right, and that it is reached from here"
                yield wrong(wiki.name, "the wiki does not answer", str(error), to_do)
        close_connections()
    yield from judge_uploads(accounts)


def _cookies_lost(name: str) -> Finding:
    why = "without them the wiki knows nobody who logs in with a password"
    to_do = "see that its api in CPH_WIKIS is where the wiki itself says it is, with https, and what is in between"
    return wrong(name, "the wiki's cookies are lost", why, to_do)


def _refused(name: str, error: WikiError) -> Finding:
    if error.code == "readonly":
        return wrong(name, "the wiki is read-only", str(error), "wait: it takes writes again by itself")
    if error.code == "notloggedin":
        to_do = "set CPH_ACCOUNT, and CPH_LOGIN and CPH_PASSWORD or the four of CPH_OAUTH_… that let it in"
        return wrong(name, "the account is not let in", str(error), to_do)
    return wrong(name, "the wiki refuses to answer", str(error), "see docs/operating.md, “The bot's account”")


def _look_at_pages(wiki: MediaWiki, settings: Settings, ledger: Ledger | None) -> Iterator[Finding]:
    found = installation(wiki, settings)
    yield from judge_pages(found)
    yield from judge_policy(found, is_in_force=ledger is None or _is_in_force(found, ledger))
    if stopped(wiki):
        yield warn(
            wiki.name, "people stopped the bot", f"{stop_page(wiki)} is not empty, or cannot be read",
            "see who wrote there and why; when that is settled, cph go, with --anyway where it was not an operator",
        )  # fmt: skip


# The account ---------------------------------------------------------------------------------------------------------


def judge_account(name: str, own: OwnAccount, now: float) -> Iterator[Finding]:
    """What the account may do on the wiki of this name, and its clock. `now`: here, in seconds since the epoch."""
    yield from _judge_block(name, own)
    yield from _judge_rights(name, own)
    yield from _judge_flag(name, own)
    if abs(own.clock - now) > _CLOCK_SECONDS:
        said = f"this machine's clock is {now - own.clock:+.0f} s from the wiki's"
        yield warn(name, said, "leases and waits go by the clock", "have it set by NTP")


def _judge_block(name: str, own: OwnAccount) -> Iterator[Finding]:
    if own.block == "whole":
        yield wrong(name, "the account is blocked", "it writes nothing", "see Special:Log/block, and ask why")
    if own.block == "partial":
        yield warn(name, "the account is blocked from a part of the wiki", "it fails there", "ask there why")


def _judge_rights(name: str, own: OwnAccount) -> Iterator[Finding]:
    if missing := [right for right in _NEEDED if right not in own.rights]:
        to_do = "grant the bot password what docs/operating.md lists, and see Special:ListGroupRights"
        yield wrong(name, f"the account lacks rights: {', '.join(missing)}", "no request is answered", to_do)
    else:
        groups = ", ".join(sorted(own.groups - {"*", "user"})) or "none"
        yield ok(name, f"the account is logged in and may edit; its groups: {groups}")


def _judge_flag(name: str, own: OwnAccount) -> Iterator[Finding]:
    to_do = "ask for the bot flag (cph install --permission-request), and grant “high volume” to the bot password"
    if "bot" not in own.rights:
        yield warn(name, "the account's edits are not marked as a bot's", "they fill recent changes", to_do)
    if own.edits_a_minute is not None and own.edits_a_minute < _FEW_EDITS:
        yield warn(name, f"the account may save {own.edits_a_minute:g} pages a minute", "requests take long", to_do)


def judge_uploads(accounts: Mapping[str, OwnAccount]) -> Iterator[Finding]:
    """Whether files can be uploaded to one of the wikis, and replaced."""
    to_do = "grant “upload new files” and “upload, replace and move” to the bot password; see the account's groups"
    if not accounts:
        return
    if takes := [name for name, own in accounts.items() if "upload" in own.rights]:
        yield ok("wikis", f"files can be uploaded to {listed(takes)}")
    else:
        yield wrong("wikis", "no wiki lets the account upload files", "every upload fails", to_do)
    for name in takes:
        if accounts[name].rights.isdisjoint({"reupload", "reupload-own"}):
            yield warn(name, "the account may not replace its own files", "“update = yes” fails", to_do)


# The pages -----------------------------------------------------------------------------------------------------------


def judge_pages(found: Installation) -> Iterator[Finding]:
    """What the wiki has of the pages that it needs."""
    name = found.wiki.name
    titles = {fate: [page.title for page in found.of(fate)] for fate in Fate}
    if new := titles[Fate.NEW]:
        yield wrong(name, f"pages are missing: {listed(new)}", "requests cannot be filed or read", "cph install")
    if older := titles[Fate.OLDER]:
        yield warn(name, f"pages are of another version: {listed(older)}", "what they say may not be so", "cph install")
    if edited := titles[Fate.EDITED]:
        yield warn(
            name, f"people edited pages: {listed(edited)}", "they are not kept up to date",
            "see the difference; to have the program's, go back to the bot's last revision, then cph install",
        )  # fmt: skip
    if closed := titles[Fate.CLOSED]:
        yield warn(
            name, f"pages are missing or old that the account may not write: {listed(closed)}",
            "they are not shown as they should be", "cph install --dry-run says what has to stand there",
        )  # fmt: skip
    if mute := found.mute:
        yield warn(
            name, f"the account may not write {listed(mute)}", "nobody sees there how the bot is",
            "have administrators protect it less, or give the account the right",
        )  # fmt: skip
    if {page.fate for page in found.pages} == {Fate.CURRENT}:
        yield ok(name, f"all {len(found.pages)} pages are there")
    if titles_open := found.unprotected:
        yield warn(
            name, f"templates are not protected: {len(titles_open)}, as {titles_open[0]}",
            "anybody may change what partners see", "have administrators protect them",
        )  # fmt: skip


def _is_in_force(found: Installation, ledger: Ledger) -> bool:
    """Whether the watcher goes by the policy that stands there; what it has not read yet may come to be in force."""
    there, at = found.policy, (found.wiki.name, policy_page(found.wiki))
    return there is None or ledger.last_read_revision(*at) != there.id or ledger.kept_text(*at) == there.text


def judge_policy(found: Installation, *, is_in_force: bool) -> Iterator[Finding]:
    """What people say there may be done."""
    name, title = found.wiki.name, policy_page(found.wiki)
    if found.policy is None:
        why = "administrators alone may file and review, and no server is asked"
        yield warn(name, f"there is no {title}", why, "have an administrator write it, as docs/policy.md says")
        return
    try:
        read_policy(found.policy.text or "")
    except PolicyError as error:
        yield wrong(name, f"{title} is no policy", f"{error}; the last that counted stays in force", "have it mended")
    else:
        if is_in_force:
            yield ok(name, f"{title} can be read")
        else:
            why = "who saved it may not, or the page was not protected; its talk page says so"
            yield warn(name, f"what stands on {title} is not in force", why, "have an administrator save it anew")
    if found.is_policy_open:
        why = "what is written there by others than administrators is not in force"
        yield warn(name, f"{title} is not protected", why, "have an administrator protect it")
