"""What a job may rely on, and those who wait for it: begun, reported, cancelled, given up."""

import gc
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QObject

from annotator.core.errors import AnnotatorError
from annotator.services.job import Cancelled, JobCancelled, Progress
from annotator.store import Project
from annotator.ui.jobs.runner import Job, JobRunner, ProgressReport

Projects = Callable[..., Path]
LARGE = 3 << 30


class Reports:
    """What the callbacks of jobs were called with, and where."""

    def __init__(self) -> None:
        self.got: list[object] = []
        self.threads: set[int] = set()

    def __call__(self, *value: object) -> None:
        self.got.extend(value or ["called"])
        self.threads.add(threading.get_ident())


@pytest.fixture
def project(project_of: Projects) -> Iterator[Project]:
    with Project.open(project_of("Ann Lee came to Oslo.")) as opened:
        yield opened


@pytest.fixture
def jobs(qapp: object, project: Project) -> Iterator[JobRunner]:
    parent = QObject()
    runner = JobRunner(project, parent)
    yield runner
    if shiboken6.isValid(runner):
        runner.close()


@pytest.fixture
def reports() -> Reports:
    return Reports()


def until_cancelled(_project: Project, progress: Progress, cancelled: Cancelled) -> str:
    progress(1, 9, "working")
    while not cancelled():
        time.sleep(0.002)
    return "over"


def raising(error: BaseException) -> Callable[[Project, Progress, Cancelled], str]:
    def job(_project: Project, _progress: Progress, _cancelled: Cancelled) -> str:
        raise error

    return job


def idle(qtbot: Any, jobs: JobRunner) -> None:
    qtbot.waitUntil(lambda: not jobs.busy)
    qtbot.wait(20)  # a report that must not come would come now


def test_the_result_goes_to_the_one_who_asked_on_the_thread_of_the_window(
    qtbot, jobs: JobRunner, reports: Reports
) -> None:
    ran_on: list[int] = []

    def count(project: Project, _progress: Progress, _cancelled: Cancelled) -> int:
        ran_on.append(threading.get_ident())
        return project.progress("ada").total

    other = Reports()
    jobs.run(Job(count), reports)
    jobs.run(Job(lambda *_: "for the other"), other, owner=QObject(jobs))
    idle(qtbot, jobs)
    assert reports.got == [1]
    assert other.got == ["for the other"]
    assert reports.threads == {threading.get_ident()}
    assert threading.get_ident() not in ran_on


def test_the_window_has_one_job_at_a_time_and_says_so(
    qtbot, jobs: JobRunner, reports: Reports
) -> None:
    jobs.refused.connect(reports)
    running = jobs.run(Job(until_cancelled, "Waiting"))
    assert running is not None
    assert jobs.running() is running
    assert jobs.run(Job(lambda *_: 1), reports) is None
    assert reports.got == ["Wait until the running job is done, or cancel it."]
    jobs.cancel()
    idle(qtbot, jobs)
    assert jobs.running() is None
    assert jobs.run(Job(lambda *_: 1), reports)
    idle(qtbot, jobs)
    assert reports.got[1:] == [1]


def test_an_owner_has_a_job_beside_that_of_the_window_unless_it_must_be_alone(
    qtbot, jobs: JobRunner, reports: Reports
) -> None:
    jobs.refused.connect(reports)
    owner, other = QObject(jobs), QObject(jobs)
    assert jobs.run(Job(until_cancelled))
    assert jobs.run(Job(until_cancelled), owner=owner)
    assert jobs.run(Job(until_cancelled), owner=owner) is None
    assert reports.got == []
    assert jobs.run(Job(until_cancelled), owner=other, alone=True) is None
    assert len(reports.got) == 1
    jobs.cancel()
    qtbot.waitUntil(lambda: jobs.running() is None)
    assert jobs.run(Job(until_cancelled), owner=other, alone=True) is None
    jobs.cancel(owner)
    idle(qtbot, jobs)
    assert jobs.run(Job(lambda *_: 1), owner=other, alone=True)
    idle(qtbot, jobs)


