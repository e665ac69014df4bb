"""Who changed what and when, and how long it took, from the history of a project."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from annotator.core.message import verbatim
from annotator.core.message_json import message_from_json
from annotator.core.models import Status
from annotator.core.versions import HistoryEdit
from annotator.services.agreement import ReviewError
from annotator.services.job import Progress, ignore_progress

if TYPE_CHECKING:
    from annotator.store import Project

_WORDS_A_SECOND: Final = 10
"""The fastest plausible reading: 600 words a minute is skimming."""


@dataclass(frozen=True, slots=True)
class AuditedEdit:
    """One edit: its title in the Undo menu, and when it was made and undone (UTC)."""

    title: str
    made_at: str
    undone_at: str | None

    @property
    def fate(self) -> str:
        """The text to append for an edit that was undone; "" for another one."""
        return f", undone {self.undone_at}" if self.undone_at else ""


@dataclass(frozen=True, slots=True)
class AuditedAnnotation:
    """One annotation: its edits in the order they were made, and the time spent on it.

    `words` is the number of words in the article. `versions` are the digests of other versions
    that a merge kept beside it; `review` is the verdict of a reviewer: returned, accepted, or None.
    """

    article: str
    annotator: str
    status: Status
    seconds: int
    words: int
    edits: tuple[AuditedEdit, ...]
    versions: tuple[str, ...]
    review: str | None = None

    @property
    def too_fast(self) -> bool:
        """Whether it was edited in this project and done faster than one can skim the text."""
        worked = self.status == "done" and bool(self.edits)
        return worked and self.seconds * _WORDS_A_SECOND < self.words


def audit(
    project: "Project",
    *,
    annotator: str | None = None,
    article: str | None = None,
    progress: Progress = ignore_progress,
) -> Iterator[AuditedAnnotation]:
    """Yield each annotation that was begun, or only those of one annotator or article.

    Raises ReviewError for an unknown annotator or article.
    """
    if annotator is not None and annotator not in project.annotators():
        raise ReviewError(verbatim(f"{annotator} has annotated nothing here"))
    if article is not None and project.key_of(article) is None:
        raise ReviewError(verbatim(f"there is no article {article} in {project.path}"))
    for number, contribution in enumerate(project.contributions(), start=1):
        record = contribution.record
        if record.annotator is None or record.annotation is None:
            continue
        progress(number, None, record.article.id)
        if annotator in (None, record.annotator) and article in (None, record.article.id):
            head = record.annotation.head
            yield AuditedAnnotation(
                record.article.id,
                record.annotator,
                head.status,
                head.seconds,
                len(record.article.text.split()),
                tuple(map(_audited, contribution.past)),
                contribution.versions,
                contribution.review.status if contribution.review is not None else None,
            )


def _audited(edit: HistoryEdit) -> AuditedEdit:
    return AuditedEdit(str(message_from_json(edit.title)), edit.made_at, edit.undone_at)
