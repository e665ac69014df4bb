"""The dialog of agreement: figures, annotators and pairs, confusions, and a trend by week."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QMenu,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from annotator.core.agreement.report import Agreement
from annotator.core.errors import AnnotatorError
from annotator.services.agreement_report import as_html, write_report
from annotator.ui.i18n.translation import tr, tr_count, tr_error
from annotator.ui.import_export.file_dialogs import ask_save_path
from annotator.ui.printing.pdf import new_pdf
from annotator.ui.review.figures_page import figures_page
from annotator.ui.review.tables_page import annotators_page, confusion_page
from annotator.ui.review.trend_chart import TrendChart
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets.dialogs import show_error
from annotator.ui.widgets.plain_text import (
    PlainLabel,
    SelfContainedDocument,
    escape_mnemonic,
    set_tool_tip,
)


class AgreementDialog(QDialog):
    """All figures of `found`; "Save report…" writes them to a file.

    Args:
        everybody: The annotators who can be compared.
        compare: Measures again for some of them; the figures come back through
            `show_agreement`.
        folder: Where reports are saved at first.
    """

    def __init__(
        self,
        found: Agreement,
        everybody: Sequence[str],
        compare: Callable[[list[str]], None],
        theme: Theme,
        folder: Path,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Agreement"))
        self.found = found
        self._theme = theme
        self._compare = compare
        self._folder = folder
        self._about = PlainLabel()
        self._about.setWordWrap(True)
        self.people = QToolButton()
        self.tabs = QTabWidget()
        self._offer(everybody)
        self._lay_out()
        self.show_agreement(found)
        self.resize(800, 740)

    def show_agreement(self, found: Agreement) -> None:
        """Show these figures on the page that is open, in place of the previous ones."""
        self.found = found
        self._about.setText(
            tr(
                "{1} · annotated by two or more: {2}",
                ", ".join(found.annotators),
                tr_count(found.articles, "{1} article", "{1} articles"),
            )
        )
        page = max(0, self.tabs.currentIndex())
        while self.tabs.count():
            old = self.tabs.widget(0)
            self.tabs.removeTab(0)
            if old is not None:
                old.deleteLater()
        self.tabs.addTab(figures_page(found, self._theme), tr("&Figures"))
        self.tabs.addTab(annotators_page(found, self._theme), tr("&Annotators"))
        self.tabs.addTab(confusion_page(found, self._theme), tr("&Confusion"))
        self.tabs.addTab(TrendChart(found.weeks, self._theme), tr("By &week"))
        self.tabs.setCurrentIndex(page)

    def chosen(self) -> list[str]:
        """Return the names that are ticked."""
        return [action.data() for action in self.people.menu().actions() if action.isChecked()]

    def save_to(self, out: Path) -> None:
        """Write the report as PDF, HTML or CSV, by the suffix.

        Raises AnnotatorError for another suffix, and OSError. The file is complete or unchanged.
        """
        if out.suffix.lower() == ".pdf":
            document = SelfContainedDocument()
            document.setHtml(as_html(self.found))
            with new_pdf(out) as writer:
                document.print_(writer)
        else:
            write_report(self.found, out)

    def _offer(self, everybody: Sequence[str]) -> None:
        menu = QMenu(self.people)
        for name in everybody:
            action = menu.addAction(escape_mnemonic(name))
            set_tool_tip(action, name)
            action.setData(name)
            action.setCheckable(True)
            action.setChecked(name in self.found.annotators)
        menu.aboutToHide.connect(self._measure)
        self.people.setText(tr("Compare …"))
        self.people.setAccessibleName(tr("Whom to compare"))
        set_tool_tip(self.people, tr("Whom to compare: at least two"))
        self.people.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.people.setMenu(menu)
        self.people.setVisible(len(everybody) > 2)

    def _measure(self) -> None:
        names = self.chosen()
        if len(names) < 2:
            for action in self.people.menu().actions():
                action.setChecked(action.data() in self.found.annotators)
        elif names != list(self.found.annotators):
            self._compare(names)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self._about, 1)
        top.addWidget(self.people, 0, Qt.AlignmentFlag.AlignTop)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        saving = buttons.addButton(tr("&Save report…"), QDialogButtonBox.ButtonRole.ActionRole)
        saving.clicked.connect(self._save)
        layout = QVBoxLayout(self)
        layout.addLayout(top)
        layout.addWidget(self.tabs, 1)
        layout.addWidget(buttons)

    def _save(self) -> None:
        kinds = tr("Page (*.html);;PDF (*.pdf);;Table (*.csv)")
        place = ask_save_path(self, tr("Save report"), self._folder / "agreement.html", kinds)
        if place is not None:
            try:
                self.save_to(place)
            except (AnnotatorError, OSError) as error:
                show_error(self, tr("Not saved"), tr_error(error))
