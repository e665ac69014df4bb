"""The dialog that searches the whole project as the user types, with snippets and filters."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QEvent, QModelIndex, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QListView,
    QVBoxLayout,
    QWidget,
)

from annotator.core.text_search import TextQuery
from annotator.store import Hit, ProjectSearch, SearchQuery, StoreError
from annotator.ui.i18n.translation import tr, tr_count, tr_error, tr_later
from annotator.ui.lists.article_model import STATUS_LABELS
from annotator.ui.search.results import ResultDelegate, ResultModel
from annotator.ui.session import Session
from annotator.ui.settings import Settings
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets.combo_box import ComboBox
from annotator.ui.widgets.line_edit import LineEdit
from annotator.ui.widgets.plain_text import PlainLabel

_PAGE: Final = 100
"""The number of hits that are searched before the user scrolls for more."""
_PATIENCE_S: Final = 0.006
"""Seconds of searching between two looks at what else happens in the window."""
_SIZE: Final = (860, 620)
_MARKERS: Final = (
    (tr_later("Flags and notes"), None),
    (tr_later("Flagged"), "flag"),
    (tr_later("With a note"), "note"),
)


class ProjectSearchDialog(QDialog):
    """A search of all articles by text, label, status and flags. Return opens the hit's article.

    Annotations of others are searched only if the settings say that the user leads the project.
    """

    chosen = Signal(object, object)
    """The `Hit` to open, and its `TextQuery`."""

    def __init__(self, session: Session, settings: Settings, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("finder")
        self.setWindowTitle(tr("Find in the project"))
        self._session = session
        self._settings = settings
        self._wanted = SearchQuery(TextQuery(""), session.annotator)
        self._search: ProjectSearch | None = None
        """What is being searched for; None once all was found, or nothing is sought."""
        self.model = ResultModel(self)
        self._step = QTimer(self)
        self._step.setSingleShot(True)
        self._step.setInterval(0)
        self._step.timeout.connect(self._search_on)
        self._build(theme)
        self._lay_out()
        self.set_theme(theme)
        self.resize(*_SIZE)

    def set_theme(self, theme: Theme) -> None:
        """Use this theme from now on."""
        self._delegate.theme = theme
        self.setStyleSheet(
            f"#finder {{ background: {theme.panel}; }}"
            "#ask { font-size: 15px; padding: 7px 9px; }"
            f"QListView {{ background: {theme.card}; border: 1px solid {theme.line};"
            " border-radius: 8px; padding: 4px; }"
            f"#state {{ color: {theme.muted}; }}"
        )

    def open_for(self, text: str) -> None:
        """Show the dialog and search this text, or the last one if it is empty."""
        self._fill_annotators()
        self._fill_labels()
        if text:
            self.line.blockSignals(True)
            self.line.setText(" ".join(text.split()))
            self.line.blockSignals(False)
        before = self._current()
        self.seek()
        if before is not None and before in self.model.hits:
            self.view.setCurrentIndex(self.model.index(self.model.hits.index(before)))
        self.show()
        self.raise_()
        self.activateWindow()
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.line.selectAll()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        steps: dict[int, int] = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: 8}
        steps[Qt.Key.Key_PageUp] = -8
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._choose(self.view.currentIndex())
        elif key in steps and watched is self.line:
            row = min(max(0, self.view.currentIndex().row() + steps[key]), len(self.model.hits) - 1)
            self.view.setCurrentIndex(self.model.index(row))
        else:
            return False
        return True

    @Slot()
    def seek(self) -> None:
        """Search again from the first article on."""
        exact, whole = self.exact.isChecked(), self.whole.isChecked()
        self._wanted = SearchQuery(
            sought=TextQuery(self.line.text(), exact=exact, whole=whole),
            annotator=self.annotators.currentData() or self._session.annotator,
            label=self.labels.currentData(),
            status=self.statuses.currentData(),
            marker=self.markers.currentData(),
        )
        self._step.stop()
        self.model.clear()
        self._search = None
        self._limit = _PAGE
        if not _has_criteria(self._wanted):
            self.state.setText(tr("Type some words, or choose a label, a status or a flag."))
            return
        try:
            self._search = self._session.project.search(self._wanted)
        except StoreError as error:
            self.state.setText(tr_error(error))
            return
        self._search_on()

    @Slot()
    def _search_on(self) -> None:
        """Search a small part, and schedule the next part while more hits are wanted."""
        if self._search is None:
            return
        try:
            found = self._search.page(self._limit - len(self.model.hits), _PATIENCE_S)
        except StoreError as error:
            self._search = None
            self.state.setText(tr_error(error))
            return
        first = not self.model.hits
        self.model.add(found.hits)
        if found.next is None:
            self._search = None
        if first and self.model.hits:
            self.view.setCurrentIndex(self.model.index(0))
        if self._search is not None and len(self.model.hits) < self._limit:
            self._step.start()
        self._show_state()

    def _show_state(self) -> None:
        hits = self.model.hits
        articles = len({hit.key for hit in hits})
        places = sum(hit.times for hit in hits)
        text = tr(
            "{1} in {2}",
            tr_count(places, "{1} place", "{1} places"),
            tr_count(articles, "{1} article", "{1} articles"),
        )
        if self._step.isActive():
            self.state.setText(tr("{1} so far …", text))
        elif self._search is not None:
            self.state.setText(tr("The first {1}. Scroll down for more.", text))
        else:
            self.state.setText(f"{text}." if hits else tr("Nothing fits."))

    @Slot()
    def _scrolled(self) -> None:
        bar = self.view.verticalScrollBar()
        busy = self._step.isActive() or self._search is None
        if not busy and bar.value() >= bar.maximum() - bar.pageStep():
            self._limit = len(self.model.hits) + _PAGE
            self._step.start()

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        if 0 <= index.row() < len(self.model.hits):
            self._step.stop()
            self.hide()
            self.chosen.emit(self.model.hits[index.row()], self._wanted.sought)

    def _current(self) -> Hit | None:
        row = self.view.currentIndex().row()
        return self.model.hits[row] if 0 <= row < len(self.model.hits) else None

    def _fill_annotators(self) -> None:
        chosen = self.annotators.currentData()
        with_others = self._settings.leads
        names = self._session.ask(lambda project: project.annotators(), []) if with_others else []
        others = [name for name in names if name != self._session.annotator]
        self.annotators.blockSignals(True)
        self.annotators.clear()
        for name in (self._session.annotator, *others):
            self.annotators.addItem(tr("by {1}", name), name)
        self.annotators.choose_value(chosen)
        self.annotators.blockSignals(False)
        self.annotators.setVisible(bool(others))

    def _fill_labels(self) -> None:
        """List the labels of the current scheme; the chosen one stays if it is among them."""
        chosen = self.labels.currentData()
        self.labels.blockSignals(True)
        self.labels.clear()
        self.labels.addItem(tr("Any label"), None)
        for label in self._session.scheme.labels:
            self.labels.addItem(label.title, label.name)
        self.labels.choose_value(chosen)
        self.labels.blockSignals(False)

    def _build(self, theme: Theme) -> None:
        self.line = LineEdit()
        self.line.setObjectName("ask")
        self.line.setAccessibleName(tr("Find in the project"))
        self.line.setPlaceholderText(tr("Words in any article, from their beginnings"))
        self.line.setClearButtonEnabled(True)
        self.line.textChanged.connect(self.seek)
        self.line.installEventFilter(self)
        self.exact = _check(tr("&Case and accents"), self.seek)
        self.whole = _check(tr("&Whole words"), self.seek)
        self.labels = ComboBox(tr("Label"), (), self.seek)
        statuses = [(tr(text), status) for status, text in STATUS_LABELS.items()]
        self.statuses = ComboBox(tr("Status"), [(tr("Any status"), None), *statuses], self.seek)
        self.markers = ComboBox(
            tr("Flags and notes"), [(tr(text), marker) for text, marker in _MARKERS], self.seek
        )
        self.annotators = ComboBox(tr("Annotator"), (), self.seek)
        self.view = QListView()
        self.view.setAccessibleName(tr("What fits"))
        self.view.setModel(self.model)
        self.view.setUniformItemSizes(True)
        self.view.setMouseTracking(True)
        self.view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.view.clicked.connect(self._choose)
        self.view.installEventFilter(self)
        self.view.verticalScrollBar().valueChanged.connect(self._scrolled)
        self._delegate = ResultDelegate(self._session, theme, self.view)
        self.view.setItemDelegate(self._delegate)
        self.state = PlainLabel()
        self.state.setObjectName("state")
        self.state.setAccessibleName(tr("How much was found"))

    def _lay_out(self) -> None:
        filters = QHBoxLayout()
        filters.setSpacing(8)
        for part in (self.labels, self.statuses, self.markers, self.annotators):
            filters.addWidget(part)
        filters.addStretch(1)
        filters.addWidget(self.exact)
        filters.addWidget(self.whole)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 14, 16, 12)
        layout.setSpacing(10)
        layout.addWidget(self.line)
        layout.addLayout(filters)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.state)


def _has_criteria(wanted: SearchQuery) -> bool:
    return bool(wanted.sought) or any((wanted.label, wanted.status, wanted.marker))


def _check(text: str, act: Callable[[], None]) -> QCheckBox:
    box = QCheckBox(text)
    box.toggled.connect(lambda _: act())
    return box
