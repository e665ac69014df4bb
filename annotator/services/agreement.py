"""The agreement of the annotators of a project."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from annotator.core.adjudication import people_in
from annotator.core.agreement.counts import count_article
from annotator.core.agreement.report import SAMPLES, Agreement, summarise
from annotator.core.agreement.trends import Dated
from annotator.core.alignment import Comparison
from annotator.core.annotation import Annotation
from annotator.core.errors import AnnotatorError
from annotator.core.message import message
from annotator.core.models import Status
from annotator.services.job import Cancelled, Progress, ignore_progress, never_cancelled

if TYPE_CHECKING:
    from annotator.store import Project


class ReviewError(AnnotatorError):
    """Annotations that cannot be compared as requested; the message says what there is."""


def measure_agreement(
    project: "Project",
    annotators: Sequence[str] | None = None,
    *,
    statuses: Sequence[Status] | None = None,
    samples: int = SAMPLES,
    progress: Progress = ignore_progress,
    cancelled: Cancelled = never_cancelled,
) -> Agreement | None:
    """Return the agreement of these annotators (None: all people).

    Only articles that two or more of them annotated count. Returns None when cancelled. Raises
    ReviewError for an unknown annotator, or fewer than two.
    """
    names = chosen(project, annotators)
    total = project.stats().articles
    counts: list[Dated] = []
    for number, (_, side) in enumerate(side_by_side(project, names, statuses), start=1):
        if cancelled():
            return None
        dates = [work.updated for work in side.works.values() if work.updated]
        counts.append((max(dates, default=None), count_article(side)))
        progress(number, total, message("comparing"))
    return summarise(counts, names, samples=samples)


def chosen(project: "Project", annotators: Sequence[str] | None) -> list[str]:
    """Return these annotators, or by default all people: neither gold nor suggesters.

    Raises ReviewError for an unknown annotator, or fewer than two.
    """
    known = project.annotators()
    for name in annotators or ():
        if name not in known:
            known_names = ", ".join(known) or "nobody yet"
            raise ReviewError(
                message("{1} has annotated nothing here; there is {2}", name, known_names)
            )
    names = list(dict.fromkeys(annotators or people_in(known)))
    if len(names) < 2:
        raise ReviewError(
            message(
                "it takes two annotators to compare, and there is {1}; bring others in with: "
                "annotator merge",
                ", ".join(names) or "nobody",
            )
        )
    return names


def side_by_side(
    project: "Project", names: Sequence[str], statuses: Sequence[Status] | None = None
) -> Iterator[tuple[str, Comparison]]:
    """Yield the id and the annotations of each article that at least two of them annotated."""
    records = project.records(annotators=names, statuses=statuses)
    for _, group in groupby(records, key=lambda record: record.article.id):
        rows = list(group)
        works: dict[str, Annotation] = {
            row.annotator: row.annotation
            for row in sorted(rows, key=lambda row: names.index(row.annotator or ""))
            if row.annotator is not None and row.annotation is not None
        }
        if len(works) > 1:
            yield rows[0].article.id, Comparison(rows[0].article.text, works)
