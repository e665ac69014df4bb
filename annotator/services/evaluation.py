"""Evaluation of a suggester against articles that people have annotated."""

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from annotator.core.annotation import Annotation
from annotator.core.matching import (
    QuoteMatch,
    match_mentions,
    match_quotes,
    parts_overlap,
    same_entity,
)
from annotator.core.suggestion import to_annotation
from annotator.files import open_to_read
from annotator.formats import Context, find_format
from annotator.services.job import (
    Cancelled,
    JobCancelled,
    Progress,
    ignore_progress,
    never_cancelled,
)
from annotator.services.reading import read_records
from annotator.suggest import Suggester
from annotator.suggest.labels import fitted

if TYPE_CHECKING:
    from annotator.core.record import Record

TYPES: Final = ("direct", "indirect", "mixed")


@dataclass(slots=True)
class Score:
    """The counts behind precision and recall.

    Attributes:
        gold: The number of gold items.
        suggested: The number of suggested items.
        found: The number of gold items that were suggested.
        right: The number of suggested items that match a gold item.
    """

    gold: int = 0
    suggested: int = 0
    found: int = 0
    right: int = 0

    @property
    def precision(self) -> float:
        """The share of the suggested items that are right; 0 if nothing was suggested."""
        return self.right / self.suggested if self.suggested else 0.0

    @property
    def recall(self) -> float:
        """The share of the gold items that were found; 0 if there are none."""
        return self.found / self.gold if self.gold else 0.0

    @property
    def f(self) -> float:
        """The harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def as_row(self) -> dict[str, float]:
        """Return precision, recall and F, rounded to four digits."""
        return {"p": round(self.precision, 4), "r": round(self.recall, 4), "f": round(self.f, 4)}


@dataclass(slots=True)
class Evaluation:
    """The figures of one suggester on some articles.

    The precision of a type is over the suggestions of that type, its recall over the gold quotes
    of that type; a match counts whatever type the other side has.
    """

    articles: int = 0
    seconds: float = 0.0
    quotes: dict[str, Score] = field(default_factory=lambda: {"all": Score()})
    exact: Score = field(default_factory=Score)
    entities: Score = field(default_factory=Score)
    parts: Counter[str] = field(default_factory=Counter)
    """The matched quotes with a gold cue, source or speaker ("cue of"), and with a right one."""

    def share(self, part: str) -> float | None:
        """Return the share of matched quotes whose cue, source or speaker is right.

        None if no matched quote has one in gold.
        """
        total = self.parts[f"{part} of"]
        return self.parts[part] / total if total else None

    def as_row(self) -> dict[str, Any]:
        """Return the figures as `annotator evaluate --json` prints them."""
        names = [*dict.fromkeys(("all", *TYPES, *self.quotes))]
        shares = {part: self.share(part) for part in ("cue", "source", "speaker")}
        return {
            "articles": self.articles,
            "quotes": {name: self.quotes.get(name, Score()).as_row() for name in names},
            "exact": self.exact.as_row(),
            **{part: share if share is None else round(share, 4) for part, share in shares.items()},
            "entities": self.entities.as_row(),
            "seconds": round(self.seconds, 3),
        }

    def add(self, text: str, gold: Annotation, suggested: Annotation) -> None:
        """Add the counts of one article."""
        self.articles += 1
        quotes, proposed = gold.ordered_quotes(), suggested.ordered_quotes()
        matches = match_quotes(text, quotes, proposed)
        for score in (self.quotes["all"], self.exact):
            score.gold += len(quotes)
            score.suggested += len(proposed)
        for quote in quotes:
            self._of(quote.type).gold += 1
        for quote in proposed:
            self._of(quote.type).suggested += 1
        for match in matches:
            self._count(match, gold, suggested)
        self._count_mentions(gold, suggested)

    def _of(self, type_: str) -> Score:
        return self.quotes.setdefault(type_, Score())

    def _count(self, match: QuoteMatch, gold: Annotation, suggested: Annotation) -> None:
        everything = self.quotes["all"]
        everything.found += 1
        everything.right += 1
        self.exact.found += match.exact
        self.exact.right += match.exact
        self._of(match.left.type).found += 1
        self._of(match.right.type).right += 1
        for role in ("cue", "source"):
            if match.left.parts(role):
                self.parts[f"{role} of"] += 1
                self.parts[role] += parts_overlap(match.left, match.right, role)
        if match.left.speakers:
            self.parts["speaker of"] += 1
            self.parts["speaker"] += any(
                same_entity(gold, one, suggested, other)
                for one in match.left.speakers
                for other in match.right.speakers
            )

    def _count_mentions(self, gold: Annotation, suggested: Annotation) -> None:
        matched = len(match_mentions(gold, suggested))
        self.entities.gold += len(gold.mentions)
        self.entities.suggested += len(suggested.mentions)
        self.entities.found += matched
        self.entities.right += matched


def evaluate(
    records: "Sequence[Record]",
    suggester: Suggester,
    *,
    progress: Progress = ignore_progress,
    cancelled: Cancelled = never_cancelled,
) -> Evaluation:
    """Run the suggester on the articles of these records, and compare the results with them.

    Suggested labels are mapped to those of the records first. Raises Stopped when cancelled.
    """
    figures = Evaluation()
    labels = labels_of(records)
    for done, record in enumerate(records, start=1):
        if cancelled():
            raise JobCancelled
        if record.annotation is None:
            continue
        started = time.perf_counter()
        suggestions = suggester.suggest(record.article)
        figures.seconds += time.perf_counter() - started
        made = to_annotation(fitted(suggestions, labels))
        figures.add(record.article.text, record.annotation, made)
        progress(done, len(records), record.article.id)
    return figures


def labels_of(records: "Iterable[Record]") -> frozenset[str]:
    """Return the entity labels that occur in the annotations."""
    return frozenset(
        entity.label
        for record in records
        if record.annotation is not None
        for entity in record.annotation.entities.values()
    )


def read_gold(path: Path) -> "list[Record]":
    """Return the records of a native JSONL file. Raises FormatError and OSError."""
    with open_to_read(path) as source:
        native = find_format("native")
        return [found.record for found in read_records(native, source, Context(path))]
