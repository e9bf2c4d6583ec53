"""Time and chance: everybody who acts is a greenlet, and one at a time goes on, chosen by a seed.

They change places only where they could be interrupted in a way that matters: at calls of the wiki, at transactions of
the ledger, asleep. What happens between two such points happens at once.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from heapq import heappop, heappush
from itertools import count
from math import inf
from random import Random
from threading import get_ident
from typing import Any

from greenlet import getcurrent, greenlet

START = 1_800_000_000.0
"""When each life begins: seconds since the epoch."""


class Killed(BaseException):
    """The process is no more: nothing that it would still do is done."""


@dataclass(eq=False)
class Process:
    """What is killed, or stands still, as a whole. `number` is in the names of what it holds."""

    number: int
    name: str
    killed: bool = False
    frozen: float = 0.0


class Actor(greenlet):
    """A thread of a process. `wake`: when it goes on; `summary`: of what it last asked the wiki to save."""

    def __init__(self, world: "World", process: Process, run: Callable[[], None]) -> None:
        super().__init__(run, world.main)
        self.world = world
        self.process = process
        self.wake = world.now
        self.summary = ""
        self.call = ""

    def due(self) -> float:
        """When it goes on."""
        return max(self.wake, self.process.frozen) if not self.process.killed else self.world.now


@dataclass
class World:
    """The clock, who acts in it, and what is to happen when. `slices` counts the steps."""

    chance: Random
    traced: bool = False
    now: float = START
    skew: float = 0.0
    steps: int = 0
    actors: list[Actor] = field(default_factory=list)
    trace: list[str] = field(default_factory=list)
    main: greenlet = field(default_factory=getcurrent)
    on_step: Callable[[Actor, str], None] = lambda _actor, _what: None
    crashed: Callable[[Actor, BaseException], None] = lambda _actor, _error: None
    _events: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _processes: Iterator[int] = field(default_factory=lambda: count(1))

    def tell(self, what: str) -> None:
        """Note in the trace what happened."""
        if self.traced:
            actor = getcurrent()
            name = f"{actor.process.name}" if isinstance(actor, Actor) else "people"
            self.trace.append(f"{self.now - START:9.2f} {self.steps:5d} {name:12} {what}")

    def at(self, when: float, do: Callable[[], None]) -> None:
        """Have something happen."""
        heappush(self._events, (when, next(self._numbers), do))

    def start(self, name: str, run: Callable[[], None], process: Process | None = None) -> Actor:
        """A new thread, of a process of its own unless one is named."""
        actor = Actor(self, process or Process(next(self._processes), name), run)
        self.actors.append(actor)
        return actor

    def restart(self, name: str, run: Callable[[], None]) -> None:
        """A new process in the place of one that was killed."""
        self.start(name, run)

    def run(self, until: Callable[[], bool], most: float) -> bool:
        """Let everybody act until it is over, which is asked after each event; False if it takes more seconds."""
        end = self.now + most
        while True:
            event = self._events[0][0] if self._events else inf
            first = min((actor.due() for actor in self.actors), default=inf)
            moment = min(event, first)
            if moment > end:
                return False
            self.now = max(self.now, moment)
            if event <= self.now:
                heappop(self._events)[2]()
                if until():
                    return True
                continue
            ready = [actor for actor in self.actors if actor.due() <= self.now]
            self._switch(ready[0] if len(ready) == 1 else self.chance.choice(ready))

    def _switch(self, actor: Actor) -> None:
        try:
            if actor.process.killed:
                if not actor.dead:
                    actor.throw(Killed)
            else:
                actor.switch()
        except Killed:
            pass
        except BaseException as error:  # noqa: BLE001 - what no process survives is told, whatever it is
            self.crashed(actor, error)
        if actor.dead or actor.process.killed:
            self.actors.remove(actor)

    def end(self) -> None:
        """Nobody goes on."""
        for actor in self.actors:
            actor.process.killed = True
        while self.actors:
            self._switch(self.actors[0])

    def wait(self, seconds: float = 0.0) -> None:
        """Others go on; the actor, after this time at the soonest."""
        actor = getcurrent()
        if not isinstance(actor, Actor):
            return
        if actor.process.killed:
            raise Killed
        actor.wake = self.now + seconds
        self.main.switch()
        if actor.process.killed:
            raise Killed

    def step(self, what: str, seconds: float = 0.0) -> None:
        """A point at which the actor may be interrupted, and things may go wrong."""
        actor = getcurrent()
        if not isinstance(actor, Actor):
            return
        self.wait(seconds)
        self.steps += 1
        self.tell(what)
        self.on_step(actor, what)

    @contextmanager
    def clock(self) -> Iterator[None]:
        """It is the world's time meanwhile, for everything in this thread."""
        real = time.time, time.monotonic, time.sleep
        own = get_ident()

        def now() -> float:
            return self.now + self.skew if get_ident() == own else real[0]()

        def monotonic() -> float:
            return self.now if get_ident() == own else real[1]()

        def sleep(seconds: float) -> None:
            if isinstance(getcurrent(), Actor):
                self.wait(seconds)
            else:
                real[2](seconds)

        clocks: Any = time
        clocks.time, clocks.monotonic, clocks.sleep = now, monotonic, sleep
        try:
            yield
        finally:
            time.time, time.monotonic, time.sleep = real


class Signal:
    """`threading.Event`, as far as it is used."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._set = False
        self._waiting: Actor | None = None

    def set(self) -> None:
        """End the waiting."""
        self._set = True
        if self._waiting is not None:
            self._waiting.wake = self._world.now

    def wait(self, seconds: float) -> bool:
        """Whether it was set."""
        if not self._set:
            current = getcurrent()
            assert isinstance(current, Actor)
            self._waiting = current
            self._world.wait(seconds)
        return self._set


class Thread:
    """`threading.Thread`, as far as it is used: another actor of the same process."""

    def __init__(self, world: World, target: Callable[[], None]) -> None:
        self._world = world
        self._target = target
        self._actor: Actor | None = None

    def start(self) -> None:
        """Begin."""
        current = getcurrent()
        assert isinstance(current, Actor)
        self._actor = self._world.start(current.process.name, self._target, current.process)

    def join(self) -> None:
        """Wait for its end, which may take a while."""
        while self._actor is not None and not self._actor.dead:
            self._world.wait(0.02)
