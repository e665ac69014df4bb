"""Settling: the only change an article's text ever sees, made once at import."""

import re
from bisect import bisect_right
from typing import NamedTuple

from annotator.core.errors import TextError

_BOM = "\ufeff"


class Settled(NamedTuple):
    """A settled text, and how offsets into the raw text map onto it.

    `dropped` holds the raw code-point offsets of the characters that settling left out
    (leading BOMs, the CR of each CRLF), in ascending order.
    """

    text: str
    dropped: tuple[int, ...] = ()

    def offset(self, raw: int) -> int:
        """The settled code-point offset of code-point offset `raw` of the raw text."""
        return raw - bisect_right(self.dropped, raw - 1)


def settle(raw: str) -> Settled:
    """The text as it is kept: no BOM, LF line ends, every other character as it came.

    Raises TextError for an empty text, NUL and lone surrogates, which no file could hold unharmed.
    """
    _refuse_unstorable(raw)
    if "\r" not in raw and not raw.startswith(_BOM):
        return Settled(raw)
    # Several BOMs come from joined files; one left over would go at the next import.
    bom = len(raw) - len(raw.lstrip(_BOM))
    dropped = [*range(bom)] + [match.start() for match in re.finditer("\r\n", raw)]
    text = raw[bom:].replace("\r\n", "\n").replace("\r", "\n")
    if not text:
        raise TextError("the text is empty")
    return Settled(text, tuple(dropped))


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


def name_words(name: str) -> frozenset[str]:
    """The words of a name without case; a hyphen parts words."""
    return frozenset(name.casefold().replace("-", " ").split())
