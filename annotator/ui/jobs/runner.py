"""Jobs: functions of a project that run away from the window, and the runner that runs them."""

import logging
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, Generic, NamedTuple, TypeVar
from weakref import WeakSet

import shiboken6
from PySide6.QtCore import QObject, Qt, Signal, Slot

from annotator.core.errors import AnnotatorError
from annotator.core.message import Message
from annotator.store import Project
from annotator.ui.i18n.translation import tr, tr_error

if TYPE_CHECKING:  # the services are loaded after the first paint
    from annotator.services.job import Cancelled, Progress

T = TypeVar("T")
_Report = Callable[[], None]

_BETWEEN_REPORTS: Final = 0.05
"""The shortest time between two progress reports, in seconds."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job(Generic[T]):
    """A function that runs away from the window and returns a `T`."""

    function: "Callable[[Project, Progress, Cancelled], T]"
    """Called on another thread with a connection of its own to the project. It raises
    `JobCancelled`, or returns early, if it is cancelled, and leaves nothing half-written."""
    title: str = ""
    """What the job does, as the progress display shows it; "" for a job that shows none."""
    allows_editing: bool = False
    """Whether the job lets other connections write, or writes nothing, so that the window stays
    usable while it runs."""


class ProgressReport(NamedTuple):
    """How far a job is: steps or bytes (total 0: unknown), and the current step."""

    done: int
    total: int
    text: Message | str
    """A name, such as a file's, is a str and shown as it is."""


class RunningJob(QObject):
    """A job that was begun, until it is over; lives in the thread of the window."""

    progressed = Signal(object)
    """Emitted with a `ProgressReport`, a few times a second."""
    finished = Signal()
    """The job is over; emitted before any of its callbacks is called."""
    _told = Signal(object)
    _returned = Signal()

    def __init__(self, title: str, *, allows_editing: bool, owner: object, parent: QObject) -> None:
        super().__init__(parent)
        self.title = title
        self.allows_editing = allows_editing
        self.owner = owner
        self._cancelled = threading.Event()
        self._thread: threading.Thread | None = None
        self._end: Callable[[RunningJob, _Report], None] | None = None
        self._report: _Report = _nothing
        self._next_report = 0.0
        # Queued, so that whoever connects to a job just begun misses nothing of it.
        queued = Qt.ConnectionType.QueuedConnection
        self._told.connect(self.progressed, queued)
        self._returned.connect(self._leave_thread, queued)

    @Slot()
    def cancel(self) -> None:
        """Ask the job to stop; it ends soon, with nothing half-written."""
        self._cancelled.set()

    def begin(
        self,
        work: "Callable[[Progress, Cancelled], _Report]",
        end: "Callable[[RunningJob, _Report], None]",
    ) -> None:
        """Do the work on another thread, then pass what it returned to `end` on this one."""
        self._end = end
        # Kept until the thread has ended: the last reference to a widget must not go there.
        self._work = work

        def run() -> None:
            self._report = work(self._progress, self._cancelled.is_set)
            self._returned.emit()

        # A daemon: a job that does not stop must not outlive a program that ends by a bug.
        self._thread = threading.Thread(target=run, name=self.title or "job", daemon=True)
        self._thread.start()

    def wait(self) -> None:
        """Cancel the job, wait until its thread has ended, and have it report nothing."""
        self._end = None
        self.cancel()
        if self._thread is not None:
            self._thread.join()

    def _progress(self, done: int, total: int | None, text: Message | str) -> None:
        # Each report repaints the progress, so there are a few a second, not thousands.
        now = time.monotonic()
        if now >= self._next_report:
            self._next_report = now + _BETWEEN_REPORTS
            self._told.emit(ProgressReport(done, total or 0, text))

    @Slot()
    def _leave_thread(self) -> None:
        if self._end is not None and self._thread is not None:
            self._thread.join()  # it has nothing left to do
            self._end(self, self._report)


