"""A box that offers a few choices by their words."""

from collections.abc import Callable, Iterable

from PySide6.QtWidgets import QComboBox


class Chooser(QComboBox):
    """A combo box of words and values. `choose` is called after each choice."""

    def __init__(
        self,
        name: str,
        rows: Iterable[tuple[str, object]] = (),
        choose: Callable[[], object] | None = None,
    ) -> None:
        super().__init__()
        self.setAccessibleName(name)
        for words, value in rows:
            self.addItem(words, value)
        if choose is not None:
            self.currentIndexChanged.connect(lambda _: choose())

    def choose_value(self, value: object) -> None:
        """Choose the row of this value, the first one if it is not among them."""
        self.setCurrentIndex(max(0, self.findData(value)))
