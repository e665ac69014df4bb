"""The dialog of backups: their list, the contents of each, and what differs now."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from annotator.services.backups import (
    Backup,
    BackupComparison,
    backup_folder,
    contents,
    list_backups,
)
from annotator.services.job import Cancelled, Progress
from annotator.ui.backups.table import (
    DifferenceTable,
    difference_view,
    mention_count_text,
    quote_count_text,
)
from annotator.ui.i18n.date_format import format_datetime
from annotator.ui.i18n.translation import tr, tr_count
from annotator.ui.import_export.file_dialogs import ask_folder
from annotator.ui.jobs.runner import Job, JobRunner
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets.plain_text import PlainLabel, PlainMessageBox, set_tool_tip

if TYPE_CHECKING:
    from annotator.store import Project

_LIST_WIDTH: Final = 300


class BackupsDialog(QDialog):
    """A list of backups, the newest first, with the contents of each read in the background."""

    wants_one = Signal()
    """The user wants a backup now."""
    wants_back = Signal(object)
    """The user wants to restore the backup at this `Path`, and has confirmed it."""
    switched = Signal(bool)
    """Whether automatic backups are to be on."""
    moved = Signal(object)
    """The `Path` of the new folder for backups."""

    def __init__(
        self,
        project: Path,
        jobs: JobRunner,
        base: Path | None,
        theme: Theme,
        parent: QWidget,
        *,
        on: bool,
    ) -> None:
        """`base` holds the backups of all projects; None is the user's data folder."""
        super().__init__(parent)
        self.setObjectName("backups")
        self.setWindowTitle(tr("Backups"))
        self._project = project
        self._base = base
        self._jobs = jobs
        self._contents: dict[Path, BackupComparison | str] = {}
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Backups"))
        self.list.setFixedWidth(_LIST_WIDTH)
        self.heading = PlainLabel()
        self.heading.setWordWrap(True)
        self.heading.setObjectName("heading")
        self.table = DifferenceTable(self)
        self.on = QCheckBox(tr("&Back up every hour in which something has changed"))
        self.on.setChecked(on)
        self.folder = PlainLabel()
        self.folder.setObjectName("muted")
        self.move_to = QPushButton(tr("&Folder…"))
        self.now = QPushButton(tr("Back up &now"))
        self.back = QPushButton(tr("&Go back to this one…"))
        self._lay_out(theme)
        self._connect()
        self.reload()

    def reload(self) -> None:
        """Read the folder again."""
        backups = list_backups(self._project, self._place())
        self.folder.setText(str(self._place()))
        set_tool_tip(self.folder, str(self._place()))
        self.list.clear()
        for backup in backups:
            item = QListWidgetItem(self._title(backup), self.list)
            item.setData(Qt.ItemDataRole.UserRole, backup)
        self.list.setCurrentRow(0 if backups else -1)
        self._follow_choice()

    def done(self, result: int) -> None:
        self._jobs.stop(self)
        super().done(result)

    def _place(self) -> Path:
        return backup_folder(self._project, self._base)

    def _title(self, backup: Backup) -> str:
        found = self._contents.get(backup.path)
        if isinstance(found, BackupComparison):
            detail = _contents_text(found)
        else:
            detail = tr("cannot be used") if found else "…"
        return f"{format_datetime(backup.made)}\n{detail}"

    def _chosen(self) -> Backup | None:
        row = self.list.currentRow()
        return None if row < 0 else self._backups()[row]

    def _backups(self) -> Sequence[Backup]:
        role = Qt.ItemDataRole.UserRole
        return [self.list.item(row).data(role) for row in range(self.list.count())]

    def _follow_choice(self) -> None:
        self._show()
        self._read_next()

    def _read_next(self) -> None:
        """Open the chosen backup, or else the next one that was not opened yet."""
        chosen = self._chosen()
        order = ([chosen] if chosen is not None else []) + list(self._backups())
        wanted = next((one.path for one in order if one.path not in self._contents), None)
        if wanted is None:
            return

        def job(project: "Project", _progress: Progress, _cancelled: Cancelled) -> BackupComparison:
            return contents(project, wanted)

        take = partial(self._take, wanted)
        self._jobs.run(Job(job), take, take, owner=self)

    def _take(self, read: Path, found: BackupComparison | str) -> None:
        self._contents[read] = found
        for row, backup in enumerate(self._backups()):
            self.list.item(row).setText(self._title(backup))
        self._follow_choice()

    def _show(self) -> None:
        """Show what is known of the chosen backup."""
        chosen = self._chosen()
        found = None if chosen is None else self._contents.get(chosen.path)
        self.back.setEnabled(isinstance(found, BackupComparison))
        self.table.show_differences(
            found.differences if isinstance(found, BackupComparison) else ()
        )
        if chosen is None:
            self.heading.setText(tr("There is no backup yet."))
        elif isinstance(found, BackupComparison):
            self.heading.setText(_summary(found))
        else:
            self.heading.setText(found or tr("Looking into it …"))

    def _ask_to_restore(self) -> None:
        chosen = self._chosen()
        if chosen is None:
            return
        box = PlainMessageBox(
            QMessageBox.Icon.Question,
            tr("Backups"),
            tr("Make {1} what it was ({2})?", self._project.name, format_datetime(chosen.made)),
            parent=self,
        )
        box.setInformativeText(tr("What it is now is kept as another backup first."))
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        back = box.addButton(tr("&Go back"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        path = chosen.path
        box.buttonClicked.connect(
            lambda button: self.wants_back.emit(path) if button is back else None
        )
        box.open()

    def _ask_folder(self) -> None:
        base = ask_folder(self, tr("Folder of the backups"), self._place())
        if base is not None:
            self.take_folder(base)

    def take_folder(self, base: Path) -> None:
        """Use this folder for backups from now on, and list what is in it."""
        self._base = base
        self.moved.emit(base)
        self.reload()

    def _connect(self) -> None:
        self.list.currentRowChanged.connect(self._follow_choice)
        self.back.clicked.connect(self._ask_to_restore)
        self.now.clicked.connect(self.wants_one)
        self.move_to.clicked.connect(self._ask_folder)
        self.on.toggled.connect(self.switched)

    def _lay_out(self, theme: Theme) -> None:
        self.setStyleSheet(
            f"#backups {{ background: {theme.panel}; }}"
            f"QListWidget, QTableView {{ background: {theme.card}; border: 1px solid {theme.line};"
            " border-radius: 6px; }"
            "QListWidget { outline: none; } QListWidget::item { padding: 7px 10px; }"
            f"QListWidget::item:selected {{ background: {theme.accent};"
            f" color: {theme.accent_ink}; }}"
            "QLabel#heading { font-size: 15px; font-weight: 600; }"
            f"QLabel#muted {{ color: {theme.muted}; }}"
        )
        right = QVBoxLayout()
        right.setSpacing(10)
        right.addWidget(self.heading)
        right.addWidget(difference_view(self.table), 1)
        middle = QHBoxLayout()
        middle.setSpacing(14)
        middle.addWidget(self.list)
        middle.addLayout(right, 1)
        where = QHBoxLayout()
        where.setSpacing(12)
        where.addWidget(self.on)
        where.addWidget(self.folder, 1)
        where.addWidget(self.move_to)
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        for button in (self.now, self.back):
            box.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
            button.setAutoDefault(False)
        self.move_to.setAutoDefault(False)
        box.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 18, 20, 16)
        layout.setSpacing(14)
        layout.addLayout(middle, 1)
        layout.addLayout(where)
        layout.addWidget(box)
        self.resize(1120, 540)


def _contents_text(found: BackupComparison) -> str:
    articles = tr_count(found.articles, "1 article", "{1} articles")
    return " · ".join(
        (articles, mention_count_text(found.mentions), quote_count_text(found.quotes))
    )


def _summary(found: BackupComparison) -> str:
    text = tr("Nothing is different now.")
    if number := len(found.differences):
        text = tr_count(
            number, "1 annotation is different now.", "{1} annotations are different now."
        )
    more = found.articles_now - found.articles
    if more > 0:
        added = tr_count(
            more, "The project has 1 more article now.", "The project has {1} more articles now."
        )
        text = f"{text} {added}"
    elif more < 0:
        articles = tr_count(-more, "1 article", "{1} articles")
        missing = tr("The backup has {1} that the project has no more.", articles)
        text = f"{text} {missing}"
    return text
