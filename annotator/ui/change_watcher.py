"""Watch a project for what other windows and programs save."""

from collections.abc import Callable
from contextlib import suppress
from typing import Final

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget

from annotator.core.edit import Edit
from annotator.store import StoreError
from annotator.ui.i18n.translation import tr
from annotator.ui.session import Session

_INTERVAL_MS: Final = 5000


class ChangeWatcher(QObject):
    """Checks when the window is activated, after each edit, and every few seconds.

    An article that was changed elsewhere is read again and reported, and so is one that was
    deleted; lists are reloaded.
    """

    def __init__(
        self,
        window: QWidget,
        session: Session,
        *,
        reload: Callable[[], None],
        at_rest: Callable[[], bool],
    ) -> None:
        """Watch the project; `at_rest` says whether no action, such as selecting, is under way."""
        super().__init__(window)
        self._window = window
        self._session = session
        self._reload = reload
        self._at_rest = at_rest
        self._seen = self._revision = 0
        self._seen = self._version()
        self._remember()
        session.article_opened.connect(self._remember)
        session.pending_edits.saved.connect(self._remember)
        session.edit_applied.connect(self._follow_edit)
        window.installEventFilter(self)
        self._timer = QTimer(self)
        self._timer.setInterval(_INTERVAL_MS)
        self._timer.timeout.connect(session.pending_edits.check)
        self._timer.timeout.connect(self._check_at_rest)
        self._timer.start()
        # Not part of the first edit, for which somebody waits.
        self._idle = QTimer(self, singleShot=True, interval=0)
        self._idle.timeout.connect(self._prepare_to_write)
        self._idle.start()

    def stop(self) -> None:
        """Stop checking: the project is about to be closed."""
        self._timer.stop()
        self._idle.stop()
        self._window.removeEventFilter(self)

    def _prepare_to_write(self) -> None:
        with suppress(StoreError):  # reported by the edit that cannot be written
            self._session.project.prepare_to_write()

    def check(self) -> None:
        """Follow what was saved elsewhere since the last check, if anything."""
        version = self._version()
        if version == self._seen or self._session.project.file.is_overwritten:
            return
        self._seen = version
        if not self._session.is_there():
            self._session.article_removed.emit()
        elif self._current() != self._revision and not self._session.pending_edits:
            self._read_again()
        self._reload()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.WindowActivate:
            self._session.pending_edits.check()
            self.check()
        return False

    def _check_at_rest(self) -> None:
        if self._at_rest():
            self.check()

    def _follow_edit(self, _edit: Edit) -> None:
        expected, self._revision = self._revision + 1, self._current()
        if self._version() == self._seen or self._session.pending_edits:
            return
        self._seen = self._version()
        if self._revision != expected:
            self._read_again()
        self._reload()

    def _read_again(self) -> None:
        self._session.reopen()
        message = tr("This article was changed in another window: it was read again.")
        self._session.status_message.emit(message)

    def _remember(self) -> None:
        self._revision = self._current()

    def _current(self) -> int:
        key = self._session.article_key
        if key is None:
            return 0
        try:
            return self._session.project.revision(key, self._session.annotator)
        except StoreError:
            return self._revision

    def _version(self) -> int:
        try:
            return self._session.project.data_version()
        except StoreError:
            return self._seen
