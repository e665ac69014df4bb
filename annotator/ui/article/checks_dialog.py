"""The dialog that lists what to check in an article before it is done."""

from collections.abc import Sequence
from typing import Final, NamedTuple

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QMenu,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from annotator.core.annotation_warnings import AnnotationWarning
from annotator.core.occurrences import context_around
from annotator.core.unannotated import UnannotatedSpan
from annotator.ui.actions.action import Scope
from annotator.ui.actions.registry import ActionRegistry
from annotator.ui.i18n.translation import tr, tr_count, tr_later, tr_message
from annotator.ui.lists.snippet_list import VALUE_ROLE, Snippet, SnippetList, snippet_item
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets.plain_text import PlainLabel

REASONS: Final = (
    tr_later("Not a name of this scheme"),
    tr_later("Not somebody's words"),
    tr_later("Title or scare quotes"),
    tr_later("Too unclear to mark"),
)
_AROUND: Final = 48
_KINDS: Final = {"quote": tr_later("No quote"), "name": tr_later("No label")}


class OpenCheck(NamedTuple):
    """One row: what is open, where it is in code points, and whether a reason can dismiss it."""

    words: str
    start: int
    end: int
    dismissible: bool


def open_checks(
    unannotated: Sequence[UnannotatedSpan], concerns: Sequence[AnnotationWarning]
) -> list[OpenCheck]:
    """Return the rows of both kinds in text order."""
    rows = [OpenCheck(tr(_KINDS[item.kind]), item.start, item.end, True) for item in unannotated]
    rows += [OpenCheck(tr_message(c.words).rstrip("."), c.start, c.end, False) for c in concerns]
    return sorted(rows, key=lambda row: (row.start, row.end))


class ChecksDialog(QDialog):
    """The checks before "done": go to the place of each, dismiss it, or finish regardless."""

    wants_place = Signal(int, int)
    """Emitted with a range in code points to go to; the dialog has closed."""
    wants_reason = Signal(int, int, str)
    """Emitted with a range that needs no annotation, and the reason."""
    wants_done = Signal()
    """Emitted when the article is to be done regardless."""

    def __init__(
        self,
        text: str,
        rows: Sequence[OpenCheck],
        theme: Theme,
        registry: ActionRegistry,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._keys = [registry.key_or_title(id_) for id_ in ("checks_go", "checks_leave_out")]
        self.setWindowTitle(tr("Before it is done"))
        self._text = text
        self._heading = PlainLabel()
        self._heading.setWordWrap(True)
        self.rows = QStandardItemModel(self)
        self.list = SnippetList(self.rows, theme, self)
        self.list.setAccessibleName(tr("Open questions"))
        for row in rows:
            self.rows.appendRow(_item(text, row, theme))
        self._reason = QPushButton(_with_key(tr("Leave out …"), registry.key("checks_leave_out")))
        self._done = QPushButton(_with_key(tr("Done"), registry.key("checks_done")))
        registry.take_keys(Scope.CHECKS, self.list, self._reason, self._done)
        self._lay_out()
        self._connect()
        self._count()
        self.list.setCurrentIndex(self.rows.index(0, 0))
        self.list.setFocus()

    def current(self) -> OpenCheck | None:
        """Return the current row."""
        row = self.list.currentIndex().data(VALUE_ROLE)
        return row if isinstance(row, OpenCheck) else None

    def go(self) -> None:
        """Close, and go to the place of the current row."""
        row = self.current()
        if row is not None:
            self.accept()
            self.wants_place.emit(row.start, row.end)

    def ask_reason(self) -> None:
        """Ask why the current row needs no annotation."""
        row = self.current()
        if row is None or not row.dismissible:
            return
        menu = QMenu(self)
        menu.setAccessibleName(tr("Why not"))
        for number, reason in enumerate(REASONS, start=1):
            action = menu.addAction(f"&{number}  {tr(reason)}")
            action.triggered.connect(lambda _=False, reason=reason: self._leave_out(reason))
        place = self.list.visualRect(self.list.currentIndex()).bottomLeft()
        menu.popup(self.list.viewport().mapToGlobal(place))

    def finish(self) -> None:
        """Close, and set the article to done."""
        self.accept()
        self.wants_done.emit()

    def _leave_out(self, reason: str) -> None:
        row, index = self.current(), self.list.currentIndex()
        if row is not None:
            self.rows.removeRow(index.row())
            self.wants_reason.emit(row.start, row.end, reason)
            self._count()

    def _count(self) -> None:
        number = self.rows.rowCount()
        self._heading.setText(
            tr("Nothing is open any more.")
            if not number
            else tr_count(
                number,
                "{1} question is open. {2} goes there, {3} leaves it out with a reason.",
                "{1} questions are open. {2} goes there, {3} leaves it out with a reason.",
                *self._keys,
            )
        )
        self._reason.setEnabled(number > 0)

    def _lay_out(self) -> None:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        buttons.addButton(self._reason, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.addButton(self._done, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        for button in buttons.buttons():
            if isinstance(button, QPushButton):
                button.setAutoDefault(False)  # Return belongs to the list
        layout = QVBoxLayout(self)
        layout.addWidget(self._heading)
        layout.addWidget(self.list, 1)
        layout.addWidget(buttons)
        self.resize(760, 460)

    def _connect(self) -> None:
        self.list.activated.connect(lambda _index: self.go())
        self.list.selectionModel().currentChanged.connect(self._look_at)
        self._reason.clicked.connect(self.ask_reason)
        self._done.clicked.connect(self.finish)

    def _look_at(self, now: QModelIndex, _before: QModelIndex) -> None:
        row = now.data(VALUE_ROLE)
        self._reason.setEnabled(isinstance(row, OpenCheck) and row.dismissible)


def _with_key(text: str, key: str) -> str:
    return f"{text}  ({key})" if key else text


def _item(text: str, row: OpenCheck, theme: Theme) -> QStandardItem:
    words = text[row.start : row.end]
    if len(words) > 2 * _AROUND:
        words = f"{words[: 2 * _AROUND].rstrip()} …"
    before, after = context_around(text, row.start, row.end, _AROUND)
    tone = theme.nobody if row.dismissible else theme.speakers[0]
    return snippet_item(Snippet(before, words, after, tag=row.words, tone=tone), row)
