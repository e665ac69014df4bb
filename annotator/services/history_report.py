"""Who changed what when, and how long it took, from the history that each project keeps."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from annotator.core.models import Status
from annotator.core.versions import PastEdit
from annotator.services.agreement import ReviewError
from annotator.services.job import Progress, unseen

if TYPE_CHECKING:
    from annotator.store import Project

_WORDS_A_SECOND: Final = 10
"""Nobody reads faster: 600 words a minute is a skim."""


@dataclass(frozen=True, slots=True)
class AuditedEdit:
    """One edit: what the Undo menu calls it, and when it was made and undone (UTC)."""

    title: str
    made_at: str
    undone_at: str | None

    @property
    def fate(self) -> str:
        return f", undone {self.undone_at}" if self.undone_at else ""


@dataclass(frozen=True, slots=True)
class Audited:
    """One annotation: its edits in the order they were made, and the time spent on it.

    `versions` are the digests of other versions that a merge kept beside it; `review` is what a
    reviewer said: returned, accepted, or None.
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
        """Whether it was edited here and done in less time than it takes to skim the text."""
        worked = self.status == "done" and bool(self.edits)
        return worked and self.seconds * _WORDS_A_SECOND < self.words


def audit(
    project: "Project",
    *,
    annotator: str | None = None,
    article: str | None = None,
    progress: Progress = unseen,
) -> Iterator[Audited]:
    """Each annotation that was begun, or those of one person or article.

    Raises ReviewError for an unknown annotator or article.
    """
    if annotator is not None and annotator not in project.annotators():
        raise ReviewError(f"{annotator} has annotated nothing here")
    if article is not None and project.key_of(article) is None:
        raise ReviewError(f"there is no article {article} in {project.path}")
    for number, one in enumerate(project.contributions(), start=1):
        record = one.record
        if record.annotator is None or record.annotation is None:
            continue
        progress(number, None, record.article.id)
        if annotator in (None, record.annotator) and article in (None, record.article.id):
            head = record.annotation.head
            yield Audited(
                record.article.id,
                record.annotator,
                head.status,
                head.seconds,
                len(record.article.text.split()),
                tuple(map(_audited, one.past)),
                one.versions,
                one.review.status if one.review is not None else None,
            )


def _audited(edit: PastEdit) -> AuditedEdit:
    return AuditedEdit(edit.title, edit.made_at, edit.undone_at)
