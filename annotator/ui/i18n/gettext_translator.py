"""A gettext catalogue as a Qt translator."""

from collections.abc import Iterator
from gettext import GNUTranslations
from pathlib import Path

from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QApplication

from annotator.ui.i18n.translation import PLACE, SENTENCE, TEXT, filled


class GettextTranslator(QTranslator):
    """A translator of the program's texts by a catalogue; other translators handle Qt's texts."""

    def __init__(self, path: Path, parent: QApplication | None = None) -> None:
        """Read the .mo file at `path`; raises OSError if it cannot be read."""
        super().__init__(parent)
        with path.open("rb") as file:
            self._texts = _Texts(file)
        self._known = self._texts.known
        self._patterns: list[tuple[list[str], str]] | None = None

    def isEmpty(self) -> bool:  # noqa: N802  # Qt's name
        return False

    def translate(  # None leaves the text to other translators
        self, context: str, text: str, disambiguation: str | None = None, n: int = -1
    ) -> str | None:
        if context == TEXT:
            if disambiguation is not None and n >= 0:
                return self._texts.ngettext(disambiguation, text, n)
            return self._texts.gettext(text)
        return self._sentence(text) if context == SENTENCE else None

    def _sentence(self, sentence: str) -> str:
        known = self._known.get(sentence)
        if known is not None:
            return known
        if self._patterns is None:
            self._patterns = list(_patterns(self._known))
        for pattern, text in self._patterns:
            if found := _values(sentence, pattern):
                return filled(text, [self._sentence(part) for part in found])
        return sentence


class _Texts(GNUTranslations):
    """A catalogue that also provides its texts without plural forms."""

    _catalog: dict[str | tuple[str, int], str]
    """The attribute that GNUTranslations fills; plural forms have tuples as keys."""

    @property
    def known(self) -> dict[str, str]:
        return {t: text for t, text in self._catalog.items() if t and isinstance(t, str)}


def _patterns(texts: dict[str, str]) -> Iterator[tuple[list[str], str]]:
    """Yield, for each text with placeholders, the pieces around them and the translation.

    The text with the most fixed characters comes first.
    """
    for text in sorted(texts, key=lambda text: -len(PLACE.sub("", text))):
        if len(PLACE.sub("", text).strip()) > 2 and PLACE.search(text):
            yield PLACE.split(text)[::2], texts[text]


def _values(sentence: str, pieces: list[str]) -> list[str]:
    """Return what the sentence has between the pieces, each value as short as possible.

    Empty if the sentence does not match. Takes time linear in the sentence, which may contain a
    note of any length.
    """
    first, *inner, last = pieces
    end = len(sentence) - len(last)
    if not (sentence.startswith(first) and sentence.endswith(last)):
        return []
    values, at = [], len(first)
    for piece in inner:
        found = sentence.find(piece, at + 1)
        if found < 0:
            return []
        values.append(sentence[at:found])
        at = found + len(piece)
    return [*values, sentence[at:end]] if at < end else []
