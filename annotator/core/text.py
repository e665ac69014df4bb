"""Normalizing a text at import, the only change it ever sees, and helpers for spans of text."""

import re
import unicodedata
from bisect import bisect_right
from typing import Final, NamedTuple

from annotator.core.errors import TextError
from annotator.core.message import message

_BOM = "\ufeff"
_ZWJ: Final = "\u200d"
_INVISIBLE: Final = frozenset(
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
"""Characters without a glyph.

Format characters that do show, such as those for Arabic numbers, are not among them, nor are
characters that belong to the letter before them: variation selectors and the tags of flags.
"""


class NormalizedText(NamedTuple):
    """A normalized text, and the mapping of offsets in the raw text to it.

    `dropped` has the raw code point offsets of the characters that normalizing removed (leading
    BOMs, the CR of each CRLF), in ascending order.
    """

    text: str
    dropped: tuple[int, ...] = ()

    def offset(self, raw: int) -> int:
        """Return the code point offset in the normalized text for offset `raw` of the raw text."""
        return raw - bisect_right(self.dropped, raw - 1)


def normalize(raw: str) -> NormalizedText:
    """Return the text as it is stored: no BOM, LF line ends, all other characters unchanged.

    Raises:
        TextError: The text is empty, or has NUL characters or lone surrogates, which cannot be
            stored unchanged.
    """
    _check_storable(raw)
    if "\r" not in raw and not raw.startswith(_BOM):
        return NormalizedText(raw)
    # Joined files have several BOMs; one left over would be removed at the next import.
    bom = len(raw) - len(raw.lstrip(_BOM))
    dropped = [*range(bom)] + [match.start() for match in re.finditer("\r\n", raw)]
    text = raw[bom:].replace("\r\n", "\n").replace("\r", "\n")
    if not text:
        raise TextError(message("the text is empty"))
    return NormalizedText(text, tuple(dropped))


def _check_storable(raw: str) -> None:
    if not raw:
        raise TextError(message("the text is empty"))
    if (nul := raw.find("\0")) >= 0:
        raise TextError(
            message("the text holds a NUL character at offset {1}; is it really a text?", str(nul))
        )
    try:
        raw.encode()  # a fifth of the time of a search for surrogates
    except UnicodeEncodeError as error:
        raise TextError(
            message(
                "the text holds half a surrogate pair at offset {1}; decode it again from "
                "the original file",
                str(error.start),
            )
        ) from error


def text_hash(text: str) -> str:
    """Return the SHA-256 of the text's UTF-8 bytes in hexadecimal: the identity of the text."""
    import hashlib  # not needed before the window's first paint

    return hashlib.sha256(text.encode()).hexdigest()


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """Return `[start, end)` without outer white space; empty at `start` if nothing is left."""
    piece = text[start:end]
    inner = piece.strip()
    if not inner:
        return start, start
    start += len(piece) - len(piece.lstrip())
    return start, start + len(inner)


def visible(text: str, start: int, end: int) -> tuple[int, int]:
    """Return `[start, end)` without outer white space and invisible characters.

    Invisible characters are zero-width spaces, soft hyphens, marks of writing direction and the
    like. Those inside the range stay, and so does a joiner at the end that gives the last letter
    its shape.
    """
    start, end = trim(text, start, end)
    while start < end and _is_invisible_at_start(text[start]):
        start, end = trim(text, start + 1, end)
    while start < end and _is_invisible_at_end(text, end - 1):
        start, end = trim(text, start, end - 1)
    return start, end


def is_invisible(char: str) -> bool:
    """Return whether the character has neither a glyph nor a width."""
    return char in _INVISIBLE


def _is_invisible_at_start(char: str) -> bool:
    """Return whether it is invisible or belongs to the letter before it, outside the range."""
    return (
        char in _INVISIBLE or "\ufe00" <= char <= "\ufe0f" or "\U000e0000" <= char <= "\U000e0fff"
    )


def _is_invisible_at_end(text: str, at: int) -> bool:
    before = text[at - 1] if at else ""
    joins = text[at] == _ZWJ and ("\u0600" <= before <= "\u08ff" or _is_mark(before))
    return text[at] in _INVISIBLE and not joins


def _is_mark(char: str) -> bool:
    return char != "" and unicodedata.category(char)[0] == "M"


def name_words(name: str) -> frozenset[str]:
    """Return the words of a name, case-folded; a hyphen separates words."""
    return frozenset(name.casefold().replace("-", " ").split())
