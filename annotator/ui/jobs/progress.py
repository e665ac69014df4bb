"""The dialog and the strip that show the progress of a job, with a button that cancels it."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QMessageBox,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from annotator.core.message import as_message
from annotator.ui.i18n.translation import tr, tr_message
from annotator.ui.jobs.runner import JobRunner, ProgressReport, RunningJob
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets.elided_label import ElidedLabel
from annotator.ui.widgets.plain_text import PlainLabel, PlainMessageBox

_WIDTH: Final = 420
_BAR_WIDTH: Final = 160
_STEPS: Final = 1000
_SHOWN_AFTER_MS: Final = 400


class ProgressWidgets:
    """Heading, progress bar and cancel button of a job; the owner puts them in a layout."""

    def __init__(self, what: str) -> None:
        self.heading = PlainLabel(what)
        font = self.heading.font()
        font.setWeight(font.Weight.DemiBold)
        self.heading.setFont(font)
        self.item = ElidedLabel(Qt.TextElideMode.ElideMiddle)
        self.item.setAccessibleDescription(tr("What is being done"))
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)  # the bar is too low for text
        self.bar.setAccessibleName(what)
        self.share = PlainLabel()
        self.share.setAccessibleDescription(tr("Progress"))
        room = self.share.fontMetrics().horizontalAdvance("100 %") + 4
        self.share.setMinimumWidth(room)
        self.share.setAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
        self.cancel = QPushButton(tr("Cancel"))
        self.show_progress(ProgressReport(0, 0, ""))

    def show_progress(self, report: ProgressReport) -> None:
        """Show how far the job is, and its current step."""
        done, total, text = report
        # Scaled to a thousand, since the bytes of a large file may exceed Qt's int.
        share = min(done, total) * _STEPS // total if total else 0
        self.bar.setMaximum(_STEPS if total else 0)
        self.bar.setValue(share)
        self.share.setText(tr("{1} %", share * 100 // _STEPS) if total else "")
        if self.cancel.isEnabled():
            self.item.setText(tr_message(as_message(text)))

    def show_stopping(self) -> None:
        """Show that the job was asked to stop, which takes a moment."""
        self.cancel.setEnabled(False)
        self.item.setText(tr("Stopping …"))


class ProgressDialog(QDialog):
    """A window-modal dialog for jobs during which the window cannot be used.

    The title and the heading show what runs, and the share done is beside the bar. The dialog
    stays until `end` is called, since a cancelled job takes a moment to stop.
    """

    canceled = Signal()

    def __init__(self, what: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("progress")
        self.setWindowTitle(what)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._over = False
        self._parts = ProgressWidgets(what)
        self.show_progress = self._parts.show_progress
        self.cancel = self._parts.cancel
        self.cancel.clicked.connect(self.reject)
        row, below = QHBoxLayout(), QHBoxLayout()
        row.addWidget(self._parts.bar, 1)
        row.addWidget(self._parts.share)
        below.addStretch(1)
        below.addWidget(self.cancel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 14)
        layout.setSpacing(9)
        layout.addWidget(self._parts.heading)
        layout.addWidget(self._parts.item)
        layout.addLayout(row)
        layout.addSpacing(4)
        layout.addLayout(below)
        self.setMinimumWidth(_WIDTH)

    def reject(self) -> None:
        """Ask the job to stop; the dialog stays until it has stopped."""
        if self._over:
            super().reject()
            return
        self._parts.show_stopping()
        self.canceled.emit()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._over:
            event.ignore()
            self.reject()

    def end(self) -> None:
        """Close the dialog: the job is over."""
        self._over = True
        self.close()
        self.deleteLater()


class ProgressStrip(QFrame):
    """A strip under the article for jobs during which editing goes on; focused by Tab only."""

    canceled = Signal()

    def __init__(self, what: str, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("progress")
        self.setAccessibleName(what)
        self._parts = ProgressWidgets(what)
        self.show_progress = self._parts.show_progress
        self.cancel = self._parts.cancel
        self.cancel.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.cancel.clicked.connect(self._stop)
        self._parts.bar.setFixedWidth(_BAR_WIDTH)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 5, 14, 5)
        layout.setSpacing(10)
        layout.addWidget(self._parts.heading)
        layout.addWidget(self._parts.item, 1)
        layout.addWidget(self._parts.bar)
        layout.addWidget(self._parts.share)
        layout.addWidget(self.cancel)
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Use this theme from now on."""
        self.setStyleSheet(
            f"#progress {{ background: {theme.panel}; border-top: 1px solid {theme.line}; }}"
            "QLabel { background: transparent; }"
        )

    def _stop(self) -> None:
        self._parts.show_stopping()
        self.canceled.emit()

    def end(self) -> None:
        """Remove the strip: the job is over."""
        self.hide()
        self.deleteLater()


