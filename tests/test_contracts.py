"""The code keeps the rules that were written down for it."""

import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def tool(*command: str) -> subprocess.CompletedProcess[str]:
    program = Path(sysconfig.get_path("scripts")) / command[0]
    return subprocess.run(
        [program, *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_each_layer_imports_only_what_lies_below_it() -> None:
    done = tool("lint-imports", "--no-cache")
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_linter_has_nothing_to_say() -> None:
    done = tool("ruff", "check", "--no-cache", "--output-format=concise")
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_file_has_the_layout_of_the_formatter() -> None:
    done = tool("ruff", "format", "--no-cache", "--check")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
def test_the_type_checker_has_nothing_to_say() -> None:
    done = tool("mypy")
    assert done.returncode == 0, done.stdout + done.stderr


def test_core_starts_without_qt_and_without_a_database() -> None:
    program = (
        "import sys, pkgutil, importlib, annotator.core as core\n"
        "for m in pkgutil.walk_packages(core.__path__, 'annotator.core.'):\n"
        "    importlib.import_module(m.name)\n"
        "assert not {'PySide6', 'sqlite3', 'sqlite_utils'} & set(sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
