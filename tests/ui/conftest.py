"""A home for window tests: our application, a name to annotate under, projects made of texts."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from annotator.cli import main
from annotator.resources import resource
from annotator.ui.app import application
from annotator.ui.settings import Settings, settings_path
from tests.ui.driving import project_at


@pytest.fixture(scope="session")
def qapp() -> QApplication:
    """The application with the program's own fonts and style."""
    return application()


@pytest.fixture(autouse=True)
def _ada(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", "ada")


@pytest.fixture(autouse=True)
def _no_suggestions(_own_home: None) -> None:
    """Suggestions come when they are ready: tests of other things ask for none."""
    settings = Settings(settings_path())
    settings.set_choice("no_suggestions", on=True)
    settings.save()


@pytest.fixture
def project_of(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], qapp: QApplication
) -> Callable[..., Path]:
    """Makes a project of these texts, each imported from a text file by the real `main`."""

    def make(*texts: str | bytes) -> Path:
        path = project_at(tmp_path)
        assert main(["new", str(path)]) == 0
        for number, text in enumerate(texts, start=1):
            file = tmp_path / f"text{number}.txt"
            file.write_bytes(text.encode() if isinstance(text, str) else text)
            assert main(["import", str(path), str(file)]) == 0
        return path

    return make


@pytest.fixture
def seed(project_of: Callable[..., Path]) -> Path:
    """A project with the seed article."""
    return project_of(next(resource("seeds").glob("*.txt")).read_bytes())