class JobProgress(QObject):
    """The progress of one job at a time, unless it ends within a fraction of a second.

    Shown in a dialog or, if the job allows editing, in a strip at the end of `below`, if given.
    """

    def __init__(self, window: QWidget, theme: Theme, below: QVBoxLayout | None = None) -> None:
        super().__init__(window)
        self._window = window
        self._theme = theme
        self._below = below
        self._running: RunningJob | None = None
        self._shown: ProgressDialog | ProgressStrip | None = None
        self._show_timer = QTimer(self, singleShot=True, interval=_SHOWN_AFTER_MS)
        self._show_timer.timeout.connect(self._show)

    def set_theme(self, theme: Theme) -> None:
        """Use this theme from now on."""
        self._theme = theme
        if isinstance(self._shown, ProgressStrip):
            self._shown.set_theme(theme)

    def may_close(self, jobs: JobRunner, close: Callable[[], object]) -> bool:
        """Ask what to do about a running job; return False if the window is to stay open.

        `close` is called later if the job is to end first.
        """
        if jobs.running() is None:
            return True
        box = PlainMessageBox(
            QMessageBox.Icon.Question,
            "Annotator",
            tr("A job is still running in this project."),
            parent=self._window,
        )
        box.setInformativeText(
            tr("If it is cancelled, nothing of it is kept; what you have annotated is saved.")
        )
        role = QMessageBox.ButtonRole
        wait = box.addButton(tr("Close when it is &done"), role.AcceptRole)
        stop = box.addButton(tr("&Cancel it and close"), role.DestructiveRole)
        box.addButton(tr("&Keep the window open"), role.RejectRole)
        box.setDefaultButton(wait)
        jobs.ended.connect(box.accept)
        box.exec()
        clicked = box.clickedButton()
        box.deleteLater()
        if jobs.running() is None:  # it has ended in the meantime
            return clicked in (None, wait, stop)
        if clicked is wait:
            jobs.ended.connect(close, Qt.ConnectionType.QueuedConnection)
        return clicked is stop

    @Slot(object)
    def follow(self, running: RunningJob) -> None:
        """Show the progress of this job, which was just begun, until it is over."""
        self._running = running
        running.progressed.connect(self._on_progress)
        running.finished.connect(self._on_finished)

    @Slot()
    def _on_finished(self) -> None:
        self._running = None
        self._show_timer.stop()
        if self._shown is not None:
            self._shown.end()
            self._shown = None

    @Slot(object)
    def _on_progress(self, report: ProgressReport) -> None:
        if self._running is None:
            return
        if self._shown is None:
            self._shown = self._make(self._running)
            self._shown.canceled.connect(self._running.cancel)
            self._show_timer.start()
        self._shown.show_progress(report)

    def _make(self, running: RunningJob) -> ProgressDialog | ProgressStrip:
        if self._below is None or not running.allows_editing:
            return ProgressDialog(running.title, self._window)
        strip = ProgressStrip(running.title, self._theme)
        strip.hide()
        self._below.addWidget(strip)
        return strip

    @Slot()
    def _show(self) -> None:
        if self._shown is not None:
            self._shown.show()
