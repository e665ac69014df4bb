"""The differences between annotators as text, article by article."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from annotator.core.alignment import AlignedGroup
from annotator.core.difference_text import group_text
from annotator.core.message import message
from annotator.services.agreement import ReviewError, chosen, side_by_side
from annotator.services.job import (
    Cancelled,
    JobCancelled,
    Progress,
    ignore_progress,
    never_cancelled,
)

if TYPE_CHECKING:
    from annotator.store import Project


@dataclass(frozen=True, slots=True)
class Difference:
    """One group of items in which annotators differ, and how, as text."""

    group: AlignedGroup
    words: str


@dataclass(frozen=True, slots=True)
class ComparedArticle:
    """One article: the number of groups in which all annotators agree, and the differences."""

    article: str
    annotators: tuple[str, ...]
    same: int
    differences: tuple[Difference, ...]


def compare(
    project: "Project",
    annotators: Sequence[str],
    *,
    article: str | None = None,
    progress: Progress = ignore_progress,
    cancelled: Cancelled = never_cancelled,
) -> Iterator[ComparedArticle]:
    """Yield the differences in each article that at least two of the annotators annotated.

    With `article`, only those in the article with this id.

    Raises ReviewError for an unknown annotator or article, Stopped when cancelled.
    """
    names = chosen(project, annotators)
    total = project.stats().articles
    if article is not None and project.key_of(article) is None:
        raise ReviewError(message("there is no article {1} in {2}", article, project.path))
    for number, (id_, side) in enumerate(side_by_side(project, names), start=1):
        if cancelled():
            raise JobCancelled
        progress(number, total, id_)
        if article in (None, id_):
            differing = [group for group in side.groups if not group.agreed]
            yield ComparedArticle(
                id_,
                side.names,
                len(side.groups) - len(differing),
                tuple(Difference(group, group_text(side, group)) for group in differing),
            )
