"""The action that shows the backups, and automatic backups while the window is open."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from annotator.ui.actions.action import Action, Menu
from annotator.ui.actions.registry import ActionRegistry
from annotator.ui.i18n.translation import tr, tr_sentence
from annotator.ui.jobs.worker import Worker
from annotator.ui.session import Session
from annotator.ui.settings import Settings
from annotator.ui.theme.theme import Theme

if TYPE_CHECKING:
    from annotator.store import Project
    from annotator.ui.backups.dialog import BackupsDialog

_FIRST_MS: Final = 60_000
_THEN_MS: Final = 600_000
_OFF: Final = "no_backups"


class BackupActions:
    """The action that shows the backups, and the automatic ones."""

    def __init__(
        self,
        window: QWidget,
        session: Session,
        settings: Settings,
        open_project: Callable[[Path], None],
        look: Callable[[], Theme],
        registry: ActionRegistry,
    ) -> None:
        self._window = window
        self._session = session
        self._settings = settings
        self._open = open_project
        self._theme = look
        registry.add([Action("backups", tr("&Backups…"), self.backups, Menu.FILE)])
        self._dialog: BackupsDialog | None = None
        # A worker of its own: a backup must neither wait for an import nor delay one.
        self.worker = Worker(window)
        self.worker.finished.connect(self._report)
        self.worker.failed.connect(self._report_failure)
        self.timer = QTimer(window)
        self.timer.setInterval(_FIRST_MS)
        self.timer.timeout.connect(self._make_if_due)
        self.timer.start()

    def backups(self) -> None:
        from annotator.ui.backups.dialog import BackupsDialog

        dialog = BackupsDialog(
            self._session.project.path,
            self._settings.backup_folder,
            self._theme(),
            self._window,
            on=not self._settings.choice(_OFF),
        )
        self._dialog = dialog
        dialog.wants_one.connect(self._make_now)
        dialog.wants_back.connect(self._go_back)
        dialog.switched.connect(lambda on: self._settings.set_choice(_OFF, on=not on))
        dialog.moved.connect(self._use_folder)
        dialog.finished.connect(self._close_dialog)
        dialog.open()

    def _use_folder(self, base: Path) -> None:
        self._settings.backup_folder = base

    def _close_dialog(self) -> None:
        if self._dialog is not None:
            self._dialog.deleteLater()
            self._dialog = None

    def _make_if_due(self) -> None:
        self.timer.setInterval(_THEN_MS)
        if not self._settings.choice(_OFF):
            from annotator.services.backups import back_up_if_due

            self._start(back_up_if_due)

    def _make_now(self) -> None:
        from annotator.services.backups import back_up

        if not self._start(back_up):
            self._session.said.emit(tr("A backup is being made already."))

    def _start(self, make: Callable[..., Path | None]) -> bool:
        from annotator.services.backups import backup_folder

        path = self._session.project.path
        folder = backup_folder(path, self._settings.backup_folder)

        def job(project: "Project", progress: Any, cancelled: Any) -> Path | None:
            now = datetime.now(UTC)
            return make(project, folder, now, progress=progress, cancelled=cancelled)

        return self.worker.start(path, job)

    def _report(self, made: object) -> None:
        if isinstance(made, _Restored):
            self._close_dialog()
            self._open(self._session.project.path)
        elif isinstance(made, Path):
            self._session.said.emit(tr("Backed up as {1}.", made.name))
            if self._dialog is not None:
                self._dialog.reload()

    def _report_failure(self, sentence: str) -> None:
        # The backup may be automatic: no dialog may interrupt the user.
        self._session.said.emit(tr("No backup was made: {1}", tr_sentence(sentence)))
        if self._dialog is not None:
            self._dialog.heading.setText(tr_sentence(sentence))

    def _go_back(self, backup: Path) -> None:
        """Restore the backup in the background; the project is then opened again."""
        from annotator.services.backups import backup_folder, restore_backup

        self._session.bank_time()
        if self._session.pending_edits:
            self._session.said.emit(tr("Save what waits first: it would be lost."))
            return
        if any(worker.busy for worker in self._window.findChildren(Worker)):
            self._session.said.emit(tr("Wait until the running job is done, or cancel it."))
            return
        path = self._session.project.path
        folder = backup_folder(path, self._settings.backup_folder)

        def job(_project: "Project", _progress: Any, _cancelled: Any) -> "_Restored":
            return _Restored(restore_backup(path, backup, folder, datetime.now(UTC)))

        self.worker.start(path, job)


class _Restored(NamedTuple):
    """The backup was restored; the replaced state of the project is at `kept`."""

    kept: Path | None
