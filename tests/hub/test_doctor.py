"""`cph doctor` on real set-ups: all is well on a sound one, and on each that is broken it finds what is."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from redis import Redis

from bots.queue.own_queue import own_queue
from bots.queue.redis_queue import RedisQueue
from deploy.sandbox import BOT, BOT_LOGIN, BOT_SECRET, Sandbox
from deploy.sandbox.client import Person
from deploy.sandbox.hub import BASES, cph, environment, policy
from jobs.model.requests import NewRequest, Turn
from jobs.store.ledger import Ledger
from wikitext.messages import languages

from .commands import Said, started, typed
from .lossy import line_to
from .test_processes import until

STATUS = "Template:Hub status"
PASSWORD = "canary-of-the-queue"


@dataclass(frozen=True)
class SetUp:
    """A sound set-up: its wikis, its Redis, and the variables that name all of it."""

    sandbox: Sandbox
    redis: Redis
    variables: dict[str, str]

    @property
    def admin(self) -> Person:
        """An administrator of the first wiki."""
        return Person(self.sandbox.wikis["commons"], "Admin")


Found = list[dict[str, str]]


def doctor(variables: dict[str, str], **more: str) -> tuple[int, Found]:
    """The exit status of `cph doctor --json`, and what it found that is not well; no secret is among it."""
    return _told(typed("doctor", "--json", environment=variables | more))


def doctor_anew(variables: dict[str, str], **more: str) -> tuple[int, Found]:
    """As `doctor`, by a process to which no wiki has said anything yet, and which is logged in nowhere."""
    return _told(started("doctor", "--json", environment=variables | more))


def _told(said: Said) -> tuple[int, Found]:
    assert "Traceback" not in said.err
    assert not any(secret in said.out + said.err for secret in (BOT_SECRET, PASSWORD))
    told = json.loads(said.out)
    assert told["well"] == (said.status == 0)
    return said.status, [finding for finding in told["findings"] if finding["level"] != "ok"]


@pytest.fixture(scope="module")
def sound(own_wikis: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SetUp]:
    """All installed and protected, a Redis with a password, a process that watches and one that works."""
    folder = tmp_path_factory.mktemp("sound")
    variables = environment(own_wikis, folder, [])
    with ExitStack() as stack:
        address = stack.enter_context(own_queue())
        redis = stack.enter_context(Redis.from_url(address))
        redis.config_set("requirepass", PASSWORD)
        redis.auth(PASSWORD)
        variables["CPH_REDIS"] = f"redis://:{PASSWORD}@{urlsplit(address).netloc}/0"
        _finish(own_wikis)
        for command in ("watch", "work"):
            stack.enter_context(_running(command, variables, folder / f"{command}.log"))
        yield SetUp(own_wikis, redis, variables)


def _finish(sandbox: Sandbox) -> None:
    """What an administrator does where the bot has installed the project's pages."""
    for wiki in sandbox.wikis.values():
        admin = Person(wiki, "Admin")
        for code in languages():
            admin.edit(f"MediaWiki:Lang/{code}", code)
        admin.edit(f"{BASES[wiki.name]}/Policy.json", policy([]))
        found = admin.api(action="query", list="allpages", apnamespace=10, apprefix="Hub ", aplimit="max")
        for title in (f"{BASES[wiki.name]}/Policy.json", *(page["title"] for page in found["query"]["allpages"])):
            admin.do("protect", title=title, protections="edit=sysop")


@contextmanager
def _running(command: str, variables: dict[str, str], log: Path) -> Iterator[None]:
    with log.open("wb") as file:
        process = subprocess.Popen(cph(command), env=os.environ | variables, stderr=file)
        try:
            until(lambda: b"; 0 requests open" in log.read_bytes(), f"{command} has begun")
            yield
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)


def test_on_a_sound_set_up_all_is_well(sound: SetUp) -> None:
    """Without a warning; people see a table, whose last line says so."""
    assert doctor(sound.variables) == (0, [])
    said = started("doctor", environment=sound.variables)
    assert said.status == 0
    assert re.search(r"All is well\. 0 wrong, 0 warnings, \d+ ok\.\n$", said.out)


# The wikis -----------------------------------------------------------------------------------------------------------


