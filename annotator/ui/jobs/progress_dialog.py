"""What a long job is doing, how far it is, and a button that stops it."""

from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from annotator.ui.i18n.translation import tr, tr_sentence
from annotator.ui.jobs.worker import Worker
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets.elided_label import ElidedLabel
from annotator.ui.widgets.plain_text import PlainLabel

_WIDTH: Final = 420
_BAR_WIDTH: Final = 160
_STEPS: Final = 1000
_SHOWN_AFTER_MS: Final = 400


class ProgressParts:
    """What is done, how far it is, and the button; whoever uses them puts them in a layout."""

    def __init__(self, what: str) -> None:
        self.heading = PlainLabel(what)
        font = self.heading.font()
        font.setWeight(font.Weight.DemiBold)
        self.heading.setFont(font)
        self.item = ElidedLabel(Qt.TextElideMode.ElideMiddle)
        self.item.setAccessibleDescription(tr("What is being done"))
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)  # the bar is lower than a letter
        self.bar.setAccessibleName(what)
        self.share = PlainLabel()
        self.share.setAccessibleDescription(tr("Progress"))
        room = self.share.fontMetrics().horizontalAdvance("100 %") + 4
        self.share.setMinimumWidth(room)
        self.share.setAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
        self.cancel = QPushButton(tr("Cancel"))
        self.show_progress(0, 0, "")

    def show_progress(self, done: int, total: int, words: str) -> None:
        """So many of `total` steps are done (0: nobody knows), and this is the one at hand."""
        # Of a thousand, since a large file counts more bytes than Qt's int holds.
        share = min(done, total) * _STEPS // total if total else 0
        self.bar.setMaximum(_STEPS if total else 0)
        self.bar.setValue(share)
        self.share.setText(tr("{1} %", share * 100 // _STEPS) if total else "")
        if self.cancel.isEnabled():
            self.item.setText(tr_sentence(words))

    def show_stopping(self) -> None:
        """The job was asked to stop, which takes a moment."""
        self.cancel.setEnabled(False)
        self.item.setText(tr("Stopping …"))


class ProgressDialog(QDialog):
    """Over the window while it can do nothing else.

    Says what runs in its title and above the bar; the share is written beside the bar. It goes
    when whoever made it ends it: to stop a job takes a moment.
    """

    canceled = Signal()

    def __init__(self, what: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("progress")
        self.setWindowTitle(what)
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._over = False
        self._parts = ProgressParts(what)
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
        """Ask that the job stops; the dialog stays until it has."""
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
        """Go: the job is over."""
        self._over = True
        self.close()
        self.deleteLater()


class ProgressStrip(QFrame):
    """Under the article while work in the window goes on; takes the keyboard only by Tab."""

    canceled = Signal()

    def __init__(self, what: str, theme: Theme) -> None:
        super().__init__()
        self.setObjectName("progress")
        self.setAccessibleName(what)
        self._parts = ProgressParts(what)
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
        """Paint in this look from now on."""
        self.setStyleSheet(
            f"#progress {{ background: {theme.panel}; border-top: 1px solid {theme.line}; }}"
            "QLabel { background: transparent; }"
        )

    def _stop(self) -> None:
        self._parts.show_stopping()
        self.canceled.emit()

    def end(self) -> None:
        """Go: the job is over."""
        self.hide()
        self.deleteLater()


class JobProgress(QObject):
    """Shows how far a worker's job is, unless it is over in the blink of an eye.

    In a dialog, or, where people work on beside the job, in a strip at the end of `below`.
    """

    def __init__(self, window: QWidget, worker: Worker, below: QVBoxLayout, theme: Theme) -> None:
        super().__init__(window)
        self._window = window
        self._worker = worker
        self._below = below
        self._theme = theme
        self._shown: ProgressDialog | ProgressStrip | None = None
        self._soon = QTimer(self, singleShot=True, interval=_SHOWN_AFTER_MS)
        self._soon.timeout.connect(self._show)
        worker.progressed.connect(self._follow)
        worker.finished.connect(self.hide)
        worker.failed.connect(self.hide)

    def set_theme(self, theme: Theme) -> None:
        """Paint in this look from now on."""
        self._theme = theme
        if isinstance(self._shown, ProgressStrip):
            self._shown.set_theme(theme)

    @Slot()
    def hide(self) -> None:
        """No job is running any more."""
        self._soon.stop()
        if self._shown is not None:
            self._shown.end()
            self._shown = None

    @Slot(int, int, str)
    def _follow(self, done: int, total: int, words: str) -> None:
        if self._shown is None:
            self._shown = self._made(self._worker.what or tr("Working …"))
            self._shown.canceled.connect(self._worker.cancel)
            self._soon.start()
        self._shown.show_progress(done, total, words)

    def _made(self, what: str) -> ProgressDialog | ProgressStrip:
        if not self._worker.allows_editing:
            return ProgressDialog(what, self._window)
        strip = ProgressStrip(what, self._theme)
        strip.hide()
        self._below.addWidget(strip)
        return strip

    @Slot()
    def _show(self) -> None:
        if self._shown is not None:
            self._shown.show()
