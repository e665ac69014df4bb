"""Suggestions for a whole project, stored as the annotations of a separate annotator."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from annotator.core.annotation import Annotation
from annotator.core.models import Article, Extra, Status
from annotator.core.suggestion import (
    SUGGESTED_BY,
    Suggestions,
    is_suggester,
    suggester_annotator,
    to_annotation,
)
from annotator.services.child_processes import process_pool
from annotator.services.job import Cancelled, Progress, ignore_progress, never_cancelled
from annotator.suggest import Suggester
from annotator.suggest.labels import fitted

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

    from annotator.store import Project

_BATCH: Final = 64
"""The number of articles in one transaction, which is the most that a stop loses."""
_WORTH_PROCESSES: Final = 200
"""With fewer articles, starting processes takes longer than it saves."""


@dataclass(slots=True)
class SuggestReport:
    """What was suggested in `articles` articles; `skipped` counts those that had some before.

    In `replaced` articles the suggestions replaced those of another version or suggester.
    """

    annotator: str
    articles: int = 0
    replaced: int = 0
    skipped: int = 0
    quotes: int = 0
    mentions: int = 0
    cancelled: bool = False


def suggest_project(
    project: "Project",
    suggester: Suggester,
    annotator: str | None = None,
    *,
    progress: Progress = ignore_progress,
    cancelled: Cancelled = never_cancelled,
) -> SuggestReport:
    """Write suggestions for every article that has none of this suggester and version yet.

    They are the annotations of a separate annotator whose name says that it is a suggester (see
    `suggester_annotator`; default: the suggester's name). In articles that a person has finished,
    the suggestions of an older version are kept: they are what that person saw. A repeated call
    continues where the last one stopped. Raises StoreError.
    """
    report = SuggestReport(suggester_annotator(annotator or suggester.name))
    labels = [label.name for label in project.scheme.labels]
    person = project.scheme.person_label
    keys = project.article_keys(annotator=report.annotator)
    known = project.extras(report.annotator)
    finished = {key for key, extra in known.items() if _made_by(extra) == suggester.made_by}
    finished |= known.keys() & _finished(project)
    todo = [key for key in keys if key not in finished]
    report.skipped = len(keys) - len(todo)
    size = 1 if suggester.slow else _BATCH
    batches = (todo[start : start + size] for start in range(0, len(todo), size))
    with _SuggesterRuns(suggester, len(todo)) as runs:
        for done, batch in enumerate(batches):
            if cancelled():
                report.cancelled = True
                break
            articles = [project.article(key) for key in batch]
            found = [fitted(made, labels, person) for made in runs.suggest(articles)]
            _write(project, report, articles, [to_annotation(f, suggester.made_by) for f in found])
            progress(done * size + len(batch), len(todo), articles[-1].id)
    return report


def _made_by(extra: Extra) -> str:
    return str((extra or {}).get(SUGGESTED_BY, ""))


def _finished(project: "Project") -> set[int]:
    """Return the keys of the articles that a person, perhaps in a review, has done or skipped."""
    statuses: tuple[Status, ...] = ("done", "skipped")
    return {
        key
        for name in project.annotators()
        if not is_suggester(name)
        for status in statuses
        for key in project.article_keys(annotator=name, status=status)
    }


def _write(
    project: "Project",
    report: SuggestReport,
    articles: Sequence[Article],
    made: Sequence[Annotation],
) -> None:
    from annotator.core.record import Record
    from annotator.store import ImportOutcome

    with project.importing() as target:
        for article, annotation in zip(articles, made, strict=True):
            outcome = target.overwrite(Record(article, report.annotator, annotation))
            if outcome is ImportOutcome.KEPT:
                report.skipped += 1
                continue
            report.articles += 1
            report.replaced += outcome is ImportOutcome.REPLACED
            report.quotes += len(annotation.quotes)
            report.mentions += len(annotation.mentions)


class _SuggesterRuns:
    """Runs a suggester on many articles, on all cores if that is worth it."""

    def __init__(self, suggester: Suggester, articles: int) -> None:
        self._suggester = suggester
        self._cores = os.cpu_count() or 1
        self._pool: ProcessPoolExecutor | None = None
        if articles >= _WORTH_PROCESSES and self._cores > 1 and not suggester.slow:
            self._pool = process_pool(self._cores)

    def __enter__(self) -> "_SuggesterRuns":
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def suggest(self, articles: Sequence[Article]) -> Iterator[Suggestions]:
        if self._pool is None:
            return map(self._suggester.suggest, articles)
        size = max(1, -(-len(articles) // self._cores))
        parts = [articles[start : start + size] for start in range(0, len(articles), size)]
        done = self._pool.map(_suggest_all, [self._suggester] * len(parts), parts)
        return (made for part in done for made in part)


def _suggest_all(suggester: Suggester, articles: Sequence[Article]) -> list[Suggestions]:
    return [suggester.suggest(article) for article in articles]
