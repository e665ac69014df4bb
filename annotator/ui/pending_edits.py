"""Edits that cannot be saved now: they wait in memory, in order, and are saved as soon as they can.

The disk refuses them, or another program holds the file for longer than anybody likes to wait.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from annotator.core.annotation import Annotation, StaleEdit
from annotator.core.edit import Edit
from annotator.core.models import Article
from annotator.store import (
    DiskTrouble,
    LogLost,
    NoSuchArticle,
    Project,
    ProjectDamaged,
    ProjectGone,
    ProjectLocked,
    ProjectOverwritten,
    ProjectReadOnly,
    StoreError,
)
from annotator.ui.i18n.translation import tr, tr_later

if TYPE_CHECKING:
    from annotator.services.session_changes import SessionWork
    from annotator.store.merging import Contribution

_Done = TypeVar("_Done")

_RETRY_MS: Final = 5000
_RETRY_LOCKED_MS: Final = 250
"""A lock goes in a moment, and asking for it costs nothing where nobody waits for the answer."""
_LOCKED_LONG_MS: Final = 60_000
"""A merge of a whole team takes less; what is held for longer is told as other refusals are."""
_KEPT: Final = (
    DiskTrouble,
    LogLost,
    ProjectDamaged,
    ProjectGone,
    ProjectLocked,
    ProjectOverwritten,
    ProjectReadOnly,
)
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


class PendingEdits(QObject):
    """Saves edits, or keeps them; true while some wait.

    Undo takes back what waits before it takes back what is saved.
    """

    changed = Signal(int)
    """How many edits wait now."""
    refused = Signal(str)
    """A sentence: why the first of them was not saved."""
    locked = Signal()
    """Another program is writing; the first edit waits until it lets others write."""
    saved = Signal()
    """Nothing waits any more: all of it is on disk."""
    overwritten = Signal(str)
    """A sentence: something has written over the file, and what was saved here is not in it."""
    mended = Signal()
    """The log of the project was removed by something else, and is there again: nothing is lost."""

    def __init__(self, project: Project, parent: QObject) -> None:
        super().__init__(parent)
        self._project = project
        self._waiting: list[_Waiting] = []
        self._undone: list[_Waiting] = []
        self._desks: dict[tuple[int, str], Desk] = {}
        self._work: SessionWork | None = None
        self._shown: tuple[int, str, Desk] | None = None
        self._told_mended = 0
        self._told_refused = False
        self._locked: QElapsedTimer | None = None
        self._told_overwritten = False
        self.stale = False
        """Whether what waits no longer fits to what is saved, so that it never will be."""
        self._retry = QTimer(self)
        self._retry.setInterval(_RETRY_MS)
        self._retry.timeout.connect(self._retry_now)

    def __len__(self) -> int:
        return len(self._waiting)

    def read(self, key: int, annotator: str) -> Desk:
        """The article with the annotation as it was last seen here. Raises StoreError."""
        kept = self._desks.get((key, annotator)) or self._lost(key, annotator)
        if kept is None:
            kept = Desk(self._project.article(key), self._project.annotation(key, annotator))
        self._shown = (key, annotator, kept)
        return kept

    def look(self) -> None:
        """See what other programs have done to the project's file, and tell of it once."""
        try:
            self._project.file.verify()
        except ProjectOverwritten as error:
            self._tell_overwritten(error)
        except StoreError:  # the next edit tells
            return
        self._tell_mended()

    def has_lost(self) -> bool:
        """Whether something has written over the file, and work of this window is not in it."""
        with suppress(StoreError):
            self._project.file.verify()
        lost = self._project.file.is_overwritten
        return lost and bool(self._waiting or len(self._session_work()))

    def lost_work(self) -> "list[Contribution]":
        """All that was changed here since the project was opened, with what waits."""
        waiting = [
            (one.key, one.annotator, *self._desks[one.key, one.annotator], one.edit)
            for one in self._waiting
        ]
        return list(self._session_work().contributions(waiting))

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
            with self._patience():
                self._flush()
                self._twice(lambda: self._project.apply(key, annotator, edit))
        except _KEPT as error:
            self._keep(_Waiting(key, annotator, edit), desk, error)
        else:
            self._remember(key, annotator, desk, edit)
        self._tell_mended()

    def undo(self, key: int, annotator: str) -> Edit | None:
        """As `Project.undo`, of what waits or else of what is saved."""
        for place in range(len(self._waiting) - 1, -1, -1):
            if self._waiting[place][:2] == (key, annotator):
                self._undone.append(self._waiting.pop(place))
                self._tell()
                return self._undone[-1].edit.inverse()
        self._flush()
        return self._step(key, annotator, self._project.undo, self._session_work().undone)

    def redo(self, key: int, annotator: str) -> Edit | None:
        """As `Project.redo`; what waited and was undone waits again."""
        if self._undone and self._undone[-1][:2] == (key, annotator):
            again = self._undone.pop()
            self._waiting.append(again)
            self.try_again()
            return again.edit
        self._flush()
        return self._step(key, annotator, self._project.redo, self._session_work().redone)

    def next_titles(self, key: int, annotator: str) -> tuple[str | None, str | None]:
        """What undo and redo would do now, each None where there is nothing."""
        waiting = [one.edit.title for one in self._waiting if one[:2] == (key, annotator)]
        undone = [one.edit.title for one in self._undone if one[:2] == (key, annotator)]
        undo = waiting[-1] if waiting else self._project.next_undo_title(key, annotator)
        redo = undone[-1] if undone else self._project.next_redo_title(key, annotator)
        return undo, redo

    def try_again(self) -> bool:
        """Save what waits if that can be; whether nothing waits any more."""
        try:
            self._flush()
        except (StoreError, StaleEdit) as error:
            self._note_lock(error)
            self._tell()
        return not self._waiting

    def give_up(self) -> None:
        """Forget what waits; it has gone into a rescue file, or nobody wants it."""
        self._waiting.clear()
        self._undone.clear()
        self._tell()

    def _retry_now(self) -> None:
        """`try_again`, and tell where the reason is another one, or no longer a passing one."""
        try:
            with self._patience():
                self._flush()
        except (StoreError, StaleEdit) as error:
            self._note_lock(error)
            self._tell()
            self._tell_refused(error)

    def _patience(self) -> AbstractContextManager[None]:
        """Whoever was kept waiting once is not kept waiting again at each key."""
        return nullcontext() if self._locked is None else self._project.file.without_waiting()

    def _note_lock(self, why: Exception) -> None:
        if not isinstance(why, ProjectLocked):
            self._locked = None
        elif self._locked is None:
            self._locked = QElapsedTimer()
            self._locked.start()
        wait = _RETRY_MS if self._locked is None else _RETRY_LOCKED_MS
        if self._retry.interval() != wait:
            self._retry.setInterval(wait)

    def _tell_refused(self, why: Exception) -> None:
        """Tell once why edits wait; of a lock only when it does not go."""
        passing = self._locked is not None and not self._locked.hasExpired(_LOCKED_LONG_MS)
        if not self._told_refused and not self.stale and not passing:
            self._told_refused = True
            self.refused.emit(str(why))

    def _step(
        self,
        key: int,
        annotator: str,
        step: Callable[[int, str], Edit | None],
        note: Callable[[int, str, Article, Annotation], None],
    ) -> Edit | None:
        try:
            edit = self._twice(lambda: step(key, annotator))
        except ProjectOverwritten as error:
            self._tell_overwritten(error)
            raise
        self._tell_mended()
        if edit is not None and self._shown is not None and self._shown[:2] == (key, annotator):
            with suppress(StoreError):
                note(key, annotator, *self._shown[2])
        return edit

    def _remember(self, key: int, annotator: str, desk: Desk, edit: Edit) -> None:
        with suppress(StoreError):  # the edit itself is saved
            self._session_work().saved(key, annotator, *desk, edit)

    def _twice(self, write: Callable[[], _Done]) -> _Done:
        """With its log lost it was not written; there is another log by now."""
        try:
            return write()
        except LogLost:
            return write()

    def _session_work(self) -> "SessionWork":
        if self._work is None:  # the first paint needs none of it
            from annotator.services.session_changes import SessionWork

            self._work = SessionWork(self._project)
        return self._work

    def _lost(self, key: int, annotator: str) -> Desk | None:
        """What was changed here and is not in the file any more."""
        if not self._project.file.is_overwritten:
            return None
        found = self._session_work().find(key, annotator)
        return None if found is None else Desk(*found)

    def _tell_mended(self) -> None:
        if self._told_mended != self._project.file.mended:
            self._told_mended = self._project.file.mended
            self.mended.emit()

    def _tell_overwritten(self, error: ProjectOverwritten) -> None:
        if not self._told_overwritten:
            self._told_overwritten = True
            self.overwritten.emit(str(error))

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
            desk = self._desks[first.key, first.annotator]
            self._remember(first.key, first.annotator, desk, first.edit)
        self._tell()
        self.saved.emit()

    def _keep(self, waiting: _Waiting, desk: Desk, why: StoreError) -> None:
        self._waiting.append(waiting)
        self._desks[waiting.key, waiting.annotator] = desk
        self._note_lock(why)
        self._tell()
        if isinstance(why, ProjectOverwritten):
            self._tell_overwritten(why)
        else:
            self._tell_refused(why)
            if self._locked is not None and len(self._waiting) == 1:
                self.locked.emit()

    def _tell(self) -> None:
        left = {(one.key, one.annotator) for one in (*self._waiting, *self._undone)}
        self._desks = {whose: desk for whose, desk in self._desks.items() if whose in left}
        if not self._waiting:
            self._retry.stop()
            self.stale = False
            self._told_refused = False
            self._locked = None
        elif not self._retry.isActive():
            self._retry.start()
        self.changed.emit(len(self._waiting))
