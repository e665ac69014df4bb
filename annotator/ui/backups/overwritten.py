"""The ways to save the user's edits after another program has overwritten the project's file."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from annotator.core.errors import AnnotatorError
from annotator.ui.i18n.translation import tr, tr_count, tr_error, tr_later
from annotator.ui.session import Session
from annotator.ui.settings import Settings
from annotator.ui.widgets.plain_text import PlainMessageBox

if TYPE_CHECKING:
    from annotator.store.merging import Contribution

_PUT_IN: Final = tr_later("&Put my work into the file")
_SAVE_ALL: Final = tr_later("Save everything as a new &project…")
_SAVE_FILE: Final = tr_later("&Save a rescue file…")


class OverwrittenRecovery(QObject):
    """The ways to keep this window's edits; none is done without being asked for.

    The edits are first written into a file beside the backups, as a precaution.
    """

    def __init__(
        self,
        window: QWidget,
        session: Session,
        settings: Settings,
        ask_file: Callable[[], Path | None],
        ask_project: Callable[[], Path | None],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._settings = settings
        self._ask_file = ask_file
        self._ask_project = ask_project
        self._copy: Path | None = None
        self.settled_as: Path | None = None
        """The project to go on with, once the edits are saved in it or elsewhere."""

    def ways(self) -> dict[str, Callable[[], bool]]:
        """Return the possible actions by their labels, the best first."""
        ways = {_SAVE_ALL: self._save_everything, _SAVE_FILE: self._save_file}
        return {_PUT_IN: self._put_in} | ways if self._is_project() else ways

    def keep(self) -> None:
        """Write the edits into a file beside the backups."""
        from annotator.services.rescue import write_rescue

        name = f"{self._path.stem}-rescue-{datetime.now(UTC):%Y-%m-%d-%H%M%SZ}.jsonl"
        with suppress(OSError):
            folder = self._backups()
            folder.mkdir(parents=True, exist_ok=True)
            write_rescue(folder / name, (one.record for one in self._lost_edits()))
            self._copy = folder / name

    def explanation(self) -> str:
        """Return what has become of the edits, and where a copy of them is."""
        changed = len(self._lost_edits())
        sentences = [
            tr_count(
                changed,
                "What you changed here in 1 annotation since the project was opened is kept in "
                "this window.",
                "What you changed here in {1} annotations since the project was opened is kept "
                "in this window.",
            )
        ]
        if self._copy is not None:
            sentences.append(tr("A copy of it is in {1}.", self._copy))
        aside = self._session.project.file.retired_log
        if aside is not None:
            sentences.append(tr("The log of the file as it was is in {1}.", aside))
        return "\n\n".join(sentences)

    @property
    def _path(self) -> Path:
        return self._session.project.path

    def _backups(self) -> Path:
        from annotator.services.backups import backup_folder

        return backup_folder(self._path, self._settings.backup_folder)

    def _lost_edits(self) -> "list[Contribution]":
        return self._session.pending_edits.lost_work()

    def _is_project(self) -> bool:
        from annotator.services.rescue import is_readable_project

        return is_readable_project(self._path)

    def _put_in(self) -> bool:
        from annotator.services.rescue import merge_into_project

        return self._save(
            lambda: merge_into_project(
                self._path, self._lost_edits(), self._backups(), datetime.now(UTC)
            ),
            self._path,
        )

    def _save_everything(self) -> bool:
        from annotator.services.backups import list_backups
        from annotator.services.rescue import save_as_new_project

        path = self._ask_project()
        if path is None:
            return False
        backups = [one.path for one in list_backups(self._path, self._backups())][:1]
        sources = [*backups, self._path]
        scheme = self._session.scheme
        unread: list[Path] = []

        def save() -> None:
            unread.extend(save_as_new_project(path, self._lost_edits(), sources, scheme))

        if not self._save(save, path):
            return False
        if unread:
            self._report_unread(unread)
        return True

    def _report_unread(self, files: list[Path]) -> None:
        text = tr_count(
            len(files),
            "1 file could not be read, and what only it holds is not in the new project. It stays "
            "where it is.",
            "{1} files could not be read, and what only they hold is not in the new project. They "
            "stay where they are.",
        )
        box = PlainMessageBox(QMessageBox.Icon.Warning, "Annotator", text, parent=self._window)
        box.setInformativeText("\n".join(map(str, files)))
        box.exec()
        box.deleteLater()

    def _save_file(self) -> bool:
        from annotator.services.rescue import write_rescue

        path = self._ask_file()
        if path is None:
            return False
        records = [one.record for one in self._lost_edits()]
        return self._save(lambda: write_rescue(path, records), self._path)

    def _save(self, save: Callable[[], object], settled_as: Path) -> bool:
        QApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
        try:
            save()
        except AnnotatorError as error:
            self._session.error_occurred.emit(tr_error(error))
            return False
        except OSError as error:
            self._session.error_occurred.emit(
                tr("{1}: {2}; choose another folder", error.filename, error)
            )
            return False
        finally:
            QApplication.restoreOverrideCursor()
        self._session.pending_edits.give_up()
        self.settled_as = settled_as
        return True
