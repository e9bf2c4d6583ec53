"""`cph doctor`: what is wrong with the settings, or with what they name, and what to do about it."""

import logging
from collections.abc import Iterator

from bots.cli.doctor.environment import WAYS_IN, Environment, read_environment
from bots.cli.doctor.findings import Finding, as_json, is_well, print_table, wrong
from bots.cli.doctor.ledger import ledger_to_read, look_at_ledger
from bots.cli.doctor.machine import look_at_spool
from bots.cli.doctor.queue import look_at_queue
from bots.cli.doctor.wiki import look_at_wikis
from bots.telemetry import redact, set_up_logging, shown


def doctor(*, for_programs: bool) -> int:
    """Print what was found, as a table or (`for_programs`) in JSON; returns the exit status."""
    environment = read_environment()
    known = environment.settings or environment.ledger
    secrets = known.secrets if known else ()
    set_up_logging(secrets)
    logging.getLogger().setLevel(logging.ERROR)  # what is asked again, and why, is a finding where it stays so
    found = [*diagnose(environment)]
    if for_programs:
        print(as_json(found, lambda text: redact(text, secrets)))
    else:
        print_table(found, lambda text: shown(redact(text, secrets)))
    return 0 if is_well(found) else 1


def diagnose(environment: Environment) -> Iterator[Finding]:
    """All that is found; what a wrong setting names is left out, for it is told of already."""
    yield from environment.findings
    if ledger := environment.ledger:
        yield from _guarded("ledger", look_at_ledger(ledger.ledger))
    if settings := environment.settings:
        is_sound = environment.wrong.isdisjoint
        if is_sound({"spool"}):
            yield from _guarded("machine", look_at_spool(settings.spool))
        if is_sound({"redis", "queue"}):
            yield from _guarded("queue", look_at_queue(settings.redis, settings.queue))
        if is_sound({*WAYS_IN, "wikis", "contact", "operator"}):
            with ledger_to_read(ledger.ledger if ledger else "") as there:
                yield from _guarded("wikis", look_at_wikis(settings, there))


def _guarded(about: str, findings: Iterator[Finding]) -> Iterator[Finding]:
    """What is found there; what nobody thought of is a finding too, and keeps from looking at nothing else."""
    try:
        yield from findings
    except Exception as error:  # noqa: BLE001 - as said
        yield wrong(about, "it could not be looked at to the end", repr(error), "report this, with the whole table")