def the_only(found: Found) -> tuple[str, str, str]:
    """The level, part and words of the one finding, which says what to do."""
    [finding] = found
    assert finding["to_do"]
    return finding["level"], finding["about"], finding["what"]


def test_a_wrong_bot_password_is_found_on_each_wiki(sound: SetUp) -> None:
    """It goes on with the next wiki, and the password is not told."""
    wrong = "canarycanarycanarycanarycanaryca"
    status, found = doctor_anew(sound.variables, CPH_PASSWORD=wrong)
    assert status == 1
    assert [(one["about"], one["what"]) for one in found] == [
        ("commons", "the account is not let in"),
        ("meta", "the account is not let in"),
    ]
    assert wrong not in str(found)


def test_an_address_that_is_no_wikis_is_found(sound: SetUp) -> None:
    """The other wiki is looked at all the same."""
    wikis = json.loads(sound.variables["CPH_WIKIS"])
    wikis[0]["api"] = wikis[0]["api"].replace("/w/", "/nowhere/")
    status, found = doctor_anew(sound.variables, CPH_WIKIS=json.dumps(wikis))
    assert (status, the_only(found)) == (1, ("wrong", "commons", "the wiki does not answer"))


def test_cookies_that_are_lost_on_the_way_are_found(sound: SetUp) -> None:
    """The bot password is right, and nothing is said of it."""
    [commons, meta] = json.loads(sound.variables["CPH_WIKIS"])
    with line_to(commons["api"]) as line:
        line.keeps_cookies = False
        wikis = json.dumps([{**commons, "api": line.address}, meta])
        status, found = doctor_anew(sound.variables, CPH_WIKIS=wikis)
    assert (status, found[0]["about"], found[0]["what"]) == (1, "commons", "the wiki's cookies are lost")
    assert "password" not in found[0]["to_do"]


def test_a_blocked_account_is_found(sound: SetUp) -> None:
    """On the wiki where it is blocked."""
    sound.admin.do("block", user=BOT, expiry="never", reason="For a test", autoblock="")
    try:
        status, found = doctor(sound.variables)
    finally:
        sound.admin.do("unblock", user=BOT)
    assert (status, the_only(found)) == (1, ("wrong", "commons", "the account is blocked"))


def test_a_bot_password_without_rights_is_found(sound: SetUp) -> None:
    """One that may edit and not upload, and whose edits are not marked as a bot's."""
    [_, meta] = json.loads(sound.variables["CPH_WIKIS"])
    secret = _poor_password(Person(sound.sandbox.wikis["meta"], BOT))
    poor = {"CPH_LOGIN": f"{BOT}@poor", "CPH_PASSWORD": secret, "CPH_WIKIS": json.dumps([meta])}
    status, found = doctor_anew(sound.variables, **poor)
    assert status == 1
    said = {(one["level"], one["what"]) for one in found}
    assert ("wrong", "no wiki lets the account upload files") in said
    assert ("warn", "the account's edits are not marked as a bot's") in said


def _poor_password(bot: Person) -> str:
    """A new bot password that is granted to edit and to make pages."""
    page = "Special:BotPasswords/poor"
    token = re.search(r'value="([^"]+)" name="wpEditToken"', bot.browse(page))
    assert token
    filled = {"wpEditToken": unescape(token[1]), "wpGrants[]": "grant-createeditmovepage", "op": "create"}
    made = bot.browse(page, **filled, wpRestrictions='{"IPAddresses":["0.0.0.0/0","::/0"]}')
    secret = re.search(r"\b[0-9a-v]{32}\b", made[made.index("poor</strong>") :])
    assert secret
    return secret[0]


def test_a_request_page_that_is_missing_is_found(sound: SetUp) -> None:
    """What makes it is what is to be done."""
    sound.admin.do("delete", title=BASES["commons"])
    try:
        status, found = doctor(sound.variables)
    finally:
        sound.admin.do("undelete", title=BASES["commons"])
    assert (status, the_only(found)) == (1, ("wrong", "commons", f"pages are missing: {BASES['commons']}"))
    assert found[0]["to_do"] == "cph install"


