"""Suggestions made in a separate process, which can be stopped at once."""

from collections.abc import Callable
from typing import Any, Final
from weakref import finalize

from annotator.core.errors import AnnotatorError
from annotator.core.message import Message, as_message, message
from annotator.core.message_json import message_from_json, message_to_json
from annotator.core.models import Article, RoleSpan
from annotator.core.suggestion import Speaker, SuggestedMention, SuggestedQuote, Suggestions
from annotator.services.job import Cancelled, cancellation_check, never_cancelled
from annotator.services.sandbox import Sandbox
from annotator.suggest import Suggester, SuggestError

_TIMEOUT_SECONDS: Final = 3600.0
"""Seconds; a suggester that waits for a server has a time limit of its own."""
_MEMORY: Final = 16 << 30
_MODEL_TIMEOUT_SECONDS: Final = 300.0
_MODEL_MEMORY: Final = 4 << 30


def suggest_in_process(
    make: Callable[..., Suggestions],
    *arguments: Any,
    cancelled: Cancelled = never_cancelled,
    patience: float = _TIMEOUT_SECONDS,
) -> Suggestions:
    """Call `make`, a module-level function, in a separate process, and return its suggestions.

    `patience` is the time limit in seconds. Raises SuggestError for whatever `make` raised, and
    Stopped when cancelled.
    """
    check_cancelled = cancellation_check(cancelled)
    with Sandbox(check_cancelled, seconds=patience, memory=_MEMORY) as sandbox:
        try:
            return _read(sandbox.call(_call, make, *arguments))
        except AnnotatorError as error:
            raise SuggestError(error.message) from None


class IsolatedSuggester(Suggester):
    """Runs another suggester in a separate process with limits of time and memory.

    For suggesters that use untrusted data. If the process crashes or takes too long, `trouble` is
    a message that says so, and `instead` suggests from then on.
    """

    def __init__(self, inner: Suggester, instead: Suggester) -> None:
        self.name = inner.name
        self.title = inner.title
        self.version = inner.version
        self.trouble: Message | None = None
        self._inner = inner
        self._instead = instead
        self._sandbox: Sandbox | None = None

    def __getstate__(self) -> dict[str, Any]:
        """Return the state without the child, which belongs to this process."""
        return {**self.__dict__, "_sandbox": None}

    def suggest(self, article: Article) -> Suggestions:
        if not self.trouble:
            try:
                return _read(self._process().call(_suggested, article))
            except AnnotatorError as error:
                self.trouble = message(
                    "the trained model cannot be used: {1}; train again", error.message
                )
        return self._instead.suggest(article)

    def _process(self) -> Sandbox:
        if self._sandbox is None:
            self._sandbox = Sandbox(
                cancellation_check(never_cancelled),
                seconds=_MODEL_TIMEOUT_SECONDS,
                memory=_MODEL_MEMORY,
                kept=(self._inner,),
            )
            # A suggester has no close(), so the child ends when it is garbage-collected.
            finalize(self, self._sandbox.__exit__, None, None, None)
        return self._sandbox


def _suggested(suggester: Suggester, article: Article) -> Suggestions:
    return _plain(suggester.suggest(article))


def _call(make: Callable[..., Suggestions], *arguments: Any) -> Suggestions:
    return _plain(make(*arguments))


def _plain(made: Suggestions) -> Suggestions:
    """Return the suggestions with their reasons as JSON, for the way between two processes."""
    return Suggestions(
        tuple(m._replace(reason=message_to_json(as_message(m.reason))) for m in made.mentions),
        tuple(q._replace(reason=message_to_json(as_message(q.reason))) for q in made.quotes),
    )


def _read(rows: list[list[list[Any]]]) -> Suggestions:
    mentions, quotes = rows
    return Suggestions(tuple(map(_mention, mentions)), tuple(map(_quote, quotes)))


def _mention(row: list[Any]) -> SuggestedMention:
    mention = SuggestedMention(*row)
    return mention._replace(reason=message_from_json(str(mention.reason)))


def _quote(row: list[Any]) -> SuggestedQuote:
    spans, type_, speaker, status, others, *rest = row
    quote = SuggestedQuote(
        tuple(RoleSpan(*span) for span in spans),
        type_,
        speaker and Speaker(*speaker),
        status,
        tuple(Speaker(*other) for other in others),
        *rest,
    )
    return quote._replace(reason=message_from_json(str(quote.reason)))
