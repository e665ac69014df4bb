"""The actions of review: switching it on and off, merging, remarks and agreement."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QMessageBox

from annotator.services.job import Cancelled, Progress
from annotator.store import StoreError
from annotator.ui.actions.action import Action, Condition, Menu, Scope
from annotator.ui.actions.conditions import writable
from annotator.ui.i18n.translation import format_number, tr, tr_count, tr_error, tr_later
from annotator.ui.jobs.runner import Job
from annotator.ui.lists.side_panel import SidePanel
from annotator.ui.theme.theme import Theme
from annotator.ui.widgets import dialogs
from annotator.ui.widgets.plain_text import PlainMessageBox
from annotator.ui.window_context import WindowContext

if TYPE_CHECKING:
    from annotator.core.agreement.report import Agreement
    from annotator.services.merging import MergeReport
    from annotator.store import Project
    from annotator.ui.review.panel import ReviewPanel
    from annotator.ui.review.remarks import RemarksDialog
    from annotator.ui.review.review_session import ReviewSession
    from annotator.ui.review.side_by_side import SideBySideDialog

_PANEL_WIDTH: Final = 400
_MOST_VARIANTS: Final = 9
"""For so many ways to mark a difference there are keys."""


class ReviewActions:
    """The actions of review: those of the menu, and those on the differences in its panel."""

    def __init__(self, context: WindowContext, side: SidePanel) -> None:
        self._context = context
        self._window, self._session = context.window, context.session
        self._view, self._splitter = context.view, context.desk
        self._side = side
        self._registry = registry = context.registry
        self._remarks_dialog: RemarksDialog | None = None
        self._texts_dialog: SideBySideDialog | None = None
        self._side_shown = True
        self._sizes: list[int] = []
        self.reviewing: ReviewSession | None = None
        self.panel: ReviewPanel | None = None
        self._session.article_opened.connect(self.report_remarks)
        context.theme_changed.connect(self.set_theme)
        registry.add((*self._menu_actions(), *self._panel_actions(), *self._dialog_actions()))

    def _menu_actions(self) -> list[Action]:
        menu, started = Menu.REVIEW, (self._started(),)
        return [
            Action(
                "review",
                tr("&Review others' annotations"),
                self.review,
                menu,
                ("F6",),
                checked=self._is_active,
                also=tr_later("adjudicate curate compare gold"),
            ),
            Action(
                "focus_review",
                tr("Go to the &differences"),
                self._in_panel(lambda panel: panel.focus_rows()),
                menu,
                ("Ctrl+4",),
                started,
            ),
            Action(
                "side_by_side",
                tr("&Side by side…"),
                self.side_by_side,
                menu,
                ("Ctrl+F6",),
                started,
                also=tr_later("compare diff"),
            ),
            Action(
                "take_majority",
                tr("Take what the &majority agrees on"),
                self.take_majority,
                menu,
                (),
                started,
            ),
            Action(
                "accept_work",
                tr("A&ccept everybody's work on this article"),
                self.accept_work,
                menu,
                (),
                started,
            ),
            Action("show_remarks", tr("Revie&w comments…"), self.show_remarks, menu, ("Shift+F6",)),
            Action(
                "show_agreement",
                tr("&Agreement…"),
                self.show_agreement,
                menu,
                also=tr_later("kappa alpha reliability"),
            ),
            Action(
                "merge_files",
                tr("Mer&ge others' annotations…"),
                self.merge_files,
                menu,
                (),
                (writable(self._session),),
                also=tr_later("combine import annotators"),
            ),
        ]

    def _panel_actions(self) -> list[Action]:
        """Return the actions on the differences; the first review makes their panel."""
        started, scope, in_panel = (self._started(),), Scope.REVIEW, self._in_panel
        taking = [
            Action(
                f"take_variant_{number}",
                tr("Take way {1} to mark it", number),
                in_panel(partial(_take_variant, number - 1)),
                None,
                (str(number),),
                started,
                scope,
                hint=tr("Take"),
            )
            for number in range(1, _MOST_VARIANTS + 1)
        ]
        rows: tuple[tuple[str, str, Callable[[ReviewPanel], object], tuple[str, ...], str], ...] = (
            ("reject_variants", tr("Reject all ways to mark it…"),
             lambda panel: panel.ask_reason(), ("X",), tr("Reject")),
            ("reject_as_nothing", tr("There is nothing to mark here"),
             lambda panel: panel.reject_as_nothing(), ("0",), tr("No annotation")),
            ("edit_variant", tr("Take the most frequent way and edit it"),
             lambda panel: panel.edit_variant(), ("E",), tr("Edit")),
            ("send_back", tr("Send back with a comment…"),
             lambda panel: panel.send_back(), ("R",), tr("Send back")),
            ("next_difference", tr("Next difference"),
             lambda panel: panel.go(1), ("J", "Down"), tr("Go")),
            ("previous_difference", tr("Previous difference"),
             lambda panel: panel.go(-1), ("K", "Up"), tr("Go")),
            ("toggle_names", tr("Show or hide names"),
             lambda panel: panel.toggle_names(), ("H",), ""),
        )  # fmt: skip
        made = [
            Action(id_, title, in_panel(run), None, keys, started, scope, hint=hint)
            for id_, title, run, keys, hint in rows
        ]
        return [*made[:2], *taking, *made[2:]]

    def _dialog_actions(self) -> list[Action]:
        texts = Condition(lambda: self._texts_dialog is not None, tr("Open “Side by side” first."))
        remarks = Condition(
            lambda: self._remarks_dialog is not None, tr("Open the review comments first.")
        )
        return [
            Action(
                "remarks_go",
                tr("Go to the place"),
                self._go_to_remark,
                None,
                ("Return", "Enter"),
                (remarks,),
                Scope.REMARKS,
            ),
            Action(
                "remarks_done",
                tr("Done"),
                self._tick_remark,
                None,
                ("Space",),
                (remarks,),
                Scope.REMARKS,
            ),
            *(
                Action(
                    f"side_by_side_{name}",
                    title,
                    partial(self._step_texts, step),
                    None,
                    (key,),
                    (texts,),
                    Scope.SIDE_BY_SIDE,
                )
                for name, title, step, key in (
                    ("next", tr("Next difference"), 1, "J"),
                    ("previous", tr("Previous difference"), -1, "K"),
                )
            ),
        ]

    def _started(self) -> Condition:
        def reason() -> str:
            return tr("Start the review first ({1}).", self._registry.key_or_title("review"))

        return Condition(self._is_active, reason)

    def _is_active(self) -> bool:
        return self.reviewing is not None and self.reviewing.active

    def _in_panel(self, run: "Callable[[ReviewPanel], object]") -> Callable[[], None]:
        """Return a function that runs this with the panel, if there is one."""

        def run_there() -> None:
            if self.panel is not None:
                run(self.panel)

        return run_there

    def _go_to_remark(self) -> None:
        if self._remarks_dialog is not None:
            self._remarks_dialog.go()

    def _tick_remark(self) -> None:
        if self._remarks_dialog is not None:
            self._remarks_dialog.tick()

    def _step_texts(self, step: int) -> None:
        if self._texts_dialog is not None:
            self._texts_dialog.go(step)

    def set_theme(self, theme: Theme) -> None:
        """Use this theme from now on."""
        if self.panel is not None:
            self.panel.set_theme(theme)

    def review(self) -> None:
        """Start or stop the review."""
        reviewing, panel = self._review_parts()
        if reviewing.active:
            reviewing.stop()
        elif reviewing.start():
            self._side_shown = self._side.isVisibleTo(self._splitter)
            self._sizes = self._splitter.sizes()
            self._side.setVisible(False)
            panel.setVisible(True)
            self._set_panel_width(panel)
            self._context.reload_wanted.emit()
            panel.refresh()
            panel.focus_rows()

    def side_by_side(self) -> None:
        """Show the texts of the review side by side."""
        if self.reviewing is None:
            return
        from annotator.ui.review.side_by_side import SideBySideDialog

        reading, registry = self._view.reading, self._registry
        dialog = SideBySideDialog(
            self.reviewing, reading, self._context.theme, registry, self._window
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._texts_dialog = dialog
        dialog.finished.connect(self._forget_texts)
        dialog.open()

    def _forget_remarks(self) -> None:
        self._remarks_dialog = None

    def _forget_texts(self) -> None:
        self._texts_dialog = None

    def take_majority(self) -> None:
        """Make gold of what more than half of the annotators of this article agree on."""
        from annotator.core.adjudication import MAJORITY

        if self.reviewing is not None:
            self.reviewing.accept_agreed(MAJORITY)

    def accept_work(self) -> None:
        """Give all annotations of this article the review status "accepted"."""
        if self.reviewing is not None:
            self.reviewing.accept()

    def show_remarks(self) -> None:
        """Show the open remarks of reviewers to the annotator."""
        from annotator.ui.review.remarks import RemarksDialog

        name = self._session.annotator
        todo = self._session.ask(lambda project: project.open_remarks(name), None)
        if todo is None:
            return
        dialog = RemarksDialog(todo, self._registry, self._window)
        self._remarks_dialog = dialog
        dialog.finished.connect(self._forget_remarks)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.wants_place.connect(self._show_place)
        dialog.done_changed.connect(self._finish)
        dialog.open()

    def _show_place(self, key: int, start: int, end: int) -> None:
        if key == self._session.article_key or self._session.open_article(key):
            self._view.setFocus()
            if start < end:
                self._view.reveal(start, end)
                self._view.select(start, end)

    def _finish(self, id_: str, done: bool) -> None:
        try:
            self._session.project.finish_remark(id_, done=done)
        except StoreError as error:
            self._session.failed.emit(tr_error(error))

    def report_remarks(self) -> None:
        """Tell the annotator how many open remarks the article has, if any."""
        key, reviewing = self._session.article_key, self.reviewing
        if key is None or (reviewing is not None and reviewing.active):
            return
        name = self._session.annotator
        remarks = self._session.ask(lambda project: project.remarks(key, name), ())
        left = sum(remark.done_at is None for remark in remarks)
        if left:
            self._session.said.emit(
                tr_count(
                    left,
                    "A reviewer left {1} comment here: {2} shows it.",
                    "A reviewer left {1} comments here: {2} shows them.",
                    self._registry.key_or_title("show_remarks"),
                )
            )

    def show_agreement(self) -> None:
        """Measure the agreement of the annotators in the background, and show it."""
        self._measure(None)

    def _measure(self, names: list[str] | None) -> None:
        def job(project: "Project", progress: Progress, cancelled: Cancelled) -> "Agreement | None":
            from annotator.services.agreement import measure_agreement

            return measure_agreement(project, names, progress=progress, cancelled=cancelled)

        self._session.jobs.run(Job(job, tr("Measuring agreement")), self._show_figures)

    def merge_files(self) -> None:
        paths = dialogs.ask_files_to_import(
            self._window,
            self._session.project.path.parent,
            tr("Projects and bundles (*.annotator *.jsonl);;All files (*)"),
        )
        if paths:
            self.merge_paths(paths)

    def merge_paths(self, paths: Sequence[Path]) -> None:
        """Merge these projects and bundles in the background."""

        def job(project: "Project", progress: Progress, cancelled: Cancelled) -> "MergeReport":
            from annotator.services.merging import merge_files

            return merge_files(project, paths, progress=progress, cancelled=cancelled)

        self._session.jobs.run(Job(job, tr("Merging annotations")), self._report_merge)

    def ask_open_or_merge(self, path: Path, open_project: Callable[[Path], None]) -> None:
        """Ask whether to open or merge a dropped project.

        Other files are passed to `open_project`, which reports what is wrong with them.
        """
        from annotator.services.merging import is_project

        if path.exists() and path.samefile(self._session.project.path):
            self._session.said.emit(tr("{1} is the project that is open.", path.name))
            return
        if not path.is_file() or not is_project(path):
            open_project(path)
            return
        box = PlainMessageBox(
            QMessageBox.Icon.Question,
            "Annotator",
            tr(
                "Open {1}, or merge what is in it into {2}?",
                path.name,
                self._session.project.path.name,
            ),
            parent=self._window,
        )
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        merge = box.addButton(tr("&Merge"), QMessageBox.ButtonRole.AcceptRole)
        opening = box.addButton(tr("&Open"), QMessageBox.ButtonRole.ActionRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(merge)

        def answer(button: object) -> None:
            if button is merge:
                self.merge_paths([path])
            elif button is opening:
                open_project(path)

        box.buttonClicked.connect(answer)
        box.open()

    def _review_parts(self) -> "tuple[ReviewSession, ReviewPanel]":
        if self.reviewing is None or self.panel is None:
            from annotator.ui.review.overlay import paint_review
            from annotator.ui.review.panel import ReviewPanel
            from annotator.ui.review.review_session import ReviewSession

            registry = self._registry
            reviewing = ReviewSession(
                self._session, lambda: self._context.settings.annotator, registry, self._window
            )
            self.panel = ReviewPanel(reviewing, self._context.theme, registry)
            registry.take_keys(Scope.REVIEW, self.panel.list)
            self.panel.setVisible(False)
            self._splitter.addWidget(self.panel)
            handle = self._splitter.handle(self._splitter.indexOf(self.panel))
            handle.setAccessibleName(tr("Move the border"))
            self.panel.place_wanted.connect(self._view.reveal)
            self.panel.text_wanted.connect(self._view.setFocus)
            self._session.article_opened.connect(self._focus_soon)
            reviewing.changed.connect(self._follow)
            self._view.overlay = lambda painter: paint_review(painter, self._view, reviewing)
            self.reviewing = reviewing
        return self.reviewing, self.panel

    def _focus_soon(self) -> None:
        """Focus the rows after another article was opened, once its opener has set the focus."""
        QTimer.singleShot(0, self._window, self._focus_if_active)

    def _focus_if_active(self) -> None:
        if self.reviewing is not None and self.reviewing.active and self.panel is not None:
            self.panel.focus_rows()

    def _set_panel_width(self, panel: "ReviewPanel") -> None:
        """Give the panel its width; the text gets the rest, and the other parts nothing."""
        sizes = self._splitter.sizes()
        at, total = self._splitter.indexOf(panel), sum(sizes)
        wanted = min(_PANEL_WIDTH, total // 2)
        self._splitter.setSizes(
            [wanted if n == at else (total - wanted if n == 0 else 0) for n in range(len(sizes))]
        )

    def _follow(self) -> None:
        """Hide the panel after the review has ended, for any reason."""
        panel, reviewing = self.panel, self.reviewing
        if panel is None or reviewing is None:
            return
        self._view.viewport().update()
        self._registry.refresh_soon()
        if reviewing.active or not panel.isVisibleTo(self._splitter):
            return
        panel.setVisible(False)
        self._side.setVisible(self._side_shown)
        self._splitter.setSizes(self._sizes)
        self._context.reload_wanted.emit()
        self._view.setFocus()

    def _show_figures(self, found: "Agreement | None") -> None:
        if found is None:  # cancelled
            return
        from annotator.core.adjudication import people_in
        from annotator.ui.review.agreement_dialog import AgreementDialog

        open_dialog = self._window.findChild(AgreementDialog)
        if open_dialog is not None and open_dialog.isVisible():
            open_dialog.show_agreement(found)
            return
        everybody = people_in(self._session.ask(lambda project: project.annotators(), []))
        folder = self._session.project.path.parent
        dialog = AgreementDialog(
            found, everybody, self._measure, self._context.theme, folder, self._window
        )
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _report_merge(self, report: "MergeReport") -> None:
        if report.cancelled:
            self._session.said.emit(tr("Merge cancelled; nothing was changed."))
            return
        counts = report.counts()
        counts_text = ", ".join(
            f"{format_number(count)} {tr(verdict)}" for verdict, count in counts.items()
        )
        self._session.said.emit(tr("Merged: {1}.", counts_text or tr("no annotations in it")))
        self._session.reopen(own=True)
        self._context.reload_wanted.emit()
        details = [
            tr("{1}: {2} on {3}", tr(one.verdict), one.annotator, one.article)
            for one in report.merged
            if one.verdict in ("newer", "older", "conflicting")
        ]
        details += [tr("not in this project: {1}", article) for article in report.unknown]
        details += [tr("still in the trash here: {1}", article) for article in report.trashed]
        if details:
            sentence = tr("Merged: {1}. Nothing was overwritten.", counts_text or "nothing")
            dialogs.show_error(self._window, tr("Merged"), sentence, details)


def _take_variant(number: int, panel: "ReviewPanel") -> None:
    panel.take_variant(number)
