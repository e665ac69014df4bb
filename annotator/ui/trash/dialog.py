"""The dialog of the trash: what was deleted, when and by whom, to restore or delete for good."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from annotator.store import Project, StoreError
from annotator.ui.i18n.translation import tr, tr_count, tr_error
from annotator.ui.theme.theme import Theme
from annotator.ui.trash.table import TrashTable, title_of, trash_view
from annotator.ui.widgets.plain_text import PlainLabel, PlainMessageBox

if TYPE_CHECKING:
    from annotator.store import TrashedArticle


class TrashDialog(QDialog):
    """A list of what is in the trash, to restore it or to delete it for good."""

    wants_back = Signal(object)
    """The numbers of the articles to restore, as a list."""
    wants_gone = Signal(object)
    """The numbers of the articles to delete for good, as a list; the user has confirmed it."""

    def __init__(self, project: Project, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("trash")
        self.setWindowTitle(tr("Trash"))
        self._project = project
        self.heading = PlainLabel()
        self.heading.setObjectName("heading")
        self.heading.setWordWrap(True)
        self.hint = PlainLabel(
            tr("An article comes back with everybody's annotations and their history.")
        )
        self.hint.setObjectName("muted")
        self.hint.setWordWrap(True)
        self.table = TrashTable(self)
        self.view = trash_view(self.table)
        self.back = QPushButton(tr("&Restore"))
        self.gone = QPushButton(tr("&Delete for good…"))
        self.empty = QPushButton(tr("&Empty the trash…"))
        self._lay_out(theme)
        self._connect()
        self.reload()

    def reload(self) -> None:
        """Read the trash again."""
        row = max(0, self.view.currentIndex().row())
        try:
            self.table.show_items(self._project.trash())
        except StoreError as error:
            self.table.show_items(())
            self.heading.setText(tr_error(error))
        else:
            self.heading.setText(_summary(len(self.table.items)))
        index = self.table.index(min(row, len(self.table.items) - 1), 0)
        flags = QItemSelectionModel.SelectionFlag
        self.view.selectionModel().setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
        self._offer()
        self.view.setFocus()

    def wait(self) -> None:
        """Disable the buttons while a job is running."""
        for button in (self.back, self.gone, self.empty):
            button.setEnabled(False)

    def chosen(self) -> "list[TrashedArticle]":
        """Return the chosen rows, from top to bottom."""
        rows = sorted(index.row() for index in self.view.selectionModel().selectedRows())
        return [self.table.items[row] for row in rows]

    def _offer(self) -> None:
        chosen = self.view.selectionModel().hasSelection()
        self.back.setEnabled(chosen)
        self.gone.setEnabled(chosen)
        self.empty.setEnabled(bool(self.table.items))
        self.view.setEnabled(bool(self.table.items))

    def restore(self) -> None:
        """Restore the chosen rows."""
        if self.back.isEnabled():
            self.wants_back.emit([item.number for item in self.chosen()])

    def ask_to_delete(self) -> None:
        """Ask, and delete the chosen rows for good."""
        if self.gone.isEnabled():
            self._ask(self.chosen())

    def _ask_to_empty(self) -> None:
        self._ask(self.table.items)

    def _ask(self, items: "Sequence[TrashedArticle]") -> None:
        text = tr("Delete “{1}” for good?", title_of(items[0])[:80])
        if len(items) > 1:
            text = tr_count(
                len(items), "Delete 1 article for good?", "Delete {1} articles for good?"
            )
        box = PlainMessageBox(QMessageBox.Icon.Question, tr("Trash"), text, parent=self)
        box.setInformativeText(
            tr("A backup is made first. After that, only backups have what is deleted.")
        )
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        yes = box.addButton(tr("&Delete for good"), QMessageBox.ButtonRole.DestructiveRole)
        cancel = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(cancel)
        numbers = [item.number for item in items]
        box.buttonClicked.connect(
            lambda button: self.wants_gone.emit(numbers) if button is yes else None
        )
        box.open()

    def _connect(self) -> None:
        self.view.selectionModel().selectionChanged.connect(self._offer)
        self.view.doubleClicked.connect(self.restore)
        self.back.clicked.connect(self.restore)
        self.gone.clicked.connect(self.ask_to_delete)
        self.empty.clicked.connect(self._ask_to_empty)

    def _lay_out(self, theme: Theme) -> None:
        self.setStyleSheet(
            f"#trash {{ background: {theme.panel}; }}"
            f"QTableView {{ background: {theme.card}; border: 1px solid {theme.line};"
            " border-radius: 6px; outline: none; }"
            f"QHeaderView::section {{ background: {theme.card}; color: {theme.muted}; border: none;"
            f" border-bottom: 1px solid {theme.line}; padding: 5px 11px; font-weight: 600; }}"
            "QTableView::item { padding: 3px 8px; border: none; }"
            f"QTableView::item:selected {{ background: {theme.accent};"
            f" color: {theme.accent_ink}; }}"
            "QLabel#heading { font-size: 15px; font-weight: 600; }"
            f"QLabel#muted {{ color: {theme.muted}; }}"
        )
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        for button in (self.back, self.gone, self.empty):
            box.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
            button.setAutoDefault(False)
        close = box.button(QDialogButtonBox.StandardButton.Close)
        close.setAutoDefault(False)  # its keys are for the rows, Esc closes
        box.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(10)
        layout.addWidget(self.heading)
        layout.addWidget(self.hint)
        layout.addWidget(self.view, 1)
        layout.addWidget(box)
        self.resize(760, 460)


def _summary(number: int) -> str:
    if not number:
        return tr("The trash is empty.")
    return tr_count(number, "1 article is in the trash.", "{1} articles are in the trash.")
