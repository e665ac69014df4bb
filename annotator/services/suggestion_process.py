"""Suggestions made in a process of their own, where they can be stopped at once."""

from collections.abc import Callable
from typing import Any, Final
from weakref import finalize

from annotator.core.errors import AnnotatorError
from annotator.core.models import Article, RoleSpan
from annotator.core.suggestion import Speaker, SuggestedMention, SuggestedQuote, Suggestions
from annotator.services.job import Cancelled, never, stopping
from annotator.services.sandbox import Sandbox
from annotator.suggest import Suggester, SuggestError

_PATIENCE: Final = 3600.0
"""Seconds; whatever waits on others has a limit of its own."""
_MEMORY: Final = 16 << 30
_MODEL_PATIENCE: Final = 300.0
_MODEL_MEMORY: Final = 4 << 30


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
    with Sandbox(look, seconds=patience, memory=_MEMORY) as apart:
        try:
            return _read(apart.call(make, *arguments))
        except AnnotatorError as error:
            raise SuggestError(str(error)) from None


class Apart(Suggester):
    """Another suggester, in a process of its own with limits of time and memory.

    For what stands on somebody else's data. If it takes that process down, or too long, `trouble`
    says so in a sentence, and `instead` suggests from then on.
    """

    def __init__(self, inner: Suggester, instead: Suggester) -> None:
        self.name = inner.name
        self.title = inner.title
        self.version = inner.version
        self.trouble = ""
        self._inner = inner
        self._instead = instead
        self._isolation: Sandbox | None = None

    def __getstate__(self) -> dict[str, Any]:
        """Without the process, which belongs to this one."""
        return {**self.__dict__, "_isolation": None}

    def suggest(self, article: Article) -> Suggestions:
        if not self.trouble:
            try:
                return _read(self._process().call(_suggested, article))
            except AnnotatorError as error:
                self.trouble = f"the trained model cannot be used: {error}; train again"
        return self._instead.suggest(article)

    def _process(self) -> Sandbox:
        if self._isolation is None:
            self._isolation = Sandbox(
                stopping(never), seconds=_MODEL_PATIENCE, memory=_MODEL_MEMORY, kept=(self._inner,)
            )
            # It ends with this suggester, which nobody closes.
            finalize(self, self._isolation.__exit__, None, None, None)
        return self._isolation


def _suggested(suggester: Suggester, article: Article) -> Suggestions:
    return suggester.suggest(article)


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
