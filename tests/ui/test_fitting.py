"""Windows on a real screen: none is larger than the screen with the frame around it."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from PySide6.QtCore import QByteArray
from PySide6.QtWidgets import QApplication, QMainWindow

from annotator.ui.settings import Settings, settings_path
from tests.ui.screens import make_showcase
from tests.x_display import missing, start, x_display

WHY_NOT = missing("openbox", "xprop", "xwininfo")
pytestmark = pytest.mark.skipif(WHY_NOT is not None, reason=WHY_NOT or "")
_LONGEST = 180.0


@contextmanager
def display(width: int, height: int) -> Iterator[dict[str, str]]:
    """An X display of this size with a window manager; the environment of its programs."""
    with x_display(width, height) as env, TemporaryDirectory() as folder:
        end = start(["openbox"], Path(folder) / "manager.log", env)
        try:
            until(lambda: "window id" in asked(env, "xprop", "-root", "_NET_SUPPORTING_WM_CHECK"))
            yield env
        finally:
            end()


def asked(env: dict[str, str], *command: str) -> str:
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False).stdout


def until(true: Callable[[], object], seconds: float = _LONGEST) -> None:
    """Wait until the condition holds."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.2)  # each look starts processes


def window_of(env: dict[str, str]) -> str:
    """The id of the main window, "" while it is not there."""
    listed = asked(env, "xprop", "-root", "_NET_CLIENT_LIST").partition("#")[2]
    ids = [id_.strip() for id_ in listed.split(",") if id_.strip()]
    names = {id_: asked(env, "xprop", "-id", id_, "WM_NAME", "_NET_WM_NAME") for id_ in ids}
    return next((id_ for id_, name in names.items() if "Annotator" in name), "")


def frame_of(env: dict[str, str], window: str) -> tuple[int, int, int, int]:
    """Left, top, right and bottom of a window with its frame, in pixels of the screen."""
    rows = asked(env, "xwininfo", "-frame", "-id", window).splitlines()
    found = dict(row.strip().rsplit(":", 1) for row in rows if ":" in row)
    left, top = int(found["Absolute upper-left X"]), int(found["Absolute upper-left Y"])
    return left, top, left + int(found["Width"]), top + int(found["Height"])


def shown_on(project: Path, width: int, height: int, scale: str = "1") -> tuple[int, int, int, int]:
    """Where the real program's window lies when it has come to rest on such a screen."""
    with display(width, height) as env:
        program = subprocess.Popen(
            [sys.executable, "-m", "annotator", str(project)],
            env={**env, "QT_SCALE_FACTOR": scale},
            stderr=subprocess.DEVNULL,
        )
        try:
            until(lambda: window_of(env))
            window = window_of(env)
            until(lambda: "= " in asked(env, "xprop", "-id", window, "_NET_FRAME_EXTENTS"))
            place = frame_of(env, window)

            def lies() -> bool:
                nonlocal place
                place, before = frame_of(env, window), place
                return place == before and inside(place, width, height)

            with suppress(AssertionError):  # the caller sees where it lies
                until(lies, 20)
            return place
        finally:
            program.terminate()
            program.wait()


def inside(place: tuple[int, int, int, int], width: int, height: int) -> bool:
    return place[0] >= 0 and place[1] >= 0 and place[2] <= width and place[3] <= height


@pytest.fixture
def showcase(tmp_path: Path, qapp: QApplication) -> Path:
    return make_showcase(tmp_path / "p.annotator")


@pytest.mark.parametrize(
    ("width", "height", "scale"),
    [(1440, 900, "1"), (2560, 1440, "2"), (1024, 600, "1")],
)
def test_the_first_window_fits_on_the_screen_with_its_frame(
    showcase: Path, width: int, height: int, scale: str
) -> None:
    assert inside(shown_on(showcase, width, height, scale), width, height)


def test_a_window_that_was_on_a_larger_or_another_screen_comes_back_onto_this_one(
    showcase: Path,
) -> None:
    places = [(0, 0, 2560, 1400), (1900, 900, 1200, 800), (-400, -300, 900, 700)]
    saved = [saved_geometry(*place).toHex().toStdString() for place in places]
    found = told(showcase, *saved)
    assert len(found) == len(places)
    assert [place for place, window in zip(places, found, strict=True) if not window[4]] == []


def saved_geometry(x: int, y: int, width: int, height: int) -> QByteArray:
    window = QMainWindow()
    window.setGeometry(x, y, width, height)
    return window.saveGeometry()


def test_every_dialog_fits_on_a_small_screen_with_its_frame(showcase: Path) -> None:
    settings = Settings(settings_path())
    settings.language = "de"  # the longest words
    settings.save()
    windows = told(showcase)
    assert len(windows) > 15
    assert [window for window in windows if not window[4]] == []
    assert "Einstellungen" in {window[2] for window in windows}


def told(project: Path, *saved: str) -> list[tuple[str, str, str, list[int], bool]]:
    """What `fitting` tells of its windows on a small screen."""
    with display(1280, 720) as env:
        done = subprocess.run(
            [sys.executable, "-m", "tests.ui.fitting", str(project), *saved],
            env={**env, "LOGNAME": "ada"},
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
    assert done.returncode == 0, done.stderr[-2000:]
    return [json.loads(row) for row in done.stdout.splitlines() if row.startswith("[")]
