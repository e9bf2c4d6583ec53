"""Structured data that a file is to have: what it lacks is added, in one edit."""

from jobs.outcomes import Outcome, Sent, WikiError, judge
from jobs.sdc.filedata import FileData, entity_json, missing
from jobs.wiki import Wiki

_TRIES = 3


def complete(wiki: Wiki, title: str, data: FileData, summary: str) -> Outcome:
    """Have the file carry this too. May raise Unanswered: then it must be read before it is tried again.

    Somebody who edits the file at the same moment wins; what is still missing then is worked out anew.
    """
    for attempt in range(_TRIES):
        entity = wiki.entities([title])[title]
        lacking = missing(data, entity.data)
        if not (lacking.captions or lacking.statements):
            break
        try:
            return Sent(wiki.set_entity(entity, entity_json(lacking), summary))
        except WikiError as error:
            if error.code != "editconflict" or attempt == _TRIES - 1:
                return judge(error)
    return Sent()
