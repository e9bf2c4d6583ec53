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
    """The titles that differ from this one only in the ending, which is that of another format of pictures."""
    return tuple(other for ending in _PICTURES if (other := f"{_stem(title)}{ending}") != title)


def _cased(title: str) -> Sequence[str]:
    """The titles that differ from this one only in capitals: as a sentence has them, a heading, or all of them."""
    stem, ending = title.removeprefix("File:").rpartition(".")[::2]
    others = (capitalised(stem.lower()), stem.title(), stem.upper())
    return [other for name in others if (other := f"File:{name}.{ending}") != title]


def wanted_name(asked: UploadParameters, values: Mapping[str, str], extension: str) -> str:
    """The name that a record's values come to, which other files may have too. `extension`: without a full stop."""
    return fitted([text_of(part.value) for part in asked.filename.filled(values)], extension)


class Names:
    """Gives the files of a batch their titles, one after the other.

    The wiki is asked once about every title that may come of it, and so is the ledger; one request for 50 titles.
    """

    def __init__(self, asked: UploadParameters, drafts: Sequence[Draft], context: PlanContext) -> None:
        self._asked = asked
        self._prefix = context.prefix
        self._gate = context.gate
        self._reservations = context.reservations
        possible = [self._possible(draft) for draft in drafts]
        titles = [title for each in possible for title in each]
        cased = [other for each in possible for title in each[:1] for other in _cased(title)]
        self.checks: Mapping[str, NameCheck] = context.wiki.check_names([*titles, *cased])
        self._reservations.rows_by_title([*titles, *(other for title in titles for other in _others(title))])
        self._reservations.rows_by_sha1([draft.media.sha1 for draft in drafts])

    def of(self, draft: Draft) -> str | Refusal:
        """The first title of those that the draft may get that is free, or why it gets none."""
        match self._name(draft, self._taken):
            case NameEmpty():
                return Refusal(message("row-name-empty"))
            case NameMeaningless(name):
                return Refusal(message("row-name-meaningless", name))
            case NameTaken(name) if (row := self._row(f"File:{name}")) is not None:
                return Refusal(message("row-same-name", f"File:{name}", row))
            case NameTaken(name):
                return Refusal(message("row-name-exists", f"{self._prefix}File:{name}"))
            case str(name) if why := self._closed(f"File:{name}"):
                return Refusal(why)
            case str(name):
                return f"File:{name}"

    def _closed(self, title: str) -> Message | None:
        """Why the request may not put a file there, or None: it may. What counts is how the wiki spells the title."""
        about = self.checks[title].about
        return self._gate.file_refusal(about) if about else None

    def row_of_file(self, draft: Draft) -> int | None:
        """The row of the request that uploads the draft's file already, if one does."""
        return self._reservations.rows_by_sha1([draft.media.sha1]).get(draft.media.sha1)

    def reserve(self, title: str, draft: Draft) -> None:
        """Keep later rows from the title, and from uploading the draft's file."""
        self._reservations.reserve(draft.record.row, title, draft.media.sha1)

    def beside(self, title: str, duplicates: DuplicateFiles) -> str | Refusal:
        """A file whose title is this one but for the ending, on the wiki or in the request; empty: there is none.

        A refusal where the wiki would not take this one: it takes a TIFF and a JPEG of one picture, which are usual
        (Commons:File types), but files with other endings for the same file. Or a file of this title was deleted.
        """
        if duplicates.name_deleted:
            return Refusal(message("row-name-deleted", f"{self._prefix}{title}"))
        pairs = _others(title) if title.endswith(_PAIR) else ()
        for other in duplicates.beside:
            if other not in {f"{_stem(title)}{ending}" for ending in _PAIR} or not pairs:
                return Refusal(message("row-name-beside", f"{self._prefix}{other}"))
        rows = self._reservations.rows_by_title(_others(title))
        for other, row in rows.items():
            if not (pairs and other.endswith(_PAIR)):
                return Refusal(message("row-same-stem", other, row))
        return next(iter((*duplicates.beside, *rows)), "")

    def alike(self, title: str) -> str:
        """A file on the wiki whose title differs only in capitals, of those that were looked for; empty: none."""
        there = (other for other in _cased(title) if other in self.checks and self.checks[other].exists)
        return next(there, "")

    def _possible(self, draft: Draft) -> Sequence[str]:
        """All titles that the draft may get, in the order in which they are tried."""
        titles: list[str] = []

        def taken(name: str) -> bool:
            titles.append(f"File:{name}")
            return True

        self._name(draft, taken)
        return titles

    def _name(self, draft: Draft, taken: Callable[[str], bool]) -> str | NameEmpty | NameMeaningless | NameTaken:
        extension = draft.media.type.extension
        wanted = wanted_name(self._asked, draft.record.values, extension)
        return unique_name(wanted, extension, draft.disambiguators, taken)

    def _taken(self, name: str) -> bool:
        title = f"File:{name}"
        return self._row(title) is not None or (self.checks[title].exists and not self._asked.update)

    def _row(self, title: str) -> int | None:
        return self._reservations.rows_by_title([title]).get(title)
