"""The order of the articles by uncertainty, computed in the background."""

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from annotator.services.job import Cancelled, Progress
from annotator.store import StoreError
from annotator.ui.i18n.translation import tr, tr_error
from annotator.ui.jobs.runner import Job
from annotator.ui.lists.article_panel import ArticlePanel
from annotator.ui.session import Session
from annotator.ui.settings import Settings

if TYPE_CHECKING:
    from annotator.store import Project

_CHOICE: Final = "uncertain_first"
_DELAY_MS: Final = 600
"""The delay after start-up: the article and its suggestions are shown first."""


class UncertaintyOrder(QObject):
    """The order of articles with the least certain suggestions first, which can be switched off.

    The choice is kept for this user and project: the next window on the project starts with it.
    """

    changed = Signal()
    """The order has changed or was requested."""

    def __init__(
        self, session: Session, articles: ArticlePanel, settings: Settings, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._articles = articles
        self._settings = settings
        self._shown: dict[int, float] = {}
        self._from_scratch = True
        self.on = settings.choice_in(session.project.path, _CHOICE)
        articles.sorted_by.connect(self._stop_for_other_order)
        self._resume_timer = QTimer(self, singleShot=True, interval=_DELAY_MS)
        self._resume_timer.timeout.connect(self._resume)
        if self.on:
            self._resume_timer.start()

    def switch(self) -> None:
        """Switch between the least certain articles first and the usual order."""
        if self.on:
            self._stop()
            self._session.status_message.emit(tr("Articles are in the usual order again."))
            return
        self._save_choice(on=True)
        self._from_scratch = True
        self._start()
        self._session.status_message.emit(tr("Reading the articles that are to do …"))
        self.changed.emit()

    def _stop(self) -> None:
        self._save_choice(on=False)
        self._resume_timer.stop()
        self._session.jobs.cancel(self)
        self._show({})
        self.changed.emit()

    @Slot()
    def _stop_for_other_order(self) -> None:
        """Stop, because the user chose another order."""
        if self.on:
            self._stop()

    @Slot()
    def _resume(self) -> None:
        """Restore the last order at once, and read what has changed since in the background."""
        from annotator.services.active_learning import stored_uncertainties

        try:
            self._show(stored_uncertainties(self._session.project, self._session.annotator))
        except StoreError as error:
            self._session.status_message.emit(tr_error(error))
            return
        self._from_scratch = False
        self._start()

    def _save_choice(self, *, on: bool) -> None:
        self.on = on
        self._settings.set_choice_in(self._session.project.path, _CHOICE, on=on)

    def _show(self, uncertainties: dict[int, float]) -> None:
        self._shown = uncertainties
        self._articles.model.put_first(uncertainties)
        self._articles.follow()

    def _start(self) -> None:
        annotator, from_scratch = self._session.annotator, self._from_scratch

        def job(project: "Project", _progress: Progress, cancelled: Cancelled) -> dict[int, float]:
            from annotator.services.active_learning import uncertainties

            return uncertainties(project, annotator, anew=from_scratch, cancelled=cancelled)

        self._session.jobs.run(
            Job(job), self._take, self._fail, cancelled=self._start_if_on, owner=self
        )

    def _start_if_on(self) -> None:
        """Start again after a job was cancelled: the order was switched off and on meanwhile."""
        if self.on:
            self._start()

    def _take(self, found: dict[int, float]) -> None:
        if not self.on:
            return
        if found != self._shown:
            self._show(found)
        if self._from_scratch:
            self._session.status_message.emit(
                tr("The articles that suggestions are least sure of come first.")
            )

    def _fail(self, sentence: str) -> None:
        self.on = False
        self._session.status_message.emit(sentence)
        self.changed.emit()
