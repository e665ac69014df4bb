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


def _without_closing(heading: str) -> str:
    """Return a heading without the closing signs it may have, as in "## Names ##"."""
    heading = heading.rstrip(" \t")
    bare = heading.rstrip("#")
    return bare.rstrip(" \t") if bare.endswith((" ", "\t")) else heading


def find_heading(headings: Sequence[str], wanted: Iterable[str]) -> int | None:
    """Return the number of the heading that fits the first of `wanted` that any heading fits.

    An equal heading fits best, then one that starts with these words, then one that contains them.
    """
    normalized = [_normalized(heading) for heading in headings]
    for text in (_normalized(text) for text in wanted):
        for fits in (_equals, _starts_with, _contains):
            for number, heading in enumerate(normalized):
                if text and fits(heading, text):
                    return number
    return None


def _normalized(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold().replace("_", " ")))


def _equals(heading: str, text: str) -> bool:
    return heading == text


def _starts_with(heading: str, text: str) -> bool:
    return heading.startswith(text + " ")


def _contains(heading: str, text: str) -> bool:
    return f" {text} " in f" {heading} "
