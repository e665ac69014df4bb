"""A gettext catalogue as a translator of Qt."""

from collections.abc import Iterator
from gettext import GNUTranslations
from pathlib import Path

from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QApplication

from annotator.ui.i18n.translation import PLACE, SENTENCE, TEXT, filled


class GettextTranslator(QTranslator):
    """Answers Qt's questions for a text of ours from a catalogue; those of Qt's own go on."""

    def __init__(self, path: Path, parent: QApplication | None = None) -> None:
        """`path` is a .mo file; raises OSError if it cannot be read."""
        super().__init__(parent)
        with path.open("rb") as file:
            self._texts = _Texts(file)
        self._known = self._texts.known
        self._patterns: list[tuple[list[str], str]] | None = None

    def isEmpty(self) -> bool:  # noqa: N802  # Qt's name
        return False

    def translate(  # None says: not mine
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
        for pattern, words in self._patterns:
            if found := _values(sentence, pattern):
                return filled(words, [self._sentence(part) for part in found])
        return sentence


class _Texts(GNUTranslations):
    """The catalogue, which also tells its texts that have no forms for counts."""

    _catalog: dict[str | tuple[str, int], str]
    """What Python's own reading of the file leaves here; forms for counts have tuples as keys."""

    @property
    def known(self) -> dict[str, str]:
        return {t: words for t, words in self._catalog.items() if t and isinstance(t, str)}


def _patterns(texts: dict[str, str]) -> Iterator[tuple[list[str], str]]:
    """What stands around the places for values in each text that has some, and its translation;
    those that say most first."""
    for text in sorted(texts, key=lambda text: -len(PLACE.sub("", text))):
        if len(PLACE.sub("", text).strip()) > 2 and PLACE.search(text):
            yield PLACE.split(text)[::2], texts[text]


def _values(sentence: str, pieces: list[str]) -> list[str]:
    """What the sentence has between the pieces, each as short as it can be; empty if it is not
    made of them. Goes through the sentence once: it may hold a note of any length."""
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
