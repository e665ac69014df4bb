"""Spans as suggestions may have them: trimmed, and whole grapheme clusters."""

from typing import Final

from annotator.core.models import Role, RoleSpan
from annotator.core.text import visible

_WINDOW: Final = 64


def settled_span(text: str, start: int, end: int) -> tuple[int, int] | None:
    """`[start, end)` in code points trimmed and grown to whole grapheme clusters, or None."""
    start, end = visible(text, max(start, 0), min(end, len(text)))
    if start >= end:
        return None
    start, end = _boundary(text, start, forward=False), _boundary(text, end, forward=True)
    # Growing over a cluster may bring in a space that a combining mark stands on.
    return (start, end) if not (text[start].isspace() or text[end - 1].isspace()) else None


def role_span(text: str, role: Role, start: int, end: int) -> RoleSpan | None:
    """The part of a quote over `[start, end)`, settled; None if nothing is left."""
    if (span := settled_span(text, start, end)) is None:
        return None
    return RoleSpan(role, *span, text[slice(*span)])


def _boundary(text: str, at: int, *, forward: bool) -> int:
    """The nearest border of a grapheme cluster at or beyond code point `at`."""
    if not 0 < at < len(text) or (text[at - 1].isascii() and text[at].isascii()):
        return at
    import regex

    # A cluster never reaches over an ASCII character that another one follows.
    begin = at
    while begin > 0 and at - begin < _WINDOW and not text[begin - 1 : begin + 1].isascii():
        begin -= 1
    for match in regex.finditer(r"\X", text, pos=begin, endpos=min(len(text), at + _WINDOW)):
        if match.end() >= at:
            if match.end() == at:
                return at
            return int(match.end() if forward else match.start())
    return at
