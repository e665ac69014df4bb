"""What a long job is doing, how far it is, and a button that stops it."""

from typing import Final

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from annotator.ui.background import Worker
from annotator.ui.elided_label import ElidedLabel
from annotator.ui.language import tr, tr_sentence
from annotator.ui.plain_text import PlainLabel

_WIDTH: Final = 420
_STEPS: Final = 1000
_SHOWN_AFTER_MS: Final = 400


class ProgressDialog(QDialog):
    """Says what runs in its title and above the bar; the share is written beside the bar.

    It goes when whoever made it closes it: to stop a job takes a moment.
    """

    canceled = Signal()

    def __init__(self, what: str, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("progress")
        self.setWindowTitle(what)
        # An import writes each file in one transaction: an edit could only wait for it.
        self.setWindowModality(Qt.WindowModality.WindowModal)
        self._over = False
        heading = PlainLabel(what)
        font = heading.font()
        font.setWeight(font.Weight.DemiBold)
        heading.setFont(font)
        self._item = ElidedLabel(Qt.TextElideMode.ElideMiddle)
        self._item.setAccessibleDescription(tr("What is being done"))
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)  # the bar is lower than a letter
        self._bar.setAccessibleName(what)
        self._share = PlainLabel()
        self._share.setAccessibleDescription(tr("Progress"))
        room = self._share.fontMetrics().horizontalAdvance("100 %") + 4
        self._share.setMinimumWidth(room)
        self._share.setAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
        self.cancel = QPushButton(tr("Cancel"))
        self.cancel.clicked.connect(self.reject)
        row, below = QHBoxLayout(), QHBoxLayout()
        row.addWidget(self._bar, 1)
        row.addWidget(self._share)
        below.addStretch(1)
        below.addWidget(self.cancel)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 16, 20, 14)
        layout.setSpacing(9)
        layout.addWidget(heading)
        layout.addWidget(self._item)
        layout.addLayout(row)
        layout.addSpacing(4)
        layout.addLayout(below)
        self.setMinimumWidth(_WIDTH)
        self.show_progress(0, 0, "")

    def show_progress(self, done: int, total: int, words: str) -> None:
        """So many of `total` steps are done (0: nobody knows), and this is the one at hand."""
        # Of a thousand, since a large file counts more bytes than Qt's int holds.
        share = min(done, total) * _STEPS // total if total else 0
        self._bar.setMaximum(_STEPS if total else 0)
        self._bar.setValue(share)
        self._share.setText(tr("{1} %", share * 100 // _STEPS) if total else "")
        if self.cancel.isEnabled():
            self._item.setText(tr_sentence(words))

    def reject(self) -> None:
        """Ask that the job stops; the dialog stays until it has."""
        if self._over:
            super().reject()
            return
        self.cancel.setEnabled(False)
        self._item.setText(tr("Stopping …"))
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


class JobProgress(QObject):
    """Shows the dialog while a worker's job goes on, unless it is over in the blink of an eye."""

    def __init__(self, window: QWidget, worker: Worker) -> None:
        super().__init__(window)
        self._window = window
        self._worker = worker
        self._dialog: ProgressDialog | None = None
        self._soon = QTimer(self, singleShot=True, interval=_SHOWN_AFTER_MS)
        self._soon.timeout.connect(self._show)
        worker.progressed.connect(self._follow)
        worker.finished.connect(self.hide)
        worker.failed.connect(self.hide)

    @Slot()
    def hide(self) -> None:
        """No job is running any more."""
        self._soon.stop()
        if self._dialog is not None:
            self._dialog.end()
            self._dialog = None

    @Slot(int, int, str)
    def _follow(self, done: int, total: int, words: str) -> None:
        if self._dialog is None:
            self._dialog = ProgressDialog(self._worker.what or tr("Working …"), self._window)
            self._dialog.canceled.connect(self._worker.cancel)
            self._soon.start()
        self._dialog.show_progress(done, total, words)

    @Slot()
    def _show(self) -> None:
        if self._dialog is not None:
            self._dialog.show()
