"""The kinds of job there are. A new one is a file beside this one and a line here."""

from typing import Any

from jobs.kinds.categorize import CategorizeKind
from jobs.kinds.edit import EditKind
from jobs.kinds.kind import Kind
from jobs.kinds.undo import UndoKind
from jobs.kinds.upload.kind import UploadKind

_KINDS: tuple[Kind[Any], ...] = (UploadKind(), CategorizeKind(), EditKind(), UndoKind())
KINDS = {kind.name: kind for kind in _KINDS}
