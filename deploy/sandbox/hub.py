"""The hub in a sandbox: what it needs on the wikis, and the settings its processes run with."""

import json
import os
import subprocess
import sys
from collections.abc import Collection, Iterable
from pathlib import Path

from wikitext.filepage import TEMPLATES
from wikitext.messages import languages

from . import BOT, BOT_LOGIN, BOT_SECRET, Sandbox, SandboxWiki
from .client import Person
from .pages import commons_templates

CONTACT = "sandbox@example.org"
"""Of whoever runs a sandbox, for the User-Agent."""

BASES = {"commons": "Commons:Content Partnerships Hub/Requests", "meta": "Content Partnerships Hub/Requests"}
"""The request page on each wiki."""


def policy(hosts: Iterable[str], **more: object) -> str:
    """A policy for the sandbox's accounts, with these hosts allowed and no pace; `more`: what else it says."""
    who = {"file": {"groups": ["autopatrolled"]}, "review": {"groups": ["image-reviewer"]}}
    pace = {"edits_per_minute": None, "uploads_per_minute": None}
    return json.dumps(who | {"hosts": list(hosts)} | pace | more, indent="\t")


def environment(sandbox: Sandbox, scratch_folder: Path, private_hosts: Collection[str]) -> dict[str, str]:
    """The environment variables that `cph` runs with; the ledger is in `scratch_folder`."""
    wikis = [{"name": wiki.name, "api": wiki.api, "base": BASES[wiki.name]} for wiki in sandbox.wikis.values()]
    return {
        "CPH_ACCOUNT": BOT,
        "CPH_LOGIN": BOT_LOGIN,
        "CPH_PASSWORD": BOT_SECRET,
        "CPH_CONTACT": CONTACT,
        "CPH_WIKIS": json.dumps(wikis),
        "CPH_REDIS": sandbox.queue_url,
        "CPH_LEDGER": f"sqlite:///{scratch_folder.resolve()}/ledger.sqlite",
        "CPH_SPOOL": str(scratch_folder.resolve()),
        "CPH_PRIVATE_HOSTS": json.dumps(list(private_hosts)),
        "CPH_POLL_SECONDS": "0.5",
        "CPH_LOG": "text",
    }


def furnish(wiki: SandboxWiki, hosts: Iterable[str]) -> None:
    """Put on the wiki what the hub finds on the real one: Commons' templates, and a policy that allows the hosts."""
    admin = Person(wiki, "Admin")
    for title, text in commons_templates({template.name: template.fields for template in TEMPLATES.values()}):
        admin.edit(title, text)
    admin.edit(f"{BASES[wiki.name]}/Policy.json", policy(hosts))
    for code in languages():
        admin.edit(f"MediaWiki:Lang/{code}", code)


def install(sandbox: Sandbox, variables: dict[str, str], hosts: Collection[str]) -> None:
    """Furnish every wiki, and have the bot write its own pages there, as an operator does with `cph install`."""
    for wiki in sandbox.wikis.values():
        furnish(wiki, hosts)
    quiet = subprocess.DEVNULL
    subprocess.run(cph("install", "--yes"), env=os.environ | variables, check=True, stdout=quiet, stderr=quiet)


def cph(*arguments: str) -> list[str]:
    """The command line that runs `cph` with this Python."""
    return [sys.executable, "-m", "bots", *arguments]
