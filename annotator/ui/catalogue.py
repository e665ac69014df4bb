"""A gettext catalogue as a translator of Qt."""

import re
from collections.abc import Iterator
from gettext import GNUTranslations
from pathlib import Path

from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QApplication

from annotator.ui.language import PLACE, SENTENCE, TEXT, filled


class Catalogue(QTranslator):
    """Answers Qt's questions for a text of ours from a catalogue; those of Qt's own go on."""

    def __init__(self, path: Path, parent: QApplication | None = None) -> None:
        """`path` is a .mo file; raises OSError if it cannot be read."""
        super().__init__(parent)
        with path.open("rb") as file:
            self._texts = _Texts(file)
        self._known = self._texts.known
        self._patterns: list[tuple[re.Pattern[str], str]] | None = None

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
            if found := pattern.fullmatch(sentence):
                parts = [self._sentence(part) for part in found.groups()]
                return filled(words, parts)
        return sentence


class _Texts(GNUTranslations):
    """The catalogue, which also tells its texts that have no forms for counts."""

    _catalog: dict[str | tuple[str, int], str]
    """What Python's own reading of the file leaves here; forms for counts have tuples as keys."""

    @property
    def known(self) -> dict[str, str]:
        return {t: words for t, words in self._catalog.items() if t and isinstance(t, str)}


def _patterns(texts: dict[str, str]) -> Iterator[tuple[re.Pattern[str], str]]:
    """The texts with places for values, those that say most first."""
    for text in sorted(texts, key=lambda text: -len(PLACE.sub("", text))):
        if len(PLACE.sub("", text).strip()) > 2 and PLACE.search(text):
            pieces = PLACE.split(text)
            pieces[::2] = [re.escape(piece) for piece in pieces[::2]]
            pieces[1::2] = ["(.+?)"] * len(pieces[1::2])
            yield re.compile("".join(pieces), re.DOTALL), texts[text]
