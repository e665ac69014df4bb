"""The units of a text that the caret moves by and a selection grows by.

Sentences are those of Unicode Standard Annex 29 as Qt finds them.
"""

from typing import Final

from PySide6.QtCore import QTextBoundaryFinder

from annotator.core.offsets import Utf16Offsets
from annotator.core.quotation_marks import quoted_ranges
from annotator.core.text import trim
from annotator.ui.article.snapping import word_around

Range = tuple[int, int]
_LONGEST: Final = 20_000
"""A paragraph is read no further than this, in code points, to either side."""


def grow(text: str, start: int, end: int) -> Range | None:
    """Return the next larger unit around `[start, end)`: word, quote, sentence, paragraph, text.

    None if that is the whole text already.
    """
    for unit in (_word, _quoted, _sentences, paragraph, _whole):
        found = unit(text, start, end)
        if found is not None and found != (start, end) and found[0] <= start and end <= found[1]:
            return found
    return None


def paragraph(text: str, start: int, end: int) -> Range | None:
    """Return the lines that contain the range, without outer white space."""
    first = text.rfind("\n", max(0, start - _LONGEST), start) + 1 or max(0, start - _LONGEST)
    if start <= _LONGEST and text.rfind("\n", 0, start) < 0:
        first = 0
    last = text.find("\n", end, end + _LONGEST)
    found = trim(text, first, last if last >= 0 else min(len(text), end + _LONGEST))
    return found if found[0] < found[1] else None


def next_sentence(text: str, offset: int) -> int:
    """Return where the first sentence after `offset` starts, or the end of the text."""
    at = _line_start(text, offset)
    while at < len(text):
        line_end = text.find("\n", at)
        line_end = len(text) if line_end < 0 else line_end
        for start, _ in sentences(text, at, line_end):
            if start > offset:
                return start
        at = line_end + 1
    return len(text)


def previous_sentence(text: str, offset: int) -> int:
    """Return where the last sentence before `offset` starts; 0 if there is none."""
    at = _line_start(text, offset)
    while True:
        line_end = text.find("\n", at)
        starts = [s for s, _ in sentences(text, at, len(text) if line_end < 0 else line_end)]
        before = [start for start in starts if start < offset]
        if before or at == 0:
            return before[-1] if before else 0
        at = _line_start(text, at - 1)


def next_paragraph(text: str, offset: int) -> int:
    """Return where the next line with text starts, or the end of the text."""
    at = text.find("\n", offset)
    while at >= 0 and text[at : at + 1].isspace():
        at += 1
        if at >= len(text):
            break
    return len(text) if at < 0 else at


def previous_paragraph(text: str, offset: int) -> int:
    """Return where the line with text at the caret starts, or the one before at its start."""
    bare = text[max(0, offset - _LONGEST) : offset].rstrip()
    end = max(0, offset - _LONGEST) + len(bare)
    return _line_start(text, end)


def sentences(text: str, start: int, end: int) -> list[Range]:
    """Return the sentences of a range without outer white space."""
    piece = text[start:end]
    offsets = Utf16Offsets(piece)
    finder = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Sentence, piece)
    found, last = [], 0
    while (units := finder.toNextBoundary()) >= 0:
        at = offsets.to_code_points(units)
        if not _is_broken(piece, at):
            found.append(trim(text, start + last, start + at))
            last = at
    if last < len(piece):
        found.append(trim(text, start + last, end))
    return [(s, e) for s, e in found if s < e]


def _is_broken(piece: str, at: int) -> bool:
    """Return whether a sentence wrongly ends after a title or an initial: "Mr. Smith", "J. Doe"."""
    word = piece[:at].rstrip().rpartition(" ")[2].lstrip("\"'“‘(")
    return at < len(piece) and (word in _ABBREVIATIONS or (len(word) == 2 and word[0].isupper()))


_ABBREVIATIONS: Final = frozenset(
    "Mr. Mrs. Ms. Dr. Prof. Gen. Col. Lt. Maj. Sgt. Capt. Gov. Sen. Rep. Rev. Hon. St. Jr. Sr. "
    "No. vs. Nr. Abb. bzw. z.B. d.h. u.a. ca. M. Mme. Sr. Sra.".split()
)


def _line_start(text: str, offset: int) -> int:
    return text.rfind("\n", 0, max(0, offset)) + 1


def _word(text: str, start: int, end: int) -> Range | None:
    return word_around(text, start) if start == end or text[start:end].isalnum() else None


def _quoted(text: str, start: int, end: int) -> Range | None:
    touching = quoted_ranges(text, max(0, start - 1), min(len(text), end + 1))
    around = [(s, e) for s, e in touching if s <= start and end <= e]
    return around[0] if around else None


def _sentences(text: str, start: int, end: int) -> Range | None:
    whole = paragraph(text, start, end)
    if whole is None or not (whole[0] <= start and end <= whole[1]):
        return None
    touched = [(s, e) for s, e in sentences(text, *whole) if s <= max(end - 1, start) and e > start]
    return (touched[0][0], touched[-1][1]) if touched else None


def _whole(text: str, start: int, end: int) -> Range | None:
    return trim(text, 0, len(text))
