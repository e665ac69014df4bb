"""A command line to run, projects to run it on, and a window that only says it was asked for."""

import json
import sys
from pathlib import Path

import pytest

from annotator.cli import main

GOLDEN = Path(__file__).parents[1] / "golden"
NATIVE = GOLDEN / "native.jsonl"


class Answered:
    """What one command line led to."""

    def __init__(self, capsys, *arguments):
        self.code = main([str(argument) for argument in arguments])
        self.out, self.err = capsys.readouterr()

    @property
    def data(self):
        (line,) = self.out.splitlines()
        return json.loads(line)

    @property
    def complaint(self) -> str:
        """The one line on stderr; nothing else was printed."""
        (line,) = self.err.splitlines()
        assert self.out == ""
        assert "Traceback" not in line
        return line


@pytest.fixture
def run(capsys):
    return lambda *arguments: Answered(capsys, *arguments)


@pytest.fixture
def empty(tmp_path, run):
    path = tmp_path / "news.annotator"
    assert run("new", path).code == 0
    return path


@pytest.fixture
def filled(empty, run):
    assert run("import", empty, NATIVE).code == 0
    return empty


@pytest.fixture
def window(monkeypatch):
    """Stands for the window and the picture; returns what they were asked for."""
    asked = []

    def open_window(project):
        asked.append(project)
        return 0

    def take_screenshot(project, out, **look):
        asked.append((project, look))
        out.write_bytes(b"PNG")

    for name, function in (("app", open_window), ("screenshot", take_screenshot)):
        module = type(sys)(f"annotator.ui.{name}")
        setattr(module, function.__name__, function)
        monkeypatch.setitem(sys.modules, module.__name__, module)
        monkeypatch.setattr(f"annotator.ui.{name}", module, raising=False)
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    return asked


@pytest.fixture
def no_display(monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
