"""The page with which anybody stops the bot."""

from jobs.outcomes import Later, Unanswered, WikiError
from jobs.wiki import Wiki
from wikitext.messages import message

STOPPED_SECONDS = 30.0


def stopped(wiki: Wiki) -> Later | None:
    """Whether people told the bot to stop writing on the wiki; not being able to ask means yes. One request."""
    title = f"User:{wiki.account}/Stop"
    try:
        page = wiki.page(title)
    except (WikiError, Unanswered):
        return Later(STOPPED_SECONDS, message("later-stop-unreadable", title))
    if page is not None and (page.text is None or page.text.strip()):
        return Later(STOPPED_SECONDS, message("later-stop-page", title))
    return None
