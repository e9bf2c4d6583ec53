"""The figures as a table on a terminal, and as a page with a chart."""

from collections.abc import Sequence

from tests.bench.figure import Figure

_BAR, _ROW, _NAMES = 400, 18, 470


def line(figure: Figure) -> str:
    """A figure on a line or a few of a terminal."""
    said = [f"{figure.name}: {_short(figure.median)} {figure.unit}", *_beside(figure), *_reached(figure)]
    return "; ".join(said) + (f"\n      {figure.note}" if figure.note else "")


_BEGIN, _END = "<!-- figures: `make bench WRITE=1` writes these -->\n", "<!-- end of the figures -->\n"

NEW = f"""# How fast it is

`make bench` measures it on the sandbox with no pace, beside others that do the same in turn: a bare client that sends
only the writes (*bare*), and pywikibot with its throttle off (*pywiki*). Figures are medians of the rounds, and so are
ratios. How far a wiki is away is for how long a proxy holds each of its answers back.

{_BEGIN}{_END}"""
"""The page, as it begins."""


def page(text: str, figures: Sequence[Figure], where: str, chart: str) -> str:
    """The page's text with these figures in it; what people wrote around them stays.

    `where`: on which machine, at which commit; `chart`: the file of it.
    """
    before, _, rest = text.partition(_BEGIN)
    rows = "\n".join(
        f"| {one.name} | {_short(one.median)} {one.unit} | {'<br>'.join(_beside(one))} | {'<br>'.join(_reached(one))} |"
        for one in figures
    )
    notes = "\n".join(f"- {one.name}: {one.note}" for one in figures if one.note)
    said = f"""{where}.

![How much of its bar each reaches]({chart})

| what | ours | beside | to reach |
| --- | --- | --- | --- |
{rows}

What was asked, and what else was seen:

{notes}
"""
    return f"{before}{_BEGIN}{said}{_END}{rest.partition(_END)[2]}"


def chart(figures: Sequence[Figure]) -> str:
    """An SVG: how much of its bar each figure reaches, where there is one; the line is the bar."""
    barred = [(one, bar) for one in figures for bar in one.bars]
    shares = [(f"{one.name}, {bar}", one.share(bar)) for one, bar in barred]
    height = _ROW * len(shares) + 10
    rows = []
    for number, (name, share) in enumerate(shares):
        y, color = 5 + number * _ROW, "#14866d" if share >= 1 else "#b32424"
        width = min(share, 2) * _BAR / 2
        rows.append(f'<text x="{_NAMES - 8}" y="{y + 12}" text-anchor="end">{_escaped(name)}</text>')
        rows.append(f'<rect x="{_NAMES}" y="{y}" width="{width:.0f}" height="{_ROW - 4}" fill="{color}"/>')
        rows.append(f'<text x="{_NAMES + width + 5:.0f}" y="{y + 12}">{share:.2f}</text>')
    middle = _NAMES + _BAR / 2
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_NAMES + _BAR + 50}" height="{height}"'
        ' font-family="sans-serif" font-size="10"><rect width="100%" height="100%" fill="#fff"/>\n'
        + "\n".join(rows)
        + f'\n<path d="M{middle} 0V{height}" stroke="#54595d" stroke-dasharray="3"/></svg>\n'
    )


def _beside(figure: Figure) -> list[str]:
    peers = figure.peers.items()
    return [f"{figure.ratio(name):.2f} times {name} ({_short(Figure('', '', ones).median)})" for name, ones in peers]


def _reached(figure: Figure) -> list[str]:
    return [f"{bar}: {'reached' if figure.reaches(bar) else 'not reached'}" for bar in figure.bars]


def _short(number: float) -> str:
    return f"{number:,.0f}" if number >= 1000 else f"{number:.3g}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
