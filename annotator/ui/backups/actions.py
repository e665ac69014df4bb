"""The action that shows the backups, and automatic backups while the window is open."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QTimer

from annotator.services.job import Cancelled, Progress
from annotator.ui.actions.action import Action, Menu
from annotator.ui.backups.save_failure import SaveFailure
from annotator.ui.i18n.translation import tr, tr_error
from annotator.ui.jobs.runner import Job
from annotator.ui.window_context import WindowContext

if TYPE_CHECKING:
    from annotator.services.backups import TooLittleSpace
    from annotator.store import Project
    from annotator.ui.backups.dialog import BackupsDialog

_FIRST_MS: Final = 60_000
_THEN_MS: Final = 600_000
_OFF: Final = "no_backups"


class BackupActions:
    """The action that shows the backups, and the automatic ones."""

    def __init__(self, context: WindowContext) -> None:
        self._context = context
        self._window, self._session = context.window, context.session
        self._settings = context.settings
        self.rescue = SaveFailure(
            context.window, context.session, context.settings, context.open_wanted.emit
        )
        context.registry.add([Action("backups", tr("&Backups…"), self.backups, Menu.FILE)])
        self._dialog: BackupsDialog | None = None
        self._has_told_of_space = False
        self.timer = QTimer(context.window)
        self.timer.setInterval(_FIRST_MS)
        self.timer.timeout.connect(self._make_if_due)
        self.timer.start()

    def backups(self) -> None:
        from annotator.ui.backups.dialog import BackupsDialog

        dialog = BackupsDialog(
            self._session.project.path,
            self._session.jobs,
            self._settings.backup_folder,
            self._context.theme,
            self._window,
            on=not self._settings.choice(_OFF),
        )
        self._dialog = dialog
        dialog.wants_one.connect(self._make_now)
        dialog.wants_back.connect(self._go_back)
        dialog.wants_copy.connect(self._save_copy)
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

            self._start(back_up_if_due, self._report_due)

    def _make_now(self) -> None:
        from annotator.services.backups import back_up

        if not self._start(back_up, self._report_asked):
            self._session.status_message.emit(tr("A backup is being made already."))

    def _start(
        self,
        make: Callable[..., Path | None],
        report: "Callable[[Path | TooLittleSpace | None], None]",
    ) -> bool:
        from annotator.services.backups import TooLittleSpace, backup_folder

        path = self._session.project.path
        folder = backup_folder(path, self._settings.backup_folder)

        def job(
            project: "Project", progress: Progress, cancelled: Cancelled
        ) -> Path | TooLittleSpace | None:
            now = datetime.now(UTC)
            try:
                return make(project, folder, now, progress=progress, cancelled=cancelled)
            except TooLittleSpace as error:
                return error

        # Not the job of the window: a backup must neither wait for an import nor delay one.
        jobs = self._session.jobs
        return bool(jobs.run(Job(job), report, self._report_failure, owner=self))

    def _report_due(self, made: "Path | TooLittleSpace | None") -> None:
        """Report an automatic backup; that there is too little space for it, only once."""
        if made is None or isinstance(made, Path):
            self._report(made)
        elif not self._has_told_of_space:
            self._has_told_of_space = True
            self._report_failure(tr_error(made))

    def _report_asked(self, made: "Path | TooLittleSpace | None") -> None:
        if made is None or isinstance(made, Path):
            self._report(made)
        else:
            self._report_failure(tr_error(made))

    def _report(self, made: Path | None) -> None:
        if made is not None:
            self._has_told_of_space = False
            self._session.status_message.emit(tr("Backed up as {1}.", made.name))
            if self._dialog is not None:
                self._dialog.reload()

    def _report_failure(self, text: str) -> None:
        # The backup may be automatic: no dialog may interrupt the user.
        self._session.status_message.emit(tr("No backup was made: {1}", text))
        if self._dialog is not None:
            self._dialog.heading.setText(text)

    def _save_copy(self, backup: Path, out: Path) -> None:
        """Make a project file of the backup in the background."""
        from annotator.services.backups import save_backup_as

        def job(_project: "Project", _progress: Progress, cancelled: Cancelled) -> Path:
            return save_backup_as(backup, out, cancelled=cancelled)

        if not self._session.jobs.run(
            Job(job), self._report_copy, self._report_failure_of_copy, owner=self
        ):
            self._session.status_message.emit(tr("A backup is being made already."))

    def _report_copy(self, out: Path) -> None:
        self._session.status_message.emit(tr("Saved as {1}.", out.name))

    def _report_failure_of_copy(self, text: str) -> None:
        self._session.status_message.emit(text)
        if self._dialog is not None:
            self._dialog.heading.setText(text)

    def _go_back(self, backup: Path) -> None:
        """Restore the backup in the background; the project is then opened again."""
        from annotator.services.backups import backup_folder, restore_backup

        self._session.record_working_time()
        if self._session.pending_edits:
            self._session.status_message.emit(
                tr("Save the pending edits first: they would be lost.")
            )
            return
        path = self._session.project.path
        folder = backup_folder(path, self._settings.backup_folder)

        def job(_project: "Project", _progress: Progress, cancelled: Cancelled) -> None:
            restore_backup(path, backup, folder, datetime.now(UTC), cancelled=cancelled)

        self._session.jobs.run(
            Job(job), self._open_again, self._report_failure, owner=self, alone=True
        )

    def _open_again(self, _nothing: None) -> None:
        self._close_dialog()
        self._context.open_wanted.emit(self._session.project.path)
