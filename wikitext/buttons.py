"""Links that open a form already filled in: one for each answer that people can give to a report."""

from collections.abc import Iterable

from wikitext.escape import Wikitext
from wikitext.messages import Language

ANSWER_FORMS = {
    "approve": "|plan=$1",
    "reject": "|plan=$1|reason=",
    "strike": "|plan=$1|items=",
    "check again": "",
    "continue": "|plan=$1",
    "pause": "",
    "resume": "|plan=$1",
    "cancel": "",
    "retry": "|plan=$1",
    "undo": "|plan=$1|items=|reason=",
}
"""Every answer, and what stands in its form beside its name; `$1` is the plan's hash."""

_FIRST = frozenset({"approve", "continue", "resume"})
_STYLE = (
    "display:inline-block;border:1px solid {edge};background:{ground};border-radius:2px;padding:.3em .9em;margin:.2em"
)


def review_form(answer: str) -> str:
    """The text of the form that an answer's button opens."""
    return f"{{{{Hub review|{answer}{ANSWER_FORMS[answer]}}}}} {_SIGNATURE}"


_SIGNATURE = "~~<noinclude></noinclude>~~"
"""Preloading drops the tags (Manual:Creating pages with preloaded text); else the form itself would be signed."""


def answer_buttons(language: Language, answers: Iterable[str], talk: str, plan: str, heading: str) -> Wikitext:
    """A button for each answer. `talk`: the title of the page that it is saved on; `heading`: of the new section."""
    return Wikitext(" ".join(_button(language, answer, talk, plan, heading) for answer in answers))


def _button(language: Language, answer: str, talk: str, plan: str, heading: str) -> str:
    first = answer in _FIRST
    style = _STYLE.format(edge="#36c" if first else "#a2a9b1", ground="#36c" if first else "#f8f9fa")
    plan_given = f"&preloadparams%5B%5D={plan[:12]}" if "$1" in ANSWER_FORMS[answer] else ""
    address = (
        f"{{{{fullurl:{talk}|action=edit&section=new&preload=Template:Hub_review/{answer.replace(' ', '_')}"
        f"{plan_given}&preloadtitle={heading}}}}}"
    )
    colour = "#fff" if first else "#202122"
    label = f'<span style="color:{colour};font-weight:bold">{language.say(f"answer-{answer}")}</span>'
    return f'<span class="plainlinks" style="{style}">[{address} {label}]</span>'
