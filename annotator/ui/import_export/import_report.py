"""The report of an import, to read and copy."""

from html import escape
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QPalette
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QPushButton,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from annotator.ui.i18n.translation import format_number, tr, tr_message
from annotator.ui.widgets.plain_text import PlainLabel, SelfContainedDocument, set_tool_tip

if TYPE_CHECKING:
    from annotator.services.importing import ImportReport

_SHOWN: Final = 500
"""The maximum number of lines shown in a section; the copied text has all of them."""


class ImportReportDialog(QDialog):
    """A summary sentence, and below it what was rejected and imported, file by file."""

    def __init__(self, parent: QWidget, report: "ImportReport") -> None:
        super().__init__(parent)
        from annotator.services.import_summary import as_text, summary

        self.setWindowTitle(tr("Import report"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._text = as_text(report)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(14)
        heading = PlainLabel(tr_message(summary(report)))
        heading.setObjectName("heading")
        heading.setWordWrap(True)
        font = heading.font()
        font.setPixelSize(16)
        font.setWeight(font.Weight.DemiBold)
        heading.setFont(font)
        layout.addWidget(heading)
        layout.addWidget(self._details(report), 1)
        layout.addWidget(self._buttons())
        self.resize(680, 460)

    def _details(self, report: "ImportReport") -> QTextEdit:
        details = QTextEdit()
        details.setAccessibleName(tr("Details of the import"))
        details.setReadOnly(True)
        details.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        details.setTabChangesFocus(True)
        document = SelfContainedDocument(details)
        document.setDefaultFont(self.font())
        document.setDocumentMargin(12)
        document.setHtml(_html(report, self.palette()))
        details.setDocument(document)
        return details

    def _buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        copy = QPushButton(tr("&Copy all"))
        set_tool_tip(copy, tr("Copy the whole report as text"))
        copy.clicked.connect(self.copy_all)
        buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        copy.setAutoDefault(False)
        buttons.button(QDialogButtonBox.StandardButton.Close).setDefault(True)
        return buttons

    def copy_all(self) -> None:
        """Copy the whole report to the clipboard."""
        QGuiApplication.clipboard().setText(self._text)


def _html(report: "ImportReport", palette: QPalette) -> str:
    from annotator.services.import_summary import sections

    muted = palette.color(QPalette.ColorRole.PlaceholderText).name()
    parts = []
    for title, lines in sections(report):
        parts.append(
            f'<p style="margin-top:10px; margin-bottom:4px"><b>{escape(tr_message(title))}</b>'
            f' <span style="color:{muted}">{format_number(len(lines))}</span></p>'
        )
        parts += [
            f'<p style="margin:2px 0 2px 0">{escape(tr_message(line))}</p>'
            for line in lines[:_SHOWN]
        ]
        if len(lines) > _SHOWN:
            more = tr(
                "and {1} more, which Copy all has as well", format_number(len(lines) - _SHOWN)
            )
            parts.append(f'<p style="color:{muted}">{more}</p>')
    nothing = tr("There was nothing to import.")
    return "".join(parts) or f'<p style="color:{muted}">{nothing}</p>'
