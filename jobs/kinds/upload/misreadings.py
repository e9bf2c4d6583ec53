"""What in a list may be meant otherwise than it is taken: small pictures, other licences, what may be published."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from jobs.kinds.upload.columns import columns_of, is_small, media_column
from jobs.kinds.upload.parameters import UploadParameters
from jobs.kinds.upload.withholding import decides
from jobs.model.problems import is_no, is_yes
from jobs.model.profile import Profile
from wikitext.dates import read_date
from wikitext.license_calls import Licenses, read_call
from wikitext.licenses import PUBLIC_DOMAIN, License, license_of
from wikitext.messages import Message, message
from wikitext.rights_statements import read_rights


def misreadings(asked: UploadParameters, beginning: Sequence[Mapping[str, str]], profile: Profile) -> Iterator[Message]:
    """A question about each column of which that can be seen in the first records of the list."""
    media = "" if asked.media else media_column(profile)
    if is_small(media):
        yield message("question-small-pictures", media)
    named = tuple(name for name, _ in profile)
    for column in columns_of("license", named):
        yield from _other_licenses(asked, column, (values.get(column, "") for values in beginning))
    for column in columns_of("photo license", named):
        if asked.photo_license is None and any(values.get(column) for values in beginning):
            yield message("question-photo-license-here", column)
    for column in columns_of("published", named):
        texts = (values.get(column, "") for values in beginning)
        strange = next((text for text in texts if text and not _says_whether(text)), "")
        if strange and not decides(dict(profile)[column]):
            yield message("question-publish", column, strange[:80])


def _other_licenses(asked: UploadParameters, column: str, texts: Iterable[str]) -> Iterator[Message]:
    """The licences that a column says, where the request says another for all files.

    Beside a reason why the works are free they are those of the photographs.
    """
    constant = asked.constant_licenses.get("license")
    if constant is None or Licenses(constant).has_photo:
        return
    call = read_call(constant)
    own = [known for name in call.templates if (known := license_of(name))]
    said = {read.template: read for text in texts if isinstance(read := read_rights(text), License)}
    others = sorted({*said} - {known.template for known in own})
    free = bool(own) and all(known.status == PUBLIC_DOMAIN for known in own)
    of_photograph = free and others and said[others[0]].status != PUBLIC_DOMAIN
    if others and not (of_photograph and asked.photo_license):
        name = "photo license" if of_photograph else "license"
        yield message("question-license-column", column, others[0], call.name, name)


def _says_whether(text: str) -> bool:
    """Whether a text in a column like `published` is a yes, a no, or a date: when it was."""
    return is_yes(text) or is_no(text) or read_date(text) is not None
