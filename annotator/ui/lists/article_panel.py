"""The panel on the left: all articles, their status, and a filter."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QMenu,
    QProgressBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from annotator.core.models import Status
from annotator.store import ArticleOrder, Marker, Progress, StoreError
from annotator.ui.actions.action import Action, Condition, Scope
from annotator.ui.actions.conditions import writable
from annotator.ui.actions.registry import ActionRegistry
from annotator.ui.i18n.translation import format_number, tr, tr_count, tr_error
from annotator.ui.lists.article_delegate import ArticleDelegate
from annotator.ui.lists.article_model import STATUS_LABELS, ArticleModel
from annotator.ui.lists.order_button import OrderButton
from annotator.ui.lists.selection_synced_list import GUTTER, GutterList
from annotator.ui.session import Session
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets.line_edit import LineEdit
from annotator.ui.widgets.plain_text import PlainLabel, strip_mnemonics

_PAUSE_MS: Final = 80


class ArticlePanel(QWidget):
    """The list of articles below a filter and the progress."""

    article_chosen = Signal(int)
    """Emitted with the key of an article that was clicked or chosen with Enter."""
    page_wanted = Signal()
    """Emitted when no row can have the focus: the text is to get it."""
    trash_wanted = Signal()
    """Emitted when the selected articles are to be deleted."""
    sorted_by = Signal(str)
    """Emitted with an `ArticleOrder` that was chosen and applied."""

    def __init__(
        self,
        session: Session,
        theme: Theme,
        registry: ActionRegistry,
        put: Callable[[QWidget], None] | None = None,
        *,
        order: ArticleOrder = "imported",
    ) -> None:
        """Make the panel; `put` inserts it into the window before it has contents to style."""
        super().__init__()
        self.setObjectName("articles")
        if put is not None:
            put(self)
        self.setAccessibleName(tr("Articles"))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._session = session
        self._registry = registry
        self._no_articles = self._no_match = ""
        self._annotator = session.annotator
        self._status: Status | None = None
        self._marker: Marker | None = None
        self._before_filter: QWidget | None = None
        self.model = ArticleModel(session, self, order=order)
        self._delegate = ArticleDelegate(theme, self)
        self.view = self._build_view()
        self.line = self._build_line()
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(_PAUSE_MS)
        self._wait.timeout.connect(self._filter)
        self._build_labels()
        self._order = OrderButton(theme, self)
        self._order.show_order(order)
        self._order.chosen.connect(self._sort)
        self._lay_out()
        session.article_opened.connect(self.follow)
        session.article_progress.changed.connect(self._show_progress)
        self.model.modelReset.connect(self._show_counts)
        self.model.rowsInserted.connect(self._show_counts)
        self.model.completed.connect(self._follow_completed)
        registry.add(self.own_actions())
        registry.take_keys(Scope.ARTICLES, self.view)
        registry.take_keys(Scope.FILTER, self.line)
        registry.keys_changed.connect(self._show_keys)
        self.set_theme(theme)
        self._show_counts()
        self.follow()

    def own_actions(self) -> list[Action]:
        """Return the actions on the chosen articles of the list, and those of its filter."""
        articles, in_filter = Scope.ARTICLES, Scope.FILTER
        shown = Condition(self._has_rows, tr("Choose a row of the list first."))
        able = (shown, writable(self._session))
        enter, leave = ("Return", "Enter"), tr("Clear the filter and go back")
        return [
            Action(
                "articles_trash",
                tr("&Move to the trash"),
                self.trash_wanted.emit,
                None,
                ("Del",),
                able,
                articles,
                hint=tr("Move to the trash"),
            ),
            Action(
                "articles_open",
                tr("&Open"),
                self._choose_current,
                None,
                enter,
                (shown,),
                articles,
                hint=tr("Open"),
            ),
            Action(
                "filter_open",
                tr("Open the first article found"),
                self._choose_found,
                None,
                enter,
                (),
                in_filter,
                hint=tr("Open"),
            ),
            Action(
                "filter_list",
                tr("Go to the list"),
                self.view.setFocus,
                None,
                ("Down",),
                (),
                in_filter,
            ),
            Action(
                "filter_leave",
                leave,
                self._leave_filter,
                None,
                ("Esc",),
                (),
                in_filter,
                hint=tr("Clear"),
            ),
            Action(
                "articles_leave",
                leave,
                self._leave_filter,
                scope=articles,
                keys_of="filter_leave",
            ),
        ]

    def set_theme(self, theme: Theme) -> None:
        """Switch to another theme."""
        self._delegate.theme = theme
        self._order.set_theme(theme)
        self.view.viewport().update()

    def reload(self) -> None:
        """Read list and progress again, after an import or for another annotator."""
        self._annotator = self._session.annotator
        self._session.article_progress.recount()
        self.model.reload()
        self.follow()

    @Slot(str)
    def _sort(self, order: ArticleOrder) -> None:
        self._order.show_order(order)
        if order != self.model.order:
            self.model.sort_by(order)
            self.follow()
        self.sorted_by.emit(order)

    def chosen(self) -> list[int]:
        """Return the keys of the selected rows, from top to bottom."""
        ranges = self.view.selectionModel().selection().toList()
        rows = sorted((one.top(), one.bottom()) for one in ranges)
        return [key for first, last in rows for key in self.model.keys_in(first, last)]

    def point_at(self, key: int | None) -> None:
        """Make the row of this article the current one, without opening it."""
        row = self.model.row_of(key)
        if row is not None:
            self.view.setCurrentIndex(self.model.index(row))

    def focus_filter(self) -> None:
        """Focus the filter; Esc returns the focus to where it was."""
        focus = QApplication.focusWidget()
        if focus is not self.line:
            self._before_filter = focus
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.line.selectAll()

    def neighbour(self, step: int, *, only_open: bool = False) -> int | None:
        """Return the key of the next (1) or previous (-1) article in the list, None at its end.

        With `only_open`, the next one that is neither done nor skipped, continuing from the other
        end
        if needed; None if there is none left.
        """
        return self.model.neighbour(step, only_open=only_open)

    @Slot()
    def follow(self) -> None:
        """Select and show the current article, without opening it again."""
        if self._annotator != self._session.annotator:
            self._annotator = self._session.annotator
            self.model.reload()
        before, self._delegate.on_desk = self._delegate.on_desk, self._session.article_key
        self.model.changed(before)
        self.model.changed(self._delegate.on_desk)
        row = self.model.row_of(self._session.article_key)
        if row is None:
            self.view.clearSelection()
        else:
            self.view.setCurrentIndex(self.model.index(row))
            self.view.scrollTo(self.model.index(row))

    @Slot(QModelIndex)
    def _click(self, index: QModelIndex) -> None:
        """Open the clicked article; with Ctrl or Shift a click only selects."""
        if QApplication.keyboardModifiers() == Qt.KeyboardModifier.NoModifier:
            self._choose(index)

    @Slot(QPoint)
    def _show_menu(self, pos: QPoint) -> None:
        number = len(self.chosen())
        if not number:
            return
        menu = QMenu(self.view)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if number == 1:
            menu.addAction(tr("&Open")).triggered.connect(self._choose_current)
        many = tr_count(number, "&Move 1 article to the trash", "&Move {1} articles to the trash")
        delete = menu.addAction(tr("&Move to the trash") if number == 1 else many)
        delete.setShortcut(self._registry["articles_trash"].shortcut())
        delete.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        delete.triggered.connect(self.trash_wanted)
        menu.popup(self.view.viewport().mapToGlobal(pos))

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        if index.isValid():
            self.article_chosen.emit(self.model.key_at(index.row()))

    def _choose_current(self) -> None:
        self._choose(self.view.currentIndex())

    def _has_rows(self) -> bool:
        return self.view.selectionModel().hasSelection()

    def _choose_found(self) -> None:
        """Open the selected article, or the first one that the filter found."""
        self._filter()
        self.model.find_first()
        selected = self.view.selectedIndexes()
        self._choose(selected[0] if selected else self.model.index(0))

    def _leave_filter(self) -> None:
        self.line.clear()
        self._filter()
        back, self._before_filter = self._before_filter, None
        try:
            if back is not None and back.isVisible():
                back.setFocus()
                return
        except RuntimeError:  # Qt has deleted it in the meantime
            pass
        self.view.setFocus()

    @Slot()
    def _filter(self) -> None:
        self._wait.stop()
        self.model.show_only(self.line.text(), self._status, self._marker)
        self.follow()

    @Slot()
    def _follow_completed(self) -> None:
        """Show that all rows have come, and select the current article if it is among the last."""
        self._show_counts()
        if not self._has_rows():
            self.follow()

    def _show_status(self, status: Status | None, words: str, marker: Marker | None = None) -> None:
        self._status, self._marker = status, marker
        self._statuses.setText(f"{words} ▾")
        self._filter()

    @Slot()
    def _show_counts(self) -> None:
        count = self.model.rowCount()
        more = "" if self.model.is_complete else "+"
        self._count.setText(format_number(count) + more)
        if not count and self.view.hasFocus():
            self.page_wanted.emit()  # otherwise Qt would choose what gets the focus
        self.view.setVisible(count > 0)
        self._empty.setVisible(count == 0 and self.model.is_complete)
        filtered = bool(self.line.text()) or bool(self._status or self._marker)
        self._empty.setText(self._no_match if filtered else self._no_articles)
        try:
            self._show_progress(self._session.article_progress.read())
        except StoreError as error:
            self._session.status_message.emit(tr_error(error))

    def _show_keys(self) -> None:
        """Show how to fill an empty list, with the keys that the actions have now."""
        leave, import_ = map(self._registry.key_or_title, ("filter_leave", "import_files"))
        self._no_match = tr("No article fits. Press {1} to clear the filter.", leave)
        self._no_articles = tr("No articles yet. Press {1} to import some.", import_)
        self._show_counts()

    @Slot(object)
    def _show_progress(self, progress: Progress) -> None:
        done = progress.counts["done"]
        self._done.setText(
            tr("{1} of {2} done", format_number(done), format_number(progress.total))
        )
        # A progress bar without a range would be animated.
        self._bar.setMaximum(max(1, progress.total))
        self._bar.setValue(done)

    def _build_view(self) -> QListView:
        view = GutterList(self)
        view.setObjectName("articlelist")
        view.setAccessibleName(tr("Articles"))
        view.setModel(self.model)
        view.setItemDelegate(self._delegate)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        view.customContextMenuRequested.connect(self._show_menu)
        view.clicked.connect(self._click)
        return view

    def _build_line(self) -> QLineEdit:
        line = LineEdit(self)
        line.setAccessibleName(tr("Filter articles"))
        line.setPlaceholderText(tr("Filter articles"))
        line.setClearButtonEnabled(True)
        line.textChanged.connect(lambda _: self._wait.start())
        return line

    def _build_labels(self) -> None:
        self._count = _label("count", tr("Number of articles shown"), self)
        self._done = _label("done", tr("Progress"), self)
        self._empty = _label("empty", tr("No articles shown"), self)
        self._empty.setWordWrap(True)
        self._bar = QProgressBar(self)
        self._bar.setAccessibleName(tr("Articles done"))
        self._bar.setTextVisible(False)
        self._statuses = QToolButton(self)
        self._statuses.setObjectName("statuses")
        self._statuses.setAccessibleName(tr("Show by status"))
        self._statuses.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._statuses.setMenu(self._status_menu())
        self._statuses.setText(tr("All ▾"))

    def _status_menu(self) -> QMenu:
        menu = QMenu(self._statuses)
        group = QActionGroup(menu)
        access = {
            None: tr("&All"),
            "todo": tr("&To do"),
            "doing": tr("&Doing"),
            "done": tr("D&one"),
        }
        choices: list[tuple[Status | None, str]] = [(None, tr("All"))]
        choices += [(status, tr(words)) for status, words in STATUS_LABELS.items()]
        for status, words in choices:
            action = QAction(access.get(status, tr("&Skipped")), group)
            action.setCheckable(True)
            action.setChecked(status is None)
            action.triggered.connect(lambda _=False, s=status, w=words: self._show_status(s, w))
            menu.addAction(action)
        menu.addSeparator()
        for marker, words in (("flag", tr("&Flagged")), ("note", tr("&With a note"))):
            action = QAction(words, group)
            action.setCheckable(True)
            action.triggered.connect(
                lambda _=False, r=marker, w=words: self._show_status(None, strip_mnemonics(w), r)
            )
            menu.addAction(action)
        return menu

    def _lay_out(self) -> None:
        heading = _label("heading", "", self)
        heading.setText(tr("Articles"))
        top = QHBoxLayout()
        top.setContentsMargins(4, 0, GUTTER - 6, 0)
        top.setSpacing(9)
        top.addWidget(heading)
        top.addWidget(self._count, 0, Qt.AlignmentFlag.AlignVCenter)
        top.addStretch(1)
        top.addWidget(self._order)
        top.addWidget(self._statuses)
        foot = QHBoxLayout()
        foot.setContentsMargins(4, 0, GUTTER, 0)
        foot.setSpacing(10)
        foot.addWidget(self._done)
        foot.addWidget(self._bar, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 4, 10)
        layout.setSpacing(8)
        layout.addLayout(top)
        layout.addLayout(foot)
        inner = QVBoxLayout()
        inner.setContentsMargins(0, 0, GUTTER, 0)
        inner.addWidget(self.line)
        inner.addWidget(self._empty)
        layout.addLayout(inner)
        layout.addWidget(self.view, 100)
        layout.addStretch(1)

    def sizeHint(self) -> QSize:
        return QSize(270, 600)


def _label(name: str, about: str, parent: QWidget) -> QLabel:
    """Return a label with changing text; a screen reader reads it, and what it is about."""
    label = PlainLabel(parent=parent)
    label.setObjectName(name)
    label.setAccessibleDescription(about)
    return label
