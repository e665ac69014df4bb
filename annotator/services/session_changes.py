"""What one window has changed since it opened the project, should the file lose it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from annotator.core.annotation import Annotation
from annotator.core.edit import Edit
from annotator.core.models import Article

if TYPE_CHECKING:
    from annotator.core.versions import PastEdit
    from annotator.store import Project
    from annotator.store.merging import Contribution

_STAMP: Final = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(slots=True)
class _Kept:
    article: Article
    annotation: Annotation
    """The one that the window goes on with, so that its edits are in it."""
    past: "list[PastEdit]" = field(default_factory=list)
    updated: str = ""


class SessionWork:
    """Keeps the last state and the history of each annotation that was changed here.

    It refers to the annotations that the window shows: an edit is in both.
    """

    def __init__(self, project: "Project") -> None:
        self._project = project
        self._kept: dict[tuple[int, str], _Kept] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, key: int, annotator: str) -> tuple[Article, Annotation] | None:
        """The article and its annotation as they were last shown here, if anything was changed."""
        kept = self._kept.get((key, annotator))
        return None if kept is None else (kept.article, kept.annotation)

    def saved(
        self, key: int, annotator: str, article: Article, annotation: Annotation, edit: Edit
    ) -> None:
        """An edit was saved, which the annotation has or is about to get. Raises StoreError."""
        kept = self._known(key, annotator, article, annotation)
        if kept is not None:
            kept.past[:] = [_dropped(one) for one in kept.past]
            kept.past.append(_past(edit))

    def undone(self, key: int, annotator: str, article: Article, annotation: Annotation) -> None:
        """The last edit was taken back. Raises StoreError."""
        self._moved(self._known(key, annotator, article, annotation), "done", "undone")

    def redone(self, key: int, annotator: str, article: Article, annotation: Annotation) -> None:
        """The edit that was undone last was made again. Raises StoreError."""
        self._moved(self._known(key, annotator, article, annotation), "undone", "done")

    def contributions(
        self, waiting: Iterable[tuple[int, str, Article, Annotation, Edit]]
    ) -> "Iterator[Contribution]":
        """All of it, with the edits that wait to be saved, as a merge takes it over."""
        from annotator.core.record import Record
        from annotator.core.versions import from_json, to_json
        from annotator.store.merging import Contribution

        found = {
            whose: _Kept(one.article, one.annotation, list(one.past), one.updated)
            for whose, one in self._kept.items()
        }
        for key, annotator, article, annotation, edit in waiting:
            one = found.get((key, annotator))
            if one is None:
                past = list(self._project.past(key, annotator))
                one = found[key, annotator] = _Kept(article, annotation, past)
            one.annotation = annotation
            one.past = [*map(_dropped, one.past), _past(edit)]
            one.updated = one.past[-1].made_at
        for (_key, annotator), one in found.items():
            updated = max(one.updated, one.annotation.updated or "") or None
            copy = from_json(to_json(one.annotation), updated)
            yield Contribution(Record(one.article, annotator, copy), tuple(one.past))

    def _known(
        self, key: int, annotator: str, article: Article, annotation: Annotation
    ) -> _Kept | None:
        """What is kept of it so far; None if it is kept now with all of its history."""
        kept = self._kept.get((key, annotator))
        now = datetime.now(UTC).strftime(_STAMP)
        if kept is None or kept.annotation is not annotation:
            past = list(self._project.past(key, annotator))
            self._kept[key, annotator] = _Kept(article, annotation, past, now)
            return None
        kept.updated = max(kept.updated, now)
        return kept

    def _moved(self, kept: _Kept | None, before: str, after: str) -> None:
        if kept is None:
            return
        places = [place for place, one in enumerate(kept.past) if one.state == before]
        if places:
            place = places[-1] if before == "done" else places[0]
            at = kept.updated if after == "undone" else None
            kept.past[place] = kept.past[place]._replace(state=after, undone_at=at)


def _past(edit: Edit) -> "PastEdit":
    from annotator.core.edit import changes_to_json
    from annotator.core.versions import PastEdit

    now = datetime.now(UTC).strftime(_STAMP)
    return PastEdit(edit.title, changes_to_json(edit.changes), now, None, "done")


def _dropped(edit: "PastEdit") -> "PastEdit":
    """An edit that was undone cannot be redone after another one."""
    return edit._replace(state="dropped") if edit.state == "undone" else edit
