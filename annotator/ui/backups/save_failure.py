"""The messages and choices while edits cannot be saved."""

import logging
from collections.abc import Callable, Mapping
from itertools import count
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QMessageBox, QPushButton, QWidget

from annotator.core.errors import AnnotatorError
from annotator.ui.backups.overwritten import OverwrittenRecovery
from annotator.ui.i18n.translation import tr, tr_count, tr_error, tr_later
from annotator.ui.import_export.file_dialogs import ask_save_path
from annotator.ui.session import Session
from annotator.ui.settings import Settings
from annotator.ui.widgets.plain_text import PlainMessageBox

_log = logging.getLogger(__name__)
_SAVE_FILE = tr_later("&Save a rescue file…")
_TRY_AGAIN = tr_later("&Try again")
_SAVE_PROJECT = tr_later("Save the whole &project…")


class SaveFailure(QObject):
    """A message box at the first failed save: try again, save a rescue file, or go on working.

    If the project's file has been removed, all its contents can be saved as a new project. If it
    has been overwritten, see `OverwrittenRecovery`.
    """

    def __init__(
        self,
        window: QWidget,
        session: Session,
        settings: Settings,
        open_project: Callable[[Path], None],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._open_project = open_project
        self.saved_as: Path | None = None
        """The project that now holds everything, if the file that was open has been removed."""
        self._pending_edits = session.pending_edits
        self._box: QMessageBox | None = None
        self._overwritten_message = ""
        self._pending_edits.refused.connect(self._offer)
        self._pending_edits.locked.connect(self._report_locked)
        self._pending_edits.saved.connect(self._close)
        self._pending_edits.overwritten.connect(self._report_overwritten)
        self._pending_edits.mended.connect(self._report_mended)
        path = session.project.path
        self._overwritten = OverwrittenRecovery(
            window,
            session,
            settings,
            lambda: ask_rescue_file(window, path),
            lambda: ask_rescue_project(window, path),
        )
        if session.project.file.retired_log is not None:
            QTimer.singleShot(0, self, self._report_retired_log)

    def save_file(self) -> bool:
        """Ask for a path and write the pending edits as native JSONL; return False if unwritten."""
        path = ask_rescue_file(self._window, self._session.project.path)
        if path is None:
            return False
        from annotator.core.record import Record
        from annotator.services.rescue import write_rescue

        annotations = self._pending_edits.desks()
        try:
            write_rescue(
                path, [Record(one[0], name, one[1]) for (_key, name), one in annotations.items()]
            )
        except OSError as error:
            self._session.error_occurred.emit(
                tr("{1}: {2}; choose another folder", path, error.strerror)
            )
            return False
        if self._pending_edits.stale:
            self._pending_edits.give_up()
            self._session.reopen(own=True)
        self._session.status_message.emit(
            tr("What was not saved is in {1}; you can go on.", path.name)
        )
        return True

    def keep(self) -> Path | None:
        """Write the pending edits into a new file in the home folder, or else the temporary folder.

        For termination, when the user cannot be asked. Returns the path; None if no edit is
        pending any more, or if nothing can be written.
        """
        if self._pending_edits.try_again():
            return None
        import tempfile

        from annotator.core.record import Record
        from annotator.services.rescue import write_rescue

        records = [Record(d[0], name, d[1]) for (_, name), d in self._pending_edits.desks().items()]
        for folder in (Path.home(), Path(tempfile.gettempdir())):
            path = _free_name(folder, f"{self._session.project.path.stem}-rescue")
            try:
                write_rescue(path, records)
            except OSError as error:
                _log.warning("no rescue file at %s: %s", path, error)
            else:
                return path
        return None

    def save_project(self) -> bool:
        """Ask for a path and save the project with the pending edits; return False if unwritten."""
        path = ask_rescue_project(self._window, self._session.project.path)
        if path is None:
            return False
        try:
            self._session.project.rescue(path, self._pending_edits.waiting())
        except AnnotatorError as error:
            self._session.error_occurred.emit(tr_error(error))
            return False
        self._pending_edits.give_up()
        self.saved_as = path
        return True

    def may_close(self) -> bool:
        """Return whether the window may close: everything is saved, rescued or given up."""
        if self._overwritten.settled_as is not None:
            return True
        if self._pending_edits.has_lost():
            return self._may_lose()
        removed = self._is_removed()
        if self._pending_edits.try_again() and not removed:
            return True
        return self._is_settled(self._closing_box(removed=removed), self._ways(removed=removed))

    def _is_settled(self, box: QMessageBox, ways: Mapping[str, Callable[[], bool]]) -> bool:
        """Ask with the box how to keep the edits.

        Returns False if they are neither kept nor given up.
        """
        role = QMessageBox.ButtonRole.AcceptRole
        answers = {_button(box, tr(text), role): way for text, way in ways.items()}
        lose = _button(box, tr("Close &without saving"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(next(iter(answers)))
        box.exec()
        clicked = box.clickedButton()
        box.deleteLater()
        if clicked is not lose and (clicked not in answers or not answers[clicked]()):
            return False
        self._pending_edits.give_up()
        return True

    def _may_lose(self) -> bool:
        path = self._session.project.path
        self._overwritten.keep()
        box = self._make_box(tr("{1} was overwritten while it was open.", path))
        box.setInformativeText(self._overwritten.explanation())
        if not self._is_settled(box, self._overwritten.ways()):
            return False
        self.saved_as = self._overwritten.settled_as
        return True

    def _report_overwritten(self, sentence: str) -> None:
        self._overwritten_message = sentence
        self._overwritten.keep()
        self._show_overwritten()

    def _show_overwritten(self) -> None:
        ways = self._overwritten.ways()
        self._show(
            self._overwritten_message, self._overwritten.explanation(), ways, tr("Decide &later")
        )

    def _report_locked(self) -> None:
        self._session.status_message.emit(
            tr("Another program is writing to this project: your work is saved when it is done.")
        )

    def _report_mended(self) -> None:
        self._session.status_message.emit(
            tr("Another program removed the log of the project; all that was saved is in the file.")
        )

    def _report_retired_log(self) -> None:
        project = self._session.project
        text = tr(
            "A log lay beside {1} that belonged to another state of it, as after a copy was put "
            "in its place. It is kept as {2}. If work is missing, go back to a backup.",
            project.path,
            project.file.retired_log,
        )
        self._session.error_occurred.emit(text)

    def _is_removed(self) -> bool:
        return self.saved_as is None and self._session.project.file.is_gone()

    def _closing_box(self, *, removed: bool) -> QMessageBox:
        pending = _pending_text(len(self._pending_edits)) if self._pending_edits else ""
        if not removed:
            box = self._make_box(pending)
            box.setInformativeText(tr("Closing the window now would lose that work."))
            return box
        path = self._session.project.path
        box = self._make_box(tr("{1} was removed or replaced while it was open.", path))
        lost = tr("Closing the window now would lose all of it, unless it lies elsewhere.")
        box.setInformativeText(f"{pending} {lost}".strip())
        return box

    def _ways(self, *, removed: bool) -> dict[str, Callable[[], bool]]:
        """Return the possible ways to save by their labels, the best first."""
        file = {_SAVE_FILE: self.save_file} if self._pending_edits else {}
        return {_SAVE_PROJECT: self.save_project} | file if removed else file

    def _offer(self, sentence: str) -> None:
        removed = self._is_removed()
        ways: dict[str, Callable[[], object]] = {_TRY_AGAIN: self._try_again}
        ways |= self._ways(removed=removed)
        self._show(sentence, _explanation(removed=removed), ways, tr("&Go on working"))

    def _show(
        self, sentence: str, more: str, ways: Mapping[str, Callable[[], object]], leave: str
    ) -> None:
        self._close()
        box = self._make_box(sentence)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setInformativeText(more)
        role = QMessageBox.ButtonRole.ActionRole
        answers = {_button(box, tr(text), role): way for text, way in ways.items()}
        on = _button(box, leave, QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(on)
        box.setEscapeButton(on)
        box.buttonClicked.connect(lambda button: self._answer(answers.get(button)))
        box.finished.connect(self._forget_box)  # closing the box clicks no button
        self._box = box
        box.open()

    def _forget_box(self) -> None:
        self._box = None

    def _answer(self, save: Callable[[], object] | None) -> None:
        self._box = None
        done = save() if save is not None else True
        self.saved_as = self._overwritten.settled_as or self.saved_as
        if self.saved_as is not None:
            self._open_project(self.saved_as)
        elif not done and self._session.project.file.is_overwritten:
            QTimer.singleShot(0, self, self._show_overwritten)

    def _try_again(self) -> None:
        if not self._pending_edits.try_again():
            self._session.status_message.emit(_pending_text(len(self._pending_edits)))

    def _close(self) -> None:
        if self._box is not None:
            self._box.close()
            self._box = None

    def _make_box(self, sentence: str) -> QMessageBox:
        return PlainMessageBox(QMessageBox.Icon.Warning, "Annotator", sentence, parent=self._window)


def _free_name(folder: Path, stem: str) -> Path:
    names = (f"{stem}{f'-{number}' if number else ''}.jsonl" for number in count())
    return next(path for path in map(folder.joinpath, names) if not path.exists())


def ask_rescue_file(parent: QWidget, project: Path) -> Path | None:
    """Ask for a file to write, at first in the home folder, since the project's disk fails."""
    proposal = Path.home() / f"{project.stem}-rescue.jsonl"
    return ask_save_path(
        parent, tr("Save a rescue file"), proposal, tr("Annotator JSONL (*.jsonl)")
    )


def ask_rescue_project(parent: QWidget, project: Path) -> Path | None:
    """Ask for a new file, at first in the home folder; an existing file is never replaced."""
    proposal = Path.home() / f"{project.stem}-rescue.annotator"
    kinds = tr("Annotator projects (*.annotator);;All files (*)")
    path = ask_save_path(parent, tr("Save the whole project"), proposal, kinds, confirm=False)
    return path if path is None or path.suffix else path.with_suffix(".annotator")


def _explanation(*, removed: bool) -> str:
    if removed:
        return tr(
            "Your work is kept in this window, and all that was saved can still be read: save the "
            "whole project as a new file and go on there, or put the old one back."
        )
    return tr(
        "Your work is kept in this window and saved as soon as that is possible. "
        "A rescue file can be imported later."
    )


def _button(box: QMessageBox, text: str, role: QMessageBox.ButtonRole) -> QPushButton:
    button = box.addButton(text, role)
    assert isinstance(button, QPushButton)
    return button


def _pending_text(number: int) -> str:
    return tr_count(number, "1 edit is not saved.", "{1} edits are not saved.")
