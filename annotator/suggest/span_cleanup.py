"""Cleanup of spans for suggestions: trimmed, and extended to whole grapheme clusters."""

from typing import Final

from annotator.core.models import Role, RoleSpan
from annotator.core.text import visible

_WINDOW: Final = 64
_FLAGS: Final = 256
"""The number of consecutive flag letters that are counted."""


def settled_span(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return `[start, end)` in code points, trimmed and extended to whole grapheme clusters, or
    None.
    """
    start, end = visible(text, max(start, 0), min(end, len(text)))
    if start >= end:
        return None
    start, end = _boundary(text, start, forward=False), _boundary(text, end, forward=True)
    # Extending it may include a space that carries a combining mark.
    return (start, end) if not (text[start].isspace() or text[end - 1].isspace()) else None


def role_span(text: str, role: Role, start: int, end: int) -> RoleSpan | None:
    """Return the part of a quote over `[start, end)`, cleaned; None if nothing is left."""
    if (span := settled_span(text, start, end)) is None:
        return None
    return RoleSpan(role, *span, text[slice(*span)])


def _boundary(text: str, at: int, *, forward: bool) -> int:
    """Return the nearest boundary of a grapheme cluster at or beyond code point `at`."""
    if not 0 < at < len(text) or (text[at - 1].isascii() and text[at].isascii()):
        return at
    import regex

    # A cluster never extends over an ASCII character that another one follows.
    begin = at
    while begin > 0 and at - begin < _WINDOW and not text[begin - 1 : begin + 1].isascii():
        begin -= 1
    # Flags are pairs of letters, counted from the first one in a row.
    row = begin
    while row > 0 and at - row < _FLAGS and _is_flag(text[row]) and _is_flag(text[row - 1]):
        row -= 1
    begin -= (begin - row) % 2
    # On a slice, because the pattern counts flags back to their beginning for each cluster.
    for match in regex.finditer(r"\X", text[begin : at + _WINDOW]):
        if begin + match.end() >= at:
            if begin + match.end() == at:
                return at
            return int(begin + (match.end() if forward else match.start()))
    return at


def _is_flag(char: str) -> bool:
    """Return whether the character is a regional indicator, two of which form a flag."""
    return "\U0001f1e6" <= char <= "\U0001f1ff"
