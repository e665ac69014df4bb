"""The action that replaces a label in the whole project."""

from typing import TYPE_CHECKING

from annotator.services.job import Cancelled, Progress
from annotator.store import StoreError
from annotator.ui.actions.action import Action, Menu
from annotator.ui.actions.conditions import writable
from annotator.ui.i18n.translation import tr, tr_count, tr_error, tr_later
from annotator.ui.jobs.runner import Job
from annotator.ui.window_context import WindowContext

if TYPE_CHECKING:
    from annotator.services.relabelling import RelabelReport
    from annotator.store import Project


class RelabelActions:
    """Replacing a label, in all articles that the user ticks."""

    def __init__(self, context: WindowContext) -> None:
        self._context = context
        self._session = context.session
        context.registry.add(self.actions())

    def actions(self) -> list[Action]:
        """Return the action that replaces a label."""
        return [
            Action(
                "replace_labels",
                tr("Replace &labels…"),
                self.replace_labels,
                Menu.ANNOTATE,
                enabled_when=(writable(self._session),),
                also=tr_later("relabel rename bulk"),
            )
        ]

    def replace_labels(self) -> None:
        from annotator.ui.article.relabel_dialog import RelabelDialog

        try:
            RelabelDialog(
                self._session, self._replace, self._context.theme, self._context.window
            ).open()
        except StoreError as error:
            self._session.error_occurred.emit(tr_error(error))

    def _replace(self, chosen: dict[int, list[str]], old: str, new: str) -> None:
        annotator = self._session.annotator

        def job(project: "Project", progress: Progress, cancelled: Cancelled) -> "RelabelReport":
            from annotator.services.relabelling import relabel

            return relabel(
                project, annotator, chosen, old, new, progress=progress, cancelled=cancelled
            )

        self._session.jobs.run(Job(job, tr("Replacing labels")), self._report)

    def _report(self, report: "RelabelReport") -> None:
        if self._session.article_key in report.articles:
            self._session.reopen(own=True)
        self._session.article_progress.recount()
        title = self._session.scheme.label(report.label).title
        message = tr(
            "{1} in {2} relabelled as {3}; undo works in each article.",
            tr_count(report.entities, "{1} entity", "{1} entities"),
            tr_count(len(report.articles), "{1} article", "{1} articles"),
            title,
        )
        if report.passed_over:
            message += " " + tr_count(
                report.passed_over, "{1} had changed meanwhile.", "{1} had changed meanwhile."
            )
        self._session.status_message.emit(
            tr("Stopped: {1}", message) if report.cancelled else message
        )
