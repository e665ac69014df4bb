"""What an import that was killed or cancelled has left in the project goes in the background."""

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Slot

from annotator.store import StoreError
from annotator.ui.jobs.worker import Worker
from annotator.ui.session import Session

if TYPE_CHECKING:
    from annotator.store import Project


class ImportCleanup(QObject):
    """Looks when the project is opened, and after each job of the `worker`."""

    def __init__(self, session: Session, worker: Worker, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self.worker = Worker(self)
        worker.ended.connect(self.look)
        self.look()

    @Slot()
    def look(self) -> None:
        """Begin to delete, if there is something. Nobody has to know: none of it is ever seen."""
        project = self._session.project
        try:
            if project.read_only or not project.has_unfinished_imports():
                return
        except StoreError:  # there will be another time
            return

        def job(project: "Project", _progress: Any, cancelled: Any) -> None:
            project.discard_unfinished_imports(lambda: not cancelled())

        self.worker.start(project.path, job)
