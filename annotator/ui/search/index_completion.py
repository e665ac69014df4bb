"""Indexing what a project of an older version has not indexed yet, in the background."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from annotator.services.job import Cancelled, Progress
from annotator.store import StoreError
from annotator.ui.i18n.translation import tr
from annotator.ui.jobs.runner import Job
from annotator.ui.session import Session

if TYPE_CHECKING:
    from annotator.store import Project


class IndexCompletion(QObject):
    """Completes the search index; a window that is closed meanwhile leaves the rest to the next.

    Until then, the articles that are missing are found too, only slower.
    """

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        project = session.project
        try:
            if project.read_only or not project.has_unindexed_articles():
                return
        except StoreError:  # the next start tries again
            return
        session.jobs.run(Job(_complete), self._tell, _ignore, owner=self)
        session.status_message.emit(
            tr("The search index of this older project is being made; searching is slow meanwhile.")
        )

    def _tell(self, done: object) -> None:
        if done:
            self._session.status_message.emit(tr("The search index is complete."))


def _complete(project: "Project", progress: Progress, cancelled: Cancelled) -> bool:
    return project.fill_index(lambda: not cancelled())


def _ignore(_sentence: str) -> None:
    """Ignore a failure: the next start tries again."""
