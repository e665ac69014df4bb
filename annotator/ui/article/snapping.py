"""Snapping of a selection: to grapheme clusters always, to words by default.

What a word is depends on the script. Between spaces, Latin, Greek and Cyrillic letters form
one word, and a selection that starts or ends inside it means the whole word. Arabic and Hebrew
write short words together with the next or the last one; an edge after "and", "in" or "the" is
intended. In all other scripts words are not separated by spaces, or particles and endings are
attached to names: there an edge is left where it is.
"""

import re
import unicodedata
from typing import Final

from PySide6.QtCore import QTextBoundaryFinder

from annotator.core.offsets import Utf16Offsets
from annotator.core.text import trim, visible

_WINDOW: Final = 200
_NEAR: Final = 2000
"""How far around a word, in code points, letters are checked for Turkish."""
_APOSTROPHES: Final = "'’"
_IN_NAMES: Final = _APOSTROPHES + "."
_JOINERS: Final = _IN_NAMES + "-\u2010\u2011"
_POSSESSIVES: Final = ("'s", "’s", "'S", "’S")
_IGNORED: Final = "\u00ad\u2060\ufeff"
"""Soft hyphen and word joiners: a word continues after them."""
_ELIDED: Final = frozenset(
    "l d j m n s t c qu jusqu lorsqu puisqu quoiqu un all dall dell nell sull coll quell".split()
)
"""What French, Italian and Catalan write before an apostrophe and another word."""
_TURKISH: Final = re.compile("[ğışĞİŞ]")
_TURKISH_ENDING: Final = re.compile(
    "[yn]?[aeıiuü]|n?[ıiuü]n|n?[dt][ae]n?|[dt][ae]ki\\w*|y?l[ae]|[cç][ae]|l[ae]r\\w*"
    "|[sl][ıiuü]\\w*|[dt][ıiuü]\\w*|y[dm][ıiuü]\\w*|y?ken"
)
_SPACED: Final = r"[\p{Latin}\p{Greek}\p{Cyrillic}\p{Nd}]"
_JOINED: Final = r"[\p{Arabic}\p{Hebrew}]"
_PROCLITICS: Final = re.compile("[وف]?[بلكس]?(?:ال|ل)?|ו?(?:כש|מש|[הבלמכש]){0,2}")
_ENCLITICS: Final = re.compile(
    "ه|ها|هم|هما|هن|ك|كم|كن|نا|ي|ية|يون|يين|ات|ون|ين|ان|ی|های|هایی|ام|اش|مان|تان|شان"
)
"""And, in, to, like and the before a word; his, her, their and the endings after one."""
_SIGNS: Final = re.compile("[\u0640\u064b-\u065f\u0670\u05b0-\u05c7]")
_Kind = QTextBoundaryFinder.BoundaryType


def snap(text: str, start: int, end: int, *, words: bool) -> tuple[int, int]:
    """Return `[start, end)` in code points grown to whole grapheme clusters, or to whole words.

    An edge that is already between a letter and something else is kept as intended: "Iran" of
    "Iran's" stays "Iran". Outer white space is trimmed, and of words also invisible characters at
    their ends.
    """
    start, end = visible(text, start, end) if words else trim(text, start, end)
    if start == end:
        return start, end
    if words:
        start, end = _word_start(text, start), _word_end(text, end)
    start = _boundary(text, start, _Kind.Grapheme, -1)
    end = _boundary(text, end, _Kind.Grapheme, 1)
    return visible(text, start, end) if words else (start, end)


def word_of(text: str, offset: int) -> tuple[int, int] | None:
    """Return the word that the letter at `offset` belongs to, up to the next hyphen."""
    in_word = offset < len(text) and _in_word(text[offset])
    return _word_with(text, offset, _IN_NAMES) if in_word else None


