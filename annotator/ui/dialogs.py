"""The questions the window asks, each a function that returns the answer or None."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QInputDialog,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from annotator.ui.language import tr, tr_later, tr_sentence
from annotator.ui.plain_text import PlainLabel, PlainMessageBox

_PROJECTS: Final = tr_later("Annotator projects (*.annotator);;All files (*)")


def ask_project_to_open(parent: QWidget, folder: Path) -> Path | None:
    """An existing project file."""
    name, _ = QFileDialog.getOpenFileName(parent, tr("Open project"), str(folder), tr(_PROJECTS))
    return Path(name) if name else None


def ask_project_to_make(parent: QWidget, folder: Path) -> Path | None:
    """A place for a new project; gets the suffix .annotator if none is given.

    Does not offer to replace a file: a project is never thrown away for a new one.
    """
    keep = QFileDialog.Option.DontConfirmOverwrite
    name, _ = QFileDialog.getSaveFileName(
        parent, tr("New project"), str(folder), tr(_PROJECTS), options=keep
    )
    if not name:
        return None
    path = Path(name)
    return path if path.suffix else path.with_suffix(".annotator")


def ask_files_to_import(parent: QWidget, folder: Path, filters: str) -> list[Path]:
    """Files with articles or annotations."""
    names, _ = QFileDialog.getOpenFileNames(parent, tr("Import articles"), str(folder), filters)
    return [Path(name) for name in names]


def ask_folder_to_import(parent: QWidget, folder: Path) -> Path | None:
    """A folder whose files are articles."""
    name = QFileDialog.getExistingDirectory(parent, tr("Import a folder"), str(folder))
    return Path(name) if name else None


def ask_annotator(parent: QWidget, current: str, known: Sequence[str]) -> str | None:
    """The name under which to annotate, new or known."""
    dialog = QInputDialog(parent)
    dialog.setWindowTitle(tr("Annotator name"))
    dialog.setLabelText(tr("Annotations are kept apart by annotator. Annotate as:"))
    dialog.setComboBoxItems(list(dict.fromkeys([current, *known])))
    dialog.setComboBoxEditable(True)
    for field in dialog.findChildren(QLineEdit):
        field.setAccessibleName(tr("Annotator name"))
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    name = dialog.textValue().strip()
    dialog.deleteLater()
    return name or None if accepted else None


def ask_note(parent: QWidget, about: str, note: str) -> str | None:
    """The note on something, changed."""
    dialog = QDialog(parent)
    dialog.setWindowTitle(tr("Note"))
    layout = QVBoxLayout(dialog)
    heading = PlainLabel(tr("Note on {1}", about))
    heading.setWordWrap(True)
    editor = QPlainTextEdit(note)
    editor.setAccessibleName(tr("Note"))
    editor.setTabChangesFocus(True)
    buttons = QDialogButtonBox(
        QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel
    )
    buttons.accepted.connect(dialog.accept)
    buttons.rejected.connect(dialog.reject)
    for widget in (heading, editor, buttons):
        layout.addWidget(widget)
    dialog.resize(420, 220)
    editor.setFocus()
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    return editor.toPlainText() if accepted else None


def show_problem(parent: QWidget, title: str, sentence: str, details: Sequence[str] = ()) -> None:
    """One sentence on what is wrong, with the whole list behind a button."""
    box = PlainMessageBox(QMessageBox.Icon.Warning, title, tr_sentence(sentence), parent=parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if details:
        box.setDetailedText("\n".join(map(tr_sentence, details)))
    box.open()
