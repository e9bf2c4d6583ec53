"""`python -m bots` is `cph`."""

import gc
import sys


def run() -> int:
    """Run the command that the arguments name; returns its exit status.

    What is imported stays to the end: the collector would take a third of a start to look through it, and each process
    that a worker forks would copy it for that (gc.freeze).
    """
    gc.disable()
    from bots.cli.main import main

    gc.freeze()
    gc.enable()
    gc.set_threshold(50_000, 20, 20)  # of the time that a page full of braces takes, two thirds were the collector's
    return main()


if __name__ == "__main__":
    sys.exit(run())
