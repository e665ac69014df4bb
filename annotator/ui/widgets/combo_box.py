"""A combo box of texts and values."""

from collections.abc import Callable, Iterable

from PySide6.QtWidgets import QComboBox


class ComboBox(QComboBox):
    """A combo box of texts and values. `choose` is called after each choice."""

    def __init__(
        self,
        name: str,
        rows: Iterable[tuple[str, object]] = (),
        choose: Callable[[], object] | None = None,
    ) -> None:
        super().__init__()
        self.setAccessibleName(name)
        for text, value in rows:
            self.addItem(text, value)
        if choose is not None:
            self.currentIndexChanged.connect(lambda _: choose())

    def choose_value(self, value: object) -> None:
        """Select the row with this value, or the first row if there is none."""
        self.setCurrentIndex(max(0, self.findData(value)))
