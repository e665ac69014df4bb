"""A gettext catalogue as a Qt translator."""

from gettext import GNUTranslations
from pathlib import Path

from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QApplication

from annotator.ui.i18n.translation import TEXT


class GettextTranslator(QTranslator):
    """A translator of the program's texts by a catalogue; other translators handle Qt's texts."""

    def __init__(self, path: Path, parent: QApplication | None = None) -> None:
        """Read the .mo file at `path`; raises OSError if it cannot be read."""
        super().__init__(parent)
        with path.open("rb") as file:
            self._texts = GNUTranslations(file)

    def isEmpty(self) -> bool:  # noqa: N802  # Qt's name
        return False

    def translate(  # None leaves the text to other translators
        self, context: str, text: str, disambiguation: str | None = None, n: int = -1
    ) -> str | None:
        if context != TEXT or not text:  # the catalogue's own header has the empty text
            return None
        if disambiguation is not None and n >= 0:
            return self._texts.ngettext(disambiguation, text, n)
        return self._texts.gettext(text)
