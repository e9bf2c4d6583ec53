"""What people answer on a report's talk page, and what becomes of it."""

from jobs.hub import Hub, policy_page, report_page
from jobs.lifecycle import State
from jobs.policy import Policy
from jobs.schema import Filed, Review
from jobs.wiki import Wiki
from wikitext.messages import Message, message

ANSWERS = ("approve",)

MIN_HASH = 8
"""So many characters of a plan's hash are enough to name it."""


def judge_reviews(hub: Hub, filed: Filed) -> Filed:
    """Decide every answer that has no verdict yet, and do what it says."""
    wiki = hub.wikis[filed.wiki]
    for review in hub.ledger.open_reviews(filed):
        if review.verdict is None:
            verdict = _objection(filed, review, hub.policy(filed.wiki), wiki)
            if verdict:
                hub.ledger.judge_review(review, verdict)
            else:
                thanks = message("review-approved", review.said.user, report_page(wiki, filed.text_id))
                filed = hub.ledger.approve(filed, review, thanks)
    return filed


def _objection(filed: Filed, review: Review, policy: Policy, wiki: Wiki) -> Message | None:
    """Why the answer changes nothing; None: it approves."""
    if review.said.answer not in ANSWERS:
        return message("review-unknown", review.said.user, review.said.answer, ", ".join(ANSWERS))
    if not policy.review.includes(review.said.user, wiki.groups(review.said.user)):
        return message("review-may-not", review.said.user, policy_page(wiki))
    if review.said.user == filed.author and not policy.review_own:
        return message("review-own", review.said.user)
    if filed.state is not State.PLANNED:
        return message("review-not-planned", review.said.user)
    if not _names_plan(filed, review):
        return message("review-old-plan", review.said.user, report_page(wiki, filed.text_id))
    return None


def _names_plan(filed: Filed, review: Review) -> bool:
    """Whether the answer is for this very plan: by its hash or, where it names none, because it came after it."""
    if review.said.plan:
        return len(review.said.plan) >= MIN_HASH and filed.plan.startswith(review.said.plan)
    return 0 < filed.previewed < review.said.revision
