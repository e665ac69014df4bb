"""What the window says and offers while the disk refuses to take the work."""

from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QMessageBox, QPushButton, QWidget

from annotator.ui.language import tr, tr_count, tr_sentence
from annotator.ui.session import Session


class Rescue(QObject):
    """A box at the first refusal: try again, save a rescue file, or go on working."""

    def __init__(self, window: QWidget, session: Session) -> None:
        super().__init__(window)
        self._window = window
        self._session = session
        self._unsaved = session.unsaved
        self._box: QMessageBox | None = None
        self._unsaved.refused.connect(self._offer)
        self._unsaved.saved.connect(self._close)

    def save_file(self) -> bool:
        """Ask where, and write what waits there as native JSONL; False if it was not written."""
        path = ask_rescue_file(self._window, self._session.project.path)
        if path is None:
            return False
        from annotator.core.record import Record
        from annotator.work.rescuing import write_rescue

        desks = self._unsaved.desks()
        try:
            write_rescue(
                path, [Record(desk[0], name, desk[1]) for (_key, name), desk in desks.items()]
            )
        except OSError as error:
            self._session.failed.emit(tr("{1}: {2}; choose another folder", path, error.strerror))
            return False
        if self._unsaved.stale:
            self._unsaved.give_up()
            self._session.reopen()
        self._session.said.emit(tr("What was not saved is in {1}; you can go on.", path.name))
        return True

    def may_close(self) -> bool:
        """Whether the window may close: nothing waits, or what waits is rescued or given up."""
        if self._unsaved.try_again():
            return True
        box = self._made(_waiting(len(self._unsaved)))
        box.setInformativeText(tr("Closing the window now would lose that work."))
        rescue = _button(box, tr("&Save a rescue file…"), QMessageBox.ButtonRole.AcceptRole)
        lose = _button(box, tr("Close &without saving"), QMessageBox.ButtonRole.DestructiveRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(rescue)
        box.exec()
        clicked = box.clickedButton()
        box.deleteLater()
        if clicked is rescue and not self.save_file():
            return False
        if clicked in (rescue, lose):
            self._unsaved.give_up()
            return True
        return False

    def _offer(self, sentence: str) -> None:
        self._close()
        box = self._made(sentence)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.setInformativeText(
            tr(
                "Your work is kept in this window and saved as soon as the disk lets. "
                "A rescue file can be imported later."
            )
        )
        again = _button(box, tr("&Try again"), QMessageBox.ButtonRole.ActionRole)
        rescue = _button(box, tr("&Save a rescue file…"), QMessageBox.ButtonRole.ActionRole)
        on = _button(box, tr("&Go on working"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(on)
        box.setEscapeButton(on)
        box.buttonClicked.connect(lambda button: self._answer(button, again, rescue))
        self._box = box
        box.open()

    def _answer(self, button: object, again: QPushButton, rescue: QPushButton) -> None:
        self._box = None
        if button is again and not self._unsaved.try_again():
            self._session.said.emit(_waiting(len(self._unsaved)))
        elif button is rescue:
            self.save_file()

    def _close(self) -> None:
        if self._box is not None:
            self._box.close()
            self._box = None

    def _made(self, sentence: str) -> QMessageBox:
        box = QMessageBox(
            QMessageBox.Icon.Warning, "Annotator", tr_sentence(sentence), parent=self._window
        )
        box.setTextFormat(Qt.TextFormat.PlainText)
        return box


def ask_rescue_file(parent: QWidget, project: Path) -> Path | None:
    """A file to write, at first in the home folder: the project's disk refuses."""
    usual = Path.home() / f"{project.stem}-rescue.jsonl"
    name, _ = QFileDialog.getSaveFileName(
        parent, tr("Save a rescue file"), str(usual), tr("Annotator JSONL (*.jsonl)")
    )
    return Path(name) if name else None


def _button(box: QMessageBox, words: str, role: QMessageBox.ButtonRole) -> QPushButton:
    button = box.addButton(words, role)
    assert isinstance(button, QPushButton)
    return button


def _waiting(number: int) -> str:
    return tr_count(number, "1 edit is not saved.", "{1} edits are not saved.")
