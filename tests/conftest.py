"""Every test runs without a display and in a home of its own."""

import gc
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests import examples
from tests.crashes import pytest_sessionfinish, pytest_testnodeready  # noqa: F401  # hooks

_COLLECT_AFTER = 50_000
"""So many new objects."""

examples.load()
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture(scope="session", autouse=True)
def _passing_files(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Passing files, of whatever process, lie where those of the tests do: in memory, mostly."""
    place = tmp_path_factory.getbasetemp()
    with (
        TemporaryDirectory(dir=place, ignore_cleanup_errors=True) as folder,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("TMPDIR", folder)
        patch.setattr(tempfile, "tempdir", None)
        yield


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("homes")


@pytest.fixture(autouse=True)
def _own_home(_homes: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    # What a process of the test still writes there may stay until all have ended.
    with TemporaryDirectory(dir=_homes, ignore_cleanup_errors=True) as home:
        for name in ("CONFIG", "DATA", "STATE", "CACHE"):
            monkeypatch.setenv(f"XDG_{name}_HOME", str(Path(home, name.lower())))
        monkeypatch.setenv("HOME", home)
        yield


@pytest.fixture
def shared() -> Path:
    """The folder with the gold article and the corpora, which only developers have."""
    folder = Path(__file__).resolve().parent.parent.parent / "shared"
    if not folder.is_dir():
        pytest.skip("the corpora are not here: they are their publishers' and not shipped")
    return folder


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Iterator[object]:
    """Thousands of tests are made, and nothing of that is ever garbage: none is looked for.

    What the tests leave is looked for as seldom as in a window, which has little of it.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()
        gc.set_threshold(_COLLECT_AFTER)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slow tests first, so that at the end no processor waits for one of them."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)
