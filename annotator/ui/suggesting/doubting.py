"""The order of the articles by doubt, worked out in the background."""

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from annotator.ui.background import Worker
from annotator.ui.language import tr
from annotator.ui.lists.article_panel import ArticlePanel
from annotator.ui.session import Session
from annotator.ui.settings import Settings

if TYPE_CHECKING:
    from annotator.store import Project

_LATER_MS: Final = 1000
"""The window and the first article's own suggestions come first."""


class Doubting(QObject):
    """Puts the articles first of which the suggestions are least sure, or takes that back."""

    changed = Signal()
    """The order is another one now, or has been asked for."""

    def __init__(
        self, session: Session, articles: ArticlePanel, settings: Settings, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._settings = settings
        self._later = QTimer(self, singleShot=True, interval=_LATER_MS)
        self._later.timeout.connect(self._start_again)
        self._articles = articles
        self.worker = Worker(self)
        self.on = False
        self.worker.finished.connect(self._take)
        self.worker.failed.connect(self._fail)

    def begin(self) -> None:
        """Have the order that was chosen for this project, as soon as it can be worked out."""
        if self._settings.uncertain_first(self._session.project.path):
            self.on = True
            self._later.start()
            self.changed.emit()

    @Slot()
    def _start_again(self) -> None:
        if self.on and not self.worker.busy:
            self._start()

    def switch(self) -> None:
        """The uncertain ones first, or the order of import again; remembered for this project."""
        self.on = not self.on
        self._settings.set_uncertain_first(self._session.project.path, on=self.on)
        if self.on:
            self._start()
        else:
            self.worker.cancel()
            self._articles.model.put_first({})
            self._articles.follow()
            self._session.said.emit(tr("Articles are in the order of their import again."))
        self.changed.emit()

    def _start(self) -> None:
        annotator = self._session.annotator

        def job(project: "Project", _progress: Any, cancelled: Any) -> dict[int, float] | None:
            from annotator.work.job import Stopped
            from annotator.work.ordering import doubts

            try:
                return doubts(project, annotator, cancelled=cancelled)
            except Stopped:
                return None

        if self.worker.start(self._session.project.path, job):
            self._session.said.emit(tr("Reading the articles that are to do …"))

    @Slot(object)
    def _take(self, found: dict[int, float] | None) -> None:
        if not self.on:
            return
        if found is None:  # switched off and on again meanwhile
            self._start()
            return
        self._articles.model.put_first(found)
        self._articles.follow()
        self._session.said.emit(tr("The articles that suggestions are least sure of come first."))

    @Slot(str)
    def _fail(self, sentence: str) -> None:
        self.on = False
        self._session.said.emit(sentence)
        self.changed.emit()
