"""The dialog with all occurrences of a name: check and tick them, and mark them as one edit."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from annotator.core import edits
from annotator.core.occurrences import OccurrenceQuery
from annotator.core.scheme import Label
from annotator.services.job import Cancelled, JobCancelled, Progress
from annotator.services.occurrences import Occurrence, find_occurrences, mark_occurrences
from annotator.ui.i18n.translation import format_number, tr, tr_count
from annotator.ui.jobs.progress import JobProgress
from annotator.ui.jobs.runner import Job
from annotator.ui.lists.snippet_list import VALUE_ROLE, Snippet, SnippetList, snippet_item
from annotator.ui.session import Session
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets.line_edit import LineEdit
from annotator.ui.widgets.plain_text import PlainLabel

if TYPE_CHECKING:
    from annotator.store import Project

_Result = TypeVar("_Result")
_MOST: Final = 5000
"""More occurrences than this are not listed: they are too many to check."""


class OccurrencesDialog(QDialog):
    """Lists the occurrences of a text, with a tick at each; marks or unmarks the ticked ones."""

    shown_place = Signal(int, int)
    """Emitted with a place of the open article to show, in code points."""

    def __init__(
        self, session: Session, theme: Theme, words: str, label: str, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._theme = theme
        self.setWindowTitle(tr("All occurrences"))
        self._session = session
        self._progress = JobProgress(self, theme)
        self.words = LineEdit(words)
        self.words.setAccessibleName(tr("Words to find"))
        self.labels = _label_box(session.scheme.labels, label)
        self.whole_words = _check_box(tr("&Whole words"), on=True)
        self.match_case = _check_box(tr("Match &case"), on=True)
        self.project = _check_box(tr("In all &articles"), on=False)
        self.count = PlainLabel()
        self.count.setAccessibleName(tr("Occurrences"))
        self.places = QStandardItemModel(self)
        self.list = SnippetList(self.places, theme, self)
        self.list.setAccessibleName(tr("Places"))
        self.mark_button = QPushButton(tr("&Mark"))
        self.unmark_button = QPushButton(tr("&Unmark"))
        self._lay_out()
        self._connect()
        self.refresh()

    def done(self, result: int) -> None:
        self._session.jobs.stop(self)
        super().done(result)

    def refresh(self) -> None:
        """Search for the text again."""
        search = OccurrenceQuery(
            self.words.text(), self.whole_words.isChecked(), self.match_case.isChecked()
        )
        name, key = self._session.annotator, self._session.article_key
        if self.project.isChecked():
            self._find_everywhere(search)
        else:
            keys = [] if key is None else [key]
            self._show(find_occurrences(self._session.project, name, search, keys=keys))

    def ticked(self) -> list[Occurrence]:
        """Return the ticked places, in order."""
        items = (self.places.item(row) for row in range(self.places.rowCount()))
        return [
            item.data(VALUE_ROLE) for item in items if item.checkState() == Qt.CheckState.Checked
        ]

    def mark(self) -> None:
        """Give every ticked place the label; in the open article as one edit."""
        label = self.labels.currentData()
        title = self._session.scheme.label(label).title
        places = self.ticked()
        if not self.project.isChecked():
            spans = [(place.start, place.end) for place in places]
            make = partial(edits.mark_all, spans=spans, label=label, title=title)
            if self._session.perform(make):
                self.accept()
            return
        name = self._session.annotator

        def job(project: "Project", progress: Progress, cancelled: Cancelled) -> int:
            return mark_occurrences(
                project, name, places, label, title, progress=progress, cancelled=cancelled
            )

        self._run(Job(job, tr("Marking")), self._report_marked)

    def unmark(self) -> None:
        """Delete the mentions at the ticked places of the open article."""
        annotation = self._session.annotation
        if annotation is None:
            return
        here = [p for p in self.ticked() if p.article_key == self._session.article_key]
        ids = [m.id for place in here for m in annotation.mentions_at(place.start, place.end)]
        if self._session.perform(lambda _article, on: edits.unmark_all(on, ids)):
            self.accept()

    def _find_everywhere(self, search: OccurrenceQuery) -> None:
        name = self._session.annotator

        def job(project: "Project", progress: Progress, cancelled: Cancelled) -> list[Occurrence]:
            found = find_occurrences(project, name, search, progress=progress, cancelled=cancelled)
            if cancelled():  # what it has found so far would look like everything
                raise JobCancelled
            return found

        self._run(Job(job, tr("Looking through the articles")), self._show)

    def _run(self, job: Job[_Result], then: Callable[[_Result], None]) -> None:
        session = self._session
        session.record_working_time()
        running = session.jobs.run(job, then, self._fail, cancelled=self._clear, owner=self)
        if running is not None:
            self._progress.follow(running)
            self.mark_button.setEnabled(False)
            self.count.setText(tr("Looking through the articles …"))

    def _report_marked(self, number: int) -> None:
        self._session.reopen(own=True)
        self._session.article_progress.recount()
        self._session.status_message.emit(
            tr_count(
                number, "Marked {1} place in all articles.", "Marked {1} places in all articles."
            )
        )
        self.accept()

    def _clear(self) -> None:
        """List nothing: the search was cancelled, and what was listed before answers another."""
        self.places.clear()
        self.count.clear()
        self._count_ticked()

    def _fail(self, sentence: str) -> None:
        self.count.setText(sentence)
        self.mark_button.setEnabled(True)

    def _show(self, places: list[Occurrence]) -> None:
        self.places.clear()
        several = self.project.isChecked()
        for place in places[:_MOST]:
            self.places.appendRow(self._item(place, several=several))
        found = len(places)
        summary = tr_count(found, "{1} place", "{1} places")
        more = tr("{1}, the first {2} are shown", summary, format_number(_MOST))
        self.count.setText(more if found > _MOST else summary)
        self.list.setCurrentIndex(self.places.index(0, 0))
        self._count_ticked()

    def _item(self, place: Occurrence, *, several: bool) -> QStandardItem:
        label = self._session.scheme.label(place.label) if place.label is not None else None
        snippet = Snippet(
            place.before,
            place.words,
            place.after,
            tag=label.short if label is not None else "—",
            tone=self._theme.tone(label.tone) if label is not None else None,
            title=place.article if several else "",
        )
        return snippet_item(snippet, place, ticked=True)

    def _count_ticked(self) -> None:
        ticked = self.ticked()
        marked = sum(1 for place in ticked if place.label is not None)
        self.mark_button.setText(tr("&Mark {1}", len(ticked)))
        self.mark_button.setEnabled(bool(ticked))
        self.unmark_button.setText(tr("&Unmark {1}", marked))
        self.unmark_button.setEnabled(marked > 0 and not self.project.isChecked())

    def _go_to(self, index: QModelIndex) -> None:
        place = index.data(VALUE_ROLE)
        if isinstance(place, Occurrence) and place.article_key == self._session.article_key:
            self.shown_place.emit(place.start, place.end)

    def _lay_out(self) -> None:
        top, options = QHBoxLayout(), QHBoxLayout()
        top.addWidget(self.words, 1)
        top.addWidget(self.labels)
        for box in (self.whole_words, self.match_case, self.project):
            options.addWidget(box)
        options.addStretch(1)
        options.addWidget(self.count)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        buttons.addButton(self.mark_button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(self.unmark_button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        self.mark_button.setDefault(True)
        layout = QVBoxLayout(self)
        layout.addLayout(top)
        layout.addLayout(options)
        layout.addWidget(self.list, 1)
        layout.addWidget(buttons)
        self.resize(760, 460)
        self.list.setFocus()

    def _connect(self) -> None:
        self.words.editingFinished.connect(self._find_again)
        for box in (self.whole_words, self.match_case, self.project):
            box.toggled.connect(lambda _on: self.refresh())
        self.places.itemChanged.connect(lambda _item: self._count_ticked())
        self.list.selectionModel().currentChanged.connect(lambda now, _before: self._go_to(now))
        self.mark_button.clicked.connect(self.mark)
        self.unmark_button.clicked.connect(self.unmark)

    def _find_again(self) -> None:
        if self.words.isModified():
            self.words.setModified(False)
            self.refresh()


def _label_box(labels: tuple[Label, ...], current: str) -> QComboBox:
    box = QComboBox()
    box.setAccessibleName(tr("Label"))
    for label in labels:
        box.addItem(label.title, label.name)
    if current and box.findData(current) < 0:  # an import may add labels of its own
        box.addItem(current, current)
    box.setCurrentIndex(max(0, box.findData(current)))
    return box


def _check_box(text: str, *, on: bool) -> QCheckBox:
    box = QCheckBox(text)
    box.setChecked(on)
    return box
