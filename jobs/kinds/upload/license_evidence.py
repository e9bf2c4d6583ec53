"""Where it can be seen that a licence is right, as it stands on the file's page."""

from collections.abc import Mapping

from jobs.kinds.upload.parameters import UploadParameters
from wikitext.dates import read_date
from wikitext.escape import Wikitext, inert, link


def evidence_of(asked: UploadParameters, values: Mapping[str, str]) -> Wikitext:
    """The address, what stands there, when it was read and where it is archived; in no language but the statement's."""
    said = {name: text for name, pattern in asked.evidence.items() if (text := pattern.fill(values).strip())}
    read, archive = _date(said.get("rights date", "")), link(said.get("rights archive", ""))
    beside = " · ".join(filter(None, (read, archive)))
    quoted = f"<q>{inert(said['rights statement'])}</q>" if "rights statement" in said else ""
    parts = (link(said.get("rights evidence", "")), quoted, f"({beside})" if beside else "")
    return Wikitext(" ".join(filter(None, parts)))


def _date(text: str) -> Wikitext:
    read = read_date(text)
    return read.wikitext if read else inert(text)
