"""The dialogs that list files: every one of the program is made here, and reads none of them.

SQLite's locks on a project go when anything in this process opens and closes its file, see
`annotator.files`. Qt's own dialog opens each file that it lists, to tell what it is, and those of
a desktop are no better where they run in this process, as GTK's do. So:

- Where locks belong to the process, the dialog is Qt's own, with icons and kinds that go by the
  name of a file alone. `application` sees to it that Qt asks no desktop for another one.
- On Windows locks belong to a handle, and on macOS the dialog runs in a process of its own: the
  usual one is harmless there.
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
from annotator.ui.widgets.plain_text import keep_boxes_plain

_NOWHERE: Final = ":/"
"""A folder without files. Qt's dialog lists a folder as soon as it is made, before it can be told
not to look into the files."""
_SIZE: Final = QSize(820, 480)
_WIDTHS: Final = (90, 130, 150)
"""Size, kind and date; the name has the rest."""
_HARMLESS: Final = {"win32": "windows", "darwin": "cocoa"}
"""By the platform, the plugin of Qt's whose file dialog opens no file in this process."""


def ask_file(parent: QWidget, title: str, folder: Path, kinds: str) -> Path | None:
    """A file that is there."""
    found = _asked(_to_open(parent, title, folder, kinds, QFileDialog.FileMode.ExistingFile))
    return found[0] if found else None


def ask_files(parent: QWidget, title: str, folder: Path, kinds: str) -> list[Path]:
    """Files that are there; none if it was cancelled."""
    return _asked(_to_open(parent, title, folder, kinds, QFileDialog.FileMode.ExistingFiles))


def ask_folder(parent: QWidget, title: str, folder: Path) -> Path | None:
    """A folder that is there."""
    dialog = _made(parent, title, folder)
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    found = _asked(dialog)
    return found[0] if found else None


def ask_place(
    parent: QWidget, title: str, proposal: Path, kinds: str, *, confirm: bool = True
) -> Path | None:
    """A place for a new file: at first `proposal`, which may also be only the folder for it.

    `confirm`: asks before a file that is there is chosen.
    """
    is_folder = proposal.is_dir()
    dialog = _made(parent, title, proposal if is_folder else proposal.parent)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setFileMode(QFileDialog.FileMode.AnyFile)
    dialog.setOption(QFileDialog.Option.DontConfirmOverwrite, not confirm)
    if kinds:
        dialog.setNameFilter(kinds)
    if not is_folder:
        dialog.selectFile(proposal.name)
    found = _asked(dialog)
    return found[0] if found else None


class _Icons(QFileIconProvider):
    """Tells files by their names, and folders from files; looks into none of them."""

    def __init__(self) -> None:
        super().__init__()
        # Qt asks on a thread of its own, where no new picture may be made.
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
    dialog = _made(parent, title, folder)
    # Nothing is renamed or deleted in passing; to save somewhere, a new folder may be wanted.
    dialog.setOption(QFileDialog.Option.ReadOnly)
    dialog.setFileMode(mode)
    if kinds:
        dialog.setNameFilter(kinds)
    return dialog


def _made(parent: QWidget, title: str, folder: Path) -> QFileDialog:
    start = _existing(folder)
    if _HARMLESS.get(sys.platform) == QGuiApplication.platformName():
        return QFileDialog(parent, title, str(start))
    with _nothing_remembered():
        dialog = QFileDialog(parent, title, _NOWHERE)
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    icons = _Icons()
    dialog.setIconProvider(icons)
    # Qt keeps no hold on it, and asks it until the dialog has gone.
    dialog.destroyed.connect(lambda kept=icons: kept)
    keep_boxes_plain(dialog)
    for view in dialog.findChildren(QAbstractItemView):
        view.setDragDropMode(QAbstractItemView.DragDropMode.NoDragDrop)
    _lay_out(dialog)
    dialog.setDirectory(str(start))
    _leave_nowhere(dialog, start)
    return dialog


def _lay_out(dialog: QFileDialog) -> None:
    dialog.setViewMode(QFileDialog.ViewMode.Detail)
    dialog.resize(_SIZE)
    for table in dialog.findChildren(QTreeView):
        table.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column, width in enumerate(_WIDTHS, start=1):
            table.header().resizeSection(column, width)
    # In some languages Qt has no words for these, and its arrows are black in every look.
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
def _nothing_remembered() -> Iterator[None]:
    """Keep Qt from what it remembers of dialogs: it would list the folder of the last one first."""
    user = QSettings.Scope.UserScope
    usual = QStandardPaths.StandardLocation.GenericConfigLocation
    QSettings.setPath(QSettings.Format.NativeFormat, user, _NOWHERE)
    try:
        yield
    finally:
        QSettings.setPath(
            QSettings.Format.NativeFormat, user, QStandardPaths.writableLocation(usual)
        )


def _leave_nowhere(dialog: QFileDialog, start: Path) -> None:
    """The way back through the folders ends where it began for the user."""
    (model,) = dialog.findChildren(QFileSystemModel)

    def stay(path: str) -> None:
        if path.startswith(":"):
            QTimer.singleShot(0, dialog, lambda: dialog.setDirectory(str(start)))

    model.rootPathChanged.connect(stay)
    for button in dialog.findChildren(QToolButton, "backButton"):
        button.setEnabled(False)


def _existing(folder: Path) -> Path:
    folder = folder.absolute()
    return next((one for one in (folder, *folder.parents) if one.is_dir()), Path.home())


def _asked(dialog: QFileDialog) -> list[Path]:
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    found = [Path(name) for name in dialog.selectedFiles()] if accepted else []
    dialog.deleteLater()
    return found
