"""The scheme editor: labels, quotes, attributes and guidelines of one project."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QMenu,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from annotator.core.errors import AnnotatorError
from annotator.core.guidelines import headings
from annotator.core.scheme import Scheme, SchemeError, check_scheme
from annotator.files import reason_of
from annotator.services.job import Cancelled, Progress
from annotator.services.presets import find_scheme, preset_names, write_scheme
from annotator.ui.i18n.translation import tr, tr_count, tr_error, tr_later, tr_message
from annotator.ui.import_export.file_dialogs import ask_file, ask_save_path
from annotator.ui.jobs.progress import JobProgress
from annotator.ui.jobs.runner import Job
from annotator.ui.scheme_editor.attributes_page import AttributesPage
from annotator.ui.scheme_editor.editable_list import Row, RowList
from annotator.ui.scheme_editor.guidelines_page import GuidelinesPage
from annotator.ui.scheme_editor.labels_page import LabelsPage, key_errors
from annotator.ui.scheme_editor.migration_preview_dialog import MigrationPreviewDialog, UsedName
from annotator.ui.scheme_editor.quotes_page import QuotesPage
from annotator.ui.session import Session
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets.dialogs import show_error
from annotator.ui.widgets.line_edit import LineEdit
from annotator.ui.widgets.ok_cancel import ok_cancel_buttons
from annotator.ui.widgets.plain_text import PlainLabel, escape_mnemonic

if TYPE_CHECKING:
    from annotator.services.scheme_change import SchemeReport
    from annotator.store import Project

_FILES = tr_later("Schemes (*.json);;All files (*)")


class SchemeEditor(QDialog):
    """An editor of a copy of the scheme; OK previews the effect on annotations and applies it.

    `taken` maps the keys that the window uses to the titles of what they do.
    """

    def __init__(
        self, session: Session, theme: Theme, taken: Mapping[str, str], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Scheme"))
        self._session = session
        self._taken = taken
        self.title, self.name = LineEdit(), LineEdit()
        self.labels = LabelsPage(theme)
        self.quotes = QuotesPage(theme)
        self.attributes = AttributesPage()
        self.guidelines = GuidelinesPage(theme)
        self.fault = PlainLabel()
        self.fault.setAccessibleName(tr("What is wrong"))
        self.fault.setWordWrap(True)
        self.fault.setStyleSheet(f"color: {theme.bad}; font-weight: 600;")
        self._progress = JobProgress(self, theme)
        self._follow: MigrationPreviewDialog | None = None
        self.setStyleSheet(_style(theme))
        self._lay_out()
        self.show_scheme(session.scheme)
        self._connect()
        self._check()

    def row_lists(self) -> "list[RowList[Any]]":
        """Return the lists of all pages."""
        return self.findChildren(RowList)

    def scheme(self) -> Scheme:
        """Return the scheme on the pages, unchecked."""
        return Scheme(
            name=self.name.text().strip(),
            title=self.title.text().strip(),
            labels=self.labels.model.values(),
            quote_types=self.quotes.model.values(),
            attributes=self.attributes.model.values(),
            conventions=self.quotes.conventions(),
            guidelines=self.guidelines.markdown(),
        )

    def show_scheme(self, scheme: Scheme) -> None:
        """Fill the pages with this scheme; names known to the project keep their identity."""
        now = self._session.scheme
        labels = {label.name for label in now.labels}
        attributes = {(attribute.of, attribute.name) for attribute in now.attributes}
        self.title.setText(scheme.title)
        self.title.setCursorPosition(0)
        self.name.setText(scheme.name)
        self.labels.show_headings(headings(scheme.guidelines))
        self.labels.fill([Row(x, x.name if x.name in labels else None) for x in scheme.labels])
        self.quotes.fill(
            [Row(x, x if x in now.quote_types else None) for x in scheme.quote_types],
            scheme.conventions,
        )
        self.attributes.fill(
            [Row(x, x.name if (x.of, x.name) in attributes else None) for x in scheme.attributes]
        )
        self.guidelines.fill(scheme.guidelines)

    def accept(self) -> None:
        """Apply the change, after a preview if it affects annotations.

        Rows that were added and not changed are removed first.
        """
        for page in (self.labels, self.quotes, self.attributes):
            page.model.drop_unchanged()
        scheme = self.scheme()
        if self._session.jobs.running(self) or self._first_fault(scheme):
            return
        if scheme == self._session.scheme:
            super().accept()
            return
        removed = self._removed_names()
        try:
            uses = self._session.project.uses(
                labels=[name.name for name in removed if name.kind == "label"],
                types=[name.name for name in removed if name.kind == "type"],
            )
        except AnnotatorError as error:
            self._show_error(tr_error(error))
            return
        if not uses:
            self._change(scheme, {}, {})
            return
        follow = self._follow = MigrationPreviewDialog(uses, removed, scheme, self)
        follow.accepted.connect(
            lambda: self._change(scheme, follow.chosen("label"), follow.chosen("type"))
        )
        follow.open()

    def reject(self) -> None:
        jobs = self._session.jobs
        if jobs.running(self):
            jobs.cancel(self)
        else:
            super().reject()

    def done(self, result: int) -> None:
        self._session.jobs.stop(self)
        super().done(result)

    def _removed_names(self) -> dict[UsedName, str | None]:
        """Return the labels and types that the pages no longer have, with their new names."""
        now = self._session.scheme
        labels = {row.origin: row.value.name for row in self.labels.model.rows()}
        types = {row.origin: row.value for row in self.quotes.model.rows()}
        return {
            UsedName(kind, old): new
            for kind, before, after in (
                ("label", [label.name for label in now.labels], labels),
                ("type", now.quote_types, types),
            )
            for old, new in _removed(before, after).items()
        }

    def _change(self, scheme: Scheme, labels: dict[str, str], types: dict[str, str]) -> None:
        def job(project: "Project", progress: Progress, cancelled: Cancelled) -> "SchemeReport":
            from annotator.services.scheme_change import change_scheme

            return change_scheme(
                project,
                scheme,
                labels=labels,
                types=types,
                progress=progress,
                cancelled=cancelled,
            )

        running = self._session.jobs.run(
            Job(job, tr("Changing the scheme")), self._changed, self._show_error, owner=self
        )
        if running is not None:
            self._tabs.setEnabled(False)
            self._progress.follow(running)

    def _changed(self, report: "SchemeReport") -> None:
        self._tabs.setEnabled(True)
        if report.cancelled:
            return
        self._session.take_scheme(reread=report.annotations > 0)
        self._session.status_message.emit(
            tr_count(
                report.annotations,
                "The scheme is changed; {1} annotation follows.",
                "The scheme is changed; {1} annotations follow.",
            )
            if report.annotations
            else tr("The scheme is changed.")
        )
        super().accept()

    def _show_error(self, sentence: str) -> None:
        self._tabs.setEnabled(True)
        show_error(self, tr("Scheme"), sentence)

    def _check(self) -> None:
        scheme = self.scheme()
        self.labels.show_headings(headings(scheme.guidelines))
        fault = self._first_fault(scheme)
        self.fault.setText(fault)
        self._ok.setEnabled(not fault)

    def _first_fault(self, scheme: Scheme) -> str:
        for fault in (*self._unnamed(), *key_errors(scheme.labels, self._taken)):
            return fault
        try:
            check_scheme(scheme)
        except SchemeError as error:
            text = tr_error(error)
            return f"{text[:1].upper()}{text[1:]}."
        return ""

    def _unnamed(self) -> Iterator[str]:
        """Yield a message for each row that was added and changed, but not named."""
        for label in self.labels.model.rows():
            if label.proposed and not label.unchanged and label.value.title == label.proposed.title:
                yield tr("Give “{1}” a title, or take it out.", label.value.title)
        for attribute in self.attributes.model.rows():
            made, now = attribute.proposed, attribute.value
            if made and not attribute.unchanged and now.title == made.title:
                yield tr("Give “{1}” a title, or take it out.", now.title)

    def _load(self, name: str) -> None:
        try:
            self.show_scheme(find_scheme(name))
        except (AnnotatorError, OSError) as error:
            show_error(self, tr("Scheme"), tr_error(error))

    def _load_file(self) -> None:
        folder = self._session.project.path.parent
        path = ask_file(self, tr("Load a scheme"), folder, tr(_FILES))
        if path is not None:
            self._load(str(path))

    def _save_file(self) -> None:
        usual = self._session.project.path.parent / f"{self.name.text() or 'scheme'}.json"
        path = ask_save_path(self, tr("Save the scheme"), usual, tr(_FILES))
        if path is not None:
            try:
                write_scheme(self.scheme(), path)
            except OSError as error:
                why = tr_message(reason_of(error))
                show_error(self, tr("Scheme"), tr("{1}: {2}; choose another file.", path, why))

    def _connect(self) -> None:
        for page in (self.labels, self.quotes, self.attributes, self.guidelines):
            page.edited.connect(self._check)
        for field in (self.title, self.name):
            field.textChanged.connect(self._check)

    def _lay_out(self) -> None:
        self._tabs = QTabWidget()
        self._tabs.setDocumentMode(True)
        for page, text in (
            (self.labels, tr("&Labels")),
            (self.quotes, tr("&Quotes")),
            (self.attributes, tr("&Attributes")),
            (self.guidelines, tr("&Guidelines")),
        ):
            self._tabs.addTab(page, text)
        self.title.setAccessibleName(tr("Title of the scheme"))
        self.name.setAccessibleName(tr("Name of the scheme"))
        self.name.setFixedWidth(130)
        top = QHBoxLayout()
        for text, field in ((tr("Title"), self.title), (tr("Name"), self.name)):
            top.addWidget(PlainLabel(text))
            top.addWidget(field)
            top.addSpacing(6)
        top.addWidget(self._file_button())
        buttons = ok_cancel_buttons(self.accept, self.reject)
        self._ok = buttons.button(QDialogButtonBox.StandardButton.Ok)
        bottom = QHBoxLayout()
        bottom.addWidget(self.fault, 1)
        bottom.addWidget(buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(18, 16, 18, 14)
        layout.setSpacing(12)
        layout.addLayout(top)
        layout.addWidget(self._tabs, 1)
        layout.addLayout(bottom)
        self.resize(840, 620)
        self.labels.list.view.setFocus()

    def _file_button(self) -> QPushButton:
        button = QPushButton(tr("&Start from …"))
        button.setAutoDefault(False)
        menu = QMenu(button)
        for name in preset_names():
            preset = menu.addAction(escape_mnemonic(find_scheme(name).title))
            preset.triggered.connect(lambda _=False, name=name: self._load(name))
        menu.addSeparator()
        menu.addAction(tr("A scheme in a &file …"), self._load_file)
        menu.addAction(tr("&Save this scheme as a file …"), self._save_file)
        button.setMenu(menu)
        return button


def _style(theme: Theme) -> str:
    return f"""
    #rows {{ background: {theme.card}; border: 1px solid {theme.line}; border-radius: 8px;
        padding: 4px; outline: none; }}
    #rows:focus {{ border-color: {theme.accent}; }}
    #rows::item {{ padding: 7px 10px; border-radius: 6px; color: {theme.text}; }}
    #rows::item:selected {{ background: {theme.hover}; color: {theme.text}; }}
    QToolButton {{ background: {theme.card}; border: 1px solid {theme.line}; border-radius: 6px; }}
    QToolButton:disabled {{ color: {theme.line}; }}
    QGroupBox {{ border: 1px solid {theme.line}; border-radius: 8px; margin-top: 20px;
        padding: 8px; font-weight: 600; }}
    QGroupBox::title {{ subcontrol-origin: margin; left: 2px; }}
    QRadioButton::indicator {{ width: 10px; height: 10px; border: 2px solid {theme.muted};
        border-radius: 7px; background: {theme.card}; }}
    QRadioButton::indicator:checked {{ width: 6px; height: 6px; border: 4px solid {theme.accent}; }}
    QRadioButton, QGroupBox QLabel {{ font-weight: 400; }}
    QSplitter::handle {{ background: transparent; }}
    QPlainTextEdit {{ background: {theme.card}; border: 1px solid {theme.line};
        border-radius: 8px; padding: 6px; }}
    """


def _removed(old: Iterable[str], now: Mapping[str | None, str]) -> dict[str, str | None]:
    """Return the old names that no longer exist, each with its new name or None."""
    return {name: now.get(name) for name in old if now.get(name) != name}
