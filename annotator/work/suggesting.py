"""Suggestions for a whole project, kept as the work of an annotator of their own."""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TYPE_CHECKING, Final

from annotator.core.models import Article
from annotator.core.suggestion import SUGGESTER, Suggestions, as_annotation
from annotator.suggest import Suggester
from annotator.suggest.labels import fitted
from annotator.work.job import Cancelled, Progress, never, unseen

if TYPE_CHECKING:
    from annotator.store import Project

_BATCH: Final = 64
"""Articles of one transaction: what a stop loses at most."""
_WORTH_PROCESSES: Final = 200
"""With fewer articles starting processes takes longer than it saves."""


@dataclass(slots=True)
class SuggestReport:
    """What was suggested in `articles` articles; `skipped` had suggestions already."""

    annotator: str
    articles: int = 0
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
    """Write suggestions for every article that has none under this name yet.

    They are the annotations of an annotator called `annotator` (default: after the suggester),
    apart from everybody's work. Repeating goes on where it stopped. Raises StoreError.
    """
    report = SuggestReport(annotator or f"{SUGGESTER}{suggester.name}")
    labels = [label.name for label in project.scheme.labels]
    keys = project.article_keys(annotator=report.annotator)
    todo = [key for key in keys if project.revision(key, report.annotator) == 0]
    report.skipped = len(keys) - len(todo)
    batches = (todo[at : at + _BATCH] for at in range(0, len(todo), _BATCH))
    with _Many(suggester, len(todo)) as many:
        for batch in batches:
            if cancelled():
                report.cancelled = True
                break
            articles = [project.article(key) for key in batch]
            found = [fitted(made, labels) for made in many.suggest(articles)]
            _write(project, report, articles, found)
            progress(report.articles, len(todo), articles[-1].id)
    return report


def _write(
    project: "Project",
    report: SuggestReport,
    articles: Sequence[Article],
    found: Sequence[Suggestions],
) -> None:
    from annotator.core.record import Record

    with project.importing() as target:
        for article, made in zip(articles, found, strict=True):
            target.add(Record(article, report.annotator, as_annotation(made)))
    report.articles += len(articles)
    report.quotes += sum(len(made.quotes) for made in found)
    report.mentions += sum(len(made.mentions) for made in found)


class _Many:
    """Lets the suggester do many articles, on all cores where that is worth it."""

    def __init__(self, suggester: Suggester, articles: int) -> None:
        self._suggester = suggester
        self._cores = os.cpu_count() or 1
        self._pool: ProcessPoolExecutor | None = None
        if articles >= _WORTH_PROCESSES and self._cores > 1:
            # A fresh process has none of our threads and database handles.
            self._pool = ProcessPoolExecutor(self._cores, mp_context=get_context("spawn"))

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