def test_a_policy_that_is_none_is_found(sound: SetUp) -> None:
    """With what is the matter with it."""
    page = f"{BASES['commons']}/Policy.json"
    sound.admin.edit(page, '{"pilot": "many"}')
    try:
        status, found = doctor(sound.variables)
    finally:
        sound.admin.edit(page, policy([]))
    assert (status, the_only(found)) == (1, ("wrong", "commons", f"{page} is no policy"))
    assert "pilot" in found[0]["why"]


def test_a_policy_that_is_not_in_force_is_found(sound: SetUp, tmp_path: Path) -> None:
    """The watcher has read what stands there, and goes by another text."""
    page, url = f"{BASES['commons']}/Policy.json", f"sqlite:///{tmp_path}/ledger.sqlite"
    with closing(Ledger(url)) as ledger:
        saved = sound.admin.edit(page, policy([], pilot=3))
        ledger.mark_read("commons", page, saved["edit"]["newrevid"], policy([]))
    try:
        _, found = doctor(sound.variables, CPH_LEDGER=url)
    finally:
        sound.admin.edit(page, policy([]))
    assert [one["what"] for one in found if one["about"] == "commons"] == [f"what stands on {page} is not in force"]


def test_pages_that_people_edited_or_protection_lost_are_warned_of(sound: SetUp) -> None:
    """Warnings alone leave the exit status 0; so does a bot that people stopped, or keep from saying how it is."""
    digest = f"{BASES['commons']}/Status/Digest"
    shipped = sound.admin.text(STATUS) or ""
    sound.admin.edit(STATUS, "Ours now")
    sound.admin.do("protect", title=STATUS, protections="edit=all")
    sound.admin.do("protect", title=digest, protections="create=sysop")
    sound.admin.edit(f"User:{BOT}/Stop", "Wait, please.")
    try:
        status, found = doctor(sound.variables)
    finally:
        sound.admin.do("protect", title=digest, protections="create=all")
        sound.admin.edit(STATUS, shipped)
        sound.admin.edit(f"User:{BOT}/Stop", "")
        sound.admin.do("protect", title=STATUS, protections="edit=sysop")
    assert status == 0
    assert [(one["level"], one["what"]) for one in found] == [
        ("warn", f"people edited pages: {STATUS}"),
        ("warn", f"the account may not write {digest}"),
        ("warn", f"templates are not protected: 1, as {STATUS}"),
        ("warn", "people stopped the bot"),
    ]


# The ledger ----------------------------------------------------------------------------------------------------------


def test_a_ledger_of_a_newer_version_is_found(sound: SetUp, tmp_path: Path) -> None:
    """Nothing in it is changed."""
    file = tmp_path / "newer.sqlite"
    Ledger(f"sqlite:///{file}").close()
    with closing(sqlite3.connect(file)) as db, db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
    status, found = doctor(sound.variables, CPH_LEDGER=f"sqlite:///{file}")
    assert (status, the_only(found)) == (1, ("wrong", "ledger", "its tables are of a newer version"))


def test_a_mariadb_in_latin_1_is_found(sound: SetUp, mariadb_url: str) -> None:
    """A default that is not the ledger's is a warning; tables that are converted are wrong. An empty one stays so."""
    _, found = doctor(sound.variables, CPH_LEDGER=mariadb_url)
    assert the_only(found) == ("warn", "ledger", "the database's charset is latin1")
    Ledger(mariadb_url).close()
    engine = sa.create_engine(mariadb_url, poolclass=sa.NullPool)
    with engine.begin() as db:
        db.execute(sa.text("ALTER TABLE speakers CONVERT TO CHARACTER SET latin1"))
    status, found = doctor(sound.variables, CPH_LEDGER=mariadb_url)
    assert status == 1
    assert "tables of the ledger have another collation: speakers" in {one["what"] for one in found}


def test_a_database_that_is_away_is_found(sound: SetUp) -> None:
    """Without the password that stands in its address."""
    status, found = doctor(sound.variables, CPH_LEDGER=f"mysql+pymysql://cph:{PASSWORD}@127.0.0.1:1/cph")
    assert (status, the_only(found)) == (
        1,
        ("wrong", "ledger", "mysql+pymysql://cph:***@127.0.0.1:1/cph cannot be used"),
    )


