"""The kinds of job there are. A new one is a file beside this one and a line here."""

from typing import Any

from jobs.kinds.categorize import CATEGORIZE
from jobs.kinds.edit import EDIT
from jobs.kinds.kind import Kind
from jobs.kinds.undo import UNDO
from jobs.kinds.upload.kind import UPLOAD

KINDS: dict[str, Kind[Any]] = {kind.name: kind for kind in (UPLOAD, CATEGORIZE, EDIT, UNDO)}
