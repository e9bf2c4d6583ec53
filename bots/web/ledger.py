"""The ledger as the dashboard has it: opened when it is first asked for, however long it was away."""

import threading

from flask import Flask, current_app

from bots.cli.opening import existing_ledger
from jobs.store.ledger import Ledger

_EXTENSION = "cph ledger"


class _LazyLedger:
    """A ledger at an address. The web server starts without it, and says meanwhile that it is away."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._opening = threading.Lock()
        self._opened: Ledger | None = None

    def get(self) -> Ledger:
        """The ledger. Raises LedgerLocked and LedgerUnusable."""
        with self._opening:
            self._opened = self._opened or existing_ledger(self._address)
            return self._opened


def provide_ledger(app: Flask, address: str) -> None:
    """Say which ledger the application has."""
    app.extensions[_EXTENSION] = _LazyLedger(address)


def ledger() -> Ledger:
    """The application's ledger. Raises LedgerLocked and LedgerUnusable."""
    lazy: _LazyLedger = current_app.extensions[_EXTENSION]
    return lazy.get()
