"""How the program ends, and how it begins where nothing can be written."""

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QLineEdit

from annotator.cli import main
from annotator.core import edits
from annotator.store import Project
from annotator.ui.crash_reporter import CrashReporter
from annotator.ui.jobs.runner import Job
from annotator.ui.settings import Settings, settings_path
from tests.ui.driving import Driver, annotated, answer_box, boxes, bugs, marked, run_main, stored
from tests.x_display import missing, x_display

Projects = Callable[..., Path]
_WHY_NOT = missing()
needs_display = pytest.mark.skipif(_WHY_NOT is not None, reason=_WHY_NOT or "")
NEWS = "Ann Lee came to Oslo. Bo Ray stayed in Paris."

# A window in a process of its own that says when it has settled, and then does what it reads.
WINDOW = """
import sys
from PySide6.QtCore import QSocketNotifier, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from annotator.cli import main
from annotator.ui import app as app_module
from annotator.ui.main_window import MainWindow

def window():
    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow))

def obey():
    line = sys.stdin.readline().strip()
    if line:
        exec(line, globals())
        print("done", flush=True)

settle = app_module.App._settle
def settled(self):
    yield from settle(self)
    globals()["notifier"] = QSocketNotifier(0, QSocketNotifier.Type.Read, self)
    notifier.activated.connect(obey)
    print("settled", flush=True)
app_module.App._settle = settled
sys.exit(main(sys.argv[1:]))
"""
# Shut down in the very moment in which the first part of what follows the first paint is loaded.
CLOSED_AT_ONCE = """
import signal, sys
from pathlib import Path
from PySide6.QtCore import QThread
from PySide6.QtWidgets import QApplication
from annotator.ui.app import App, application
from annotator.ui.settings import Settings, settings_path

def run(project):
    qt = application()
    app = App(Settings(settings_path()), qt)
    before = signal.getsignal(signal.SIGTERM)
    app.open_first(Path(project))
    while not app.window.complete:
        qt.processEvents()
    app.shut_down()
    for _ in range(20):
        qt.processEvents()
        QThread.msleep(1)
    if signal.getsignal(signal.SIGTERM) != before:
        print("its signal handler is still there")
    return 0
"""
LONG_JOB = (
    "import time; from annotator.ui.jobs.runner import Job; window().session.jobs.run(Job(lambda "
    "project, progress, cancelled: [progress(1, 9, 'working'), [time.sleep(0.01) for _ in iter("
    "cancelled, True)]]))"
)


class Process:
    """A real window in a process of its own, driven by lines of Python."""

    def __init__(self, project: Path | None, tmp: Path, **environment: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", WINDOW, *([str(project)] if project else [])],
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "TMPDIR": str(tmp), **environment},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        self.expect("settled")

    def expect(self, word: str) -> None:
        assert self._process.stdout is not None
        line = self._process.stdout.readline().strip()
        assert line == word, (line, self.errors() if not line else "")

    def do(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        self.expect("done")

    def end(self, number: signal.Signals) -> int:
        self._process.send_signal(number)
        return self.code()

    def code(self) -> int:
        return self._process.wait(timeout=60)

    def errors(self) -> str:
        assert self._process.stderr is not None
        lines = self._process.stderr.read().splitlines()
        return "\n".join(line for line in lines if "This plugin does not support" not in line)

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[..., Process]]:
    processes: list[Process] = []
    passing = tmp_path / "passing"
    passing.mkdir()

    def start(project: Path | None, **environment: str) -> Process:
        processes.append(Process(project, passing, **environment))
        return processes[-1]

    yield start
    for process in processes:
        process.kill()


def beside(project: Path) -> list[str]:
    return sorted(p.name for p in project.parent.glob(f"{project.name}*"))