def test_a_job_that_its_callback_begins_again_runs(qtbot, jobs: JobRunner) -> None:
    counts: list[int] = []

    def again(_nothing: None) -> None:
        counts.append(len(counts))
        if len(counts) < 4:
            assert jobs.run(Job(lambda *_: None), again)

    assert jobs.run(Job(lambda *_: None), again)
    qtbot.waitUntil(lambda: len(counts) == 4)
    idle(qtbot, jobs)


def test_a_deleted_owner_is_told_nothing_and_its_job_is_cancelled(
    qtbot, jobs: JobRunner, reports: Reports
) -> None:
    parent = QObject()
    owner = QObject(parent)
    assert jobs.run(Job(until_cancelled), reports, reports, cancelled=reports, owner=owner)
    shiboken6.delete(parent)
    assert not shiboken6.isValid(owner)
    idle(qtbot, jobs)
    assert reports.got == []


def test_an_owner_that_is_deleted_before_its_result_arrives_is_told_nothing(
    qtbot, jobs: JobRunner, reports: Reports
) -> None:
    owner = QObject()
    done = threading.Event()

    def job(*_: object) -> int:
        done.set()
        return 1

    assert jobs.run(Job(job), reports, owner=owner)
    assert done.wait(20)
    time.sleep(0.05)  # the result is on its way now, in the queue of the window
    shiboken6.delete(owner)
    idle(qtbot, jobs)
    assert reports.got == []


def test_a_runner_deleted_with_its_window_ends_its_jobs(
    qtbot, project: Project, reports: Reports
) -> None:
    window = QObject()
    jobs = JobRunner(project, window)
    ended = threading.Event()

    def job(project: Project, progress: Progress, cancelled: Cancelled) -> None:
        until_cancelled(project, progress, cancelled)
        for step in range(50):
            progress(step, 50, "cleaning up")
        ended.set()

    assert jobs.run(Job(job), reports)
    assert jobs.run(Job(until_cancelled), reports, owner=QObject(window))
    shiboken6.delete(window)
    assert ended.is_set()
    qtbot.wait(20)
    assert reports.got == []


def test_what_is_stopped_has_ended_and_begins_nothing_any_more(
    qtbot, jobs: JobRunner, reports: Reports
) -> None:
    owner, other = QObject(jobs), QObject(jobs)
    left: list[int] = []

    def job(project: Project, progress: Progress, cancelled: Cancelled) -> None:
        until_cancelled(project, progress, cancelled)
        time.sleep(0.05)
        left.append(1)

    running = jobs.run(Job(job), reports, reports, owner=owner)
    assert running is not None
    running.finished.connect(lambda: left.append(2))
    running.progressed.connect(reports)
    assert jobs.run(Job(until_cancelled), reports, owner=other)
    jobs.stop(owner)
    assert left == [1, 2]
    assert jobs.running(owner) is None
    assert jobs.run(Job(lambda *_: 1), reports, owner=owner) is None
    qtbot.wait(20)
    assert reports.got == []
    assert jobs.running(other)
    jobs.cancel(other)
    idle(qtbot, jobs)
    assert reports.got == ["over"]


def test_after_closing_no_job_runs_is_reported_or_begins(
    qtbot, jobs: JobRunner, reports: Reports
) -> None:
    jobs.ended.connect(reports)
    for owner in (None, QObject(jobs), QObject(jobs)):
        assert jobs.run(Job(until_cancelled), reports, reports, owner=owner)
    jobs.close()
    assert not jobs.busy
    assert jobs.run(Job(lambda *_: 1), reports) is None
    assert jobs.run(Job(lambda *_: 1), reports, owner=QObject(jobs)) is None
    qtbot.wait(20)
    assert reports.got == []


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (AnnotatorError("The file is damaged."), "The file is damaged."),
        (
            OSError(28, "No space left on device", "/somewhere/out.jsonl"),
            "/somewhere: No space left on device; check the folder and your rights to it",
        ),
        (OSError("too many open files"), "too many open files; free what it needs and try again"),
        (MemoryError(), "There is not enough memory for this job"),
    ],
)
def test_what_goes_wrong_is_a_sentence_for_the_caller_or_else_for_the_window(
    error: BaseException, words: str, qtbot, jobs: JobRunner, reports: Reports
) -> None:
    window = Reports()
    jobs.failed.connect(window)
    jobs.run(Job(raising(error)), failed=reports)
    idle(qtbot, jobs)
    assert [str(sentence)[: len(words)] for sentence in reports.got] == [words]
    assert window.got == []
    jobs.run(Job(raising(error)))
    idle(qtbot, jobs)
    assert window.got == reports.got


