"""Tokens for formats without offsets: words and punctuation, cut where a span begins or ends."""

import re
from collections.abc import Iterable, Iterator
from itertools import accumulate, islice
from operator import add
from typing import Final, NamedTuple

_LETTER: Final = (
    r"[\w\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u200c\u200d]"  # marks on letters, too
)
_TOKEN: Final = re.compile(rf"{_LETTER}+(?:['’.\-]{_LETTER}+)*|[^\w\s]")
# A token takes a space behind it, unless it is white space itself.
_TOKEN_OR_SPACE: Final = re.compile(rf"({_TOKEN.pattern}|\s+)((?<=\S) )?")
_BREAK: Final = re.compile(r"[.!?…؟。][\"'”’»)\]]*+\s++|\n\s*+")
_FIRST_LETTER: Final = re.compile(r"[^\W\d]")
_CAPITAL: Final = re.compile(r"[^\Wa-zß-ÿ\d_]")


class Token(NamedTuple):
    """A half-open span in code points and its text, which holds no white space."""

    start: int
    end: int
    text: str


class SpacedTokens(NamedTuple):
    """Tokens that cover a whole text, as columns: text, start, and whether a space follows."""

    texts: list[str]
    starts: list[int]
    spaced: list[bool]


def has_token(text: str) -> bool:
    """Return whether the text holds a word or a sign."""
    return _TOKEN.search(text) is not None


def tokens(text: str, cuts: Iterable[int] = ()) -> Iterator[Token]:
    """Yield the tokens of a text. No token crosses a cut."""
    edges = sorted({*cuts, len(text)})
    start = 0
    for edge in edges:
        for match in _TOKEN.finditer(text, start, edge):
            yield Token(match.start(), match.end(), match[0])
        start = edge


def spaced_tokens(text: str, spans: Iterable[tuple[int, int]]) -> SpacedTokens:
    """Return tokens that cover the whole text, each with whether it is followed by its own space.

    Other white space is a token, as in spaCy. Each of the spans begins and ends with a token.
    """
    span_set = set(spans)
    starts, ends = {start for start, _ in span_set}, {end for _, end in span_set}
    texts: list[str] = []
    spaces: list[str] = []
    piece = 0
    for edge in sorted({*starts, *ends, len(text)}):
        found = _TOKEN_OR_SPACE.findall(text, piece, edge)
        if not found:
            continue
        first = found[0][0]
        follows = texts and not spaces[-1] and not texts[-1].isspace()
        if first[0] == " " and follows and piece not in starts and piece + 1 not in ends:
            spaces[-1] = " "
            found[:1] = [(first[1:], "")] if first[1:] else []
        if edge in ends and found and found[-1][1]:
            found[-1:] = [(found[-1][0], ""), (" ", "")]
        if found:
            of_piece = [*zip(*found, strict=True)]
            texts += of_piece[0]
            spaces += of_piece[1]
        piece = edge
    starts_found = accumulate(map(add, map(len, texts), map(len, spaces)), initial=0)
    return SpacedTokens(texts, [*islice(starts_found, len(texts))], [*map(bool, spaces)])


def sentences(text: str, cuts: Iterable[int] = ()) -> Iterator[list[tuple[int, list[str]]]]:
    """Yield the tokens by sentence, each as the pieces between cuts: the start and the tokens.

    A full stop before a capital ends a sentence, and so does a line break. A sentence and a piece
    have at least one token.
    """
    breaks = {*_breaks(text)}
    sentence: list[tuple[int, list[str]]] = []
    start = 0
    for edge in sorted({*breaks, *cuts, len(text)}):
        if start in breaks and sentence:
            yield sentence
            sentence = []
        if found := _TOKEN.findall(text, start, edge):
            sentence.append((start, found))
        start = edge
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
