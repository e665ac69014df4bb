"""Tokens for formats without offsets: words and punctuation, cut where a span begins or ends."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

_LETTER: Final = (
    r"[\w\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u200c\u200d]"  # marks on letters, too
)
_TOKEN: Final = re.compile(rf"{_LETTER}+(?:['’.\-]{_LETTER}+)*|[^\w\s]")
_BREAK: Final = re.compile(r"[.!?…؟。][\"'”’»)\]]*+\s++|\n\s*+")
_FIRST_LETTER: Final = re.compile(r"[^\W\d]")
_CAPITAL: Final = re.compile(r"[^\Wa-zß-ÿ\d_]")


class Token(NamedTuple):
    """A half-open span in code points and its text, which holds no white space."""

    start: int
    end: int
    text: str


def tokens(text: str, cuts: Iterable[int] = ()) -> Iterator[Token]:
    """Yield the tokens of a text. No token crosses a cut."""
    edges = sorted({*cuts, len(text)})
    start = 0
    for edge in edges:
        for match in _TOKEN.finditer(text, start, edge):
            yield Token(match.start(), match.end(), match[0])
        start = edge


def spaced_tokens(text: str, spans: Iterable[tuple[int, int]]) -> list[tuple[Token, bool]]:
    """Return tokens that cover the whole text, each with whether it is followed by its own space.

    Other white space is a token, as in spaCy. Each of the spans begins and ends with a token.
    """
    span_set = set(spans)
    starts, ends = {start for start, _ in span_set}, {end for _, end in span_set}
    edges = sorted(starts | ends)
    found: list[tuple[Token, bool]] = []
    position = 0
    for token in (*tokens(text, edges), Token(len(text), len(text), "")):
        taken = position not in starts and position + 1 not in ends
        if found and taken and position < token.start and text[position] == " ":
            found[-1] = (found[-1][0], True)
            position += 1
        inner = edges[bisect_right(edges, position) : bisect_left(edges, token.start)]
        for edge in (*inner, token.start):
            if position < edge:
                found.append((Token(position, edge, text[position:edge]), False))
                position = edge
        if token.text:
            found.append((token, False))
        position = token.end
    return found


def sentences(text: str, found: Iterable[Token]) -> Iterator[list[Token]]:
    """Yield the tokens by sentence.

    A full stop before a capital ends a sentence, and so does a line break.
    """
    breaks = [*_breaks(text), len(text)]
    sentence: list[Token] = []
    position = 0
    for token in found:
        while token.start >= breaks[position]:
            position += 1
            if sentence:
                yield sentence
                sentence = []
        sentence.append(token)
    if sentence:
        yield sentence


def _breaks(text: str) -> Iterator[int]:
    """Yield where sentences may end.

    That is after a line break, and after a full stop whose next letter is a capital, or of a script
    without them.
    """
    letter = -1
    for match in _BREAK.finditer(text):
        end = match.end()
        if letter < end:
            found = _FIRST_LETTER.search(text, end)
            letter = found.start() if found is not None else len(text)
        if _CAPITAL.match(text, letter) or "\n" in match[0]:
            yield end
