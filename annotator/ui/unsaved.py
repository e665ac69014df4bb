"""Edits that the disk refuses: they wait in memory, in order, and are saved as soon as it lets."""

from typing import Final, NamedTuple

from PySide6.QtCore import QObject, QTimer, Signal

from annotator.core.annotation import Annotation, StaleEdit
from annotator.core.edit import Edit
from annotator.core.models import Article
from annotator.store import (
    DiskTrouble,
    NoSuchArticle,
    Project,
    ProjectDamaged,
    ProjectGone,
    ProjectReadOnly,
    StoreError,
)
from annotator.ui.language import tr, tr_later

_RETRY_MS: Final = 5000
# A project in use by another program refuses for a moment only: that edit is told and not made.
_KEPT: Final = (DiskTrouble, ProjectDamaged, ProjectGone, ProjectReadOnly)
_ELSEWHERE: Final = tr_later(
    "{1} was changed in another window while this one could not save; "
    "save a rescue file and import it, then decide in the article"
)


class Desk(NamedTuple):
    """An article and somebody's annotation of it, with the edits that wait made in it."""

    article: Article
    annotation: Annotation


class _Waiting(NamedTuple):
    key: int
    annotator: str
    edit: Edit


class Unsaved(QObject):
    """Saves edits, or keeps them; true while some wait.

    Undo takes back what waits before it takes back what is saved.
    """

    changed = Signal(int)
    """How many edits wait now."""
    refused = Signal(str)
    """A sentence: why the first of them was not saved."""
    saved = Signal()
    """Nothing waits any more: all of it is on disk."""

    def __init__(self, project: Project, parent: QObject) -> None:
        super().__init__(parent)
        self._project = project
        self._waiting: list[_Waiting] = []
        self._undone: list[_Waiting] = []
        self._desks: dict[tuple[int, str], Desk] = {}
        self.stale = False
        """Whether what waits no longer fits to what is saved, so that it never will be."""
        self._retry = QTimer(self)
        self._retry.setInterval(_RETRY_MS)
        self._retry.timeout.connect(self.try_again)

    def __len__(self) -> int:
        return len(self._waiting)

    def read(self, key: int, annotator: str) -> Desk:
        """The article with the annotation as it was last seen here. Raises StoreError."""
        kept = self._desks.get((key, annotator))
        if kept is not None:
            return kept
        return Desk(self._project.article(key), self._project.annotation(key, annotator))

    def waiting(self) -> list[tuple[int, str, Edit]]:
        """The edits that wait, in order, each with the key of its article and its annotator."""
        return [*self._waiting]

    def desks(self) -> dict[tuple[int, str], Desk]:
        """What is not all saved, by the key of the article and the annotator's name."""
        return dict(self._desks)

    def save(self, key: int, annotator: str, edit: Edit, desk: Desk) -> None:
        """Save the edit, after those that wait, or let it wait as well.

        `desk` is where the edit is made next. Raises StaleEdit, and StoreError where waiting
        would not help.
        """
        self._undone = [one for one in self._undone if one[:2] != (key, annotator)]
        try:
            self._flush()
            self._project.apply(key, annotator, edit)
        except _KEPT as error:
            self._keep(_Waiting(key, annotator, edit), desk, str(error))

    def undo(self, key: int, annotator: str) -> Edit | None:
        """As `Project.undo`, of what waits or else of what is saved."""
        for place in range(len(self._waiting) - 1, -1, -1):
            if self._waiting[place][:2] == (key, annotator):
                self._undone.append(self._waiting.pop(place))
                self._tell()
                return self._undone[-1].edit.inverse()
        self._flush()
        return self._project.undo(key, annotator)

    def redo(self, key: int, annotator: str) -> Edit | None:
        """As `Project.redo`; what waited and was undone waits again."""
        if self._undone and self._undone[-1][:2] == (key, annotator):
            again = self._undone.pop()
            self._waiting.append(again)
            self.try_again()
            return again.edit
        self._flush()
        return self._project.redo(key, annotator)

    def next_titles(self, key: int, annotator: str) -> tuple[str | None, str | None]:
        """What undo and redo would do now, each None where there is nothing."""
        waiting = [one.edit.title for one in self._waiting if one[:2] == (key, annotator)]
        undone = [one.edit.title for one in self._undone if one[:2] == (key, annotator)]
        undo = waiting[-1] if waiting else self._project.next_undo_title(key, annotator)
        redo = undone[-1] if undone else self._project.next_redo_title(key, annotator)
        return undo, redo

    def try_again(self) -> bool:
        """Save what waits if the disk lets; whether nothing waits any more."""
        try:
            self._flush()
        except (StoreError, StaleEdit):
            self._tell()
        return not self._waiting

    def give_up(self) -> None:
        """Forget what waits; it has gone into a rescue file, or nobody wants it."""
        self._waiting.clear()
        self._undone.clear()
        self._tell()

    def _flush(self) -> None:
        if not self._waiting:
            return
        if self.stale:
            raise ProjectGone(tr(_ELSEWHERE, self._project.path))
        while self._waiting:
            first = self._waiting[0]
            try:
                self._project.apply(first.key, first.annotator, first.edit)
            except (StaleEdit, NoSuchArticle) as error:
                self.stale = True
                words = tr(_ELSEWHERE, self._project.path)
                self.refused.emit(words)
                raise ProjectGone(words) from error
            del self._waiting[0]
        self._tell()
        self.saved.emit()

    def _keep(self, waiting: _Waiting, desk: Desk, why: str) -> None:
        self._waiting.append(waiting)
        self._desks[waiting.key, waiting.annotator] = desk
        self._tell()
        if len(self._waiting) == 1:
            self.refused.emit(why)

    def _tell(self) -> None:
        left = {(one.key, one.annotator) for one in (*self._waiting, *self._undone)}
        self._desks = {whose: desk for whose, desk in self._desks.items() if whose in left}
        if not self._waiting:
            self._retry.stop()
            self.stale = False
        elif not self._retry.isActive():
            self._retry.start()
        self.changed.emit(len(self._waiting))
