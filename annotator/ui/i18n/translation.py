"""The language of the window: each text in it, and how it is chosen.

The translations are gettext catalogues, `resources/translations/*.mo`, made from the .po files
beside them by `make translations`. The state is Qt's own list of translators: where none of ours
is installed, the window speaks the English of the source, and no file was read.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, Qt, QTranslator
from PySide6.QtWidgets import QApplication

from annotator.core.errors import without_options
from annotator.resources import resource

if TYPE_CHECKING:
    from annotator.ui.i18n.gettext_translator import GettextTranslator

LANGUAGES: Final = {"en": "English", "de": "Deutsch", "ar": "العربية"}
"""By code, each in its own words."""
TEXT: Final = "annotator"
SENTENCE: Final = "annotator sentence"
_LOCALES: Final = {"en": "en_US", "de": "de_DE", "ar": "ar_AE"}
PLACE: Final = re.compile(r"\{(\d)\}")
"""Where a text has a value put in."""
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


def tr(text: str, *values: object) -> str:
    """`text` in the language of the window, with the values in place of {1}, {2} …"""
    return filled(QCoreApplication.translate(TEXT, text), values)


def tr_count(count: int, one: str, many: str, *values: object) -> str:
    """One of two texts by a count, in as many forms as the language of the window has.

    {1} is the count with its thousands set apart, {2} the first of the values.
    """
    words = QCoreApplication.translate(TEXT, many, one, count)
    if words == many and count == 1:
        words = one
    return filled(words, (number_words(count), *values))


def tr_later(text: str) -> str:
    """`text` itself: a text for `tr` in a table that is made before a language is chosen."""
    return text


def tr_sentence(sentence: str) -> str:
    """A finished sentence, of core or work, in the language of the window.

    Those layers know no languages: their sentences are found by their patterns. An unknown one
    stays as it is, without what to type on a command line.
    """
    words = QCoreApplication.translate(SENTENCE, sentence)
    return words if words != sentence else without_options(sentence)


def tr_clauses(sentence: str) -> str:
    """A finished sentence of clauses with ", " between them, each found by itself."""
    clauses = sentence.removesuffix(".").split(", ")
    return tr(", ").join(tr_sentence(clause) for clause in clauses) + "."


def number_words(value: int) -> str:
    """A whole number with its thousands set apart as the language of the window does it."""
    return QLocale().toString(value)


def speak(app: QApplication, choice: str) -> None:
    """Have windows made from now on speak this language; "" for that of the desktop.

    The whole window runs the way of its language; each paragraph of an article keeps its own.
    """
    for old in app.findChildren(QTranslator):
        QCoreApplication.removeTranslator(old)
        old.deleteLater()
    code = choice if choice in LANGUAGES else _language_of_the_desktop()
    same = QLocale.languageToCode(QLocale.system().language()) == code
    QLocale.setDefault(QLocale.system() if same and code != "ar" else QLocale(_LOCALES[code]))
    rtl = code == "ar"
    way = Qt.LayoutDirection.RightToLeft if rtl else Qt.LayoutDirection.LeftToRight
    app.setLayoutDirection(way)
    if code != "en":
        of_qt = QTranslator(app)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if of_qt.load(f"qtbase_{code}", folder):
            QCoreApplication.installTranslator(of_qt)
        QCoreApplication.installTranslator(read_catalogue(code, app))


def read_catalogue(code: str, parent: QApplication | None = None) -> "GettextTranslator":
    """What translates into this language of LANGUAGES, any but English."""
    from annotator.ui.i18n.gettext_translator import GettextTranslator

    return GettextTranslator(resource("resources", "translations", f"{code}.mo"), parent)


def filled(words: str, values: Sequence[object]) -> str:
    """The words with the values in place of {1}, {2} …"""
    if not values:
        return words
    texts = [str(value) for value in values]
    if QApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft:
        # A Latin name must not turn the words around it.
        texts = [f"{_FIRST_STRONG_ISOLATE}{text}{_POP_ISOLATE}" for text in texts]
    return PLACE.sub(lambda place: texts[int(place[1]) - 1], words)


def _language_of_the_desktop() -> str:
    code = QLocale.languageToCode(QLocale.system().language())
    return code if code in LANGUAGES else "en"
