"""What people wait for, and what it costs to wait for them: answers, polls, the command line."""

import subprocess
import time
from collections.abc import Iterator
from statistics import quantiles

from deploy.sandbox.hub import cph
from tests.bench.figure import Bar, Figure
from tests.bench.ground import Ground, cpu_of, until


def idle_poll(ground: Ground, *, seconds: float) -> Iterator[Figure]:
    """What a look at a wiki costs on which nothing has changed."""
    with ground.crew(seconds=0.0, CPH_EVENTS="", CPH_POLL_SECONDS="0.1") as crew:
        until(lambda: ground.watcher_line.count()["query prop=info"] > 5, "it polls")
        since, watcher = time.time(), crew.processes[0].pid
        busy = cpu_of(watcher)
        time.sleep(seconds)
        asked, busy = ground.watcher_line.count(since), cpu_of(watcher) - busy
    polls = asked["query prop=info"]
    told = ", ".join(asked)
    yield Figure("an idle poll: requests a wiki", "requests", [asked.total() / polls], {}, [_most(1)], told)
    yield Figure("an idle poll: of the processor", "ms", [busy / polls * 1000], {}, [_most(10)], f"{polls} polls")


def answers(ground: Ground, *, times: int) -> Iterator[Figure]:
    """From a save to the bot's answer on the page, with the stream: a request is filed that says too little."""
    took = []
    with ground.crew(seconds=0.0):
        for number in range(times):
            ground.file(section=f"Too little {number}", manifest="", filename="")
            saved = time.time()
            ground.filed += 1
            took.append(_answered(ground, saved) - saved)
    p95 = quantiles(took, n=20, method="inclusive")[-1]
    name = f"from a save to the bot's answer, 95 % of {times} times"
    yield Figure(name, "seconds", [p95], {}, [_most(2)], f"{min(took):.2f} to {max(took):.2f} s")


def _answered(ground: Ground, since: float) -> float:
    """When it had saved the request page."""

    def ended() -> list[float]:
        wanted = {"action": "edit", "title": ground.rig.base}
        both = [*ground.line.asked, *ground.watcher_line.asked]
        return [one.ended for one in both if one.begun > since and wanted.items() <= one.parameters.items()]

    until(ended, "it answers", 0.01)
    return min(ended())


def help_(*, times: int) -> Iterator[Figure]:
    """What `cph --help` takes."""
    took = []
    for _ in range(times):
        begun = time.monotonic()
        subprocess.run(cph("--help"), stdout=subprocess.DEVNULL, check=True)
        took.append(time.monotonic() - begun)
    yield Figure("`cph --help`", "seconds", took, {}, [_most(0.2)])


def _most(limit: float) -> Bar:
    return Bar(limit, at_most=True)