class JobRunner(QObject):
    """Runs the jobs of one window, each on a thread and on a connection of its own.

    The window has one job at a time: what the user waits for, with its progress shown. What
    belongs to a dialog, or runs without being waited for, names an `owner`, and each owner has
    one job at a time as well, beside that of the window. A job reports to the callbacks that it
    was begun with and to nothing else, on the thread of the window, and never once its owner is
    deleted or was stopped.
    """

    started = Signal(object)
    """Emitted with the `RunningJob` that the window has begun."""
    ended = Signal()
    """The job of the window is over, and its callback was called; another one may begin."""
    refused = Signal(str)
    """Emitted with a sentence: why a job of the window was not begun."""
    failed = Signal(str)
    """Emitted with a sentence on what went wrong in a job begun without a callback for that."""

    def __init__(self, project: Project, parent: QObject) -> None:
        super().__init__(parent)
        self._project = project
        self._jobs: list[RunningJob] = []
        self._stopped: WeakSet[object] = WeakSet()
        self._closed = False
        # A window that is deleted without having been closed; the jobs are deleted after that.
        self.destroyed.connect(partial(_wait_for, self._jobs))

    @property
    def busy(self) -> bool:
        """Whether any job of any owner is running, or has ended and was not reported yet."""
        return bool(self._jobs)

    def running(self, owner: object | None = None) -> RunningJob | None:
        """Return the job of this owner (None: the window) that is not over; None if none is."""
        owner = self if owner is None else owner
        return next((running for running in self._jobs if running.owner is owner), None)

    def run(
        self,
        job: Job[T],
        then: Callable[[T], None] | None = None,
        failed: Callable[[str], None] | None = None,
        *,
        cancelled: Callable[[], None] | None = None,
        owner: object | None = None,
        alone: bool = False,
    ) -> RunningJob | None:
        """Begin the job, unless its owner has one running.

        Args:
            job: What to run.
            then: Called with what the job returns.
            failed: Called with a sentence on what went wrong; for a bug, the crash report
                follows. None: the runner's `failed` is emitted, but for a bug.
            cancelled: Called if the job has raised `JobCancelled`.
            owner: What the job and its callbacks belong to; if it is a `QObject` and is deleted,
                the job is cancelled. None: the window, which says that it refuses a second job.
            alone: Refuse, and say so, as long as any job of any owner runs.

        Returns:
            The running job; None if another one is running, or after `stop` or `close`.
        """
        owner = self if owner is None else owner
        if self._closed or owner in self._stopped:
            return None
        if self._jobs if alone else self.running(owner) is not None:
            if owner is self or alone:
                self.refused.emit(tr("Wait until the running job is done, or cancel it."))
            return None
        running = RunningJob(job.title, allows_editing=job.allows_editing, owner=owner, parent=self)
        self._jobs.append(running)
        if owner is self:
            self.started.emit(running)
        elif isinstance(owner, QObject):
            owner.destroyed.connect(running.cancel)
        callbacks = _Callbacks(
            then or _ignore, partial(self._report_failure, failed), cancelled or _nothing
        )
        running.begin(partial(_execute, job, self._project.path, callbacks), self._end)
        return running

    def cancel(self, owner: object | None = None) -> None:
        """Ask the job of this owner (None: the window) to stop, if one is running."""
        running = self.running(owner)
        if running is not None:
            running.cancel()

    def stop(self, owner: object) -> None:
        """Cancel the job of this owner and wait until it has ended.

        The owner begins and is told nothing from now on: a dialog calls this when it is done.
        """
        self._stopped.add(owner)
        running = self.running(owner)
        if running is not None:
            self._give_up(running)

    def close(self) -> None:
        """Cancel all jobs and wait until they have ended; begin and report nothing from now on.

        For closing the window: a report would arrive at a closed project, and a progress dialog
        would keep the program running without a window.
        """
        self._closed = True
        for running in self._jobs:  # all at once, before the first is waited for
            running.cancel()
        for running in tuple(self._jobs):
            self._give_up(running)

    def _give_up(self, running: RunningJob) -> None:
        running.wait()
        self._remove(running)
        running.blockSignals(True)  # what it has told last has not arrived yet

    def _remove(self, running: RunningJob) -> None:
        self._jobs.remove(running)
        running.finished.emit()
        running.deleteLater()

    def _end(self, running: RunningJob, report: _Report) -> None:
        self._remove(running)
        try:
            if shiboken6.isValid(running.owner):
                report()
        finally:
            if running.owner is self:
                self.ended.emit()

    def _report_failure(self, failed: Callable[[str], None] | None, error: BaseException) -> None:
        text = _error_text(error)
        if text is not None:
            report = self.failed.emit if failed is None else failed
            report(text)
            return
        # The callback runs first, then the bug is reported.
        if failed is not None:
            failed(
                tr("A bug in Annotator has ended the running job; nothing of it is half-written.")
            )
        sys.excepthook(type(error), error, error.__traceback__)


@dataclass(frozen=True)
class _Callbacks(Generic[T]):
    """What to call in the thread of the window once a job is over, one of the three."""

    then: Callable[[T], None]
    failed: Callable[[BaseException], None]
    cancelled: Callable[[], None]


def _execute(
    job: Job[T], path: Path, callbacks: _Callbacks[T], progress: "Progress", cancelled: "Cancelled"
) -> _Report:
    """Run the job, and return the call that reports how it has ended."""
    from annotator.services.job import JobCancelled

    try:
        with Project.open(path) as project:
            result = job.function(project, progress, cancelled)
    except JobCancelled:
        return callbacks.cancelled
    except BaseException as error:  # a panic in a Rust library is not an Exception
        _log.info("the job failed: %s", error)
        return partial(callbacks.failed, error)
    return partial(callbacks.then, result)


def _wait_for(jobs: list[RunningJob]) -> None:
    for running in jobs:
        running.wait()


def _nothing() -> None:
    pass


def _ignore(_result: object) -> None:
    pass


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
