"""Edits that cannot be saved now: kept in memory, in order, and saved as soon as possible.

The disk refuses them, or another program holds the file for longer than a user should wait.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from PySide6.QtCore import QElapsedTimer, QObject, QTimer, Signal

from annotator.core.annotation import Annotation, StaleEdit
from annotator.core.edit import Edit
from annotator.core.edit_rules import CompletedEdit
from annotator.core.errors import AnnotatorError
from annotator.core.message import Message, message
from annotator.core.models import Article
from annotator.store import (
    DiskError,
    LogLost,
    NoSuchArticle,
    Project,
    ProjectDamaged,
    ProjectLocked,
    ProjectOverwritten,
    ProjectReadOnly,
    ProjectRemoved,
    StoreError,
)
from annotator.ui.i18n.translation import tr_error, tr_later, tr_message

if TYPE_CHECKING:
    from annotator.services.session_changes import SessionChanges
    from annotator.store.merging import Contribution

_Result = TypeVar("_Result")

_RETRY_MS: Final = 5000
_RETRY_LOCKED_MS: Final = 250
"""A lock is usually brief, and another attempt costs nothing while the user is not waiting."""
_LOCKED_LONG_MS: Final = 60_000
"""A merge of a whole team takes less; a longer lock is reported as other refusals are."""
_KEPT_ERRORS: Final = (
    DiskError,
    LogLost,
    ProjectDamaged,
    ProjectRemoved,
    ProjectLocked,
    ProjectOverwritten,
    ProjectReadOnly,
)
_ELSEWHERE: Final = tr_later(
    "{1} was changed in another window while this one could not save; "
    "save a rescue file and import it, then decide in the article"
)


class OpenArticle(NamedTuple):
    """An article and one annotation of it, with the pending edits applied to it."""

    article: Article
    annotation: Annotation


class _PendingEdit(NamedTuple):
    key: int
    annotator: str
    edit: CompletedEdit


class PendingEdits(QObject):
    """Saves edits, or keeps them pending; true while some are pending.

    Undo takes back pending edits before it takes back saved ones.
    """

    changed = Signal(int)
    """Emitted with the number of pending edits."""
    refused = Signal(str)
    """Emitted with a message: why the first of them was not saved."""
    locked = Signal()
    """Emitted when another program is writing; the first edit is pending until it is done."""
    saved = Signal()
    """Emitted when nothing is pending any more: everything is on disk."""
    overwritten = Signal(str)
    """Emitted with a message: another program has overwritten the file; saved edits are lost."""
    mended = Signal()
    """Emitted when the project's log, removed by another program, is back: nothing is lost."""

    def __init__(self, project: Project, parent: QObject) -> None:
        super().__init__(parent)
        self._project = project
        self._pending: list[_PendingEdit] = []
        self._undone: list[_PendingEdit] = []
        self._opened: dict[tuple[int, str], OpenArticle] = {}
        self._work: SessionChanges | None = None
        self._shown: tuple[int, str, OpenArticle] | None = None
        self._reported_mended = 0
        self._reported_refused = False
        self._locked: QElapsedTimer | None = None
        self._reported_overwritten = False
        self.stale = False
        """Whether the pending edits no longer fit to what is saved and so can never be saved."""
        self._retry = QTimer(self)
        self._retry.setInterval(_RETRY_MS)
        self._retry.timeout.connect(self._retry_now)

    def __len__(self) -> int:
        return len(self._pending)

    def read(self, key: int, annotator: str) -> OpenArticle:
        """Return the article with the annotation as it was last seen here. Raises StoreError."""
        kept = self._opened.get((key, annotator)) or self._lost_desk(key, annotator)
        if kept is None:
            kept = OpenArticle(self._project.article(key), self._project.annotation(key, annotator))
        self._shown = (key, annotator, kept)
        return kept

    def check(self) -> None:
        """Check what other programs have done to the project's file, and report it once."""
        try:
            self._project.file.verify()
        except ProjectOverwritten as error:
            self._report_overwritten(error)
        except StoreError:  # the next edit reports it
            return
        self._report_mended()

    def has_lost(self) -> bool:
        """Return whether another program has overwritten the file, and edits made here are lost."""
        with suppress(StoreError):
            self._project.file.verify()
        lost = self._project.file.is_overwritten
        return lost and bool(self._pending or len(self._session_work()))

    def lost_work(self) -> "list[Contribution]":
        """Return all that was changed here since the project was opened, pending edits included."""
        waiting = [
            (one.key, one.annotator, *self._opened[one.key, one.annotator], one.edit)
            for one in self._pending
        ]
        return list(self._session_work().contributions(waiting))

    def waiting(self) -> list[tuple[int, str, Edit]]:
        """Return the pending edits in order, each with the key of its article and its annotator."""
        return [*self._pending]

    def desks(self) -> dict[tuple[int, str], OpenArticle]:
        """Return what is not fully saved, by the key of the article and the annotator's name."""
        return dict(self._opened)

    def save(self, key: int, annotator: str, edit: CompletedEdit, opened: OpenArticle) -> None:
        """Save the edit after the pending ones, or keep it pending as well.

        `opened` is the article and annotation that the edit is applied to next. Raises StaleEdit,
        and StoreError if a later attempt would not help.
        """
        self._undone = [one for one in self._undone if one[:2] != (key, annotator)]
        try:
            with self._lock_timeout():
                self._flush()
                self._retry_once(lambda: self._project.apply(key, annotator, edit))
        except _KEPT_ERRORS as error:
            self._keep(_PendingEdit(key, annotator, edit), opened, error)
        else:
            self._remember(key, annotator, opened, edit)
        self._report_mended()

    def undo(self, key: int, annotator: str) -> Edit | None:
        """Undo a pending edit, or else a saved one, as `Project.undo` does."""
        for index in range(len(self._pending) - 1, -1, -1):
            if self._pending[index][:2] == (key, annotator):
                self._undone.append(self._pending.pop(index))
                self._update()
                return self._undone[-1].edit.inverse()
        self._flush()
        return self._step(key, annotator, self._project.undo, self._session_work().undone)

    def redo(self, key: int, annotator: str) -> Edit | None:
        """Redo as `Project.redo` does; a pending edit that was undone becomes pending again."""
        if self._undone and self._undone[-1][:2] == (key, annotator):
            again = self._undone.pop()
            self._pending.append(again)
            self.try_again()
            return again.edit
        self._flush()
        return self._step(key, annotator, self._project.redo, self._session_work().redone)

    def next_titles(self, key: int, annotator: str) -> tuple[Message | None, Message | None]:
        """Return the titles of what undo and redo would do now, each None if there is nothing."""
        waiting = [one.edit.title for one in self._pending if one[:2] == (key, annotator)]
        undone = [one.edit.title for one in self._undone if one[:2] == (key, annotator)]
        undo = waiting[-1] if waiting else self._project.next_undo_title(key, annotator)
        redo = undone[-1] if undone else self._project.next_redo_title(key, annotator)
        return undo, redo

    def try_again(self) -> bool:
        """Save the pending edits if possible; return whether none is pending any more."""
        try:
            self._flush()
        except (StoreError, StaleEdit) as error:
            self._note_lock(error)
            self._update()
        return not self._pending

    def give_up(self) -> None:
        """Forget the pending edits; they are in a rescue file, or the user does not want them."""
        self._pending.clear()
        self._undone.clear()
        self._update()

    def _retry_now(self) -> None:
        """Do as `try_again`, and report a reason that is a new one, or has become a lasting one."""
        try:
            with self._lock_timeout():
                self._flush()
        except (StoreError, StaleEdit) as error:
            self._note_lock(error)
            self._update()
            self._report_refused(error)

    def _lock_timeout(self) -> AbstractContextManager[None]:
        """Do not wait for a lock at each key once it is known."""
        return nullcontext() if self._locked is None else self._project.file.no_busy_wait()

    def _note_lock(self, why: Exception) -> None:
        if not isinstance(why, ProjectLocked):
            self._locked = None
        elif self._locked is None:
            self._locked = QElapsedTimer()
            self._locked.start()
        wait = _RETRY_MS if self._locked is None else _RETRY_LOCKED_MS
        if self._retry.interval() != wait:
            self._retry.setInterval(wait)

    def _report_refused(self, why: AnnotatorError) -> None:
        """Report once why edits are pending; a lock is reported only if it lasts."""
        passing = self._locked is not None and not self._locked.hasExpired(_LOCKED_LONG_MS)
        if not self._reported_refused and not self.stale and not passing:
            self._reported_refused = True
            self.refused.emit(tr_error(why))

    def _step(
        self,
        key: int,
        annotator: str,
        step: Callable[[int, str], Edit | None],
        note: Callable[[int, str, Article, Annotation], None],
    ) -> Edit | None:
        try:
            edit = self._retry_once(lambda: step(key, annotator))
        except ProjectOverwritten as error:
            self._report_overwritten(error)
            raise
        self._report_mended()
        if edit is not None and self._shown is not None and self._shown[:2] == (key, annotator):
            with suppress(StoreError):
                note(key, annotator, *self._shown[2])
        return edit

    def _remember(self, key: int, annotator: str, opened: OpenArticle, edit: Edit) -> None:
        with suppress(StoreError):  # the edit itself is saved
            self._session_work().saved(key, annotator, *opened, edit)

    def _retry_once(self, write: Callable[[], _Result]) -> _Result:
        """Write, once more if the log was lost: nothing was written then, and a new log exists."""
        try:
            return write()
        except LogLost:
            return write()

    def _session_work(self) -> "SessionChanges":
        if self._work is None:  # the first paint needs none of it
            from annotator.services.session_changes import SessionChanges

            self._work = SessionChanges(self._project)
        return self._work

    def _lost_desk(self, key: int, annotator: str) -> OpenArticle | None:
        """Return what was changed here and is no longer in the file."""
        if not self._project.file.is_overwritten:
            return None
        found = self._session_work().find(key, annotator)
        return None if found is None else OpenArticle(*found)

    def _report_mended(self) -> None:
        if self._reported_mended != self._project.file.mended:
            self._reported_mended = self._project.file.mended
            self.mended.emit()

    def _report_overwritten(self, error: ProjectOverwritten) -> None:
        if not self._reported_overwritten:
            self._reported_overwritten = True
            self.overwritten.emit(tr_error(error))

    def _flush(self) -> None:
        if not self._pending:
            return
        if self.stale:
            raise ProjectRemoved(message(_ELSEWHERE, self._project.path))
        while self._pending:
            first = self._pending[0]
            try:
                self._project.apply(first.key, first.annotator, first.edit)
            except (StaleEdit, NoSuchArticle) as error:
                self.stale = True
                elsewhere = message(_ELSEWHERE, self._project.path)
                self.refused.emit(tr_message(elsewhere))
                raise ProjectRemoved(elsewhere) from error
            del self._pending[0]
            opened = self._opened[first.key, first.annotator]
            self._remember(first.key, first.annotator, opened, first.edit)
        self._update()
        self.saved.emit()

    def _keep(self, pending: _PendingEdit, opened: OpenArticle, why: StoreError) -> None:
        self._pending.append(pending)
        self._opened[pending.key, pending.annotator] = opened
        self._note_lock(why)
        self._update()
        if isinstance(why, ProjectOverwritten):
            self._report_overwritten(why)
        else:
            self._report_refused(why)
            if self._locked is not None and len(self._pending) == 1:
                self.locked.emit()

    def _update(self) -> None:
        remaining = {(one.key, one.annotator) for one in (*self._pending, *self._undone)}
        self._opened = {
            whose: opened for whose, opened in self._opened.items() if whose in remaining
        }
        if not self._pending:
            self._retry.stop()
            self.stale = False
            self._reported_refused = False
            self._locked = None
        elif not self._retry.isActive():
            self._retry.start()
        self.changed.emit(len(self._pending))
