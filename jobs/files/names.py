"""Names for a batch of files: legal, meaningful, and nobody else's."""

from collections.abc import Callable, Mapping, Sequence

from jobs.files.drafts import Draft
from jobs.files.parameters import UploadParameters
from jobs.kind import Refusal, Sources
from jobs.wiki import NameCheck
from wikitext.filename import NameEmpty, NameMeaningless, NameTaken, unique_name
from wikitext.messages import Message, message


class Names:
    """The names of a batch of files: which are taken, by the wiki or by earlier rows of the request. One request."""

    def __init__(self, asked: UploadParameters, drafts: Sequence[Draft], sources: Sources) -> None:
        self._asked = asked
        self._prefix = sources.prefix
        self._gate = sources.gate
        wanted: list[str] = []

        def note(name: str) -> bool:
            wanted.append(f"File:{name}")
            return True

        for draft in drafts:
            self._name(draft, note)
        self.checks: Mapping[str, NameCheck] = sources.wiki.check_names(wanted)
        self.rows: dict[str, int] = dict(sources.held(wanted))

    def of(self, draft: Draft) -> str | Refusal:
        """The title that a draft gets, or why it can have none."""
        match self._name(draft, self._taken):
            case NameEmpty():
                return Refusal(message("row-name-empty"))
            case NameMeaningless(name):
                return Refusal(message("row-name-meaningless", name))
            case NameTaken(name) if (row := self.rows.get(f"File:{name}")) is not None:
                return Refusal(message("row-same-name", f"File:{name}", row))
            case NameTaken(name):
                return Refusal(message("row-name-exists", f"{self._prefix}File:{name}"))
            case str(name) if why := self._closed(f"File:{name}"):
                return Refusal(why)
            case str(name):
                self.rows[f"File:{name}"] = draft.record.row
                return f"File:{name}"

    def _closed(self, title: str) -> Message | None:
        """Why no file may be put there, however its name was written."""
        about = self.checks[title].about
        return self._gate.file_refusal(about) if about else None

    def _name(self, draft: Draft, taken: Callable[[str], bool]) -> str | NameEmpty | NameMeaningless | NameTaken:
        wanted = self._asked.filename.fill(draft.record.values)
        return unique_name(wanted, draft.media.type.extension, draft.apart, taken)

    def _taken(self, name: str) -> bool:
        title = f"File:{name}"
        return title in self.rows or (self.checks[title].exists and not self._asked.update)
