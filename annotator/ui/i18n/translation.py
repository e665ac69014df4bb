"""The language of the window: choosing it and translating texts.

The translations are gettext catalogues, `resources/translations/*.mo`, made from the .po files
beside them by `make translations`. The state is Qt's own list of translators: where none of ours
is installed, the window shows the English of the source, and no file was read.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, Qt, QTranslator
from PySide6.QtWidgets import QApplication

from annotator.core.errors import AnnotatorError
from annotator.core.message import PLACEHOLDER, VERBATIM, Message, Value
from annotator.core.message import tr_later as tr_later  # noqa: PLC0414  # for the window
from annotator.resources import resource

if TYPE_CHECKING:
    from annotator.ui.i18n.gettext_translator import GettextTranslator

LANGUAGES: Final = {"en": "English", "de": "Deutsch", "ar": "العربية"}
"""The languages by code, each in its own language."""
TEXT: Final = "annotator"
_LOCALES: Final = {"en": "en_US", "de": "de_DE", "ar": "ar_AE"}
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


def tr(text: str, *values: object) -> str:
    """Return `text` in the language of the window, with the values in place of {1}, {2} …"""
    return fill_placeholders(QCoreApplication.translate(TEXT, text), values)


def tr_count(count: int, one: str, many: str, *values: object) -> str:
    """Return the text for a count, in as many plural forms as the language of the window has.

    {1} is the count with thousands separators, {2} the first of the values.
    """
    return fill_placeholders(_count_text(count, one, many), (format_number(count), *values))


def tr_message(message: Message) -> str:
    """Return the message in the language of the window, without its hint for the command line.

    Messages in it are translated too; its other values stay as they are.
    """
    if message.id == VERBATIM:
        return _tr_value(message.values[0])
    values = [_tr_value(value) for value in message.values]
    count = message.values[0] if message.values else None
    if message.one is not None and isinstance(count, int):
        return fill_placeholders(_count_text(count, message.one, message.id), values)
    return fill_placeholders(QCoreApplication.translate(TEXT, message.id), values)


def tr_error(error: AnnotatorError | OSError) -> str:
    """Return what went wrong in the language of the window, with what the system says as it is."""
    if isinstance(error, AnnotatorError):
        return tr_message(error.message)
    return f"{error.filename}: {error.strerror}" if error.filename else str(error)


def _tr_value(value: Value) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int):
        return format_number(value)
    if isinstance(value, Message):
        return tr_message(value)
    return tr(", ").join(_tr_value(part) for part in value)


def format_number(value: int) -> str:
    """Return a whole number with the thousands separators of the window's language."""
    return QLocale().toString(value)


def set_language(app: QApplication, choice: str) -> None:
    """Set the language of windows made from now on; "" is that of the desktop.

    The layout direction follows the language; each paragraph of an article keeps its own.
    """
    for old in app.findChildren(QTranslator):
        QCoreApplication.removeTranslator(old)
        old.deleteLater()
    code = choice if choice in LANGUAGES else _desktop_language()
    same = QLocale.languageToCode(QLocale.system().language()) == code
    QLocale.setDefault(QLocale.system() if same and code != "ar" else QLocale(_LOCALES[code]))
    rtl = code == "ar"
    direction = Qt.LayoutDirection.RightToLeft if rtl else Qt.LayoutDirection.LeftToRight
    app.setLayoutDirection(direction)
    if code != "en":
        qt_translator = QTranslator(app)
        folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
        if qt_translator.load(f"qtbase_{code}", folder):
            QCoreApplication.installTranslator(qt_translator)
        QCoreApplication.installTranslator(read_catalogue(code, app))


def read_catalogue(code: str, parent: QApplication | None = None) -> "GettextTranslator":
    """Return the translator for a language of LANGUAGES other than English."""
    from annotator.ui.i18n.gettext_translator import GettextTranslator

    return GettextTranslator(resource("resources", "translations", f"{code}.mo"), parent)


def _count_text(count: int, one: str, many: str) -> str:
    text = QCoreApplication.translate(TEXT, many, one, count)
    return one if text == many and count == 1 else text


def fill_placeholders(words: str, values: Sequence[object]) -> str:
    """Return the text with the values in place of {1}, {2} …"""
    if not values:
        return words
    texts = [str(value) for value in values]
    if QApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft:
        # A name in Latin script must not change the direction of the text around it.
        texts = [f"{_FIRST_STRONG_ISOLATE}{text}{_POP_ISOLATE}" for text in texts]
    return PLACEHOLDER.sub(lambda place: texts[int(place[1]) - 1], words)


def _desktop_language() -> str:
    code = QLocale.languageToCode(QLocale.system().language())
    return code if code in LANGUAGES else "en"
