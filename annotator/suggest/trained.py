"""The suggester trained on a project's own articles, and its models as plain data."""

import base64
import hashlib
import json
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from annotator.core.message import message
from annotator.core.models import Article
from annotator.core.suggestion import Suggestions
from annotator.suggest.base import Suggester, SuggestError
from annotator.suggest.candidates import Positions, QuoteCandidate, Span
from annotator.suggest.crf import checked_labels
from annotator.suggest.cues import Cue
from annotator.suggest.lexicon import words_for
from annotator.suggest.memory import Memory
from annotator.suggest.name_tagger import NameTagger, is_name_tag, train_names
from annotator.suggest.names import NameFinder
from annotator.suggest.quote_tagger import (
    Cancelled,
    Example,
    QuoteTagger,
    is_cue_tag,
    is_part_tag,
    train_cues,
    train_parts,
)
from annotator.suggest.quotes import RuleResult, read
from annotator.suggest.rules import assembled
from annotator.suggest.wordlists import WordLists, digest, lexicons

_VERSION: Final = 1
_DIRECT: Final = ("direct-after", "direct-before")
_SURE: Final = 0.6
"""The confidence that a quote by the rules needs if the model does not find it."""


class Models(NamedTuple):
    """The results of a training.

    A part without training data is None, and the rules replace it. `articles` is the number of
    articles in the training.
    """

    cues: bytes | None
    parts: bytes | None
    names: bytes | None
    memory: Memory
    articles: int

    def to_json(self) -> str:
        """Return the models as data that contains no executable code."""
        row = {
            "version": _VERSION,
            "articles": self.articles,
            "memory": self.memory.rows(),
            **{name: _encoded(getattr(self, name)) for name in ("cues", "parts", "names")},
        }
        return json.dumps(row, ensure_ascii=False, separators=(",", ":"))

    def with_names_of(self, other: "Models") -> "Models":
        """Return these models with the names of the other ones."""
        return self._replace(names=other.names, memory=other.memory)

    def digest(self) -> str:
        """Return eight hexadecimal digits that identify these models."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()[:8]

    @classmethod
    def from_json(cls, text: str) -> "Models":
        """Read the output of `to_json`, without the check of `check`. Raises SuggestError."""
        try:
            row = json.loads(text)
            if row["version"] != _VERSION:
                raise SuggestError(
                    message("a newer version trained the model; train again, or update")
                )
            parts = {name: _decoded(row[name]) for name in ("cues", "parts", "names")}
            quote = cls(**parts, memory=Memory.from_rows(row["memory"]), articles=row["articles"])
        except (ValueError, KeyError, TypeError, IndexError, RecursionError) as error:
            raise SuggestError(message("the trained model is damaged; train again")) from error
        if type(quote.articles) is not int:
            raise SuggestError(message("the trained model is damaged; train again"))
        return quote

    def check(self) -> None:
        """Check all models. Raises SuggestError for one that no training makes."""
        for model, known in (
            (self.cues, is_cue_tag),
            (self.parts, is_part_tag),
            (self.names, is_name_tag),
        ):
            if model is not None:
                checked_labels(model, known)


class Trained(Suggester):
    """Suggests quotes and names by models, and by rules where there is no model."""

    name = "trained"
    title = "Trained on this project"

    def __init__(self, models: Models, lists: WordLists | None = None) -> None:
        self.models = models
        self.version = f"{models.digest()} {digest(lists or {})}".strip()
        self._changed = lexicons(lists or {})
        self._quotes: QuoteTagger | None = None
        self._names: NameTagger | None = None

    def __getstate__(self) -> dict[str, Any]:
        """Return the state without the taggers, which cannot be pickled; the other process makes
        its own.
        """
        return {**self.__dict__, "_quotes": None, "_names": None}

    def load(self) -> None:
        """Make the taggers if they do not exist yet. Raises SuggestError for damaged models."""
        models = self.models
        if self._quotes is None and models.cues is not None and models.parts is not None:
            self._quotes = QuoteTagger(models.cues, models.parts)
        if self._names is None and models.names is not None:
            self._names = NameTagger(models.names, models.memory)

    def suggest(self, article: Article) -> Suggestions:
        known = read(article, words_for(article, self._changed))
        self.load()
        found = known.found if self._quotes is None else _both(known, self._quotes.find(known))
        if self._names is not None:
            names = self._names.find(known)
        else:
            names = NameFinder(known.reading, known.words).find()
        return assembled(article.text, known, names, found)


def _both(known: RuleResult, model_quotes: list[QuoteCandidate]) -> list[QuoteCandidate]:
    """Return the quotes of the model, and those of the rules that are certain.

    Direct speech comes from the rules where they are certain, because quotation marks give
    better edges. Its source comes from the model.
    """
    certain = [quote for quote in known.found if quote.confidence >= _SURE]
    by_model, by_rules = Positions(model_quotes), Positions(known.found)
    kept = Positions(
        _with_learnt_source(quote, by_model) for quote in certain if quote.pattern in _DIRECT
    )
    others = [quote for quote in model_quotes if kept.near_duplicate(quote) is None]
    for quote in others:
        kept.add(_with_source(known, quote, by_rules))
    missed = [quote for quote in certain if kept.near_duplicate(quote) is None]
    return sorted([*kept.found, *missed], key=lambda quote: (quote.start, -quote.end))


def _with_learnt_source(quote: QuoteCandidate, model_quotes: Positions) -> QuoteCandidate:
    """Return the quote with the source that the model found for it, if it found one."""
    duplicate = model_quotes.near_duplicate(quote, lambda other: other.source)
    return quote._replace(source=duplicate.source) if duplicate else quote


def _with_source(known: RuleResult, quote: QuoteCandidate, by_rules: Positions) -> QuoteCandidate:
    """Return the quote with the source by the rules, for it or its cue, if it has none."""
    if quote.source is not None or quote.cue is None:
        return quote
    duplicate = by_rules.near_duplicate(quote, lambda other: other.source)
    return quote._replace(source=duplicate.source if duplicate else _subject_of(known, quote.cue))


def _subject_of(known: RuleResult, cue: Span) -> Span | None:
    """Return the phrase before the cue, or the subject of its sentence."""
    reading = known.reading
    n = reading.first_at(cue[0])
    first = reading.sentences[reading.sentence_of[n]][0]
    verb = Cue(n, n + 1, "verb", frozenset())
    tokens = known.phrases.before(verb, first) or known.phrases.subject(first, n)
    return reading.span(*tokens) if tokens else None


def train(
    examples: Sequence[Example],
    cancelled: Cancelled = lambda: False,
    lists: WordLists | None = None,
) -> Models:
    """Train models on these articles and annotations, with a project's word lists.

    The same examples give the same models. `lists` are the word lists that `Trained` will use as
    well. Raises SuggestError if there is nothing to learn, and Interrupted when cancelled.
    """
    changed = lexicons(lists or {})
    cues = parts = names = None
    if any(
        quote.parts("cue") for _, annotation in examples for quote in annotation.quotes.values()
    ):
        cues = train_cues(examples, cancelled, changed)
        parts = train_parts(examples, cancelled, changed)
    if any(annotation.mentions for _, annotation in examples):
        names = train_names(examples, cancelled, changed)
    if cues is None and names is None:
        raise SuggestError(message("there is nothing to learn yet; annotate some articles first"))
    memory = Memory.of(annotation for _, annotation in examples)
    return Models(cues, parts, names, memory, len(examples))


def _encoded(data: bytes | None) -> str | None:
    return None if data is None else base64.b64encode(data).decode("ascii")


def _decoded(text: str | None) -> bytes | None:
    return None if text is None else base64.b64decode(text, validate=True)
