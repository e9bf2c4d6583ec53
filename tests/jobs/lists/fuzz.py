"""Looks for lists that surprise a reader, guided by which of its lines they reach.

By hand: `pip install atheris`, then `python -m tests.jobs.lists.fuzz iiif 300`: a key of SAMPLES, or `parts` for what
is in a workbook; seconds; behind that, a folder that keeps what was found interesting. What breaks something is written
to the folder `crashes`, and belongs into BROKEN in `test_fuzz.py`. Atheris is no requirement of the tests: it has no
wheels for ARM.
"""

import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["jobs.lists", "jobs.patterns.pattern"]):
    from .samples import SAMPLES, TOKENS, check, workbook_parts

from tests.jobs.lists.made import zipped

_NAMES = tuple(workbook_parts())
_BETWEEN = b"\n%%\n"


def _workbook(content: bytes) -> bytes:
    """The workbook whose parts are these, parted by `_BETWEEN`."""
    parts = content.decode("latin-1").split(_BETWEEN.decode())
    return zipped(dict(zip(_NAMES, parts, strict=False)))


def main(kind: str, seconds: str, folder: str = "") -> None:
    """Look for so many seconds."""
    seeds = [*SAMPLES.get(kind, ())]
    if kind == "parts":
        seeds = [_BETWEEN.join(part.encode() for part in workbook_parts().values())]
    with tempfile.TemporaryDirectory() as made:
        words = Path(made, "words")
        words.write_text("".join(f'"{_escaped(token)}"\n' for token in TOKENS), encoding="ascii")
        corpus = Path(folder or Path(made, "corpus"))
        corpus.mkdir(exist_ok=True)
        for number, seed in enumerate(seeds):
            (corpus / f"seed{number}").write_bytes(seed)
        Path("crashes").mkdir(exist_ok=True)
        limits = [f"-max_total_time={seconds}", "-max_len=20000", "-timeout=5", "-rss_limit_mb=1000"]
        arguments = [sys.argv[0], f"-dict={words}", f"-artifact_prefix=crashes/{kind}-", *limits, str(corpus)]
        atheris.Setup(arguments, lambda content: check(_workbook(content) if kind == "parts" else content))
        atheris.Fuzz()


def _escaped(token: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in token.encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
