"""The actions on files: projects, import, export, and the annotator's name."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenu

from annotator.core.errors import AnnotatorError
from annotator.services.job import Cancelled, Progress
from annotator.ui.actions.action import Action, Condition, Menu
from annotator.ui.actions.conditions import writable
from annotator.ui.i18n.translation import tr, tr_count, tr_error, tr_later, tr_message
from annotator.ui.import_export.import_cleanup import ImportCleanup
from annotator.ui.import_export.recent_menu import RecentMenu
from annotator.ui.jobs.runner import Job
from annotator.ui.widgets import dialogs
from annotator.ui.window_context import WindowContext

if TYPE_CHECKING:
    from annotator.formats import Columns
    from annotator.services.export import ExportOptions, ExportReport
    from annotator.services.importing import ImportReport
    from annotator.store import Project


class FileActions:
    """The actions on files: projects, import and export."""

    def __init__(
        self,
        context: WindowContext,
        open_or_merge: Callable[[Path, Callable[[Path], None]], None],
    ) -> None:
        """Make the actions; `open_or_merge` handles a dropped project."""
        self._context = context
        self._window, self._session = context.window, context.session
        self._settings, self._open = context.settings, context.open_wanted.emit
        self._open_or_merge = open_or_merge
        self._registry = registry = context.registry
        self._last_import: ImportReport | None = None
        registry.add(self.actions())

    def actions(self) -> list[Action]:
        """Return the actions on projects, and those that import and export."""
        keys, menu, able = QKeySequence.StandardKey, Menu.FILE, (writable(self._session),)
        imported = Condition(
            lambda: self._last_import is not None,
            tr("Nothing was imported since the window was opened."),
        )
        return [
            Action("new_project", tr("&New project…"), self.new_project, menu, (keys.New,)),
            Action("open_project", tr("&Open project…"), self.open_project, menu, (keys.Open,)),
            Action(
                "import_files",
                tr("&Import articles…"),
                self.import_files,
                menu,
                ("Ctrl+I",),
                able,
                also=tr_later("open load add documents texts"),
            ),
            Action(
                "import_folder",
                tr("Import a &folder…"),
                self.import_folder,
                menu,
                ("Ctrl+Shift+I",),
                able,
            ),
            Action(
                "import_report", tr("Import repor&t"), self.import_report, menu, (), (imported,)
            ),
            Action(
                "export_file",
                tr("&Export…"),
                self.export_file,
                menu,
                ("Ctrl+E",),
                also=tr_later("save as download convert"),
            ),
            Action(
                "change_annotator",
                tr("&Annotator name…"),
                self.change_annotator,
                menu,
                also=tr_later("user name login"),
            ),
        ]

    def fill(self, menus: Mapping[Menu, QMenu]) -> None:
        """Put the projects that were open last after the action that opens one."""
        context = self._context
        here = self._session.project.path
        self.recent = RecentMenu(self._settings, self._open, here, context.window)
        menu = menus[Menu.FILE]
        menu.insertMenu(menu.actions()[len(("new_project", "open_project"))], self.recent)

    def begin(self) -> None:
        """Delete in the background what a killed import has left."""
        ImportCleanup(self._session, self._context)

    def new_project(self) -> None:
        path = dialogs.ask_new_project(self._window, self._folder())
        if path is None:
            return
        from annotator.services.presets import find_scheme
        from annotator.store import Project

        try:
            Project.create(path, find_scheme("news")).close()
        except (AnnotatorError, OSError) as error:
            self._show_error(tr_error(error))
            return
        self._open(path)

    def open_project(self) -> None:
        path = dialogs.ask_project_to_open(self._window, self._folder())
        if path is not None:
            self._open(path)

    def import_files(self) -> None:
        paths = dialogs.ask_files_to_import(self._window, self._folder(), _import_filters())
        if paths:
            self.import_paths(paths)

    def import_paths(self, paths: Sequence[Path]) -> None:
        """Import these files in the background; if one is a project, open that instead."""
        projects = [path for path in paths if path.suffix == ".annotator"]
        if projects:
            self._open_or_merge(projects[0], self._open)
            return

        def job(
            columns: "dict[Path, Columns]",
            project: "Project",
            progress: Progress,
            cancelled: Cancelled,
        ) -> "ImportReport":
            from annotator.services.importing import import_files

            return import_files(
                project, paths, columns=columns, progress=progress, cancelled=cancelled
            )

        from annotator.ui.import_export.columns_dialog import ask_columns

        def start(columns: "dict[Path, Columns]") -> None:
            title = tr("Importing articles")
            self._session.jobs.run(
                Job(partial(job, columns), title, allows_editing=True), self._report_import
            )

        ask_columns(self._window, paths, start)

    def import_folder(self) -> None:
        path = dialogs.ask_folder_to_import(self._window, self._folder())
        if path is not None:
            self.import_paths([path])

    def import_report(self) -> None:
        """Show the report of the last import."""
        if self._last_import is None:
            return
        from annotator.ui.import_export.import_report import ImportReportDialog

        ImportReportDialog(self._window, self._last_import).open()

    def export_file(self) -> None:
        from annotator.ui.import_export.export_dialog import ExportDialog
        from annotator.ui.import_export.export_labels import label_counts

        project = self._session.project
        ExportDialog(
            self._window,
            project.path,
            self._session.jobs,
            project.annotators(),
            lambda: label_counts(project),
            self.export_to,
        ).open()

    def export_to(self, out: Path, choice: "ExportOptions | str") -> None:
        """Export in the background, replacing files; a format's name stands for all annotators."""

        def job(project: "Project", progress: Progress, cancelled: Cancelled) -> "ExportReport":
            from annotator.services.export import export_file

            return export_file(
                project, out, choice, overwrite=True, progress=progress, cancelled=cancelled
            )

        title = tr("Exporting to {1}", out.name)
        self._session.jobs.run(Job(job, title, allows_editing=True), self._report_export)

    def change_annotator(self) -> None:
        known = self._session.ask(lambda project: project.annotators(), [])
        name = dialogs.ask_annotator(self._window, self._session.annotator, known)
        if name is not None:
            self.set_annotator(name)

    def set_annotator(self, name: str) -> None:
        """Annotate under this name from now on."""
        if name != self._session.annotator:
            self._settings.annotator = name
            self._session.set_annotator(name)
            self._context.reload_wanted.emit()

    def _report_import(self, report: "ImportReport") -> None:
        from annotator.services.import_summary import needs_attention, summary

        self._last_import = report
        self._registry.refresh_soon()
        self._context.reload_wanted.emit()
        self._session.status_message.emit(tr_message(summary(report)))
        if needs_attention(report):
            self.import_report()
        if self._session.article_key is None:
            self._open_first()
        elif any(file.annotations for file in report.files):
            self._session.reopen(own=True)

    def _report_export(self, report: "ExportReport") -> None:
        if report.cancelled:
            self._session.status_message.emit(tr("Export cancelled; no file was written."))
            return
        text = tr(
            "Exported {1} to {2}.",
            tr_count(report.annotations, "{1} annotation", "{1} annotations"),
            report.path,
        )
        self._session.status_message.emit(text)
        if report.lost:
            details = [f"{count} × {loss}" for loss, count in report.lost.items()]
            if report.losses_file is not None:
                details.append(tr("Each of them is in {1}", report.losses_file))
            sentence = tr("{1} The format {2} could not hold everything.", text, report.format)
            dialogs.show_error(self._window, tr("Exported"), sentence, details)

    def _open_first(self) -> None:
        keys = self._session.ask(lambda project: project.first_articles(1), [])
        if keys:
            self._session.open_article(keys[0])

    def _show_error(self, sentence: str) -> None:
        dialogs.show_error(self._window, "Annotator", sentence)

    def _folder(self) -> Path:
        return self._session.project.path.parent


def _import_filters() -> str:
    from annotator.formats import formats

    readers = [f for f in formats() if f.reads]
    suffixes = dict.fromkeys([*(suffix for f in readers for suffix in f.suffixes), ".zip"])
    patterns = " ".join(f"*{suffix}" for suffix in suffixes)
    return tr("Articles and annotations ({1});;All files (*)", patterns)
