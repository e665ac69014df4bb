"""Guidelines in Markdown: their headings, and the heading for a label or type."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

_FENCE: Final = re.compile(r" {0,3}(```|~~~)")
_HEADING: Final = re.compile(r" {0,3}#{1,6}[ \t]++")
_MARKUP: Final = re.compile(r"[*_`]")


def headings(markdown: str) -> list[str]:
    """Return the headings (written with #) of a Markdown text, in order, without their markup."""
    found: list[str] = []
    fenced = False
    for line in markdown.splitlines():
        if _FENCE.match(line):
            fenced = not fenced
        elif not fenced and (match := _HEADING.match(line)):
            found.append(_MARKUP.sub("", _without_closing(line[match.end() :])))
    return found


def _without_closing(words: str) -> str:
    """Return a heading without the closing signs it may have, as in "## Names ##"."""
    words = words.rstrip(" \t")
    bare = words.rstrip("#")
    return bare.rstrip(" \t") if bare.endswith((" ", "\t")) else words


def find_heading(headings: Sequence[str], wanted: Iterable[str]) -> int | None:
    """Return the number of the heading that fits the first of `wanted` that any heading fits.

    An equal heading fits best, then one that starts with these words, then one that contains them.
    """
    plain = [_plain(heading) for heading in headings]
    for words in (_plain(words) for words in wanted):
        for fits in (_equals, _starts_with, _contains):
            for number, heading in enumerate(plain):
                if words and fits(heading, words):
                    return number
    return None


def _plain(words: str) -> str:
    return " ".join(re.findall(r"\w+", words.casefold().replace("_", " ")))


def _equals(heading: str, words: str) -> bool:
    return heading == words


def _starts_with(heading: str, words: str) -> bool:
    return heading.startswith(words + " ")


def _contains(heading: str, words: str) -> bool:
    return f" {words} " in f" {heading} "
