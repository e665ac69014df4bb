"""Finding a name in all articles of a project, and marking the places that were chosen."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from annotator.core import edits
from annotator.core.edit_rules import complete_edit
from annotator.core.errors import Rejected
from annotator.core.message import message
from annotator.core.models import Mention
from annotator.core.occurrences import OccurrenceQuery, context_around, occurrences
from annotator.services.job import Cancelled, Progress, ignore_progress, never_cancelled

if TYPE_CHECKING:
    from annotator.store import Project

_AROUND = 60


class Occurrence(NamedTuple):
    """One occurrence, in code points of its article's text, with the text around it.

    `label` is the label of the annotator's mention of exactly this span; None if there is none.
    """

    article_key: int
    article: str
    start: int
    end: int
    before: str
    words: str
    after: str
    label: str | None = None


def find_occurrences(
    project: "Project",
    annotator: str,
    search: OccurrenceQuery,
    *,
    keys: Iterable[int] | None = None,
    progress: Progress = ignore_progress,
    cancelled: Cancelled = never_cancelled,
) -> list[Occurrence]:
    """Return the occurrences in the articles with these keys (None: the whole project), in order.

    When cancelled, it returns what it has found until then.
    """
    if keys is None:
        keys = project.article_keys(annotator=annotator, text=search.words)
    keys = list(keys)
    found: list[Occurrence] = []
    for number, key in enumerate(keys):
        if cancelled():
            break
        found += _in_article(project, annotator, key, search)
        progress(number + 1, len(keys), message("Looking through the articles"))
    return found


def mark_occurrences(  # noqa: PLR0913  # what to mark, where, how, and how a job reports
    project: "Project",
    annotator: str,
    places: Iterable[Occurrence],
    label: str,
    title: str = "",
    *,
    progress: Progress = ignore_progress,
    cancelled: Cancelled = never_cancelled,
) -> int:
    """Mark the places, and return how many were marked.

    Each article gets one edit in its own history. An article in which all places have the label
    already is skipped. Raises StaleEdit and StoreError; earlier articles stay marked then.
    """
    chosen = sorted(places, key=lambda place: (place.article_key, place.start))
    marked = 0
    for key, group in groupby(chosen, key=lambda place: place.article_key):
        if cancelled():
            break
        article, annotation = project.article(key), project.annotation(key, annotator)
        spans = [(place.start, place.end) for place in group]
        try:
            edit = edits.mark_all(article, annotation, spans, label, title)
        except Rejected:
            continue
        project.apply(key, annotator, complete_edit(annotation, edit, annotator))
        marked += sum(1 for change in edit.changes if isinstance(change.after, Mention))
        progress(marked, None, message("Marking"))
    return marked


def _in_article(
    project: "Project", annotator: str, key: int, search: OccurrenceQuery
) -> Iterator[Occurrence]:
    article = project.article(key)
    spans = list(occurrences(article.text, search))
    if not spans:
        return
    annotation = project.annotation(key, annotator)
    for start, end in spans:
        mentions = annotation.mentions_at(start, end)
        before, after = context_around(article.text, start, end, _AROUND)
        yield Occurrence(
            key,
            article.title or article.id,
            start,
            end,
            before,
            article.text[start:end],
            after,
            annotation.entities[mentions[0].entity_id].label if mentions else None,
        )
