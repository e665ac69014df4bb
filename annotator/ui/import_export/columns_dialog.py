"""The dialog that asks which columns of a table hold which part of an article."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from annotator.core.errors import AnnotatorError
from annotator.formats import Columns
from annotator.formats.articles.tables import (
    CsvArticles,
    JsonlArticles,
    Preview,
    looks_annotated,
    preview,
)
from annotator.formats.columns import PARTS, detect
from annotator.ui.i18n.translation import tr, tr_count, tr_later
from annotator.ui.widgets.plain_text import PlainLabel, add_row

_TITLES: Final = {
    "text": tr_later("Text"),
    "title": tr_later("Title"),
    "published": tr_later("Date"),
    "id": tr_later("Id"),
    "source": tr_later("Source"),
    "url": tr_later("Address"),
    "language": tr_later("Language"),
}
_NONE: Final = tr_later("(none)")
_CELL: Final = 60
_WIDTH: Final = 170


def ask_columns(
    parent: QWidget, paths: Sequence[Path], then: Callable[[dict[Path, Columns]], None]
) -> None:
    """Ask for the columns of each table among these files, then call `then` with the answers.

    Tables with the same columns are asked about once. If a question is cancelled, `then` is not
    called. Unreadable files are skipped; the import reports what is wrong with them.
    """
    tables: dict[tuple[str, ...], list[tuple[Path, Preview]]] = {}
    for path in paths:
        found = _table(path)
        if found is not None:
            tables.setdefault(tuple(found.names), []).append((path, found))
    _ask_next(parent, list(tables.values()), {}, then)


def _table(path: Path) -> Preview | None:
    suffix = path.suffix.lower()
    if suffix not in (*CsvArticles.suffixes, *JsonlArticles.suffixes) or not path.is_file():
        return None
    try:
        found = preview(path)
    except (AnnotatorError, OSError):
        return None
    return None if looks_annotated(found.names) or "article" in found.names else found


def _ask_next(
    parent: QWidget,
    tables: list[list[tuple[Path, Preview]]],
    answers: dict[Path, Columns],
    then: Callable[[dict[Path, Columns]], None],
) -> None:
    if not tables:
        then(answers)
        return
    alike, *rest = tables
    dialog = ColumnsDialog(parent, [path for path, _ in alike], alike[0][1])

    def go_on() -> None:
        chosen = dict.fromkeys([path for path, _ in alike], dialog.columns())
        _ask_next(parent, rest, answers | chosen, then)

    dialog.accepted.connect(go_on)
    dialog.open()


class ColumnsDialog(QDialog):
    """A choice of column for each part of an article, with a preview of the table."""

    def __init__(self, parent: QWidget, paths: Sequence[Path], table: Preview) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Columns"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._table = table
        self._choices: dict[str, QComboBox] = {}
        heading = PlainLabel(_question(paths))
        heading.setWordWrap(True)
        font = heading.font()
        font.setPixelSize(16)
        font.setWeight(font.Weight.DemiBold)
        heading.setFont(font)
        hint = PlainLabel(tr("One row is one article. Other columns are kept with it as metadata."))
        hint.setForegroundRole(hint.palette().ColorRole.PlaceholderText)
        self._model = QStandardItemModel(self)
        self._accept = QPushButton(tr("&Import"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(12)
        for part in (heading, hint):
            layout.addWidget(part)
        middle = QHBoxLayout()
        middle.setSpacing(18)
        middle.addLayout(self._form(detect(table.names)))
        middle.addWidget(self._preview(), 1)
        layout.addLayout(middle, 1)
        layout.addWidget(self._buttons())
        self.resize(860, 420)
        self._follow()
        self._choices["text"].setFocus()

    def columns(self) -> Columns:
        """Return the chosen columns."""
        chosen = {part: choice.currentData() for part, choice in self._choices.items()}
        return Columns(**chosen)

    def _form(self, found: Columns) -> QFormLayout:
        form = QFormLayout()
        form.setVerticalSpacing(8)
        for part in PARTS:
            choice = QComboBox()
            choice.setAccessibleName(tr("Column: {1}", tr(_TITLES[part])))
            choice.setMinimumWidth(_WIDTH)
            choice.addItem(tr(_NONE), None)
            for name in self._table.names:
                choice.addItem(name, name)
            choice.setCurrentIndex(max(0, choice.findData(getattr(found, part))))
            choice.currentIndexChanged.connect(self._follow)
            self._choices[part] = choice
            add_row(form, f"{tr(_TITLES[part])}:", choice)
        return form

    def _preview(self) -> QTableView:
        for row in self._table.rows:
            self._model.appendRow([_cell(text) for text in row])
        view = QTableView()
        view.setAccessibleName(tr("First rows"))
        view.setModel(self._model)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setTabKeyNavigation(False)
        view.setWordWrap(True)
        view.setTextElideMode(Qt.TextElideMode.ElideRight)
        view.verticalHeader().setDefaultSectionSize(60)
        view.verticalHeader().hide()
        view.horizontalHeader().setDefaultSectionSize(_WIDTH)
        view.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        return view

    def _buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        buttons.addButton(self._accept, QDialogButtonBox.ButtonRole.AcceptRole)
        self._accept.setDefault(True)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        return buttons

    def _follow(self) -> None:
        """Show above each column what it holds, and enable the import if one is the text."""
        held: dict[str, list[str]] = {}
        for part, name in self.columns().chosen().items():
            held.setdefault(name, []).append(tr(_TITLES[part]))
        for index, name in enumerate(self._table.names):
            item = QStandardItem(f"{name}\n{', '.join(held.get(name, []))}")
            font = item.font()
            font.setBold(name in held)
            item.setFont(font)
            self._model.setHorizontalHeaderItem(index, item)
        self._accept.setEnabled(self._choices["text"].currentData() is not None)


def _cell(text: str) -> QStandardItem:
    plain = " ".join(text[: _CELL * 4].split())
    item = QStandardItem(plain if len(plain) <= _CELL else plain[:_CELL] + "…")
    item.setTextAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
    return item


def _question(paths: Sequence[Path]) -> str:
    text = tr("What do the columns of {1} hold?", paths[0].name)
    if len(paths) == 1:
        return text
    more = tr_count(
        len(paths) - 1,
        "{1} more file has the same columns.",
        "{1} more files have the same columns.",
    )
    return f"{text} {more}"
