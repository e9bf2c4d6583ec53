"""Names for a batch of files: legal, meaningful, and nobody else's."""

from collections.abc import Callable, Mapping, Sequence

from jobs.io.plan_context import PlanContext
from jobs.io.wiki import DuplicateFiles, NameCheck
from jobs.kinds.upload.drafts import Draft
from jobs.kinds.upload.parameters import UploadParameters
from jobs.model.actions import Refusal
from jobs.patterns.filters import text_of
from wikitext.filename import NameEmpty, NameMeaningless, NameTaken, fitted, unique_name
from wikitext.messages import Message, message
from wikitext.titles import capitalised

_PAIR = (".jpg", ".jpeg", ".tif", ".tiff")
_PICTURES = (".jpg", ".tif", ".png", ".gif", ".webp", ".svg")


def _stem(title: str) -> str:
    return title.rpartition(".")[0]


def _others(title: str) -> tuple[str, ...]:
    """The titles that a picture of the same name in another format gets."""
    return tuple(other for ending in _PICTURES if (other := f"{_stem(title)}{ending}") != title)


def _cased(title: str) -> Sequence[str]:
    """The title with its words as titles often have them: as in a sentence, in a heading, in capitals."""
    stem, ending = title.removeprefix("File:").rpartition(".")[::2]
    others = (capitalised(stem.lower()), stem.title(), stem.upper())
    return [other for name in others if (other := f"File:{name}.{ending}") != title]


def wanted_name(asked: UploadParameters, values: Mapping[str, str], extension: str) -> str:
    """What a record's file is to be called, before anything is done about other files of that name."""
    return fitted([text_of(part.value) for part in asked.filename.filled(values)], extension)


class Names:
    """The names of a batch of files: which are taken, by the wiki or by earlier rows of the request. One request.

    `rows`, `files`: the rows of the request that have titles, and that upload files (SHA-1).
    """

    def __init__(self, asked: UploadParameters, drafts: Sequence[Draft], context: PlanContext) -> None:
        self._asked = asked
        self._prefix = context.prefix
        self._gate = context.gate
        wanted: list[str] = []
        cased: list[str] = []

        def note(name: str) -> bool:
            wanted.append(f"File:{name}")
            return True

        for draft in drafts:
            first = len(wanted)
            self._name(draft, note)
            cased += [other for one in wanted[first : first + 1] for other in _cased(one)]
        self.files: dict[str, int] = dict(context.rows_by_sha1([draft.media.sha1 for draft in drafts]))
        self.checks: Mapping[str, NameCheck] = context.wiki.check_names([*wanted, *cased])
        self.rows: dict[str, int] = dict(
            context.rows_by_title([*wanted, *(other for one in wanted for other in _others(one))])
        )

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
                return f"File:{name}"

    def _closed(self, title: str) -> Message | None:
        """Why no file may be put there, however its name was written."""
        about = self.checks[title].about
        return self._gate.file_refusal(about) if about else None

    def hold(self, title: str, draft: Draft) -> None:
        """No later row can have the title, or upload the file."""
        self.rows[title] = self.files[draft.media.sha1] = draft.record.row

    def beside(self, title: str, twins: DuplicateFiles) -> str | Refusal:
        """The file of the same name but for its ending that this one is to stand beside, or none; or why it may not.

        A TIFF and a JPEG of the same picture are usual (Commons:File types); of any other the wiki takes it that the
        file is there already.
        """
        if twins.name_deleted:
            return Refusal(message("row-name-deleted", f"{self._prefix}{title}"))
        pairs = _others(title) if title.endswith(_PAIR) else ()
        for other in twins.beside:
            if other not in {f"{_stem(title)}{ending}" for ending in _PAIR} or not pairs:
                return Refusal(message("row-name-beside", f"{self._prefix}{other}"))
        rows_by_title = [other for other in _others(title) if other in self.rows]
        for other in rows_by_title:
            if not (pairs and other.endswith(_PAIR)):
                return Refusal(message("row-same-stem", other, self.rows[other]))
        return next(iter((*twins.beside, *rows_by_title)), "")

    def alike(self, title: str) -> str:
        """A file on the wiki whose name differs only in capital letters, as far as one is likely, or none."""
        there = (other for other in _cased(title) if other in self.checks and self.checks[other].exists)
        return next(there, "")

    def _name(self, draft: Draft, taken: Callable[[str], bool]) -> str | NameEmpty | NameMeaningless | NameTaken:
        extension = draft.media.type.extension
        return unique_name(wanted_name(self._asked, draft.record.values, extension), extension, draft.apart, taken)

    def _taken(self, name: str) -> bool:
        title = f"File:{name}"
        return title in self.rows or (self.checks[title].exists and not self._asked.update)
