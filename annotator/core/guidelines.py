"""Guidelines in Markdown: their headings, and which of them speaks of a label or type."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

_FENCE: Final = re.compile(r" {0,3}(```|~~~)")
_HEADING: Final = re.compile(r" {0,3}#{1,6}[ \t]++")
_MARKUP: Final = re.compile(r"[*_`]")


def headings(markdown: str) -> list[str]:
    """The headings (written with #) of a Markdown text, in order, without their markup."""
    found: list[str] = []
    fenced = False
    for line in markdown.splitlines():
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced and (match := _HEADING.match(line)):
            found.append(_MARKUP.sub("", _without_closing(line[match.end() :])))
    return found


def _without_closing(words: str) -> str:
    """The words of a heading without the signs that may stand behind them, as in "## Names ##"."""
    words = words.rstrip(" \t")
    bare = words.rstrip("#")
    return bare.rstrip(" \t") if bare.endswith((" ", "\t")) else words


def find_heading(headings: Sequence[str], wanted: Iterable[str]) -> int | None:
    """The number of the heading that fits the first of `wanted` that any heading fits.

    It fits best if it says the same, else if its words begin so, else if they contain it.
    """
    plain = [_plain(heading) for heading in headings]
    for words in (_plain(words) for words in wanted):
        for fits in (_says, _begins, _contains):
            for number, heading in enumerate(plain):
                if words and fits(heading, words):
                    return number
    return None


def _plain(words: str) -> str:
    return " ".join(re.findall(r"\w+", words.casefold().replace("_", " ")))


def _says(heading: str, words: str) -> bool:
    return heading == words


def _begins(heading: str, words: str) -> bool:
    return heading.startswith(words + " ")


def _contains(heading: str, words: str) -> bool:
    return f" {words} " in f" {heading} "
