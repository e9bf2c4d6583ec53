"""Debian's Chromium, told what to do over the pipe of its DevTools protocol."""

import base64
import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import IO, Any

_OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--remote-debugging-pipe",
)  # fmt: skip

_AXE = (files("axe_core_python") / "axe.min.js").read_text(encoding="utf-8")


_STILL = """
{ const still = new CSSStyleSheet();
  still.replaceSync("* { transition: none !important }");
  document.adoptedStyleSheets.push(still); }
"""
"""A page with a strict policy (CSP) takes no other style."""


class Browser:
    """One tab. `errors`: what it wrote on its console, of all pages so far."""

    def __init__(self, to: IO[bytes], answers: IO[bytes]) -> None:
        self._to = to
        self._answers = answers
        self._number = 0
        self._session: dict[str, str] = {}
        self.errors: list[str] = []
        tab = self._say("Target.createTarget", url="about:blank")
        self._session = {"sessionId": self._say("Target.attachToTarget", flatten=True, **tab)["sessionId"]}
        for told_of in ("Page", "Log", "Runtime"):
            self._say(f"{told_of}.enable")

    def open(self, address: str) -> None:
        """Show a page; it is loaded on return."""
        self._say("Page.navigate", url=address)
        while self._next().get("method") != "Page.loadEventFired":
            pass
        self.run(f"{_AXE}; {_STILL}")

    def view(self, width: int, *, dark: bool) -> None:
        """Show the page in a window so wide, to someone who likes it light or dark."""
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        self._say("Emulation.setDeviceMetricsOverride", **size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._say("Emulation.setEmulatedMedia", features=[scheme])
        night = f"skin-theme-clientpref-{'night' if dark else 'day'}"  # as Vector itself does
        self.run(f"document.documentElement.className = document.documentElement.className"
                 f".replace(/skin-theme-clientpref-\\w+/, '{night}')")  # fmt: skip

    def run(self, script: str) -> Any:
        """What a script on the page comes to."""
        said = self._say("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in said, said["exceptionDetails"]
        return said["result"].get("value")

    def picture(self, file: Path) -> None:
        """Take a picture of the whole page, for a person to look at."""
        shot = self._say("Page.captureScreenshot", captureBeyondViewport=True)
        file.write_bytes(base64.b64decode(shot["data"]))

    def _say(self, method: str, **parameters: Any) -> dict[str, Any]:
        self._number += 1
        asked = {"id": self._number, "method": method, "params": parameters, **self._session}
        self._to.write(json.dumps(asked).encode() + b"\0")
        self._to.flush()
        while (answer := self._next()).get("id") != self._number:
            pass
        assert "error" not in answer, answer
        result: dict[str, Any] = answer["result"]
        return result

    def _next(self) -> dict[str, Any]:
        told = bytearray()
        while (byte := self._answers.read(1)) != b"\0":
            assert byte, "Chromium ended"
            told += byte
        answer: dict[str, Any] = json.loads(told)
        if answer.get("method") in _ERRORS:
            self.errors.append(json.dumps(answer["params"]))
        return answer


_ERRORS = ("Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled")
"""What DevTools shows on the console."""


@contextmanager
def browser(profile: Path) -> Iterator[Browser]:
    """A Chromium whose profile is in a folder; it ends with the block."""
    # The shell gives it the pipes where it looks for them, as file descriptors 3 and 4.
    command = ["sh", "-c", 'exec chromium "$@" 3<&0 4>&1 </dev/null >/dev/null 2>&1', "chromium", *_OPTIONS]
    with subprocess.Popen(
        [*command, f"--user-data-dir={profile}"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin
        assert process.stdout
        try:
            yield Browser(process.stdin, process.stdout)
        finally:
            process.terminate()