def word_around(text: str, offset: int) -> tuple[int, int] | None:
    """Return the word that a caret at `offset` is in or at.

    A possessive 's, an elided article and a Turkish ending after an apostrophe are left out.
    """
    if offset < len(text) and _in_word(text[offset]):
        inside = offset
    elif offset and _in_word(text[offset - 1]):
        inside = offset - 1
    else:
        return None
    return _word_with(text, inside, _JOINERS)


def _word_with(text: str, inside: int, joiners: str) -> tuple[int, int]:
    start = _boundary(text, inside, _Kind.Word, -1)
    end = _boundary(text, inside + 1, _Kind.Word, 1)
    return _start_of(text, start, inside, joiners), _end_of(text, end, inside + 1, joiners)


def _word_start(text: str, start: int) -> int:
    if not _is_inside(text, start):
        return start
    found = _start_of(text, _boundary(text, start, _Kind.Word, -1), start, _IN_NAMES)
    return start if _is_clitic(_PROCLITICS, text[found:start]) else found


def _word_end(text: str, end: int) -> int:
    if not _is_inside(text, end):
        return end
    found = _end_of(text, _boundary(text, end, _Kind.Word, 1), end, _IN_NAMES)
    return end if _is_clitic(_ENCLITICS, text[end:found]) else found


def _is_inside(text: str, offset: int) -> bool:
    """Return whether a word that is to be kept whole spans this offset."""
    before, after = _letter(text, offset - 1, -1), _letter(text, offset, 1)
    if not (before and after and _in_word(before) and _in_word(after)):
        return False
    import regex  # not needed for the first paint

    return any(regex.fullmatch(f"{script}{{2}}", before + after) for script in (_SPACED, _JOINED))


def _letter(text: str, at: int, step: int) -> str:
    """Return the first character from here on that is neither a mark nor ignored inside a word."""
    while 0 <= at < len(text) and (text[at] in _IGNORED or (step < 0 and _is_mark(text[at]))):
        at += step
    return text[at] if 0 <= at < len(text) else ""


def _is_clitic(clitics: re.Pattern[str], letters: str) -> bool:
    bare = _SIGNS.sub("", letters)
    return bool(bare) and clitics.fullmatch(bare) is not None


def _start_of(text: str, start: int, aimed: int, joiners: str) -> int:
    """Return `start` moved back over joiners between letters, as in al-Sadr, U.S and o'clock.

    An elided article before the offset `aimed` is left out.
    """
    while start > 1 and text[start - 1] in joiners and _in_word(text[start - 2]):
        start = _boundary(text, start - 2, _Kind.Word, -1)
    apostrophe = max(text.rfind(mark, start, aimed) for mark in _APOSTROPHES)
    article = text[start:apostrophe] if apostrophe > start else ""
    return apostrophe + 1 if article in _ELIDED else start


def _end_of(text: str, end: int, aimed: int, joiners: str) -> int:
    """Return `end` moved forward over joiners between letters.

    A possessive after the offset `aimed` is left out, and so is a Turkish ending.
    """
    while end + 1 < len(text) and text[end] in joiners and _in_word(text[end + 1]):
        end = _boundary(text, end + 2, _Kind.Word, 1)
    bare = end - 2 if text[end - 2 : end] in _POSSESSIVES else end
    marks = [at for at in (text.find(mark, aimed, end) for mark in _APOSTROPHES) if at >= 0]
    if marks and _is_turkish_ending(text, min(marks) + 1, end):
        bare = min(marks)
    return bare if aimed <= bare else end


def _is_turkish_ending(text: str, start: int, end: int) -> bool:
    near = max(0, end - _NEAR), end + _NEAR
    ending = _TURKISH_ENDING.fullmatch(text, start, end)
    return ending is not None and _TURKISH.search(text, *near) is not None


def _in_word(char: str) -> bool:
    return char.isalnum() or _is_mark(char)


def _is_mark(char: str) -> bool:
    return unicodedata.category(char)[0] == "M"


def _boundary(text: str, offset: int, kind: _Kind, step: int) -> int:
    """Return `offset` if it is a boundary, else the next one in the direction of `step`."""
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
