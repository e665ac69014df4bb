"""The changes of one window since it opened the project, in case the file loses them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from annotator.core.annotation import Annotation
from annotator.core.edit import Edit
from annotator.core.models import Article

if TYPE_CHECKING:
    from annotator.core.versions import HistoryEdit
    from annotator.store import Project
    from annotator.store.merging import Contribution

_STAMP: Final = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(slots=True)
class _Kept:
    article: Article
    annotation: Annotation
    """The object that the window uses, so that its edits are in it."""
    past: "list[HistoryEdit]" = field(default_factory=list)
    updated: str = ""


class SessionChanges:
    """Keeps the last state and the history of each annotation that was changed here.

    It holds the same annotation objects as the window, so each edit is in both.
    """

    def __init__(self, project: "Project") -> None:
        self._project = project
        self._kept: dict[tuple[int, str], _Kept] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, key: int, annotator: str) -> tuple[Article, Annotation] | None:
        """Return the article and its annotation as last shown; None if nothing was changed."""
        kept = self._kept.get((key, annotator))
        return None if kept is None else (kept.article, kept.annotation)

    def saved(
        self, key: int, annotator: str, article: Article, annotation: Annotation, edit: Edit
    ) -> None:
        """Record that an edit was saved; the annotation may get it later. Raises StoreError."""
        kept = self._known(key, annotator, article, annotation)
        if kept is not None:
            kept.past[:] = [_dropped(past_edit) for past_edit in kept.past]
            kept.past.append(_past(edit))

    def undone(self, key: int, annotator: str, article: Article, annotation: Annotation) -> None:
        """Record that the last edit was undone. Raises StoreError."""
        self._set_last_state(self._known(key, annotator, article, annotation), "done", "undone")

    def redone(self, key: int, annotator: str, article: Article, annotation: Annotation) -> None:
        """Record that the edit undone last was redone. Raises StoreError."""
        self._set_last_state(self._known(key, annotator, article, annotation), "undone", "done")

    def contributions(
        self, waiting: Iterable[tuple[int, str, Article, Annotation, Edit]]
    ) -> "Iterator[Contribution]":
        """Yield all changes, with the edits in `waiting`, as contributions to a merge."""
        from annotator.core.record import Record
        from annotator.core.versions import from_json, to_json
        from annotator.store.merging import Contribution

        found = {
            pair: _Kept(kept.article, kept.annotation, list(kept.past), kept.updated)
            for pair, kept in self._kept.items()
        }
        for key, annotator, article, annotation, edit in waiting:
            kept = found.get((key, annotator))
            if kept is None:
                past = list(self._project.past(key, annotator))
                kept = found[key, annotator] = _Kept(article, annotation, past)
            kept.annotation = annotation
            kept.past = [*map(_dropped, kept.past), _past(edit)]
            kept.updated = kept.past[-1].made_at
        for (_key, annotator), kept in found.items():
            updated = max(kept.updated, kept.annotation.updated or "") or None
            copy = from_json(to_json(kept.annotation), updated)
            yield Contribution(Record(kept.article, annotator, copy), tuple(kept.past))

    def _known(
        self, key: int, annotator: str, article: Article, annotation: Annotation
    ) -> _Kept | None:
        """Return what is kept of the annotation, to be updated by the caller.

        None if it is new or another object: then it is kept from now on, with its history.
        """
        kept = self._kept.get((key, annotator))
        now = datetime.now(UTC).strftime(_STAMP)
        if kept is None or kept.annotation is not annotation:
            past = list(self._project.past(key, annotator))
            self._kept[key, annotator] = _Kept(article, annotation, past, now)
            return None
        kept.updated = max(kept.updated, now)
        return kept

    def _set_last_state(self, kept: _Kept | None, before: str, after: str) -> None:
        if kept is None:
            return
        indexes = [index for index, past_edit in enumerate(kept.past) if past_edit.state == before]
        if indexes:
            index = indexes[-1] if before == "done" else indexes[0]
            undone_at = kept.updated if after == "undone" else None
            kept.past[index] = kept.past[index]._replace(state=after, undone_at=undone_at)


def _past(edit: Edit) -> "HistoryEdit":
    from annotator.core.edit import changes_to_json
    from annotator.core.message_json import message_to_json
    from annotator.core.versions import HistoryEdit

    now = datetime.now(UTC).strftime(_STAMP)
    return HistoryEdit(
        message_to_json(edit.title), changes_to_json(edit.changes), now, None, "done"
    )


def _dropped(edit: "HistoryEdit") -> "HistoryEdit":
    """Return the edit, dropped if it was undone: it cannot be redone after another edit."""
    return edit._replace(state="dropped") if edit.state == "undone" else edit
