"""What is offered for one article: by rules, the project's memory and its trained model."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from annotator.core.models import Article
from annotator.core.scheme import Scheme
from annotator.core.suggestion import Suggestions
from annotator.core.suggestion_queue import SuggestionQueue
from annotator.services.job import Cancelled, Stopped, never
from annotator.services.memory_suggester import MemorySuggester, memory_of
from annotator.services.suggester_config import Choice, ask_endpoint
from annotator.services.suggesters import ENDPOINT, project_suggester
from annotator.services.suggestion_process import Apart, suggested_apart
from annotator.services.training import MODEL, current_suggester
from annotator.services.wordlists import word_lists
from annotator.suggest import Suggester, SuggestError
from annotator.suggest.labels import fitted
from annotator.suggest.wordlists import WordLists

if TYPE_CHECKING:
    from annotator.store import Project
    from annotator.suggest.memory import Memory

_LONG: Final = 20_000
"""A longer text, in code points, is read in a process of its own: the window's would stutter."""
_PATIENCE: Final = 900.0
"""Seconds."""
_OWN: Final = Choice()
_SHARE: Final = 20
"""Counting the names of a project takes at most one of so many parts of the time."""


@dataclass(frozen=True, slots=True)
class ServedSuggestions:
    """The suggestions for an article, and those open for the annotator as of a revision.

    `made_by` names the suggester and its version. `trouble` is a sentence on why it is not the one
    that was chosen; "" where it is.
    """

    key: int
    annotator: str
    revision: int
    suggestions: Suggestions
    offer: SuggestionQueue
    made_by: str = ""
    trouble: str = ""


class SuggestionService:
    """Makes offers one after the other, and keeps what the next one needs as well.

    For one thread at a time.
    """

    def __init__(self) -> None:
        self._kept: tuple[str | None, WordLists] = None, {}
        self._suggester: Suggester | None = None
        self._memory: Memory | None = None
        self._pipeline: tuple[tuple[str, WordLists], Suggester] | None = None
        self._count_again = 0.0
        self._trouble = ""

    def offer(
        self,
        project: "Project",
        key: int,
        annotator: str,
        choice: Choice = _OWN,
        *,
        cancelled: Cancelled = never,
    ) -> ServedSuggestions:
        """What the annotator may accept in this article.

        By what was chosen; where that fails, or its user has not agreed that texts are sent, by
        what the project has of its own; where its trained model is damaged, by the rules. Raises
        NoSuchArticle, SuggestError for word lists that cannot be read, Stopped when cancelled.
        """
        article = project.article(key)
        trouble = ""
        try:
            suggester = self._chosen(project, choice, cancelled)
            made = _suggested(suggester, article, cancelled)
        except SuggestError as error:
            if not choice.suggester:
                raise
            trouble = str(error)
            suggester = self.suggester(project)
            made = _suggested(suggester, article, cancelled)
        if cancelled():
            raise Stopped
        suggestions = in_words_of(project.scheme, made)
        revision = project.revision(key, annotator)
        offer = SuggestionQueue(suggestions, project.annotation(key, annotator))
        made_by = suggester.made_by
        if not choice.suggester:
            trouble = self._model_trouble()
        return ServedSuggestions(key, annotator, revision, suggestions, offer, made_by, trouble)

    def _chosen(self, project: "Project", choice: Choice, cancelled: Cancelled) -> Suggester:
        """Raises SuggestError where it cannot be used."""
        if not choice.suggester:
            return self.suggester(project)
        if choice.suggester == ENDPOINT:
            if not choice.agreed:
                raise SuggestError(
                    "no text is sent before you have agreed to it for this project and address"
                )
            labels = [label.name for label in project.scheme.labels]
            return MemorySuggester(_Asking(choice, labels, cancelled), self._remembered(project))
        wanted = choice.suggester, word_lists(project)
        if self._pipeline is None or self._pipeline[0] != wanted:
            self._pipeline = wanted, project_suggester(project, choice.suggester)
        return MemorySuggester(self._pipeline[1], self._remembered(project))

    def suggester(self, project: "Project") -> Suggester:
        """The model if there is one, else the rules; both with the project's word lists and the
        names that people marked."""
        kept, lists = project.value(MODEL), word_lists(project)
        if self._suggester is None or (kept, lists) != self._kept:
            self._trouble = ""
            self._suggester = current_suggester(project, self._note)
            self._kept = kept, lists
        return MemorySuggester(self._suggester, self._remembered(project))

    def _note(self, trouble: str) -> None:
        self._trouble = trouble

    def _model_trouble(self) -> str:
        """Why the project's trained model does not suggest, in a sentence; "" where it does."""
        made = self._suggester
        return made.trouble if isinstance(made, Apart) else self._trouble

    def _remembered(self, project: "Project") -> "Memory":
        """The names that people marked, counted anew now and then."""
        began = time.monotonic()
        if self._memory is None or began >= self._count_again:
            self._memory = memory_of(project.names_in_use())
            now = time.monotonic()
            self._count_again = now + (now - began) * _SHARE
        return self._memory


class _Asking(Suggester):
    """Asks the endpoint that was chosen, from a process of its own."""

    name = ENDPOINT
    title = "OpenAI-compatible endpoint"
    slow = True

    def __init__(self, choice: Choice, labels: list[str], cancelled: Cancelled) -> None:
        self.version = choice.model
        self._choice = choice
        self._labels = labels
        self._cancelled = cancelled

    def suggest(self, article: Article) -> Suggestions:
        return ask_endpoint(self._choice, self._labels, article, cancelled=self._cancelled)


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
    if suggester.slow or len(article.text) <= _LONG:
        return suggester.suggest(article)
    try:
        return suggested_apart(suggester.suggest, article, cancelled=cancelled, patience=_PATIENCE)
    except SuggestError as error:
        raise SuggestError(f"there are no suggestions for this long article: {error}") from None
