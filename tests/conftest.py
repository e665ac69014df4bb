"""Every test runs without a display and in a home of its own."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# The same examples in every run: hypothesis's own profile for continuous integration.
settings.load_profile("ci")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path_factory.mktemp("home")
    for name in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(home / name.lower()))
    monkeypatch.setenv("HOME", str(home))


@pytest.fixture
def shared() -> Path:
    """The folder with the gold article and the corpora, which only developers have."""
    folder = Path(__file__).resolve().parent.parent.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the corpora are not here: they are their publishers' and not shipped")
    return folder
