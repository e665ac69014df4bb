"""What the suite itself promises: a crash after the last test counts, and no home is shared."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import dev
from tests import crashes

ROOT = Path(__file__).resolve().parents[1]
_CRASHING = """
import atexit, os

def test_it():
    atexit.register(os.{end})
"""


@pytest.mark.parametrize(("end", "code"), [("abort", 1), ("getpid", 0)])
def test_a_process_of_the_tests_that_crashes_at_its_exit_is_a_failure(
    tmp_path: Path, end: str, code: int
) -> None:
    (tmp_path / "test_it.py").write_text(_CRASHING.format(end=end))
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    # Only what this is about: the rest takes a second to load, in each of two processes.
    command = [sys.executable, "-m", "pytest", "-p", "xdist.plugin", "-p", "tests.crashes"]
    command += ["-p", "no:cacheprovider"]
    command += ["-n", "1", "--basetemp", str(tmp_path / "temp"), "--rootdir", str(tmp_path)]
    command += ["-c", str(tmp_path / "pytest.ini"), str(tmp_path)]
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(command, env=surroundings, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    assert "1 passed" in done.stdout
    assert ("crashed at its exit" in done.stderr) == bool(code)


def test_the_tests_take_part_in_that(pytestconfig: pytest.Config) -> None:
    for name in ("pytest_testnodeready", "pytest_sessionfinish"):
        called = [one.function for one in getattr(pytestconfig.hook, name).get_hookimpls()]
        assert getattr(crashes, name) in called


@pytest.mark.parametrize("number", [1, 2])
def test_each_test_begins_in_an_empty_home_of_its_own(number: int) -> None:
    assert list(Path.home().iterdir()) == []
    (Path.home() / "left").write_text(str(number))
    assert Path(os.environ["XDG_CONFIG_HOME"]).is_relative_to(Path.home())


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="this system keeps no files in memory")
def test_files_lie_in_memory_only_where_it_has_room_and_nobody_has_named_a_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("PYTEST_DEBUG_TEMPROOT", raising=False)
    monkeypatch.setattr(dev, "MEMORY_FOR_TESTS", 0)
    assert set(dev.test_surroundings().values()) <= {"/dev/shm"}
    monkeypatch.setattr(dev, "MEMORY_FOR_TESTS", 1 << 62)
    assert dev.test_surroundings() == {}
    monkeypatch.setattr(dev, "MEMORY_FOR_TESTS", 0)
    monkeypatch.setenv("PYTEST_DEBUG_TEMPROOT", "/elsewhere")
    assert dev.test_surroundings() == {}
