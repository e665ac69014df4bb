"""A box that offers a few choices, as calm as the line edits beside it."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QComboBox


class Chooser(QComboBox):
    """A combo box with a thin arrow. `choose` is called after each choice."""

    def __init__(
        self,
        name: str,
        rows: Iterable[tuple[str, object]] = (),
        choose: Callable[[], object] | None = None,
    ) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setStyleSheet(
            "QComboBox { padding: 5px 26px 5px 8px; } QComboBox::drop-down { border: none; }"
        )
        for words, value in rows:
            self.addItem(words, value)
        if choose is not None:
            self.currentIndexChanged.connect(lambda _: choose())

    def choose_value(self, value: object) -> None:
        """Choose the row of this value, the first one if it is not among them."""
        self.setCurrentIndex(max(0, self.findData(value)))

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.PlaceholderText), 1.5))
        left = 14.0 if self.isRightToLeft() else self.width() - 14.0
        middle = self.height() / 2
        arrow = [QPointF(left - 4, middle - 2), QPointF(left, middle + 2)]
        painter.drawPolyline([*arrow, QPointF(left + 4, middle - 2)])
        painter.end()
