"""`cph install --permission-request`: what the community is asked before a bot may run (Commons:Bots/Requests)."""

from jobs.context.hub import policy_page
from jobs.io.wiki import Wiki
from jobs.model.policy import Policy, PolicyError, read_policy

_TEXT = """\
'''Operator:''' {operator}

'''Bot's tasks for which permission is being sought:'''
* To upload files that museums, archives and libraries ask for on [[{base}]], each with a description page, a\
 licence, categories and, where the partner gives them, captions and statements. A reviewer sees a preview of every\
 request and has to approve it.
* To add, remove or move categories, and to change templates and text on the pages that such a request names, in\
 the same way.
* To take back what a request did, in whole or in part, where somebody asks for it.
* To answer requests: a report and a talk page for each, below [[{base}]], and notes on requesters' talk pages.

'''What it does not do:''' It writes nothing that was not previewed and approved as [[{policy}]] says. It\
 overwrites no file but the requester's own uploads, and undoes no one else's edits. It edits no protected page, no\
 code and no redirect, and honours {{{{tl|bots}}}}. It uploads no file twice: it looks for the same bytes first, and\
 for those that were deleted.

'''Automatic or manually assisted:''' Automatic, once a person has approved the plan of a request. Of each request\
 the first {pilot} are done and shown, and the rest waits for somebody to continue.

'''Edit type (e.g. Continuous, daily, one time run):''' Continuous, as requests come.

'''Maximum edit rate (e.g. edits per minute):''' {rate} a minute, by all its\
 processes together. It sends maxlag, and waits for as long as the wiki says.

'''How it is stopped:''' Anybody can save any text on [[User:{account}/Stop]]; it writes nothing after 5 seconds.

'''Test edits:''' <!-- Link 5 to 20 uploads or edits of the bot's here: one request of that size, approved by a\
 reviewer. -->

'''Bot flag requested: (Y/N):''' Y

'''Programming language(s):''' Python, on pywikibot. Source, under the MIT licence: <!-- its address -->
"""


def permission_request(wiki: Wiki, operator: str, contact: str) -> str:
    """The text for the wiki, with what its policy says. One request.

    `operator`: a user name; empty: `contact` stands there, to be replaced.
    """
    title = policy_page(wiki)
    page = wiki.page(title)
    policy = _policy(page.text or "" if page else "{}")
    return _TEXT.format(
        operator=f"{{{{user|{operator}}}}}" if operator else f"{contact} <!-- {{{{user|your user name}}}} -->",
        base=wiki.base,
        policy=title,
        account=wiki.account,
        pilot=policy.pilot,
        rate=f"{_number(policy.edits_per_minute)} edits and {_number(policy.uploads_per_minute)} uploads",
    )


def _number(most: int | None) -> str:
    return "any number of" if most is None else str(most)


def _policy(text: str) -> Policy:
    try:
        return read_policy(text)
    except PolicyError:  # `cph doctor` says so
        return Policy()
