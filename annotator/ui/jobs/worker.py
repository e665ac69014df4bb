"""The worker that runs jobs in the background."""

import logging
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import QObject, QThread, Signal, Slot

from annotator.core.errors import AnnotatorError
from annotator.core.message import Message
from annotator.store import Project
from annotator.ui.i18n.translation import tr, tr_error

Job = Callable[[Project, Callable[[int, int | None, Message | str], None], Callable[[], bool]], Any]
"""A function of a project opened for it, a callback for progress (done, total, message) and a
callback that returns whether the job was cancelled."""

_BETWEEN_REPORTS: Final = 0.05
"""The shortest time between two progress reports, in seconds."""
_log = logging.getLogger(__name__)


class Worker(QObject):
    """A runner of one job at a time, on its own thread and its own connection to the project."""

    progressed = Signal(int, int, object)
    """The done and total steps (total 0: unknown) and the current step, a Message or a name."""
    finished = Signal(object)
    """The job's result."""
    failed = Signal(str)
    """A sentence on what went wrong; nothing is half-written. A job emits this or `finished`."""

    ended = Signal()
    """The job is over, in either way; emitted after the other signals."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: _JobThread | None = None
        self._stopped = False
        self.crashed = False
        """Whether the last job ended by a bug, which the crash report shows as well as `failed`."""
        self.what = ""
        """What the job does, for the title of a dialog; "" if the user does not wait for it."""
        self.allows_editing = False
        """Whether the user can go on annotating while the job runs."""

    @property
    def busy(self) -> bool:
        """Whether a job is running, or has ended and was not reported yet."""
        return self._thread is not None

    def start(
        self, project: Path, job: Job, what: str = "", *, allows_editing: bool = False
    ) -> bool:
        """Run the job; return False if another one is running, or after `stop`.

        Args:
            project: The file that the job opens.
            job: The function to run.
            what: What the job does, as shown to the user.
            allows_editing: Whether the job lets other connections write, or writes nothing, so
                that the window stays usable.
        """
        if self.busy or self._stopped:
            return False
        self.what = what
        self.allows_editing = allows_editing
        thread = _JobThread(project, job, self)
        thread.progressed.connect(self.progressed)
        thread.finished.connect(self._end)
        self._thread = thread
        thread.start()
        return True

    def cancel(self) -> None:
        """Ask the job to stop; it ends soon, with nothing half-written."""
        if self._thread is not None:
            self._thread.cancelled.set()

    def stop(self) -> None:
        """Cancel the job and wait until it has ended; start and report nothing from now on.

        For closing the window: a report would arrive at a closed project, a progress dialog would
        keep the program running without a window, and the worker would be deleted with the window
        while a job started by a timer is still running.
        """
        self._stopped = True
        self.blockSignals(True)
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.cancelled.set()
            thread.wait()

    @Slot()
    def _end(self) -> None:
        thread, self._thread = self._thread, None
        if thread is None:
            return
        thread.deleteLater()
        try:
            self._report(thread)
        finally:
            self.ended.emit()

    def _report(self, thread: "_JobThread") -> None:
        error = thread.error
        text = None if error is None else _error_text(error)
        self.crashed = error is not None and text is None
        if error is None:
            self.finished.emit(thread.result)
        elif text is not None:
            self.failed.emit(text)
        else:
            # The receiver of `failed` runs first, then the bug is reported.
            self.failed.emit(
                tr("A bug in Annotator has ended the running job; nothing of it is half-written.")
            )
            sys.excepthook(type(error), error, error.__traceback__)


def _error_text(error: BaseException) -> str | None:
    """Return what went wrong in a sentence for the user; None for a bug."""
    if isinstance(error, AnnotatorError):
        return tr_error(error)
    if isinstance(error, OSError):
        return _system_error_text(error)
    if isinstance(error, MemoryError):
        return tr(
            "There is not enough memory for this job, and nothing of it was written: "
            "close other programs, or do it in smaller parts."
        )
    return None


def _system_error_text(error: OSError) -> str:
    """Return the system's error without its number; a half-written file is named by its folder."""
    why = error.strerror or str(error)
    if error.filename is None:
        return tr("{1}; free what it needs and try again", why)
    folder = Path(str(error.filename)).parent
    return tr("{1}: {2}; check the folder and your rights to it", folder, why)


class _JobThread(QThread):
    progressed = Signal(int, int, object)

    def __init__(self, project: Path, job: Job, parent: QObject) -> None:
        super().__init__(parent)
        self._path = project
        self._job = job
        self._next_report = 0.0
        self.cancelled = threading.Event()
        self.result: Any = None
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            with Project.open(self._path) as project:
                self.result = self._job(project, self._progress, self.cancelled.is_set)
        except BaseException as error:  # a panic in a Rust library is not an Exception
            _log.info("the job failed: %s", error)
            self.error = error

    def _progress(self, done: int, total: int | None, text: Message | str) -> None:
        # Each report repaints the progress, so there are a few a second, not thousands.
        now = time.monotonic()
        if now >= self._next_report:
            self._next_report = now + _BETWEEN_REPORTS
            self.progressed.emit(done, total or 0, text)
