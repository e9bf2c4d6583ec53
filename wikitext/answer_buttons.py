"""Links that open a form already filled in: one for each answer that people can give to a report."""

from collections.abc import Callable, Iterable
from urllib.parse import quote

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
    "undo": "|plan=$1|items=$2|reason=",
}
"""Every answer, and what stands in its form beside its name; `$1` is the plan's hash, `$2` the rows."""

ANSWER_TEMPLATE = "Hub answer"
"""Says what an answer does in the language of whoever reads it: a reviewer has to know what they press."""

_FIRST = frozenset({"approve", "continue", "resume"})
GROUND, INK = "var(--background-color-neutral-subtle,#f8f9fa)", "var(--color-base,#202122)"
"""The colours of what stands out a little, by day and by night."""

_STYLE = (
    "display:inline-block;border:1px solid {edge};background:{ground};border-radius:2px;padding:.3em .9em;margin:.2em"
)


def review_form(answer: str) -> str:
    """The text of the form that an answer's button opens."""
    return f"{{{{Hub review|{answer}{ANSWER_FORMS[answer]}}}}} {_SIGNATURE}"


_SIGNATURE = "~~<noinclude></noinclude>~~"
"""Preloading drops the tags (Manual:Creating pages with preloaded text); else the form itself would be signed."""


def answer_buttons(answers: Iterable[str], talk: str, plan: str, heading: str) -> Wikitext:
    """A button for each answer. `talk`: the title of the page that it is saved on; `heading`: of the new section."""
    return Wikitext(" ".join(_button(answer, talk, plan, heading) for answer in answers))


def server_buttons(language: Language, servers: Iterable[str], talk: str) -> Wikitext:
    """For each server a button that asks on the policy's talk page for it to be allowed."""
    asked = "action=edit&section=new&preload=Template:Hub_request/server"
    return Wikitext(
        " ".join(
            _link(
                f"{{{{fullurl:{talk}|{asked}&preloadparams%5B%5D={quote(name)}&preloadtitle={quote(name)}}}}}",
                language.say("ask-server", name),
            )
            for name in servers
        )
    )


def _button(answer: str, talk: str, plan: str, heading: str) -> str:
    address = _form(answer, talk, plan, heading)
    return _link(address, Wikitext(f"{{{{{ANSWER_TEMPLATE}|{answer}}}}}"), first=answer in _FIRST)


def _link(address: str, label: Wikitext, *, first: bool = False) -> str:
    style = _STYLE.format(edge="#36c" if first else "#a2a9b1", ground="#36c" if first else GROUND)
    shown = f'<span style="color:{"#fff" if first else INK};font-weight:bold">{label}</span>'
    return f'<span class="plainlinks" style="{style}">[{address} {shown}]</span>'


UndoLink = Callable[[int], Wikitext]
"""A small link that opens the form to take one row back."""


def undo_link(language: Language, talk: str, plan: str, heading: str) -> UndoLink:
    """Makes such links for a report; arguments as of `answer_buttons`."""

    def link(row: int) -> Wikitext:
        address = _form("undo", talk, plan, heading, str(row))
        return Wikitext(f'<span class="plainlinks">[{address} {language.say("answer-undo-row")}]</span>')

    return link


def _form(answer: str, talk: str, plan: str, heading: str, rows: str = "") -> str:
    """The address of an answer's form. What is not given is given as empty, else the form would show `$2`."""
    given = [value for name, value in (("$1", plan[:12]), ("$2", rows)) if name in ANSWER_FORMS[answer]]
    filled = "".join(f"&preloadparams%5B%5D={value}" for value in given)
    return (
        f"{{{{fullurl:{talk}|action=edit&section=new&preload=Template:Hub_review/{answer.replace(' ', '_')}"
        f"{filled}&preloadtitle={heading}}}}}"
    )
