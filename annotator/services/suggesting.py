"""Suggestions for a whole project, kept as the work of an annotator of their own."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from annotator.core.annotation import Annotation
from annotator.core.models import Article, Extra, Status
from annotator.core.suggestion import (
    SUGGESTED_BY,
    Suggestions,
    as_annotation,
    is_suggester,
    suggester_annotator,
)
from annotator.services.child_processes import pool_of
from annotator.services.job import Cancelled, Progress, never, unseen
from annotator.suggest import Suggester
from annotator.suggest.labels import fitted

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

    from annotator.store import Project

_BATCH: Final = 64
"""Articles of one transaction: what a stop loses at most."""
_WORTH_PROCESSES: Final = 200
"""With fewer articles starting processes takes longer than it saves."""


@dataclass(slots=True)
class SuggestReport:
    """What was suggested in `articles` articles; `skipped` had suggestions already.

    In `replaced` of the articles they took the place of those of another version or suggester.
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
    progress: Progress = unseen,
    cancelled: Cancelled = never,
) -> SuggestReport:
    """Write suggestions for every article that has none of this suggester and version yet.

    They are the annotations of an annotator whose name says that it is a suggester (see
    `suggester_annotator`; default: the suggester's name), apart from everybody's work. Where
    somebody has finished the article, those of an older version stay: they are what that person
    saw. Repeating goes on where it stopped. Raises StoreError.
    """
    report = SuggestReport(suggester_annotator(annotator or suggester.name))
    labels = [label.name for label in project.scheme.labels]
    keys = project.article_keys(annotator=report.annotator)
    known = project.extras(report.annotator)
    settled = {key for key, extra in known.items() if _made_by(extra) == suggester.made_by}
    settled |= known.keys() & _finished(project)
    todo = [key for key in keys if key not in settled]
    report.skipped = len(keys) - len(todo)
    size = 1 if suggester.slow else _BATCH
    batches = (todo[at : at + size] for at in range(0, len(todo), size))
    with _Many(suggester, len(todo)) as many:
        for done, batch in enumerate(batches):
            if cancelled():
                report.cancelled = True
                break
            articles = [project.article(key) for key in batch]
            found = [fitted(made, labels) for made in many.suggest(articles)]
            _write(project, report, articles, [as_annotation(f, suggester.made_by) for f in found])
            progress(done * size + len(batch), len(todo), articles[-1].id)
    return report


def _made_by(extra: Extra) -> str:
    return str((extra or {}).get(SUGGESTED_BY, ""))


def _finished(project: "Project") -> set[int]:
    """The keys of the articles that somebody, be it in a review, has done or skipped."""
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
    from annotator.store import Outcome

    with project.importing() as target:
        for article, annotation in zip(articles, made, strict=True):
            outcome = target.overwrite(Record(article, report.annotator, annotation))
            if outcome is Outcome.KEPT:
                report.skipped += 1
                continue
            report.articles += 1
            report.replaced += outcome is Outcome.REPLACED
            report.quotes += len(annotation.quotes)
            report.mentions += len(annotation.mentions)


class _Many:
    """Lets the suggester do many articles, on all cores where that is worth it."""

    def __init__(self, suggester: Suggester, articles: int) -> None:
        self._suggester = suggester
        self._cores = os.cpu_count() or 1
        self._pool: ProcessPoolExecutor | None = None
        if articles >= _WORTH_PROCESSES and self._cores > 1 and not suggester.slow:
            self._pool = pool_of(self._cores)

    def __enter__(self) -> "_Many":
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def suggest(self, articles: Sequence[Article]) -> Iterator[Suggestions]:
        if self._pool is None:
            return map(self._suggester.suggest, articles)
        size = max(1, -(-len(articles) // self._cores))
        parts = [articles[at : at + size] for at in range(0, len(articles), size)]
        done = self._pool.map(_suggest_all, [self._suggester] * len(parts), parts)
        return (made for part in done for made in part)


def _suggest_all(suggester: Suggester, articles: Sequence[Article]) -> list[Suggestions]:
    return [suggester.suggest(article) for article in articles]
