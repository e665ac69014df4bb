"""The file dialogs of the program, all made here, none of which opens the listed files.

SQLite's locks on a project are lost when anything in this process opens and closes its file, see
`annotator.files`. Qt's own dialog opens each listed file to find its type, and so do desktop
dialogs that run in this process, such as GTK's. So:

- Where locks belong to the process, the dialog is Qt's own, with icons and types determined from
  file names alone. `application` makes sure that Qt does not use the desktop's dialog.
- On Windows locks belong to a handle, and on macOS the dialog runs in a process of its own: the
  native dialog is harmless there.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from PySide6.QtCore import QFileInfo, QSettings, QSize, QStandardPaths, QTimer
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFileDialog,
    QFileIconProvider,
    QFileSystemModel,
    QHeaderView,
    QToolButton,
    QTreeView,
    QWidget,
)

from annotator.ui.i18n.translation import tr
from annotator.ui.theme.icons import icon
from annotator.ui.widgets.plain_text import force_plain_message_boxes

_NOWHERE: Final = ":/"
"""A folder without files. Qt's dialog lists a folder as soon as it is made, before it can be set
not to open the files."""
_SIZE: Final = QSize(820, 480)
_WIDTHS: Final = (90, 130, 150)
"""The widths of size, type and date; the name takes the rest."""
_HARMLESS: Final = {"win32": "windows", "darwin": "cocoa"}
"""The Qt platform plugins, by platform, whose file dialog opens no file in this process."""


def ask_file(parent: QWidget, title: str, folder: Path, kinds: str) -> Path | None:
    """Ask for an existing file."""
    found = _result(_to_open(parent, title, folder, kinds, QFileDialog.FileMode.ExistingFile))
    return found[0] if found else None


def ask_files(parent: QWidget, title: str, folder: Path, kinds: str) -> list[Path]:
    """Ask for existing files; return [] if cancelled."""
    return _result(_to_open(parent, title, folder, kinds, QFileDialog.FileMode.ExistingFiles))


def ask_folder(parent: QWidget, title: str, folder: Path) -> Path | None:
    """Ask for an existing folder."""
    dialog = _make(parent, title, folder)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    found = _result(dialog)
    return found[0] if found else None


def ask_save_path(
    parent: QWidget, title: str, proposal: Path, kinds: str, *, confirm: bool = True
) -> Path | None:
    """Ask for the path of a new file, at first `proposal`, which may also be its folder.

    `confirm`: whether to ask before an existing file is chosen.
    """
    is_folder = proposal.is_dir()
    dialog = _make(parent, title, proposal if is_folder else proposal.parent)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setOption(QFileDialog.Option.DontConfirmOverwrite, not confirm)
    if kinds:
        dialog.setNameFilter(kinds)
    if not is_folder:
        dialog.selectFile(proposal.name)
    found = _result(dialog)
    return found[0] if found else None


class _Icons(QFileIconProvider):
    """A provider of icons and types by name, and by whether it is a folder, that opens no files."""

    def __init__(self) -> None:
        super().__init__()
        # Qt calls `icon` on its own thread, where no new pixmap may be made.
        self._folder = super().icon(QFileIconProvider.IconType.Folder)
        self._file = super().icon(QFileIconProvider.IconType.File)
        self._folder_words, self._project_words = tr("Folder"), tr("Annotator project")

    def icon(self, of: QFileInfo | QFileIconProvider.IconType) -> QIcon:
        if isinstance(of, QFileInfo):
            return self._folder if of.isDir() else self._file
        return super().icon(of)

    def type(self, info: QFileInfo) -> str:
        if info.isDir():
            return self._folder_words
        suffix = info.suffix()
        return self._project_words if suffix == "annotator" else suffix.upper()


def _to_open(
    parent: QWidget, title: str, folder: Path, kinds: str, mode: QFileDialog.FileMode
) -> QFileDialog:
    dialog = _make(parent, title, folder)
    # Prevents renaming and deleting; to save, the user may need a new folder.
    dialog.setOption(QFileDialog.Option.ReadOnly)
    dialog.setFileMode(mode)
    if kinds:
        dialog.setNameFilter(kinds)
    return dialog


def _make(parent: QWidget, title: str, folder: Path) -> QFileDialog:
    start = _existing_folder(folder)
    if _HARMLESS.get(sys.platform) == QGuiApplication.platformName():
        return QFileDialog(parent, title, str(start))
    with _without_saved_state():
        dialog = QFileDialog(parent, title, _NOWHERE)
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    icons = _Icons()
    dialog.setIconProvider(icons)
    # Qt does not own the icons, and uses them until the dialog is destroyed.
    dialog.destroyed.connect(lambda kept=icons: kept)
    force_plain_message_boxes(dialog)
    for view in dialog.findChildren(QAbstractItemView):
        view.setDragDropMode(QAbstractItemView.DragDropMode.NoDragDrop)
    _lay_out(dialog)
    dialog.setDirectory(str(start))
    _skip_nowhere(dialog, start)
    return dialog


def _lay_out(dialog: QFileDialog) -> None:
    dialog.setViewMode(QFileDialog.ViewMode.Detail)
    dialog.resize(_SIZE)
    for table in dialog.findChildren(QTreeView):
        table.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column, width in enumerate(_WIDTHS, start=1):
            table.header().resizeSection(column, width)
    # Qt lacks translations for some languages, and its arrows are black in every theme.
    dialog.setLabelText(QFileDialog.DialogLabel.LookIn, tr("&Look in:"))
    dialog.setLabelText(QFileDialog.DialogLabel.FileType, tr("Files of &type:"))
    back, forward = "chevron-left", "chevron-right"
    if dialog.isRightToLeft():
        back, forward = forward, back
    color = dialog.palette().windowText().color().name()
    arrows = {"backButton": back, "forwardButton": forward, "toParentButton": "chevron-up"}
    for button in dialog.findChildren(QToolButton):
        if button.objectName() in arrows:
            button.setIcon(icon(arrows[button.objectName()], color))


@contextmanager
def _without_saved_state() -> Iterator[None]:
    """Hide the saved state of file dialogs from Qt, which would list the last folder first."""
    user = QSettings.Scope.UserScope
    config = QStandardPaths.StandardLocation.GenericConfigLocation
    QSettings.setPath(QSettings.Format.NativeFormat, user, _NOWHERE)
    try:
        yield
    finally:
        QSettings.setPath(
            QSettings.Format.NativeFormat, user, QStandardPaths.writableLocation(config)
        )


def _skip_nowhere(dialog: QFileDialog, start: Path) -> None:
    """Keep the history of the dialog from leading back to the initial folder `_NOWHERE`."""
    (model,) = dialog.findChildren(QFileSystemModel)

    def stay(path: str) -> None:
        if path.startswith(":"):
            QTimer.singleShot(0, dialog, lambda: dialog.setDirectory(str(start)))

    model.rootPathChanged.connect(stay)
    for button in dialog.findChildren(QToolButton, "backButton"):
        button.setEnabled(False)


def _existing_folder(folder: Path) -> Path:
    folder = folder.absolute()
    return next((one for one in (folder, *folder.parents) if one.is_dir()), Path.home())


def _result(dialog: QFileDialog) -> list[Path]:
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    found = [Path(name) for name in dialog.selectedFiles()] if accepted else []
    dialog.deleteLater()
    return found
