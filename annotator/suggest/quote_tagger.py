"""Training and use of models for quotes, from annotated articles.

Two models run in sequence: one finds the cues in a sentence, the other finds the content and
source of each cue in the sentences around it. Both use the results of the rules as features, so
that few articles are enough.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from annotator.core.annotation import Annotation
from annotator.core.message import message
from annotator.core.models import Article, Quote
from annotator.suggest.candidates import Positions, QuoteCandidate, Span
from annotator.suggest.crf import Features, Tagger, Tagging, train_tagger
from annotator.suggest.features import cue_features, part_features, word_features
from annotator.suggest.lexicon import Lexicon, words_for
from annotator.suggest.quotes import RuleResult, read
from annotator.suggest.tokenized_text import TokenizedText

CUE: Final = "K"
CONTENT: Final = "C"
SOURCE: Final = "S"
OTHER: Final = "O"
LEAST_CHANCE: Final = 0.2
"""The least probability of a token in a cue."""

LEAST_CONFIDENCE: Final = 0.3
"""The least confidence of a suggested quote."""

LEAST_SOURCE: Final = 0.4
"""The least probability of a token in the source of a quote that has no other source."""

_REACH: Final = 2
"""The number of sentences on each side of a cue's own."""
_FARTHEST: Final = 500
"""Tokens on each side of a cue; five sentences of news have at most 300."""
_TRIM: Final = frozenset(",;:–—-()،؛")

Cancelled = Callable[[], bool]
Example = tuple[Article, Annotation]
Changed = Mapping[str, Lexicon]
"""The lexicons that a project has changed, by language."""
NO_CHANGES: Final[Changed] = {}


def train_cues(
    examples: Sequence[Example],
    cancelled: Cancelled = lambda: False,
    changed: Changed = NO_CHANGES,
) -> bytes:
    """Train the model that finds cues, with the lexicons of a project.

    Raises SuggestError if there are no cues.
    """
    return train_tagger(_cue_sequences(examples, changed), cancelled)


def train_parts(
    examples: Sequence[Example],
    cancelled: Cancelled = lambda: False,
    changed: Changed = NO_CHANGES,
) -> bytes:
    """Train the model that finds content and source. Raises SuggestError if there are none."""
    return train_tagger(_part_sequences(examples, changed), cancelled)


def _cue_sequences(
    examples: Sequence[Example], changed: Changed
) -> Iterator[tuple[Features, list[str]]]:
    for article, annotation in examples:
        known = read(article, words_for(article, changed))
        base = word_features(known)
        tags = [OTHER] * len(known.reading)
        for quote in annotation.quotes.values():
            for first, end in _tokens(known.reading, quote, "cue"):
                tags[first:end] = [CUE] * (end - first)
        for rows, (first, end) in zip(
            cue_features(known, base), known.reading.sentences, strict=True
        ):
            yield rows, tags[first:end]


def _part_sequences(
    examples: Sequence[Example], changed: Changed
) -> Iterator[tuple[Features, list[str]]]:
    for article, annotation in examples:
        known = read(article, words_for(article, changed))
        base = word_features(known)
        for quote in annotation.ordered_quotes():
            cues = _tokens(known.reading, quote, "cue")
            if not cues:
                continue
            window = window_of(known.reading, cues[0])
            tags = [OTHER] * (window[1] - window[0])
            for role, tag in (("content", CONTENT), ("source", SOURCE)):
                for first, end in _tokens(known.reading, quote, role):
                    for n in range(max(first, window[0]), min(end, window[1])):
                        tags[n - window[0]] = tag
            yield part_features(known, base, cues[0], window), tags


def window_of(reading: TokenizedText, cue: tuple[int, int]) -> tuple[int, int]:
    """Return the tokens in which the content of a cue is searched.

    These are its sentence and up to two on each side of it in its paragraph. A colon or comma at
    the end of them also includes the next sentence. The limit is 500 tokens on each side.
    """
    sentence = reading.sentence_of[cue[0]]
    paragraph = reading.paragraph_of[cue[0]]
    low = high = sentence
    while (
        low > 0
        and sentence - low < _REACH
        and (reading.paragraph_of[reading.sentences[low - 1][0]] == paragraph)
    ):
        low -= 1
    last = len(reading.sentences) - 1
    while (
        high < last
        and high - sentence < _REACH
        and (reading.paragraph_of[reading.sentences[high + 1][0]] == paragraph)
    ):
        high += 1
    # A colon at the end of a paragraph introduces the next one.
    if high < last and reading.words[reading.sentences[high][1] - 1] in (":", ","):
        high += 1
    first, end = reading.sentences[low][0], reading.sentences[high][1]
    return max(first, cue[0] - _FARTHEST), min(end, cue[1] + _FARTHEST)


def is_cue_tag(label: str) -> bool:
    """Return whether a model for cues may have the label."""
    return label in (CUE, OTHER)


def is_part_tag(label: str) -> bool:
    """Return whether a model for content and source may have the label."""
    return label in (CONTENT, SOURCE, OTHER)


