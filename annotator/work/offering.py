"""What is offered for one article: by rules, the project's memory and its trained model."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from annotator.core.errors import AnnotatorError
from annotator.core.models import Article, RoleSpan
from annotator.core.offer import Offer
from annotator.core.scheme import Scheme
from annotator.core.suggestion import (
    Speaker,
    SuggestedMention,
    SuggestedQuote,
    Suggestions,
)
from annotator.suggest import Suggester, SuggestError
from annotator.suggest.labels import fitted
from annotator.suggest.rules import Rules
from annotator.suggest.trained import Models, Trained
from annotator.suggest.wordlists import WordLists
from annotator.work.isolation import Isolation
from annotator.work.job import Cancelled, Stopped, never
from annotator.work.remembering import Remembering, memory_of
from annotator.work.training import MODEL
from annotator.work.wordlists import word_lists

if TYPE_CHECKING:
    from annotator.store import Project
    from annotator.suggest.memory import Memory

_LONG: Final = 20_000
"""A longer text, in code points, is read in a process of its own: the window's would stutter."""
_PATIENCE: Final = 900.0
"""Seconds."""
_MEMORY: Final = 16 << 30
_SHARE: Final = 20
"""Counting the names of a project takes at most one of so many parts of the time."""


@dataclass(frozen=True, slots=True)
class Offered:
    """The suggestions for an article, and those open for the annotator as of a revision.

    `made_by` names the suggester and its version.
    """

    key: int
    annotator: str
    revision: int
    suggestions: Suggestions
    offer: Offer
    made_by: str = ""


class Offering:
    """Makes offers one after the other, and keeps what the next one needs as well.

    For one thread at a time.
    """

    def __init__(self) -> None:
        self._kept: tuple[str | None, WordLists] = None, {}
        self._suggester: Suggester | None = None
        self._memory: Memory | None = None
        self._count_again = 0.0

    def offer(
        self, project: "Project", key: int, annotator: str, *, cancelled: Cancelled = never
    ) -> Offered:
        """What the annotator may accept in this article.

        Raises NoSuchArticle, SuggestError for a model that cannot be read, Stopped when cancelled.
        """
        article = project.article(key)
        suggester = self.suggester(project)
        made = _suggested(suggester, article, cancelled)
        if cancelled():
            raise Stopped
        suggestions = in_words_of(project.scheme, made)
        revision = project.revision(key, annotator)
        offer = Offer(suggestions, project.annotation(key, annotator))
        return Offered(key, annotator, revision, suggestions, offer, suggester.made_by)

    def suggester(self, project: "Project") -> Suggester:
        """The model if there is one, else the rules; both with the project's word lists and the
        names that people marked."""
        kept, lists = project.value(MODEL), word_lists(project)
        if self._suggester is None or (kept, lists) != self._kept:
            self._suggester = (
                Rules(lists=lists) if kept is None else Trained(Models.from_json(kept), lists)
            )
            self._kept = kept, lists
        began = time.monotonic()
        if self._memory is None or began >= self._count_again:
            self._memory = memory_of(project.names_in_use())
            now = time.monotonic()
            self._count_again = now + (now - began) * _SHARE
        return Remembering(self._suggester, self._memory)


def in_words_of(scheme: Scheme, made: Suggestions) -> Suggestions:
    """The suggestions with labels and quote types of the scheme."""
    found = fitted(made, [label.name for label in scheme.labels])
    types = scheme.quote_types
    spare = "unknown" if "unknown" in types or not types else types[0]
    quotes = (
        quote._replace(type=quote.type if quote.type in types else spare) for quote in found.quotes
    )
    return found._replace(quotes=tuple(quotes))


def _suggested(suggester: Suggester, article: Article, cancelled: Cancelled) -> Suggestions:
    if len(article.text) <= _LONG:
        return suggester.suggest(article)

    def look() -> None:
        if cancelled():
            raise Stopped

    with Isolation(look, seconds=_PATIENCE, memory=_MEMORY) as apart:
        try:
            return _read(apart.call(suggester.suggest, article))
        except AnnotatorError as error:
            raise SuggestError(f"there are no suggestions for this long article: {error}") from None


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
