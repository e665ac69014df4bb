"""Comments: a reviewer sends an item back, and its annotator finds it in a list."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QListView,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from annotator.store.reviews import Comment
from annotator.ui.actions.action import Scope
from annotator.ui.actions.registry import ActionRegistry
from annotator.ui.i18n.translation import tr
from annotator.ui.widgets.ok_cancel import ok_cancel_buttons
from annotator.ui.widgets.plain_text import PlainLabel, add_row

Todo = tuple[int, str, Comment]
"""The key and id of the article, and the comment on it."""
_TODO: Final = Qt.ItemDataRole.UserRole + 1


def ask_comment(
    parent: QWidget, names: Sequence[tuple[str, str]], text: str
) -> tuple[str, str] | None:
    """Ask to whom to send a comment about this text, and what; None if cancelled or empty.

    `names` are pairs of a name and the name as shown. Returns the name and the comment.
    """
    dialog = QDialog(parent)
    dialog.setWindowTitle(tr("Send back"))
    heading = PlainLabel(tr("About “{1}”", text))
    heading.setWordWrap(True)
    to = QComboBox()
    to.setAccessibleName(tr("To"))
    for name, shown in names:
        to.addItem(shown, name)
    editor = QPlainTextEdit()
    editor.setAccessibleName(tr("Comment"))
    editor.setTabChangesFocus(True)
    buttons = ok_cancel_buttons(dialog.accept, dialog.reject)
    buttons.button(QDialogButtonBox.StandardButton.Ok).setText(tr("Send back"))
    form = QFormLayout()
    add_row(form, tr("To"), to)
    add_row(form, tr("Comment"), editor)
    layout = QVBoxLayout(dialog)
    layout.addWidget(heading)
    layout.addLayout(form)
    layout.addWidget(buttons)
    dialog.resize(440, 240)
    editor.setFocus()
    accepted = dialog.exec() == QDialog.DialogCode.Accepted
    annotator, comment = str(to.currentData()), editor.toPlainText().strip()
    dialog.deleteLater()
    return (annotator, comment) if accepted and comment else None


class CommentsDialog(QDialog):
    """The open comments of the whole project, to go to their places and to tick them as done."""

    wants_place = Signal(int, int, int)
    """The key of an article, and a range of it in code points."""
    done_changed = Signal(str, bool)
    """The id of a comment, and whether it is done now."""

    def __init__(self, todo: Sequence[Todo], registry: ActionRegistry, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Review comments"))
        self._model = QStandardItemModel(self)
        for one in todo:
            self._model.appendRow(_item(one))
        self.rows = QListView()
        self.rows.setModel(self._model)
        self.rows.setWordWrap(True)
        self.rows.setAccessibleName(tr("Comments"))
        self.rows.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.rows.setStyleSheet(
            "QListView::item { padding: 7px; border-radius: 6px; }"
            "QListView::item:selected { background: palette(highlight);"
            " color: palette(highlighted-text); }"
        )
        self.rows.doubleClicked.connect(self.go)
        registry.take_keys(Scope.COMMENTS, self.rows)
        self._model.itemChanged.connect(self._tick)
        hint = PlainLabel(
            tr(
                "{1} goes there, {2} says that it is done.",
                registry.key_or_title("comments_go"),
                registry.key_or_title("comments_done"),
            )
            if todo
            else tr("There is nothing to do: no reviewer has sent anything back.")
        )
        hint.setObjectName("muted")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        close = buttons.button(QDialogButtonBox.StandardButton.Close)
        close.setAutoDefault(False)  # Return is for the list
        layout = QVBoxLayout(self)
        layout.addWidget(self.rows)
        layout.addWidget(hint)
        layout.addWidget(buttons)
        self.resize(560, 360)
        if todo:
            self.rows.setCurrentIndex(self._model.index(0, 0))
        self.rows.setFocus()

    def go(self) -> None:
        """Close, and go to the place of the current comment."""
        todo = self.rows.currentIndex().data(_TODO)
        if todo is not None:
            key, _, comment = todo
            self.wants_place.emit(key, comment.start, comment.end)
            self.accept()

    def tick(self) -> None:
        """Tick the current comment as done, or no longer as done."""
        item = self._model.itemFromIndex(self.rows.currentIndex())
        if item is not None:
            done = item.checkState() == Qt.CheckState.Checked
            item.setCheckState(Qt.CheckState.Unchecked if done else Qt.CheckState.Checked)

    def _tick(self, item: QStandardItem) -> None:
        _, _, comment = item.data(_TODO)
        self.done_changed.emit(comment.id, item.checkState() == Qt.CheckState.Checked)


def _item(todo: Todo) -> QStandardItem:
    _, article, comment = todo
    item = QStandardItem(f"{comment.text}\n{article} · {comment.author}, {comment.made_at[:10]}")
    item.setData(todo, _TODO)
    item.setCheckable(True)
    return item
