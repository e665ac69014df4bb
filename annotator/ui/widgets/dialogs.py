"""The questions that the window asks, as functions that return the answer or None."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QInputDialog,
    QLineEdit,
    QMessageBox,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from annotator.ui.i18n.translation import tr, tr_later
from annotator.ui.import_export.file_dialogs import ask_file, ask_files, ask_folder, ask_save_path
from annotator.ui.widgets.plain_text import PlainLabel, PlainMessageBox

_PROJECTS: Final = tr_later("Annotator projects (*.annotator);;All files (*)")


def ask_project_to_open(parent: QWidget, folder: Path) -> Path | None:
    """Ask for an existing project file."""
    return ask_file(parent, tr("Open project"), folder, tr(_PROJECTS))


def ask_new_project(parent: QWidget, folder: Path) -> Path | None:
    """Ask for the path of a new project; .annotator is appended if it has no suffix.

    Does not offer to replace a file: a new project never overwrites another one.
    """
    path = ask_save_path(parent, tr("New project"), folder, tr(_PROJECTS), confirm=False)
    return path if path is None or path.suffix else path.with_suffix(".annotator")


def ask_files_to_import(parent: QWidget, folder: Path, filters: str) -> list[Path]:
    """Ask for files with articles or annotations; return [] if cancelled."""
    return ask_files(parent, tr("Import articles"), folder, filters)


def ask_folder_to_import(parent: QWidget, folder: Path) -> Path | None:
    """Ask for a folder whose files are articles."""
    return ask_folder(parent, tr("Import a folder"), folder)


def ask_annotator(parent: QWidget, current: str, known: Sequence[str]) -> str | None:
    """Ask for the name under which to annotate, new or known."""
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
    """Ask for the note on something; return the edited text, or None if cancelled."""
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
    note = editor.toPlainText()
    dialog.deleteLater()
    return note if accepted else None


def show_error(parent: QWidget, title: str, text: str, details: Sequence[str] = ()) -> None:
    """Show what is wrong, with the details behind a button; all in the language of the window."""
    box = PlainMessageBox(QMessageBox.Icon.Warning, title, text, parent=parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if details:
        box.setDetailedText("\n".join(details))
    box.open()
