"""The view of the guidelines: Markdown without HTML or external resources, links on request."""

from typing import Any

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QDesktopServices,
    QFont,
    QTextBlockFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QMessageBox, QTextBrowser, QWidget

from annotator.core.guidelines import find_heading
from annotator.ui.i18n.translation import tr, tr_later
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets.plain_text import PlainMessageBox, empty_resource

_NONE = tr_later("*This scheme has no guidelines yet. Write them under Edit → Scheme.*")
_LINE_HEIGHT = 138.0
"""In per cent."""
_PROPORTIONAL = QTextBlockFormat.LineHeightTypes.ProportionalHeight.value
_SCHEMES = ("http", "https", "mailto")
_FEATURES = (
    QTextDocument.MarkdownFeature.MarkdownDialectGitHub
    | QTextDocument.MarkdownFeature.MarkdownNoHTML
)


class GuidelinesView(QTextBrowser):
    """A view of Markdown that scrolls to the section that fits."""

    section_shown = Signal(str)
    """The heading that was scrolled to."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("guidelines")
        self.setAccessibleName(tr("Guidelines"))
        self.setOpenLinks(False)
        self.anchorClicked.connect(self._ask_to_open)
        self._theme = theme
        self._markdown = ""
        self.set_theme(theme)

    def set_theme(self, theme: Theme) -> None:
        """Use this theme from now on."""
        self._theme = theme
        self.setStyleSheet(
            f"#guidelines {{ background: {theme.page}; color: {theme.text}; border: none;"
            " padding: 6px 12px; }"
        )
        self.show_markdown(self._markdown)

    def show_markdown(self, markdown: str) -> None:
        """Show another text, keeping the scroll position."""
        at = self.verticalScrollBar().value()
        self._markdown = markdown
        self.document().setMarkdown(markdown or tr(_NONE), _FEATURES)
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self._set_spacing()
        self.verticalScrollBar().setValue(at)

    def headings(self) -> list[str]:
        """Return the headings as they are shown."""
        return [text for text, _ in self._sections()]

    def show_section(self, wanted: list[str]) -> str | None:
        """Scroll to the first heading that fits; return it, or None if none does."""
        sections = self._sections()
        found = find_heading([text for text, _ in sections], wanted)
        if found is None:
            return None
        text, position = sections[found]
        cursor = QTextCursor(self.document())
        cursor.setPosition(position)
        self.setTextCursor(cursor)
        self.verticalScrollBar().setValue(
            self.verticalScrollBar().value() + self.cursorRect(cursor).top() - 8
        )
        self.section_shown.emit(text)
        return text

    def loadResource(self, type_: int, name: QUrl | str) -> Any:
        # Loading a picture could tell a server who reads the guidelines, and when.
        return empty_resource(type_)

    def _sections(self) -> list[tuple[str, int]]:
        found: list[tuple[str, int]] = []
        block = self.document().begin()
        while block.isValid():
            if block.blockFormat().headingLevel() > 0:
                found.append((block.text(), block.position()))
            block = block.next()
        return found

    def _set_spacing(self) -> None:
        """Set the space between lines and around headings, which Markdown cannot express."""
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        block = self.document().begin()
        while block.isValid():
            level = block.blockFormat().headingLevel()
            form = QTextBlockFormat()
            form.setLineHeight(_LINE_HEIGHT, _PROPORTIONAL)
            form.setTopMargin(18 if level else 0)
            form.setBottomMargin(4 if level else 8)
            cursor.setPosition(block.position())
            cursor.mergeBlockFormat(form)
            if level:
                self._set_heading(cursor, level)
            block = block.next()
        cursor.endEditBlock()

    def _set_heading(self, cursor: QTextCursor, level: int) -> None:
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        form = cursor.charFormat()
        form.setFontWeight(QFont.Weight.DemiBold.value)
        form.setProperty(form.Property.FontSizeAdjustment.value, 2 if level == 1 else 1)
        form.setForeground(QColor(self._theme.text if level < 3 else self._theme.muted))
        cursor.mergeCharFormat(form)

    def _ask_to_open(self, url: QUrl) -> None:
        if not url.scheme() and url.fragment():
            self.show_section([url.fragment().replace("-", " ")])
            return
        if url.scheme() not in _SCHEMES:
            return
        box = PlainMessageBox(
            QMessageBox.Icon.Question,
            "Annotator",
            tr("Open {1} outside Annotator?", url.toString()),
            QMessageBox.StandardButton.Open | QMessageBox.StandardButton.Cancel,
            self,
        )
        box.buttonClicked.connect(
            lambda button: (
                QDesktopServices.openUrl(url)
                if box.standardButton(button) == QMessageBox.StandardButton.Open
                else None
            )
        )
        box.open()
