"""Tokens for formats that have no offsets: words and marks, cut where a span begins or ends."""

import re
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

_LETTER: Final = (
    r"[\w\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u200c\u200d]"  # marks on letters, too
)
_TOKEN: Final = re.compile(rf"{_LETTER}+(?:['’.\-]{_LETTER}+)*|[^\w\s]")
_SENTENCE_END: Final = re.compile(r"[.!?…؟。][\"'”’»)\]]*\s+(?=[\W\d]*[^\Wa-zß-ÿ\d_])|\n\s*")


class Token(NamedTuple):
    """A half-open span in code points and its words; none of it is white space."""

    start: int
    end: int
    text: str


def tokens(text: str, cuts: Iterable[int] = ()) -> Iterator[Token]:
    """The tokens of a text. None of them lies on both sides of a cut."""
    edges = sorted({*cuts, len(text)})
    start = 0
    for edge in edges:
        for match in _TOKEN.finditer(text, start, edge):
            yield Token(match.start(), match.end(), match[0])
        start = edge


def sentences(text: str, found: Iterable[Token]) -> Iterator[list[Token]]:
    """The tokens by sentence. A full stop before a capital ends one, and so does a line break."""
    breaks = [match.end() for match in _SENTENCE_END.finditer(text)]
    breaks.append(len(text))
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