def test_nobody_who_watches_and_requests_that_do_not_go_on_are_found(sound: SetUp, tmp_path: Path) -> None:
    """Slices that crash, each time; and, later, requests whose turn it has been for long while nothing was done."""
    file = tmp_path / "ledger.sqlite"
    with closing(Ledger(f"sqlite:///{file}")) as ledger:
        ledger.file("commons", BASES["commons"], NewRequest("e" * 64, {"type": "upload"}, "Rita", 7))
        for attempt in range(3):
            assert ledger.begin_slice(1, 0, f"here:{attempt}:a")
            ledger.free_from(f"here:{attempt}:")  # as whoever saw its process killed
            with closing(sqlite3.connect(file)) as db, db:
                db.execute("UPDATE hands SET held_until = 0")
    variables = {"CPH_LEDGER": f"sqlite:///{file}"}
    status, found = doctor(sound.variables, **variables)
    assert status == 1
    assert [one["what"] for one in found] == [
        "nobody watches the wikis",
        "tried 3 times or more, each time in vain: H1",
    ]
    with closing(sqlite3.connect(file)) as db, db:
        db.execute("UPDATE requests SET attempts = 0, served = ?, state_since = ?", (time.time() - 3600,) * 2)
    status, found = doctor(sound.variables, **variables)
    assert [one["what"] for one in found][1:] == ["nothing goes on for 15 minutes or more, and these wait: H1"]


# Queue and machine ---------------------------------------------------------------------------------------------------


def test_a_redis_that_evicts_or_lets_anybody_in_is_found(sound: SetUp) -> None:
    """And a queue that nobody works on, with a job or without."""
    others = {"CPH_REDIS": sound.variables["CPH_REDIS"].replace(f":{PASSWORD}@", ""), "CPH_QUEUE": "others"}
    assert the_only(doctor(sound.variables, CPH_QUEUE="others")[1]) == (
        "warn", "queue", "no process is known that takes jobs",
    )  # fmt: skip
    queue = RedisQueue(sound.variables["CPH_REDIS"], "others")
    queue.put(Turn(7, 0, 0, "Rita"))
    [job] = sound.redis.keys("rq:job:*")
    sound.redis.hset(job, "enqueued_at", "2020-01-01T00:00:00.000000Z")
    sound.redis.config_set("maxmemory-policy", "allkeys-lru")
    sound.redis.config_set("requirepass", "")
    try:
        status, found = doctor(sound.variables, **others)
    finally:
        sound.redis.config_set("requirepass", PASSWORD)
        sound.redis.config_set("maxmemory-policy", "noeviction")
        sound.redis.delete(job, "rq:queue:others")
        queue.close()
    assert status == 1
    assert [(one["level"], one["what"].partition(" minutes")[0]) for one in found] == [
        ("wrong", "Redis forgets jobs when its memory is full (allkeys-lru)"),
        ("warn", "Redis lets in who has no password"),
        ("warn", found[2]["what"].partition(" minutes")[0]),
    ]
    assert found[2]["what"].startswith("the first job has waited for ")


def test_a_redis_that_does_not_know_the_password_or_a_folder_that_takes_nothing_is_found(sound: SetUp) -> None:
    """Both at once; that the folder cannot be written to is found for root too, who may write nearly anywhere."""
    address = urlsplit(sound.variables["CPH_REDIS"])
    there = f"redis://{address.hostname}:{address.port}/0"
    status, found = doctor(sound.variables, CPH_REDIS=there, CPH_SPOOL="/proc")
    assert status == 1
    assert [(one["about"], one["what"]) for one in found] == [
        ("machine", "the folder /proc cannot be written to"),
        ("queue", f"{there} cannot be used"),
    ]


def test_a_missing_setting_keeps_from_looking_at_nothing_else(sound: SetUp) -> None:
    """The queue is away, too, and that is told beside it."""
    variables = {name: value for name, value in sound.variables.items() if name != "CPH_LOGIN"}
    status, found = doctor(variables, CPH_REDIS="redis://127.0.0.1:1/0")
    assert status == 1
    assert {one["about"] for one in found} == {"settings", "queue"}
    assert BOT_LOGIN not in str(found)
