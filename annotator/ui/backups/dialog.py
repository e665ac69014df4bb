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
    BackupFacts,
    BackupSizes,
    backup_folder,
    backup_sizes,
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
from annotator.ui.i18n.sizes import format_size
from annotator.ui.i18n.translation import tr, tr_count
from annotator.ui.import_export.file_dialogs import ask_folder, ask_save_path
from annotator.ui.jobs.runner import Job, JobRunner
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets.plain_text import PlainLabel, PlainMessageBox, set_tool_tip

if TYPE_CHECKING:
    from annotator.services.backup_manifest import Manifest
    from annotator.store import Project

_LIST_WIDTH: Final = 320
_ROW_HEIGHT: Final = 42


class BackupsDialog(QDialog):
    """A list of backups, the newest first; the chosen one is read in the background."""

    wants_one = Signal()
    """The user wants a backup now."""
    wants_back = Signal(object)
    """The user wants to restore the backup at this `Path`, and has confirmed it."""
    wants_copy = Signal(object, object)
    """The user wants the backup at this `Path` as a project file at that one."""
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
        self._facts: dict[Path, BackupFacts] | None = None
        self._contents: dict[Path, BackupComparison | str] = {}
        self._reading: Path | None = None
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Backups"))
        self.list.setFixedWidth(_LIST_WIDTH)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
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
        self.copy = QPushButton(tr("&Save as a project…"))
        self.total = PlainLabel()
        self.total.setObjectName("muted")
        self._lay_out(theme)
        self._connect()
        self.reload()

    def reload(self) -> None:
        """Read the folder again."""
        chosen = self._chosen()
        backups = list_backups(self._project, self._place())
        self._facts = None
        self.folder.setText(str(self._place()))
        set_tool_tip(self.folder, str(self._place()))
        self.list.clear()
        for backup in backups:
            item = QListWidgetItem(self._title(backup), self.list)
            item.setData(Qt.ItemDataRole.UserRole, backup)
        row = backups.index(chosen) if chosen in backups[1:] else 0
        self.list.setCurrentRow(row if backups else -1)
        self._follow_choice()

    def done(self, result: int) -> None:
        self._jobs.stop(self)
        super().done(result)

    def _place(self) -> Path:
        return backup_folder(self._project, self._base)

    def _title(self, backup: Backup) -> str:
        """Return when it was made and how much it adds, and in a second line what it holds."""
        facts = None if self._facts is None else self._facts.get(backup.path)
        first = format_datetime(backup.made)
        if facts is None:
            return f"{first}\n…"
        found = self._contents.get(backup.path)
        if isinstance(found, str) or facts.problem is not None:
            second = tr("cannot be used")
            return f"{first}\n{second}"
        counts = facts.manifest or found
        second = tr("a whole copy") if counts is None else _counts_text(counts)
        return f"{first} · {format_size(facts.added)}\n{second}"

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
        """Read what is known of all backups, then the chosen one, unless that was done."""
        chosen = self._chosen()
        if self._jobs.running(self) is not None:
            if self._reading is not None and (chosen is None or chosen.path != self._reading):
                self._jobs.cancel(self)
            return
        if self._facts is None:
            self._read_facts()
        elif chosen is not None and chosen.path not in self._contents:
            self._read_contents(chosen.path)

    def _read_facts(self) -> None:
        path, place = self._project, self._place()

        def job(_project: "Project", _progress: Progress, cancelled: Cancelled) -> BackupSizes:
            return backup_sizes(path, place, cancelled=cancelled)

        self._jobs.run(Job(job), self._take_facts, self._take_no_facts, owner=self)

    def _take_facts(self, found: BackupSizes) -> None:
        self._facts = found.facts
        self.total.setText(tr("All together {1}", format_size(found.total)))
        self._show_titles()
        self._follow_choice()

    def _take_no_facts(self, why: str) -> None:
        self._facts = {}
        self.heading.setText(why)
        self._read_next()

    def _read_contents(self, wanted: Path) -> None:
        def job(project: "Project", _progress: Progress, cancelled: Cancelled) -> BackupComparison:
            return contents(project, wanted, cancelled=cancelled)

        take = partial(self._take, wanted)
        self._reading = wanted
        self._jobs.run(Job(job), take, take, cancelled=self._leave, owner=self)

    def _take(self, read: Path, found: BackupComparison | str) -> None:
        self._contents[read] = found
        self._show_titles()
        self._leave()

    def _leave(self) -> None:
        self._reading = None
        self._follow_choice()

    def _show_titles(self) -> None:
        for row, backup in enumerate(self._backups()):
            self.list.item(row).setText(self._title(backup))

    def _show(self) -> None:
        """Show what is known of the chosen backup."""
        chosen = self._chosen()
        found = None if chosen is None else self._contents.get(chosen.path)
        for button in (self.back, self.copy):
            button.setEnabled(isinstance(found, BackupComparison))
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

    def _ask_copy(self) -> None:
        chosen = self._chosen()
        if chosen is None:
            return
        name = f"{self._project.stem}-{chosen.made.astimezone():%Y-%m-%d-%H%M}"
        proposal = self._project.with_name(f"{name}{self._project.suffix}")
        kinds = tr("Annotator projects (*.annotator);;All files (*)")
        # An existing file is never replaced.
        out = ask_save_path(self, tr("Save as a project"), proposal, kinds, confirm=False)
        if out is not None:
            self.wants_copy.emit(chosen.path, out if out.suffix else out.with_suffix(".annotator"))

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
        self.copy.clicked.connect(self._ask_copy)
        self.now.clicked.connect(self.wants_one)
        self.move_to.clicked.connect(self._ask_folder)
        self.on.toggled.connect(self.switched)

    def _lay_out(self, theme: Theme) -> None:
        self.setStyleSheet(
            f"#backups {{ background: {theme.panel}; }}"
            f"QListWidget, QTableView {{ background: {theme.card}; border: 1px solid {theme.line};"
            " border-radius: 6px; }"
            "QListWidget { outline: none; } QListWidget::item { padding: 5px 10px;"
            # Qt elides the second line where the font of its letters is higher than the program's.
            f" min-height: {_ROW_HEIGHT}px; }}"
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
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.list, 1)
        left.addWidget(self.total)
        middle.addLayout(left)
        middle.addLayout(right, 1)
        where = QHBoxLayout()
        where.setSpacing(12)
        where.addWidget(self.on)
        where.addWidget(self.folder, 1)
        where.addWidget(self.move_to)
        box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        for button in (self.now, self.copy, self.back):
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


def _counts_text(found: "BackupComparison | Manifest") -> str:
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
