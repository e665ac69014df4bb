"""A home for window tests: our application, a name to annotate under, projects made of texts."""

from collections.abc import Callable
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from annotator.cli import main
from annotator.resources import resource
from annotator.ui.app import application
from annotator.ui.settings import Settings, settings_path
from tests.ui.driving import project_at

_PATIENCE_MS = 120_000


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    """The application with the program's own fonts and style."""
    return application()


class PatientBot(QtBot):
    """Waits for what is to come as long as a busy machine may need: what comes is not late."""

    def waitUntil(self, callback: Callable[[], Any], *, timeout: int = _PATIENCE_MS) -> None:
        super().waitUntil(callback, timeout=timeout)

    def waitSignal(self, signal: Any, *, timeout: int = _PATIENCE_MS, **more: Any) -> Any:
        return super().waitSignal(signal, timeout=timeout, **more)

    def waitSignals(self, signals: Any, *, timeout: int = _PATIENCE_MS, **more: Any) -> Any:
        return super().waitSignals(signals, timeout=timeout, **more)

    def waitExposed(self, widget: QWidget, *, timeout: int = _PATIENCE_MS) -> Any:
        return super().waitExposed(widget, timeout=timeout)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> PatientBot:
    return PatientBot(request)


@pytest.fixture(autouse=True)
def _ada(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "ada")


@pytest.fixture(scope="session")
def _quiet_settings(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Settings with suggestions switched off, as the program writes them."""
    path = tmp_path_factory.mktemp("settings") / "settings.ini"
    settings = Settings(path)
    settings.set_choice("no_suggestions", on=True)
    settings.save()
    return path.read_bytes()


@pytest.fixture(autouse=True)
def _no_suggestions(_own_home: None, _quiet_settings: bytes) -> None:
    """Suggestions come when they are ready: tests of other things ask for none."""
    path = settings_path()
    path.parent.mkdir(parents=True)
    path.write_bytes(_quiet_settings)


class Shelf:
    """Projects of texts that were made once in this run by the real `main`, to be copied."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[tuple[bytes, ...], Path] = {}

    def copy(self, texts: tuple[bytes, ...], to: Path) -> None:
        """Put a project of these texts at this path."""
        if texts not in self._made:
            self._made[texts] = self._make(texts)
        with to.open("xb") as copy:
            copy.write(self._made[texts].read_bytes())

    def _make(self, texts: tuple[bytes, ...]) -> Path:
        folder = Path(mkdtemp(dir=self._folder))
        path = project_at(folder)
        if not texts:
            assert main(["new", str(path)]) == 0
            return path
        self.copy((), path)
        files = [folder / f"text{number}.txt" for number in range(1, len(texts) + 1)]
        for file, text in zip(files, texts, strict=True):
            file.write_bytes(text)
        assert main(["import", str(path), *map(str, files)]) == 0
        return path


@pytest.fixture(scope="session")
def _shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    return Shelf(tmp_path_factory.mktemp("shelf"))


@pytest.fixture
def project_of(tmp_path: Path, _shelf: Shelf, qapp: QApplication) -> Callable[..., Path]:
    """Makes a project of these texts, each imported from a text file by the real `main`."""

    def make(*texts: str | bytes) -> Path:
        path = project_at(tmp_path)
        _shelf.copy(tuple(t.encode() if isinstance(t, str) else t for t in texts), path)
        return path

    return make


@pytest.fixture
def seed(project_of: Callable[..., Path]) -> Path:
    """A project with the seed article."""
    return project_of(next(resource("seeds").glob("*.txt")).read_bytes())
