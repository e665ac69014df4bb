"""Training and use of a model for names, from annotated articles."""

from collections.abc import Iterator, Sequence
from typing import Final

from annotator.core.annotation import Annotation
from annotator.core.message import message
from annotator.suggest.crf import Features, Tagger, train_tagger
from annotator.suggest.features import name_features, word_features
from annotator.suggest.lexicon import words_for
from annotator.suggest.memory import Memory
from annotator.suggest.names import Named, NameFinder
from annotator.suggest.quote_tagger import NO_CHANGES, Cancelled, Changed, Example
from annotator.suggest.quotes import RuleResult, read
from annotator.suggest.tokenized_text import TokenizedText

_OUT: Final = "O"
_FOLDS: Final = 5
"""Each article is read with the memory of the other folds; one memory for each would be slow."""


def train_names(
    examples: Sequence[Example],
    cancelled: Cancelled = lambda: False,
    changed: Changed = NO_CHANGES,
) -> bytes:
    """Train the model that finds names, with the lexicons of a project.

    Raises SuggestError if there are no names.
    """
    return train_tagger(_sequences(examples, changed), cancelled)


def _sequences(
    examples: Sequence[Example], changed: Changed
) -> Iterator[tuple[Features, list[str]]]:
    # As for an unannotated article, its own names are not remembered.
    memories = [
        Memory.of(a for n, (_article, a) in enumerate(examples) if n % _FOLDS != fold)
        for fold in range(min(_FOLDS, len(examples)))
    ]
    for number, (article, annotation) in enumerate(examples):
        known = read(article, words_for(article, changed))
        rows = _features(known, memories[number % _FOLDS])
        tags = _tags(known.reading, annotation)
        for first, end in known.reading.sentences:
            yield rows[first:end], tags[first:end]


def _features(known: RuleResult, memory: Memory) -> Features:
    rules = NameFinder(known.reading, known.words).find()
    remembered = memory.find(known.reading, known.words.language)
    return name_features(known, word_features(known), rules, remembered)


def _tags(reading: TokenizedText, annotation: Annotation) -> list[str]:
    tags = [_OUT] * len(reading)
    mentions = sorted(annotation.mentions.values(), key=lambda m: (m.start - m.end, m.start))
    for mention in mentions:  # the longest first, so that a nested one overwrites it
        if mention.kind != "name":
            continue
        label = annotation.entities[mention.entity_id].label
        first, end = reading.first_at(mention.start), reading.end_at(mention.end)
        for n in range(first, end):
            if tags[n] == _OUT:
                tags[n] = ("B-" if n == first else "I-") + label
    return tags


def is_name_tag(label: str) -> bool:
    """Return whether a model for names may have the label."""
    return label == _OUT or label.startswith(("B-", "I-"))


class NameTagger:
    """Finds names with a trained model and the project's memory."""

    def __init__(self, model: bytes, memory: Memory) -> None:
        self._tagger = Tagger(model, is_name_tag)
        self._memory = memory

    def find(self, known: RuleResult) -> list[Named]:
        """Return the names in text order, none inside another."""
        rows = _features(known, self._memory)
        remembered = {
            (n.start, n.end): n.name for n in self._memory.find(known.reading, known.words.language)
        }
        found: list[Named] = []
        for first, end in known.reading.sentences:
            tagging = self._tagger.tag(rows[first:end])
            found += self._named(known.reading, first, tagging.labels, tagging.probabilities)
        return [n._replace(name=remembered.get((n.start, n.end), n.name)) for n in found]

    def _named(
        self, reading: TokenizedText, first: int, labels: list[str], chances: list[float]
    ) -> Iterator[Named]:
        n = 0
        while n < len(labels):
            if labels[n] == _OUT:
                n += 1
                continue
            label = labels[n][2:]
            end = n + 1
            while end < len(labels) and labels[end] == f"I-{label}":
                end += 1
            start, stop = reading.span(first + n, first + end)
            chance = sum(chances[n:end]) / (end - n)
            name = " ".join(reading.text[start:stop].split())
            yield Named(
                start,
                stop,
                label,
                name,
                chance,
                message("learnt from your articles"),
                origin="model",
            )
            n = end
