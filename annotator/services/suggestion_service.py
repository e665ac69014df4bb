"""Suggestions for one article at a time, by the suggester that was chosen for the project."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from annotator.core.message import Message, message
from annotator.core.models import Article
from annotator.core.scheme import Scheme
from annotator.core.suggestion import Suggestions
from annotator.core.suggestion_queue import SuggestionQueue
from annotator.services.job import Cancelled, JobCancelled, never_cancelled
from annotator.services.memory_suggester import MemorySuggester, memory_of
from annotator.services.suggester_config import SuggesterConfig, ask_endpoint
from annotator.services.suggesters import ENDPOINT, project_suggester
from annotator.services.suggestion_process import IsolatedSuggester, suggest_in_process
from annotator.services.training import MODEL, current_suggester
from annotator.services.wordlists import word_lists
from annotator.suggest import Suggester, SuggestError
from annotator.suggest.labels import fitted
from annotator.suggest.wordlists import WordLists

if TYPE_CHECKING:
    from annotator.store import Project
    from annotator.suggest.memory import Memory

_LONG_TEXT: Final = 20_000
"""A longer text, in code points, is processed in another process: the window would stutter."""
_TIMEOUT_SECONDS: Final = 900.0
_DEFAULT_CHOICE: Final = SuggesterConfig()
_SHARE: Final = 20
"""At most one part in so many of the time is spent on counting the names of a project."""


@dataclass(frozen=True, slots=True)
class ServedSuggestions:
    """The suggestions for an article, and the queue of the open ones as of a revision.

    `made_by` names the suggester and its version. `trouble` says why it is not the
    chosen suggester; "" if it is.
    """

    key: int
    annotator: str
    revision: int
    suggestions: Suggestions
    offer: SuggestionQueue
    made_by: str = ""
    trouble: Message | None = None


class SuggestionService:
    """Makes suggestions for one article after another, and caches what the next one needs.

    Not thread-safe: only one thread may use it at a time.
    """

    def __init__(self) -> None:
        self._kept: tuple[str | None, WordLists] = None, {}
        self._suggester: Suggester | None = None
        self._memory: Memory | None = None
        self._pipeline: tuple[tuple[str, WordLists], Suggester] | None = None
        self._recount_at = 0.0
        self._error: Message | None = None

    def offer(
        self,
        project: "Project",
        key: int,
        annotator: str,
        choice: SuggesterConfig = _DEFAULT_CHOICE,
        *,
        cancelled: Cancelled = never_cancelled,
    ) -> ServedSuggestions:
        """Return what the annotator may accept in this article.

        The chosen suggester is used. If it fails, or the user has not agreed that texts are sent,
        the project's own suggester is used; if its trained model is damaged, the rules are.

        Raises:
            NoSuchArticle: If there is no article with this key.
            SuggestError: If the word lists cannot be read.
            Stopped: When cancelled.
        """
        article = project.article(key)
        trouble: Message | None = None
        try:
            suggester = self._chosen(project, choice, cancelled)
            made = _suggested(suggester, article, cancelled)
        except SuggestError as error:
            if not choice.suggester:
                raise
            trouble = error.message
            suggester = self.suggester(project)
            made = _suggested(suggester, article, cancelled)
        if cancelled():
            raise JobCancelled
        suggestions = fit_to_scheme(project.scheme, made)
        revision = project.revision(key, annotator)
        offer = SuggestionQueue(suggestions, project.annotation(key, annotator))
        made_by = suggester.made_by
        if not choice.suggester:
            trouble = self._model_error()
        return ServedSuggestions(key, annotator, revision, suggestions, offer, made_by, trouble)

    def _chosen(
        self, project: "Project", choice: SuggesterConfig, cancelled: Cancelled
    ) -> Suggester:
        """Return the chosen suggester. Raises SuggestError if it cannot be used."""
        if not choice.suggester:
            return self.suggester(project)
        if choice.suggester == ENDPOINT:
            if not choice.agreed:
                raise SuggestError(
                    message(
                        "no text is sent before you have agreed to it for this project and address"
                    )
                )
            labels = [label.name for label in project.scheme.labels]
            return MemorySuggester(
                _EndpointCalls(choice, labels, cancelled), self._recount_if_due(project)
            )
        cache_key = choice.suggester, word_lists(project)
        if self._pipeline is None or self._pipeline[0] != cache_key:
            self._pipeline = cache_key, project_suggester(project, choice.suggester)
        return MemorySuggester(self._pipeline[1], self._recount_if_due(project))

    def suggester(self, project: "Project") -> Suggester:
        """Return the trained model if there is one, else the rules.

        Both use the project's word lists and the names that its annotators marked.
        """
        kept, lists = project.value(MODEL), word_lists(project)
        if self._suggester is None or (kept, lists) != self._kept:
            self._error = None
            self._suggester = current_suggester(project, self._keep_error)
            self._kept = kept, lists
        return MemorySuggester(self._suggester, self._recount_if_due(project))

    def _keep_error(self, trouble: Message) -> None:
        self._error = trouble

    def _model_error(self) -> Message | None:
        """Return why the project's trained model is not used; None if it is."""
        made = self._suggester
        return made.trouble if isinstance(made, IsolatedSuggester) else self._error

    def _recount_if_due(self, project: "Project") -> "Memory":
        """Return the names that people marked, counted again from time to time."""
        started = time.monotonic()
        if self._memory is None or started >= self._recount_at:
            self._memory = memory_of(project.names_in_use())
            now = time.monotonic()
            self._recount_at = now + (now - started) * _SHARE
        return self._memory


class _EndpointCalls(Suggester):
    """A suggester that calls the chosen endpoint from a separate process."""

    name = ENDPOINT
    title = "OpenAI-compatible endpoint"
    slow = True

    def __init__(self, choice: SuggesterConfig, labels: list[str], cancelled: Cancelled) -> None:
        self.version = choice.model
        self._choice = choice
        self._labels = labels
        self._cancelled = cancelled

    def suggest(self, article: Article) -> Suggestions:
        return ask_endpoint(self._choice, self._labels, article, cancelled=self._cancelled)


def fit_to_scheme(scheme: Scheme, made: Suggestions) -> Suggestions:
    """Return the suggestions with the labels and quote types of the scheme."""
    found = fitted(made, [label.name for label in scheme.labels], scheme.person_label)
    types = scheme.quote_types
    fallback = "unknown" if "unknown" in types or not types else types[0]
    quotes = (
        quote._replace(type=quote.type if quote.type in types else fallback)
        for quote in found.quotes
    )
    return found._replace(quotes=tuple(quotes))


def _suggested(suggester: Suggester, article: Article, cancelled: Cancelled) -> Suggestions:
    if suggester.slow or len(article.text) <= _LONG_TEXT:
        return suggester.suggest(article)
    try:
        return suggest_in_process(
            suggester.suggest, article, cancelled=cancelled, patience=_TIMEOUT_SECONDS
        )
    except SuggestError as error:
        raise SuggestError(
            message("there are no suggestions for this long article: {1}", error.message)
        ) from None
