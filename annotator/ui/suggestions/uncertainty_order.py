"""The order of the articles by doubt, worked out in the background."""

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from annotator.store import StoreError
from annotator.ui.i18n.translation import tr
from annotator.ui.jobs.worker import Worker
from annotator.ui.lists.article_panel import ArticlePanel
from annotator.ui.session import Session
from annotator.ui.settings import Settings

if TYPE_CHECKING:
    from annotator.store import Project

_CHOICE: Final = "uncertain_first"
_SOON_MS: Final = 600
"""A window that opens shows its article, and what is suggested in it, first."""


class UncertaintyOrder(QObject):
    """Puts the articles first of which the suggestions are least sure, or takes that back.

    The choice is the user's in this project: the next window on it begins with that order.
    """

    changed = Signal()
    """The order is another one now, or has been asked for."""

    def __init__(
        self, session: Session, articles: ArticlePanel, settings: Settings, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._articles = articles
        self._settings = settings
        self.worker = Worker(self)
        self._shown: dict[int, float] = {}
        self._anew = True
        self.on = settings.choice_in(session.project.path, _CHOICE)
        articles.sorted_by.connect(self._give_way)
        self.worker.finished.connect(self._take)
        self.worker.failed.connect(self._fail)
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._soon.timeout.connect(self._resume)
        if self.on:
            self._soon.start()

    def switch(self) -> None:
        """The uncertain ones first, or the usual order again."""
        if self.on:
            self._stop()
            self._session.said.emit(tr("Articles are in the usual order again."))
            return
        self._keep(on=True)
        self._anew = True
        self._start()
        self._session.said.emit(tr("Reading the articles that are to do …"))
        self.changed.emit()

    def _stop(self) -> None:
        self._keep(on=False)
        self._soon.stop()
        self.worker.cancel()
        self._show({})
        self.changed.emit()

    @Slot()
    def _give_way(self) -> None:
        """Another order was chosen."""
        if self.on:
            self._stop()

    @Slot()
    def _resume(self) -> None:
        """The order of the last time at once; what has come since is read in the background."""
        from annotator.services.active_learning import kept_doubts

        try:
            self._show(kept_doubts(self._session.project, self._session.annotator))
        except StoreError as error:
            self._session.said.emit(str(error))
            return
        self._anew = False
        self._start()

    def _keep(self, *, on: bool) -> None:
        self.on = on
        self._settings.set_choice_in(self._session.project.path, _CHOICE, on=on)

    def _show(self, doubts: dict[int, float]) -> None:
        self._shown = doubts
        self._articles.model.put_first(doubts)
        self._articles.follow()

    def _start(self) -> None:
        annotator, anew = self._session.annotator, self._anew

        def job(project: "Project", _progress: Any, cancelled: Any) -> dict[int, float] | None:
            from annotator.services.active_learning import doubts
            from annotator.services.job import Stopped

            try:
                return doubts(project, annotator, anew=anew, cancelled=cancelled)
            except Stopped:
                return None

        self.worker.start(self._session.project.path, job)

    @Slot(object)
    def _take(self, found: dict[int, float] | None) -> None:
        if not self.on:
            return
        if found is None:  # switched off and on again meanwhile
            self._start()
            return
        if found != self._shown:
            self._show(found)
        if self._anew:
            self._session.said.emit(
                tr("The articles that suggestions are least sure of come first.")
            )

    @Slot(str)
    def _fail(self, sentence: str) -> None:
        self.on = False
        self._session.said.emit(sentence)
        self.changed.emit()
