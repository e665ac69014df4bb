"""A spin box for whole numbers."""

from PySide6.QtWidgets import QSpinBox, QWidget


class NumberSpinBox(QSpinBox):
    """A spin box with a margin before its number, where padding in a style sheet has no effect."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lineEdit().setTextMargins(6, 0, 6, 0)