def test_a_window_that_is_closed_before_it_has_settled_leaves_nothing_in_the_process(
    project_of: Projects,
) -> None:
    code = f"{CLOSED_AT_ONCE}\nsys.exit(run(*sys.argv[1:]))"
    done = subprocess.run(
        [sys.executable, "-c", code, str(project_of(NEWS))],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_a_process_that_never_takes_its_exit_handler_away_ends_with_its_own_code() -> None:
    code = (
        "import sys; from annotator.ui.termination import DisplayLoss; "
        "DisplayLoss(print).install(); sys.exit(7)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (7, "", "")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_ends_the_window_in_order(
    number: signal.Signals, project_of: Projects, started: Callable[..., Process], tmp_path: Path
) -> None:
    project = project_of(NEWS)
    process = started(project)
    process.do("window().resize(777, 555)")
    process.do(LONG_JOB)
    code = process.end(number)
    assert code == 128 + number, process.errors()
    assert beside(project) == [project.name]
    assert process.errors() == ""
    assert list((tmp_path / "passing").iterdir()) == []
    settings = Settings(settings_path())
    assert settings.last_project == project.resolve()
    assert not settings.state("window").isEmpty()


def test_what_the_disk_refused_is_in_a_rescue_file_after_a_signal_and_the_next_start_says_so(
    project_of: Projects, started: Callable[..., Process]
) -> None:
    project = project_of(NEWS)
    process = started(project)
    process.do("import os; os.rename(window().project.path, str(window().project.path) + '.away')")
    process.do("window().view.select(16, 20); window().workspace.article.labels['GPE'].trigger()")
    assert process.end(signal.SIGTERM) == 128 + signal.SIGTERM
    (rescued,) = Path.home().glob("*-rescue*.jsonl")
    assert "Oslo" in rescued.read_text("utf-8")
    Path(f"{project}.away").rename(project)

    def script(driver: Driver) -> None:
        (box,) = boxes()
        assert str(rescued) in box.text()
        box.close()

    run_main([str(project)], script)
    run_main([str(project)], lambda driver: driver.settle() or _no_box())
    assert main(["import", str(project), str(rescued), "--replace"]) == 0
    assert marked(stored(project)) == [("Oslo", "GPE")]


def _no_box() -> None:
    assert boxes() == []


@needs_display
def test_the_display_goes_away_and_the_program_ends_in_order(
    project_of: Projects, started: Callable[..., Process], tmp_path: Path
) -> None:
    with x_display() as environment:
        project = project_of(NEWS)
        process = started(project, **environment)
        process.do("window().resize(777, 555)")
        process.do(LONG_JOB)
    assert process.code() == 1
    assert "Fatal" not in process.errors()
    assert beside(project) == [project.name]
    assert list((tmp_path / "passing").iterdir()) == []
    assert Settings(settings_path()).last_project == project.resolve()


def _job(driver: Driver) -> None:
    def job(project: Project, progress: Callable[..., None], cancelled: Callable[[], bool]) -> None:
        progress(1, 9, "working")
        while not cancelled() and not driver.window.property("enough"):
            time.sleep(0.01)

    assert driver.window.session.jobs.run(Job(job))


def trigger(id_: str) -> Callable[[Driver], object]:
    return lambda driver: driver.window.workspace.actions.invoke(id_)


def annotate_elsewhere(driver: Driver) -> None:
    """Do what another program does to the same article, and what the window makes of it."""
    path, key = driver.window.project.path, driver.window.session.article_key
    assert key is not None
    with Project.open(path) as other:
        article, annotation = other.article(key), other.annotation(key, "ada")
        other.apply(key, "ada", edits.mark(article, annotation, 0, 7, "PERSON", "Person"))
    driver.window.session.reopen()


LEAVING: dict[str, Callable[[Driver], object]] = {
    "close": lambda driver: driver.window.close(),
    "quit": trigger("close"),
    "signal": lambda _driver: os.kill(os.getpid(), signal.SIGTERM),
    "another project": lambda driver: driver.window._open_project(driver.window.project.path),
    "next article": trigger("next_article"),
    "skip": trigger("skip_next"),
    "review": trigger("review"),
    "the scheme was changed": lambda driver: driver.window.session.take_scheme(),
    "another annotator": lambda driver: driver.window.session.set_annotator("bob"),
    "somebody else's edit": annotate_elsewhere,
}


@pytest.mark.parametrize("leave", LEAVING.values(), ids=LEAVING)
def test_a_name_that_is_being_typed_is_saved_whatever_takes_the_article_away(
    project_of: Projects, leave: Callable[[Driver], object]
) -> None:
    project = project_of(NEWS, f"{NEWS}!")

    def script(driver: Driver) -> None:
        driver.select("Oslo")
        driver.key("3")
        driver.control("3")
        driver.key(Qt.Key.Key_F2)
        editor = QApplication.focusWidget()
        assert isinstance(editor, QLineEdit)
        editor.selectAll()
        driver.key(*"Kristiania")
        leave(driver)

    run_main([str(project)], script)
    assert not bugs()
    names = [entity.name for entity in stored(project).entities.values()]
    assert names[:1] == ["Kristiania"]


def test_closing_the_window_in_a_job_asks_and_cancels_it_if_told_to(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        _job(driver)
        answer_box("still running", "&Keep the window open")
        assert not driver.window.close()
        assert driver.window.session.jobs.running()
        answer_box("still running", "&Cancel it and close")
        assert driver.window.close()
        assert driver.window.ended

    assert run_main([str(project_of(NEWS))], script) == 0


def test_closing_the_window_in_a_job_can_wait_for_its_end(qtbot, project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        _job(driver)
        answer_box("still running", "Close when it is &done")
        assert not driver.window.close()
        driver.window.setProperty("enough", True)
        qtbot.waitUntil(lambda: driver.window.ended)

    assert run_main([str(project_of(NEWS))], script) == 0


@pytest.mark.parametrize(
    "error", [RuntimeError("planted"), MemoryError(), BaseException("a panic"), RecursionError()]
)
def test_a_job_that_meets_a_bug_frees_the_window(
    error: BaseException, qtbot, project_of: Projects
) -> None:
    def job(project: Project, progress: Callable[..., None], _cancelled: object) -> None:
        progress(1, 9, "working")
        raise error

    def script(driver: Driver) -> None:
        qtbot.waitUntil(lambda: isinstance(getattr(sys.excepthook, "__self__", 0), CrashReporter))
        jobs = driver.window.session.jobs
        with qtbot.waitSignal(jobs.ended):
            assert jobs.run(Job(job))
        driver.settle()
        (box,) = boxes()
        assert bool(bugs()) is not isinstance(error, MemoryError)
        assert "saved" in box.text() or "memory" in box.text()
        box.close()
        driver.window.activateWindow()
        driver.select("Oslo")
        driver.key("3")

    assert marked(annotated(project_of(NEWS), script)) == [("Oslo", "GPE")]


def test_the_report_of_a_bug_says_that_edits_wait(qtbot, project_of: Projects) -> None:
    def fail() -> None:
        raise ZeroDivisionError("planted")

    def script(driver: Driver) -> None:
        # The window takes over the hooks once it has settled in.
        qtbot.waitUntil(lambda: isinstance(getattr(sys.excepthook, "__self__", 0), CrashReporter))
        path = driver.window.project.path
        away = path.with_suffix(".away")
        path.rename(away)
        driver.select("Oslo")
        driver.key("3")
        for box in boxes():
            box.close()
        driver.settle()
        QTimer.singleShot(0, fail)
        qtbot.waitUntil(lambda: len(bugs()) > 0)
        told = [box.text() for box in bugs()]
        for box in boxes():
            box.close()
        away.rename(path)
        assert driver.window.session.pending_edits.try_again()
        assert "1 edit is not saved yet" in told[0]

    run_main([str(project_of(NEWS))], script)


# homes and projects that cannot be written


@pytest.fixture
def no_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A home in which nothing can be made, for root as well."""
    file = tmp_path / "not-a-folder"
    file.write_text("")
    monkeypatch.setenv("HOME", str(file))
    for name in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(file / name.lower()))


def test_a_home_that_cannot_be_written_is_no_bug_and_work_is_saved(
    project_of: Projects, no_home: None
) -> None:
    def script(driver: Driver) -> None:
        driver.select("Oslo")
        driver.key("3")
        assert boxes() == []

    assert marked(annotated(project_of(NEWS), script)) == [("Oslo", "GPE")]


def test_without_a_folder_for_data_the_example_opens_in_passing_and_says_so(no_home: None) -> None:
    places: list[Path] = []

    def script(driver: Driver) -> None:
        (box,) = boxes()
        assert "example" in box.text()
        box.close()
        places.append(driver.window.project.path)
        assert driver.window.session.article is not None

    assert run_main([], script) == 0
    assert not places[0].parent.exists()


@pytest.fixture
def locked(project_of: Projects) -> Iterator[Path]:
    """A project in a folder that nobody may write, not even root."""
    project = project_of(NEWS)
    project.chmod(stat.S_IREAD)
    project.parent.chmod(stat.S_IREAD | stat.S_IEXEC)
    yield project
    project.parent.chmod(stat.S_IRWXU)
    project.chmod(stat.S_IREAD | stat.S_IWRITE)


def test_a_project_that_cannot_be_written_is_opened_for_reading(
    locked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Root may write everywhere: what the system answers others is said for it.
    monkeypatch.setattr("annotator.store.database.is_writable", lambda path: False)
    monkeypatch.setattr("annotator.store.opening.is_writable", lambda path: False)

    def script(driver: Driver) -> None:
        assert "(read-only)" in driver.window.windowTitle()
        driver.select("Oslo")
        driver.key("3")
        assert "can only be read" in driver.window.workspace.status_bar.currentMessage()
        assert boxes() == []

    assert run_main([str(locked)], script) == 0
    assert beside(locked) == [locked.name]


# Closes the box as a person would, and prints what it said.
BOX = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox
from annotator.cli import main
from annotator.ui.app import application

def look():
    for box in QApplication.topLevelWidgets():
        if isinstance(box, QMessageBox) and box.isVisible():
            print(box.text(), flush=True)
            box.close()

application()
timer = QTimer(interval=20)
timer.timeout.connect(look)
timer.start()
sys.exit(main(sys.argv[1:]))
"""


@needs_display
def test_who_starts_from_an_icon_sees_in_a_box_why_a_project_does_not_open(tmp_path: Path) -> None:
    project = tmp_path / "letter.annotator"
    project.write_text("Dear project")
    with x_display() as environment:
        done = subprocess.run(
            [sys.executable, "-c", BOX, str(project)],
            env=environment,
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert f"{project} is not an Annotator project" in done.stdout
    assert f"{project} is not an Annotator project" in done.stderr
