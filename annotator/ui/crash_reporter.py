"""The crash reporter: shows an uncaught exception once, with a report to copy."""

import faulthandler
import logging
import platform
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal, qVersion
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton

from annotator import __version__
from annotator.ui.i18n.translation import tr, tr_count
from annotator.ui.widgets.plain_text import PlainMessageBox

_log = logging.getLogger(__name__)


def log_to(path: Path) -> Callable[[], None]:
    """Write the log to a rotating file of at most 1 MB, until the returned function is called."""
    from logging.handlers import RotatingFileHandler  # takes 10 ms, not needed for the first paint

    path.parent.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(path, maxBytes=1_000_000, backupCount=1, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logger = logging.getLogger("annotator")
    logger.addHandler(handler)

    def stop() -> None:
        logger.removeHandler(handler)
        handler.close()

    return stop


def report(error: BaseException) -> str:
    """Return the report for the developers: versions and the traceback, no article text."""
    lines = [
        f"Annotator {__version__}, Python {platform.python_version()}, Qt {qVersion()}",
        platform.platform(),
        "",
        *traceback.format_exception(error),
    ]
    return "\n".join(line.rstrip("\n") for line in lines)


class CrashReporter(QObject):
    """Catches uncaught exceptions of any thread, and shows them on the GUI thread."""

    caught = Signal(object)

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        pending_edits: Callable[[], int] = lambda: 0,
    ) -> None:
        """Make a reporter; `pending_edits` returns how many edits are pending."""
        super().__init__(parent)
        self._pending_edits = pending_edits
        self.log: Path | None = None
        """The path of the log; None if no log is written."""
        self._box: QMessageBox | None = None
        self._previous: tuple[Callable[..., object], Callable[..., object]] | None = None
        self.caught.connect(self._show)

    def install(self) -> None:
        """Replace Python's exception hooks until `remove`."""
        self._previous = sys.excepthook, threading.excepthook
        sys.excepthook = self._hook
        threading.excepthook = lambda args: self._hook(
            args.exc_type, args.exc_value, args.exc_traceback
        )
        if sys.stderr is not None and not faulthandler.is_enabled():
            faulthandler.enable()

    def remove(self) -> None:
        """Restore Python's exception hooks."""
        if self._previous is not None:
            sys.excepthook, threading.excepthook = self._previous
            self._previous = None

    def _hook(
        self,
        kind: type[BaseException],
        error: BaseException | None,
        _where: TracebackType | None,
    ) -> None:
        error = error if error is not None else kind()
        if isinstance(error, KeyboardInterrupt):
            QApplication.quit()
            return
        _log.error("uncaught error", exc_info=error)
        self.caught.emit(error)

    def _show(self, error: BaseException) -> None:
        if self._is_shown() or QApplication.instance() is None:
            return
        above = QApplication.activeWindow()
        box = PlainMessageBox(
            QMessageBox.Icon.Critical,
            tr("Annotator met a bug"),
            self._sentence(),
            # A window that is closing would close the box with it.
            parent=above if above is not None and above.isVisible() else None,
        )
        text = report(error)
        box.setInformativeText(self._advice())
        box.setDetailedText(text)
        copy = QPushButton(tr("&Copy report"), box)  # without a parent it would be deleted at once
        box.addButton(copy, QMessageBox.ButtonRole.ActionRole)
        copy.clicked.disconnect()
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(text))
        box.addButton(QMessageBox.StandardButton.Close)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._box = box  # a box without a parent would be deleted with its name
        box.open()

    def _sentence(self) -> str:
        pending = self._pending_edits()
        if not pending:
            return tr(
                "Annotator met a bug. Your work up to the last action is saved; you can go on."
            )
        return tr_count(
            pending,
            "Annotator met a bug. 1 edit is not saved yet: it is kept in this window and saved as "
            "soon as that is possible.",
            "Annotator met a bug. {1} edits are not saved yet: they are kept in this window and "
            "saved as soon as that is possible.",
        )

    def _advice(self) -> str:
        send = tr("Please send the report below to the makers.")
        if self.log is None:
            return send
        log = tr("Help → Show the log tells what happened before.")
        return f"{send} {log}"

    def _is_shown(self) -> bool:
        box = self._box
        return box is not None and shiboken6.isValid(box) and box.isVisible()
