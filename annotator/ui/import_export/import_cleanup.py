"""The deletion of what a killed or cancelled import has left in the project."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot

from annotator.services.job import Cancelled, Progress
from annotator.store import StoreError
from annotator.ui.jobs.runner import Job
from annotator.ui.session import Session

if TYPE_CHECKING:
    from annotator.store import Project


class ImportCleanup(QObject):
    """A check for such remains when the project is opened, and after each job of the window."""

    def __init__(self, session: Session, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        session.jobs.ended.connect(self.check)
        self.check()

    @Slot()
    def check(self) -> None:
        """Start deleting if something is left; not reported, since it is never visible."""
        project = self._session.project
        try:
            if project.read_only or not project.has_unfinished_imports():
                return
        except StoreError:  # checked again after the next job
            return

        def job(project: "Project", _progress: Progress, cancelled: Cancelled) -> None:
            project.discard_unfinished_imports(lambda: not cancelled())

        self._session.jobs.run(Job(job), failed=_ignore, owner=self)


def _ignore(_sentence: str) -> None:
    """Ignore a failure: the next job of the window, or the next start, tries again."""
