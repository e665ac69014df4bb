"""Moving articles to the trash, restoring them, and deleting them permanently."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from annotator.core.errors import AnnotatorError
from annotator.core.message import message
from annotator.services.backups import back_up
from annotator.services.job import (
    Cancelled,
    JobCancelled,
    Progress,
    ignore_progress,
    never_cancelled,
)

if TYPE_CHECKING:
    from annotator.store import Project, TrashedArticle


class TrashError(AnnotatorError):
    """An article that does not exist, or is not in the trash; nothing was changed."""


@dataclass(frozen=True, slots=True)
class DeleteReport:
    """The articles that were moved to the trash, in the order requested."""

    items: "tuple[TrashedArticle, ...]" = ()
    cancelled: bool = False

    @property
    def annotations(self) -> int:
        """The number of annotations that were deleted with the articles."""
        return sum(item.annotations for item in self.items)

    @property
    def others(self) -> tuple[str, ...]:
        """The other people whose annotations were deleted with the articles, sorted by name."""
        return tuple(sorted({name for item in self.items for name in item.others}))


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """The restored articles, and the key of each."""

    items: "tuple[TrashedArticle, ...]" = ()
    keys: tuple[int, ...] = ()
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class EmptyTrashReport:
    """The permanently deleted articles, and the backup that still has them.

    `backup` is None if there was nothing to do.
    """

    items: "tuple[TrashedArticle, ...]" = ()
    backup: Path | None = None
    cancelled: bool = False


def delete_articles(
    project: "Project",
    keys: Collection[int],
    by: str,
    *,
    progress: Progress = ignore_progress,
    cancelled: Cancelled = never_cancelled,
) -> DeleteReport:
    """Move these articles with all their annotations to the trash, all of them or none.

    `by` is the name of the person who deletes them. Raises StoreError.
    """
    items = []
    try:
        with project.trashing() as trash:
            for done, key in enumerate(dict.fromkeys(keys)):
                _raise_if_cancelled(cancelled)
                items.append(trash.take(key, by))
                progress(done + 1, len(keys), items[-1].id)
    except JobCancelled:
        return DeleteReport(cancelled=True)
    return DeleteReport(tuple(items))


def restore_articles(
    project: "Project",
    numbers: Collection[int],
    *,
    progress: Progress = ignore_progress,
    cancelled: Cancelled = never_cancelled,
) -> RestoreReport:
    """Restore the articles with these numbers in the trash as they were, all of them or none.

    Raises StoreError, including ArticleExists.
    """
    items, keys = [], []
    trashed = {item.number: item for item in project.trash()}
    try:
        with project.trashing() as trash:
            for done, number in enumerate(dict.fromkeys(numbers)):
                _raise_if_cancelled(cancelled)
                keys.append(trash.restore(number))
                items.append(trashed[number])
                progress(done + 1, len(numbers), trashed[number].id)
    except JobCancelled:
        return RestoreReport(cancelled=True)
    return RestoreReport(tuple(items), tuple(keys))


def delete_permanently(
    project: "Project",
    numbers: Collection[int],
    folder: Path,
    now: datetime,
    *,
    progress: Progress = ignore_progress,
    cancelled: Cancelled = never_cancelled,
) -> EmptyTrashReport:
    """Delete the articles with these numbers in the trash permanently.

    A backup into `folder` is made first; without it nothing is deleted. Raises StoreError and
    OSError.
    """
    if not numbers:
        return EmptyTrashReport()
    backup = back_up(project, folder, now, reason="delete", progress=progress, cancelled=cancelled)
    if backup is None:
        return EmptyTrashReport(cancelled=True)
    with project.trashing() as trash:
        items = tuple(trash.drop(number) for number in dict.fromkeys(numbers))
    return EmptyTrashReport(items, backup)


def keys_of(project: "Project", ids: Sequence[str]) -> list[int]:
    """Return the keys of the articles with these ids. Raises TrashError if one is missing."""
    found = {id_: project.key_of(id_) for id_ in ids}
    missing = [id_ for id_, key in found.items() if key is None]
    if missing:
        raise TrashError(
            message("there is no article {1} in {2}", ", ".join(missing), project.path)
        )
    return [key for key in found.values() if key is not None]


def numbers_of(project: "Project", names: Sequence[str]) -> list[int]:
    """Return the numbers of the articles in the trash with these names.

    A name is an id, or an id, "@" and the beginning of the time of the deletion. Raises
    TrashError if no article has the name, or several have it.
    """
    trashed: dict[str, list[TrashedArticle]] = {}
    for item in project.trash():
        trashed.setdefault(item.id, []).append(item)
    return [_single_match(trashed, name, project.path).number for name in names]


def full_name(item: "TrashedArticle") -> str:
    """Return the unique name of an article in the trash: its id and the time of its deletion."""
    return f"{item.id}@{item.deleted_at}"


def _single_match(
    trashed: "dict[str, list[TrashedArticle]]", name: str, path: Path
) -> "TrashedArticle":
    id_ = name if name in trashed else name.rpartition("@")[0]
    matches = [item for item in trashed.get(id_, []) if full_name(item).startswith(name)]
    if not matches:
        raise TrashError(
            message("there is no {1} in the trash of {2}", name, path).with_hint(
                f"; see: annotator trash {path}"
            )
        )
    if len(matches) > 1 and name != full_name(matches[0]):
        known = ", ".join(map(full_name, matches))
        raise TrashError(
            message("{1} is in the trash of {2} more than once; name one of {3}", name, path, known)
        )
    return matches[0]


def _raise_if_cancelled(cancelled: Cancelled) -> None:
    if cancelled():
        raise JobCancelled
