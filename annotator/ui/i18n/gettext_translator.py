"""A gettext catalogue as a Qt translator."""

import re
from collections.abc import Iterator
from gettext import GNUTranslations
from pathlib import Path
from typing import Final, NamedTuple

from PySide6.QtCore import QTranslator
from PySide6.QtWidgets import QApplication

from annotator.ui.i18n.translation import PLACEHOLDER, SENTENCE, TEXT, fill_placeholders

_QUOTATION: Final = re.compile("“[^“”]*”")
_QUOTED_PLACE: Final = re.compile(r"“\{(\d)\}”")
_WHOLE, _BARE, _END = "\ue000", "\ue001", "\ue002"
"""Of the private use area. A number between them stands for a quotation, with its marks or bare."""
_MASK: Final = re.compile(f"([{_WHOLE}{_BARE}])(\\d+){_END}")
_ALL: Final = slice(None)
_INSIDE: Final = slice(1, -1)


class _Pattern(NamedTuple):
    """The text around the values of a sentence, and its translation.

    `bare` are the places whose values lose their quote marks, as the translation has its own.
    """

    pieces: list[str]
    translation: str
    bare: list[int]


class GettextTranslator(QTranslator):
    """A translator of the program's texts by a catalogue; other translators handle Qt's texts."""

    def __init__(self, path: Path, parent: QApplication | None = None) -> None:
        """Read the .mo file at `path`; raises OSError if it cannot be read."""
        super().__init__(parent)
        with path.open("rb") as file:
            self._texts = _Texts(file)
        self._known = self._texts.known
        self._patterns: list[_Pattern] | None = None

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
        """Translate a finished sentence, but never what it quotes: that is an article's text."""
        known = self._known.get(sentence)
        if known is not None:
            return known
        if self._patterns is None:
            self._patterns = list(_patterns(self._known))
        quotations: list[str] = _QUOTATION.findall(sentence)
        numbers = iter(range(len(quotations)))
        masked = _QUOTATION.sub(lambda _: f"{_WHOLE}{next(numbers)}{_END}", sentence)
        found = self._masked(masked, self._patterns)
        if found == masked:
            return sentence

        def quotation(mask: re.Match[str]) -> str:
            number = int(mask[2])
            if number >= len(quotations):  # characters of somebody's file name, say
                return mask[0]
            return quotations[number][_INSIDE if mask[1] == _BARE else _ALL]

        return _MASK.sub(quotation, found)

    def _masked(self, sentence: str, patterns: list[_Pattern]) -> str:
        """Translate a sentence in which a number stands for each quotation."""
        if _MASK.fullmatch(sentence):
            return sentence
        known = self._known.get(sentence)
        if known is not None:
            return known
        for pattern in patterns:
            if found := _values(sentence, pattern.pieces):
                values = [self._masked(part, patterns) for part in found]
                for place in pattern.bare:
                    values[place] = values[place].replace(_WHOLE, _BARE)
                return fill_placeholders(pattern.translation, values)
        return sentence


class _Texts(GNUTranslations):
    """A catalogue that also provides its texts without plural forms."""

    _catalog: dict[str | tuple[str, int], str]
    """The attribute that GNUTranslations fills; plural forms have tuples as keys."""

    @property
    def known(self) -> dict[str, str]:
        return {t: text for t, text in self._catalog.items() if t and isinstance(t, str)}


def _patterns(texts: dict[str, str]) -> Iterator[_Pattern]:
    """Yield a pattern for each text with places for values; those that say most first."""
    for text in sorted(texts, key=lambda text: -len(PLACEHOLDER.sub("", text))):
        if len(PLACEHOLDER.sub("", text).strip()) > 2 and PLACEHOLDER.search(text):
            quoted = _QUOTED_PLACE.findall(text)
            words = _QUOTED_PLACE.sub(r"{\1}", texts[text])
            bare = [int(place) - 1 for place in quoted if f"“{{{place}}}”" not in texts[text]]
            yield _Pattern(PLACEHOLDER.split(_QUOTED_PLACE.sub(r"{\1}", text))[::2], words, bare)


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
