"""Drops from other programs: copied, never moved, and accepted only if they can be read."""

from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QObject, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QGuiApplication

from annotator.core.errors import AnnotatorError
from annotator.ui.i18n.translation import tr

_COPY = Qt.DropAction.CopyAction
_PROJECT = ".annotator"


class Dropped(NamedTuple):
    """The files and folders to read; if there are none, a sentence with the reason."""

    paths: list[Path]
    why_not: str = ""


def read_drop(data: QMimeData) -> Dropped:
    """Return what to import of dropped data. Reads only the first bytes of unknown files."""
    urls = data.urls()
    paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
    if not paths:
        return Dropped([], _reason_for(data))
    present = [path for path in paths if path.exists()]
    if not present:
        return Dropped([], tr("{1} is not there.", paths[0].name))
    if any(_is_readable(path) for path in present):
        return Dropped(present)
    return Dropped(
        [],
        tr(
            "{1} is no kind of file that can be imported; File → Import lists the kinds.",
            present[0].name,
        ),
    )


class CopyOnlyFilter(QObject):
    """An event filter that makes drops from other programs copies: a move deletes the original.

    Applies to every window, because text fields would accept whatever action the other program
    proposes.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        QGuiApplication.instance().focusWindowChanged.connect(self.watch)  # type: ignore[union-attr]
        self.watch()

    def watch(self) -> None:
        """Also watch the windows that are visible now."""
        for window in QGuiApplication.topLevelWindows():
            if window.isVisible():
                window.installEventFilter(self)

    def eventFilter(self, window: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Hide:
            window.removeEventFilter(self)  # it may be destroyed next: do not touch it then
            return False
        if not isinstance(event, QDropEvent) or event.source() is not None:
            return False
        if event.possibleActions() == _COPY:
            return False
        if not event.possibleActions() & _COPY:
            event.setDropAction(Qt.DropAction.IgnoreAction)
            event.ignore()
            return True
        copied = _as_copy(event)
        QCoreApplication.sendEvent(window, copied)
        event.setDropAction(_COPY if copied.isAccepted() else Qt.DropAction.IgnoreAction)
        event.setAccepted(copied.isAccepted())
        return True


def _as_copy(event: QDropEvent) -> QDropEvent:
    data, buttons, keys = event.mimeData(), event.buttons(), event.modifiers()
    if isinstance(event, QDragEnterEvent):
        return QDragEnterEvent(event.position().toPoint(), _COPY, data, buttons, keys)
    if isinstance(event, QDragMoveEvent):
        move = QDragMoveEvent(event.position().toPoint(), _COPY, data, buttons, keys)
        move.setDropAction(event.dropAction())  # the answer to the enter event
        move.setAccepted(event.isAccepted())
        return move
    return QDropEvent(event.position(), _COPY, data, buttons, keys)


def _is_readable(path: Path) -> bool:
    from annotator.formats.registry import format_of, formats

    if path.is_dir() or path.suffix == _PROJECT:
        return True
    known = {suffix for format_ in formats() if format_.reads for suffix in format_.suffixes}
    if path.suffix.lower() in known | {".zip"}:
        return True
    try:
        format_of(path)
    except (AnnotatorError, OSError):
        return False
    return True


def _reason_for(data: QMimeData) -> str:
    if data.hasUrls():
        return tr("A web page cannot be dropped here: save it as a file, and drop the file.")
    if data.hasText():
        return tr("Text cannot be dropped here: save it as a file, and drop the file.")
    return tr("This cannot be dropped here; files and folders can.")
