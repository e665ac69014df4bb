"""Suggestions made in a process of their own, where they can be stopped at once."""

from collections.abc import Callable
from typing import Any, Final

from annotator.core.errors import AnnotatorError
from annotator.core.models import RoleSpan
from annotator.core.suggestion import Speaker, SuggestedMention, SuggestedQuote, Suggestions
from annotator.suggest import SuggestError
from annotator.work.isolation import Isolation
from annotator.work.job import Cancelled, never, stopping

_PATIENCE: Final = 3600.0
"""Seconds; whatever waits on others has a limit of its own."""
_MEMORY: Final = 16 << 30


def suggested_apart(
    make: Callable[..., Suggestions],
    *arguments: Any,
    cancelled: Cancelled = never,
    patience: float = _PATIENCE,
) -> Suggestions:
    """What `make`, a function of a module, returns there for these arguments.

    Raises SuggestError for whatever it raised, Stopped when cancelled.
    """
    look = stopping(cancelled)
    with Isolation(look, seconds=patience, memory=_MEMORY) as apart:
        try:
            return _read(apart.call(make, *arguments))
        except AnnotatorError as error:
            raise SuggestError(str(error)) from None


def _read(rows: list[list[list[Any]]]) -> Suggestions:
    mentions, quotes = rows
    return Suggestions(
        tuple(SuggestedMention(*row) for row in mentions), tuple(map(_quote, quotes))
    )


def _quote(row: list[Any]) -> SuggestedQuote:
    spans, type_, speaker, status, others, *rest = row
    return SuggestedQuote(
        tuple(RoleSpan(*span) for span in spans),
        type_,
        speaker and Speaker(*speaker),
        status,
        tuple(Speaker(*other) for other in others),
        *rest,
    )