def test_a_bug_is_told_to_the_caller_first_and_then_to_the_crash_report(
    qtbot, jobs: JobRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[object] = []
    monkeypatch.setattr(sys, "excepthook", lambda _type, error, _trace: told.append(error))
    jobs.failed.connect(told.append)
    bug = RuntimeError("planted")
    jobs.run(Job(raising(bug)), failed=told.append)
    idle(qtbot, jobs)
    assert told == [
        "A bug in Annotator has ended the running job; nothing of it is half-written.",
        bug,
    ]
    del told[:]
    jobs.run(Job(raising(bug)))
    idle(qtbot, jobs)
    assert told == [bug]


def test_a_job_that_stops_when_cancelled_calls_the_callback_for_that(
    qtbot, jobs: JobRunner, reports: Reports
) -> None:
    def job(project: Project, progress: Progress, cancelled: Cancelled) -> None:
        until_cancelled(project, progress, cancelled)
        raise JobCancelled

    stopped = Reports()
    running = jobs.run(Job(job), reports, reports, cancelled=stopped)
    assert running is not None
    running.cancel()
    idle(qtbot, jobs)
    assert (reports.got, stopped.got) == ([], ["called"])


def test_a_callback_that_raises_does_not_keep_the_window_from_the_next_job(
    qtbot, jobs: JobRunner, reports: Reports
) -> None:
    def fail(_result: int) -> None:
        raise ZeroDivisionError

    jobs.ended.connect(reports)
    with qtbot.capture_exceptions() as caught:
        jobs.run(Job(lambda *_: 1), fail)
        idle(qtbot, jobs)
    assert [type(error) for _type, error, _trace in caught] == [ZeroDivisionError]
    assert reports.got == ["called"]
    assert jobs.run(Job(lambda *_: 2), reports)
    idle(qtbot, jobs)


def test_the_display_is_told_of_the_end_before_the_callback(qtbot, jobs: JobRunner) -> None:
    order: list[str] = []
    jobs.started.connect(lambda running: running.finished.connect(lambda: order.append("display")))
    jobs.ended.connect(lambda: order.append("next may begin"))
    jobs.run(Job(lambda *_: 1), lambda _result: order.append("callback"))
    idle(qtbot, jobs)
    assert order == ["display", "callback", "next may begin"]


def test_progress_comes_a_few_times_a_second_from_the_first_report_on_and_in_full(
    qtbot, jobs: JobRunner
) -> None:
    """The bytes of a file may be more than the whole numbers of Qt can hold."""
    got: list[ProgressReport] = []

    def job(_project: Project, progress: Progress, _cancelled: Cancelled) -> None:
        progress(LARGE, LARGE + 1, "reading")
        end = time.monotonic() + 0.2
        while time.monotonic() < end:
            progress(LARGE, None, "reading on")

    running = jobs.run(Job(job), owner=jobs.parent())
    time.sleep(0.05)  # the first report is made before anybody follows the job
    assert running is not None
    running.progressed.connect(got.append)
    idle(qtbot, jobs)
    assert got[0] == (LARGE, LARGE + 1, "reading")
    assert {*got[1:]} == {(LARGE, 0, "reading on")}
    assert len(got) <= 6


def test_a_job_that_is_over_keeps_nothing_of_its_owner(qtbot, jobs: JobRunner) -> None:
    class Owner:
        def take(self, result: int) -> None:
            self.result = result

    owner = Owner()
    jobs.run(Job(lambda *_: 1), owner.take, owner=owner)
    idle(qtbot, jobs)
    assert owner.result == 1
    gone = weakref.ref(owner)
    del owner
    gc.collect()
    assert gone() is None
