"""The pages a wiki needs installed: templates, forms and the request page, as sources beside this file.

In a source, `⧼key⧽` stands for a message in the language of the request or, where there is none, of the reader (with
its arguments, which are wikitext: `⧼key¦$1¦$2⧽`); what is between backticks for code, written from the left;
`⧼⧼LANG⧽⧽` for that language's code and `⧼⧼DIR⧽⧽` for its direction; `⧼⧼BASE⧽⧽` for the title of the request page, and
`⧼⧼WAITING⧽⧽` for the category of what waits for review; on the bot's own page `⧼⧼ACCOUNT⧽⧽` for its user name and
`⧼⧼OPERATOR⧽⧽` for whoever runs it. In TemplateData a message is in every language,
and `⧼⧼LANGUAGES⧽⧽` is their codes.

What the reader's language is, `{{int:lang}}` says: each page `MediaWiki:Lang/xx` says `xx`
(https://commons.wikimedia.org/wiki/Commons:Localization). Wikimedia's multilingual wikis have them.
"""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import files

from wikitext.answer_buttons import ANSWER_FORMS, review_form
from wikitext.escape import Wikitext, inert, link
from wikitext.languages import language_names
from wikitext.messages import Language, language, languages

_CODE = re.compile("`([^`]+)`")
_MESSAGE = re.compile(r"⧼([a-z -]+)((?:¦[^⧼⧽¦]*)*)⧽")


@dataclass(frozen=True)
class ShippedPage:
    """A page to install. `mine`: the bot keeps it as it is shipped; else it belongs to people once it is there."""

    title: str
    text: str
    mine: bool = True


# In an order in which each page finds what it calls.
_TEMPLATES = {
    "Template:Hub status": "status",
    "Template:Hub answer": "answer",
    "Template:Hub request/data": "request-data",
    "Template:Hub request/doc": "request-doc",
    "Template:Hub request/button": "request-button",
    "Template:Hub request/intro": "request-intro",
    "Template:Hub request/intro/categorize": "request-intro-categorize",
    "Template:Hub request/intro/edit": "request-intro-edit",
    "Template:Hub request/form": "request-form",
    "Template:Hub request/check": "request-check",
    "Template:Hub server": "server",
    "Template:Hub request/server": "request-server",
    "Template:Hub request/categorize": "request-categorize",
    "Template:Hub request/edit": "request-edit",
    "Template:Hub request/row": "request-row",
    "Template:Hub request": "request",
    "Template:Hub requests": "requests",
    "Template:Hub review": "review",
}

_DATA = "request-data"

_DOCUMENTATION = "Template:Hub request/doc"
"""In each language it is a page of its own: in one they would be longer than a page is shown."""

TEMPLATES = tuple(_TEMPLATES)
"""The titles of the templates."""


def waiting_for_review(base: str) -> str:
    """The name of the category of the reports that wait for a reviewer. `base`: the request page."""
    return f"{base.partition(':')[2] or base} waiting for review"


def shipped_pages(base: str) -> Iterator[ShippedPage]:
    """Every page for a wiki whose request page is `base`."""
    for code in languages():
        yield ShippedPage(f"{_DOCUMENTATION}/{code}", _source("request-doc-text", base, _only(code)))
    for title, name in _TEMPLATES.items():
        yield ShippedPage(title, _source(name, base, _each if name == _DATA else _switch))
    for answer in ANSWER_FORMS:
        yield ShippedPage(f"Template:Hub review/{answer}", review_form(answer))
    yield ShippedPage(base, "{{Hub requests}}", mine=False)
    for code in languages():
        yield ShippedPage(f"MediaWiki:Lang/{code}", code, mine=False)
    category = base.partition(":")[2] or base
    yield ShippedPage(f"Category:{category}", f"__HIDDENCAT__\n[[:{base}]]", mine=False)
    waiting = f"Category:{waiting_for_review(base)}"
    yield ShippedPage(waiting, f"__HIDDENCAT__\n[[:{base}]]\n\n[[Category:{category}]]", mine=False)


BOT_TEMPLATE = "Bot"
"""The template that says on many wikis that an account is a bot, and whose."""


def bot_page(base: str, account: str, operator: str, contact: str, *, has_template: bool) -> ShippedPage:
    """The bot's user page. `operator`: the user name of whoever runs it; empty: `contact` is shown instead.

    `has_template`: whether the wiki has `BOT_TEMPLATE`, which takes an operator's name.
    """
    text = _source("bot", base, _switch)
    who = f"[[User:{operator}|{operator}]] ([[User talk:{operator}]])" if operator else link(contact)
    for marked, value in {"ACCOUNT": account, "OPERATOR": who}.items():
        text = text.replace(f"⧼⧼{marked}⧽⧽", value)
    said_first = f"{{{{{BOT_TEMPLATE}|{operator}}}}}\n" if has_template and operator else ""
    return ShippedPage(f"User:{account}", f"{said_first}{text}")


_Say = Callable[[Language], str]


def _source(name: str, base: str, spoken: Callable[[_Say], str]) -> str:
    """A page's text. `spoken`: how what is said in each language stands on it."""
    text = (files(__name__) / f"{name}.wikitext").read_text(encoding="utf-8").strip()
    text = _CODE.sub(lambda found: f'<code dir="ltr">{inert(found[1])}</code>', text)
    codes = json.dumps(languages())
    for marked, value in {"BASE": base, "WAITING": waiting_for_review(base), "LANGUAGES": codes}.items():
        text = text.replace(f"⧼⧼{marked}⧽⧽", value)
    text = text.replace("⧼⧼LANG⧽⧽", spoken(lambda language: language.code))
    text = text.replace("⧼⧼DIR⧽⧽", spoken(lambda language: language.direction))

    def said(found: re.Match[str]) -> str:
        arguments = [Wikitext(argument) for argument in found[2].split("¦")[1:]]
        return spoken(lambda language: language.say(found[1], *arguments))

    return _MESSAGE.sub(said, text)


def _each(say: _Say) -> str:
    return json.dumps({code: say(language(code)) for code in languages()}, ensure_ascii=False)


def _only(code: str) -> Callable[[_Say], str]:
    return lambda say: say(language(code))


def _switch(say: _Say) -> str:
    cases = "".join(
        f"|{'|'.join((code, *language_names(code)))}={say(language(code))}" for code in languages() if code != "en"
    )
    return "{{#switch:{{lc:{{{language|{{int:lang}}}}}}}" + cases + f"|#default={say(language('en'))}" + "}}"
