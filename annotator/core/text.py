"""Settling: the only change an article's text ever sees, made once at import."""

import re
import unicodedata
from bisect import bisect_right
from typing import Final, NamedTuple

from annotator.core.errors import TextError

_BOM = "\ufeff"
_ZWJ: Final = "\u200d"
_UNSEEN: Final = frozenset(
    "\u00ad\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2800\u3164\ufeff\uffa0"
    + "".join(
        map(
            chr,
            (
                *range(0x80, 0xA0),  # the control characters of Latin-1
                *range(0x202A, 0x202F),  # directions, and their ends
                *range(0x2060, 0x2070),
                *range(0xFFF9, 0xFFFC),
                *range(0x1BCA0, 0x1BCA4),
                *range(0x1D173, 0x1D17B),
            ),
        )
    )
)
"""Characters without a glyph. Those for Arabic numbers and the like, which show, are not among
them, nor is what belongs to the letter before it: variation selectors, the tags of flags."""


class NormalizedText(NamedTuple):
    """A settled text, and how offsets into the raw text map onto it.

    `dropped` holds the raw code-point offsets of the characters that settling left out
    (leading BOMs, the CR of each CRLF), in ascending order.
    """

    text: str
    dropped: tuple[int, ...] = ()

    def offset(self, raw: int) -> int:
        """The settled code-point offset of code-point offset `raw` of the raw text."""
        return raw - bisect_right(self.dropped, raw - 1)


def settle(raw: str) -> NormalizedText:
    """The text as it is kept: no BOM, LF line ends, every other character as it came.

    Raises TextError for an empty text, NUL and lone surrogates, which no file could hold unharmed.
    """
    _refuse_unstorable(raw)
    if "\r" not in raw and not raw.startswith(_BOM):
        return NormalizedText(raw)
    # Several BOMs come from joined files; one left over would go at the next import.
    bom = len(raw) - len(raw.lstrip(_BOM))
    dropped = [*range(bom)] + [match.start() for match in re.finditer("\r\n", raw)]
    text = raw[bom:].replace("\r\n", "\n").replace("\r", "\n")
    if not text:
        raise TextError("the text is empty")
    return NormalizedText(text, tuple(dropped))


def _refuse_unstorable(raw: str) -> None:
    if not raw:
        raise TextError("the text is empty")
    if (nul := raw.find("\0")) >= 0:
        raise TextError(f"the text holds a NUL character at offset {nul}; is it really a text?")
    try:
        raw.encode()  # in a fifth of the time that a search for surrogates takes
    except UnicodeEncodeError as error:
        raise TextError(
            f"the text holds half a surrogate pair at offset {error.start}; "
            "decode it again from the original file"
        ) from error


def text_hash(text: str) -> str:
    """SHA-256 of the text's UTF-8 bytes, in hexadecimal: the identity of an article's text."""
    import hashlib  # the window's first paint does without

    return hashlib.sha256(text.encode()).hexdigest()


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """`[start, end)` of `text` without outer white space; empty at `start` if nothing is left."""
    piece = text[start:end]
    inner = piece.strip()
    if not inner:
        return start, start
    start += len(piece) - len(piece.lstrip())
    return start, start + len(inner)


def visible(text: str, start: int, end: int) -> tuple[int, int]:
    """`[start, end)` without outer white space and without invisible characters at its ends.

    These are zero-width spaces, soft hyphens, marks of writing direction and the like. Inside
    they stay; so does a joiner at the end that gives the last letter its shape.
    """
    start, end = trim(text, start, end)
    while start < end and _is_unseen_first(text[start]):
        start, end = trim(text, start + 1, end)
    while start < end and _is_unseen_last(text, end - 1):
        start, end = trim(text, start, end - 1)
    return start, end


def is_unseen(char: str) -> bool:
    """Whether the character has neither a glyph nor a width."""
    return char in _UNSEEN


def _is_unseen_first(char: str) -> bool:
    """Also what belongs to a letter before it, which is left out."""
    return char in _UNSEEN or "\ufe00" <= char <= "\ufe0f" or "\U000e0000" <= char <= "\U000e0fff"


def _is_unseen_last(text: str, at: int) -> bool:
    before = text[at - 1] if at else ""
    shapes = text[at] == _ZWJ and ("\u0600" <= before <= "\u08ff" or _is_mark(before))
    return text[at] in _UNSEEN and not shapes


def _is_mark(char: str) -> bool:
    return char != "" and unicodedata.category(char)[0] == "M"


def name_words(name: str) -> frozenset[str]:
    """The words of a name without case; a hyphen parts words."""
    return frozenset(name.casefold().replace("-", " ").split())
