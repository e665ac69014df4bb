"""Where a selection may start and end: at grapheme clusters always, at words by default."""

import unicodedata
from typing import Final

from PySide6.QtCore import QTextBoundaryFinder

from annotator.core.offsets import Utf16Offsets
from annotator.core.text import trim

_WINDOW: Final = 200
_JOINERS: Final = "-.'’"
_POSSESSIVES: Final = ("'s", "’s", "'S", "’S")
_Kind = QTextBoundaryFinder.BoundaryType


def snapped(text: str, start: int, end: int, *, words: bool) -> tuple[int, int]:
    """`[start, end)` in code points grown to whole grapheme clusters, or to whole words.

    An edge that already stands between a letter and something else is where the user wants
    it: "Iran" of "Iran's" stays "Iran". Outer white space is trimmed.
    """
    start, end = trim(text, start, end)
    if start == end:
        return start, end
    if words:
        start, end = _word_start(text, start), _word_end(text, end)
    return _boundary(text, start, _Kind.Grapheme, -1), _boundary(text, end, _Kind.Grapheme, 1)


def word_around(text: str, offset: int) -> tuple[int, int] | None:
    """The word that a caret at `offset` stands in or at, without a possessive 's."""
    if offset < len(text) and _in_word(text[offset]):
        inside = offset
    elif offset and _in_word(text[offset - 1]):
        inside = offset - 1
    else:
        return None
    start = _joined_back(text, _boundary(text, inside, _Kind.Word, -1))
    end = _joined_forward(text, _boundary(text, inside + 1, _Kind.Word, 1))
    bare = _without_possessive(text, start, end)
    return (start, bare) if inside < bare else (start, end)


def _word_start(text: str, start: int) -> int:
    if start == 0 or not (_in_word(text[start - 1]) and _in_word(text[start])):
        return start
    return _joined_back(text, _boundary(text, start, _Kind.Word, -1))


def _word_end(text: str, end: int) -> int:
    if end >= len(text) or not (_in_word(text[end - 1]) and _in_word(text[end])):
        return end
    grown = _joined_forward(text, _boundary(text, end, _Kind.Word, 1))
    bare = _without_possessive(text, 0, grown)
    return bare if end <= bare else grown


def _joined_back(text: str, start: int) -> int:
    """Over hyphens, dots and apostrophes between letters: al-Sadr, U.S, o'clock."""
    while start > 1 and text[start - 1] in _JOINERS and _in_word(text[start - 2]):
        start = _boundary(text, start - 2, _Kind.Word, -1)
    return start


def _joined_forward(text: str, end: int) -> int:
    while end + 1 < len(text) and text[end] in _JOINERS and _in_word(text[end + 1]):
        end = _boundary(text, end + 2, _Kind.Word, 1)
    return end


def _without_possessive(text: str, start: int, end: int) -> int:
    return end - 2 if end - start > 2 and text[end - 2 : end] in _POSSESSIVES else end


def _in_word(char: str) -> bool:
    return char.isalnum() or unicodedata.category(char)[0] == "M"


def _boundary(text: str, offset: int, kind: _Kind, step: int) -> int:
    """`offset` if it is a boundary, else the next one in the direction of `step`."""
    base = max(0, offset - _WINDOW)
    window = text[base : offset + _WINDOW]
    offsets = Utf16Offsets(window)
    finder = QTextBoundaryFinder(kind, window)
    finder.setPosition(offsets.to_units(offset - base))
    if finder.isAtBoundary():
        return offset
    found = finder.toPreviousBoundary() if step < 0 else finder.toNextBoundary()
    if found < 0:
        return base if step < 0 else base + len(window)
    return base + offsets.to_code_points(found)
