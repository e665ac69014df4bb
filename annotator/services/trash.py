"""Deleting articles into the trash, bringing them back, and emptying it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from annotator.core.errors import AnnotatorError
from annotator.services.backups import back_up
from annotator.services.job import Cancelled, Progress, Stopped, never, unseen

if TYPE_CHECKING:
    from annotator.store import Project, Trashed


class TrashError(AnnotatorError):
    """An article that is not there, or not in the trash; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Deleted:
    """What has gone into the trash, in the order in which it was asked for."""

    items: "tuple[Trashed, ...]" = ()
    cancelled: bool = False

    @property
    def annotations(self) -> int:
        """How many annotations went with the articles."""
        return sum(item.annotations for item in self.items)

    @property
    def others(self) -> tuple[str, ...]:
        """The people whose work went with the articles, besides whoever wanted it."""
        return tuple(sorted({name for item in self.items for name in item.others}))


@dataclass(frozen=True, slots=True)
class Restored:
    """What has come back, and the key that each article has."""

    items: "tuple[Trashed, ...]" = ()
    keys: tuple[int, ...] = ()
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Emptied:
    """What is gone for good, and the backup that still has it (None: there was nothing to do)."""

    items: "tuple[Trashed, ...]" = ()
    backup: Path | None = None
    cancelled: bool = False


def delete_articles(
    project: "Project",
    keys: Collection[int],
    by: str,
    *,
    progress: Progress = unseen,
    cancelled: Cancelled = never,
) -> Deleted:
    """Move these articles into the trash with everybody's work on them, all of them or none.

    `by` is the name of whoever wants it. Raises StoreError.
    """
    items = []
    try:
        with project.trashing() as trash:
            for done, key in enumerate(dict.fromkeys(keys)):
                _go_on(cancelled)
                items.append(trash.take(key, by))
                progress(done + 1, len(keys), items[-1].id)
    except Stopped:
        return Deleted(cancelled=True)
    return Deleted(tuple(items))


def restore_articles(
    project: "Project",
    numbers: Collection[int],
    *,
    progress: Progress = unseen,
    cancelled: Cancelled = never,
) -> Restored:
    """Bring what has these numbers in the trash back as it was, all of it or nothing.

    Raises StoreError, ArticleExists among them.
    """
    items, keys = [], []
    there = {item.number: item for item in project.trash()}
    try:
        with project.trashing() as trash:
            for done, number in enumerate(dict.fromkeys(numbers)):
                _go_on(cancelled)
                keys.append(trash.restore(number))
                items.append(there[number])
                progress(done + 1, len(numbers), there[number].id)
    except Stopped:
        return Restored(cancelled=True)
    return Restored(tuple(items), tuple(keys))


def delete_for_good(
    project: "Project",
    numbers: Collection[int],
    folder: Path,
    now: datetime,
    *,
    progress: Progress = unseen,
    cancelled: Cancelled = never,
) -> Emptied:
    """Take what has these numbers out of the trash for good, after a backup into `folder`.

    Without the backup nothing goes. Raises StoreError and OSError.
    """
    if not numbers:
        return Emptied()
    backup = back_up(project, folder, now, progress=progress, cancelled=cancelled)
    if backup is None:
        return Emptied(cancelled=True)
    with project.trashing() as trash:
        items = tuple(trash.drop(number) for number in dict.fromkeys(numbers))
    return Emptied(items, backup)


def keys_of(project: "Project", ids: Sequence[str]) -> list[int]:
    """The keys of the articles with these ids. Raises TrashError if there are not all."""
    found = {id_: project.key_of(id_) for id_ in ids}
    missing = [id_ for id_, key in found.items() if key is None]
    if missing:
        raise TrashError(f"there is no article {', '.join(missing)} in {project.path}")
    return [key for key in found.values() if key is not None]


def numbers_of(project: "Project", names: Sequence[str]) -> list[int]:
    """The numbers of what is in the trash under these names.

    A name is an id, or an id, "@" and the beginning of when the article was deleted. Raises
    TrashError if there is none for a name, or several.
    """
    there: dict[str, list[Trashed]] = {}
    for item in project.trash():
        there.setdefault(item.id, []).append(item)
    return [_the_one(there, name, project.path).number for name in names]


def full_name(item: "Trashed") -> str:
    """What names this alone: its id, and when it was deleted."""
    return f"{item.id}@{item.deleted_at}"


def _the_one(there: "dict[str, list[Trashed]]", name: str, path: Path) -> "Trashed":
    id_ = name if name in there else name.rpartition("@")[0]
    fitting = [item for item in there.get(id_, []) if full_name(item).startswith(name)]
    if not fitting:
        raise TrashError(f"there is no {name} in the trash of {path}; see: annotator trash {path}")
    if len(fitting) > 1 and name != full_name(fitting[0]):
        known = ", ".join(map(full_name, fitting))
        raise TrashError(f"{name} is in the trash of {path} more than once; name one of {known}")
    return fitting[0]


def _go_on(cancelled: Cancelled) -> None:
    if cancelled():
        raise Stopped
