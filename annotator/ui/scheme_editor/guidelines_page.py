"""The page of the scheme editor for the guidelines, with a preview."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QPlainTextEdit, QSplitter, QVBoxLayout, QWidget

from annotator.ui.i18n.translation import tr
from annotator.ui.scheme_editor.guidelines_view import GuidelinesView
from annotator.ui.theme.theme import Theme


class GuidelinesPage(QWidget):
    """Markdown at the left; at the right a live preview as annotators will see it."""

    edited = Signal()
    """The text has changed."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._original = ""
        self.editor = QPlainTextEdit()
        self.editor.setAccessibleName(tr("Guidelines in Markdown"))
        self.editor.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.editor.setPlaceholderText(
            "# Names\n\nWhat to mark and what not.\n\n## Person\n\nA section for each label."
        )
        self.editor.setTabChangesFocus(True)
        self.preview = GuidelinesView(theme)
        self.preview.setAccessibleName(tr("How the guidelines look"))
        panes = QSplitter(Qt.Orientation.Horizontal)
        panes.addWidget(self.editor)
        panes.addWidget(self.preview)
        panes.setSizes([400, 400])
        panes.setHandleWidth(9)
        layout = QVBoxLayout(self)
        layout.addWidget(panes)
        self.editor.textChanged.connect(self._follow)

    def fill(self, markdown: str) -> None:
        """Show this text."""
        self._original = markdown
        self.editor.setPlainText(markdown)
        self.editor.document().setModified(False)

    def markdown(self) -> str:
        """Return the current text."""
        # Reading an unmodified text back would turn no-break spaces into spaces.
        modified = self.editor.document().isModified()
        return self.editor.toPlainText() if modified else self._original

    def _follow(self) -> None:
        self.preview.show_markdown(self.markdown())
        self.edited.emit()
