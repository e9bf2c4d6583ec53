"""Who may file a request and who may review it, asked of the wikis and their policies each time anew."""

from jobs.hub import Hub
from jobs.schema import Filed


def may_file(hub: Hub, filed: Filed) -> bool:
    """Whether the request's author may have it carried out: on the wiki it was filed on, and on the other, if any.

    Taking back is for reviewers too, and for whoever runs the bot (`cph undo`).
    """
    if filed.undoes and (filed.author == hub.wikis[filed.target].account or may_review(hub, filed, filed.author)):
        return True
    return all(
        hub.policy(wiki).file.includes(filed.author, hub.wikis[wiki].groups(filed.author))
        for wiki in dict.fromkeys((filed.wiki, filed.target))
    )


def may_review(hub: Hub, filed: Filed, user: str) -> bool:
    """Whether somebody is a reviewer on the wiki that the request is carried out on."""
    return hub.policy(filed.target).review.includes(user, hub.wikis[filed.target].groups(user))
