"""What a list keeps back itself: by a column that says what is not to be uploaded, or one that says what is."""

import re
from collections.abc import Mapping

from jobs.model.problems import is_no, is_yes
from jobs.model.profile import Column, Profile
from wikitext.columns import meant
from wikitext.messages import Message, message


def withheld(values: Mapping[str, str], profile: Profile) -> tuple[str, Message] | None:
    """The column for which a row's file is not to be uploaded, and how that is said; or None.

    In a column like `embargo` that is anything but a plain no. In one like `publish` it is what begins with a no; and
    where the column says yes or no (`decides`) whatever is not a plain yes, for what is not known to be cleared is
    better late than wrong: nothing too, where other rows say yes.
    """
    columns = dict(profile)
    for column, value in values.items():
        called = meant(column)
        what = called.what if called else ""
        if what == "withheld" and not is_no(value) and value.strip().casefold() not in _NOTHING:
            return column, message("row-withheld", value[:200])
        if what == "published" and not is_yes(value) and _keeps_out(value, columns.get(column, Column())):
            return column, message("row-withheld", f"{column}: {value[:200] or '-'}")
    return None


_NOTHING = frozenset({
    "none", "-", "\u2013", "\u2014", "n/a", "na", "null", "no.", "keine", "kein", "ingen", "inget", "aucun", "aucune",
    "geen", "ninguno", "nenhum", "nessuno", "brak", "なし",
})  # fmt: skip
"""What stands in a column like `embargo` where there is none."""

_WORD = re.compile(r"[^\W_]+")


def decides(seen: Column) -> bool:
    """Whether a column called like `publish` says yes or no, and not, say, when something was published."""
    return 0 < seen.filled <= 2 * (seen.yes + seen.no)


def _keeps_out(value: str, seen: Column) -> bool:
    first = _WORD.match(value)
    return bool(first and is_no(first[0])) or (decides(seen) and (bool(value) or seen.yes > 0))