class QuoteTagger:
    """Finds quotes with two trained models."""

    def __init__(self, cues: bytes, parts: bytes) -> None:
        self._cues = Tagger(cues, is_cue_tag)
        self._parts = Tagger(parts, is_part_tag)

    def find(self, known: RuleResult) -> list[QuoteCandidate]:
        """Return the quotes in text order, without near-duplicates."""
        base = word_features(known)
        found: list[QuoteCandidate] = []
        sentences = zip(cue_features(known, base), known.reading.sentences, strict=True)
        for rows, (first, _end) in sentences:
            chances = self._cues.chances(rows, CUE)
            for cue, chance in _runs_above(chances, first):
                if chance < LEAST_CONFIDENCE:
                    continue  # its content can only lower the confidence
                candidate = self._quote(known, base, cue, chance)
                if candidate is not None and candidate.confidence >= LEAST_CONFIDENCE:
                    found.append(candidate)
        return _without_near_duplicates(found)

    def _quote(
        self, known: RuleResult, base: Features, cue: tuple[int, int], chance: float
    ) -> QuoteCandidate | None:
        reading = known.reading
        window = window_of(reading, cue)
        features = part_features(known, base, cue, window)
        tagging = self._parts.tag(features)
        content = _runs(tagging.labels, CONTENT, window[0])
        parts = [span for run in _joined(reading, content) if (span := _trimmed(reading, run))]
        if not parts:
            return None
        inside = [
            p
            for label, p in zip(tagging.labels, tagging.probabilities, strict=True)
            if label == CONTENT
        ]
        source = likeliest(tagging, _runs(tagging.labels, SOURCE, 0))
        if source is None:
            source = likely(self._parts.chances(features, SOURCE))
        words = reading.text[reading.starts[cue[0]] : reading.ends[cue[1] - 1]]
        return QuoteCandidate(
            tuple(parts),
            reading.span(*cue),
            reading.span(source[0] + window[0], source[1] + window[0]) if source else None,
            "model",
            chance * sum(inside) / len(inside),
            message("learnt from your articles, by “{1}”", words),
            origin="model",
        )


def _tokens(reading: TokenizedText, quote: Quote, role: str) -> list[tuple[int, int]]:
    found = []
    for part in quote.parts(role):  # type: ignore[arg-type]  # a role
        first, end = reading.first_at(part.start), reading.end_at(part.end)
        if first < end:
            found.append((first, end))
    return found


def _runs_above(chances: list[float], first: int) -> list[tuple[tuple[int, int], float]]:
    """Return runs of tokens with a sufficient probability, and the highest one in each."""
    runs: list[tuple[tuple[int, int], float]] = []
    n = 0
    while n < len(chances):
        if chances[n] < LEAST_CHANCE:
            n += 1
            continue
        end = n
        while end < len(chances) and chances[end] >= LEAST_CHANCE:
            end += 1
        runs.append(((first + n, first + end), max(chances[n:end])))
        n = end
    return runs


def _runs(labels: list[str], label: str, first: int) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for n, found in enumerate(labels):
        if found != label:
            continue
        if runs and runs[-1][1] == first + n:
            runs[-1] = runs[-1][0], first + n + 1
        else:
            runs.append((first + n, first + n + 1))
    return runs


def likeliest(tagging: Tagging, runs: list[tuple[int, int]]) -> tuple[int, int] | None:
    """Return the run with the likeliest token."""
    chances = tagging.probabilities
    return max(runs, key=lambda run: max(chances[slice(*run)]), default=None)


def likely(chances: list[float]) -> tuple[int, int] | None:
    """Return the tokens around the most probable one, if it is probable enough.

    They count even where other labels are likelier.
    """
    best = max(range(len(chances)), key=chances.__getitem__)
    if chances[best] < LEAST_SOURCE:
        return None
    start, end, least = best, best + 1, chances[best] / 2
    while start > 0 and chances[start - 1] >= least:
        start -= 1
    while end < len(chances) and chances[end] >= least:
        end += 1
    return start, end


def _joined(reading: TokenizedText, runs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the runs, joined where only punctuation is between them."""
    joined: list[tuple[int, int]] = []
    for run in runs:
        if joined and not any(reading.is_word(n) for n in range(joined[-1][1], run[0])):
            joined[-1] = joined[-1][0], run[1]
        else:
            joined.append(run)
    return joined


def _trimmed(reading: TokenizedText, run: tuple[int, int]) -> Span | None:
    first, end = run
    while first < end and reading.words[first] in _TRIM:
        first += 1
    while (
        end > first
        and reading.stretch_of[end - 1] < 0
        and (reading.words[end - 1] in _TRIM or reading.words[end - 1] == ".")
    ):
        end -= 1
    if not any(reading.is_word(n) for n in range(first, end)):
        return None
    return reading.span(first, end)


def _without_near_duplicates(found: list[QuoteCandidate]) -> list[QuoteCandidate]:
    """Return the quotes; of those that share most of their content only the most certain."""
    kept = Positions()
    for candidate in sorted(found, key=lambda candidate: -candidate.confidence):
        if kept.near_duplicate(candidate) is None:
            kept.add(candidate)
    return sorted(kept.found, key=lambda candidate: (candidate.start, -candidate.end))
