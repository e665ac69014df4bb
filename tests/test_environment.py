"""The installed Qt works with this Python, and the lock files install what pyproject asks for."""

import platform
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[1]
EXTRAS = ["cluster", "endpoint", "gamma", "parquet", "spacy", "uima"]
PYTHONS = ["3.11", "3.12", "3.13", "3.14"]
PLATFORMS = ["linux", "darwin", "win32"]

# PySide6 6.12.0 takes a reference from None on every void call, which ends Pythons
# that count references to it; 6.8.0 and 6.10.1 are known to crash on any Python.
CRASHES_EVERYWHERE = {"6.8.0", "6.10.1"}
CRASHES_BEFORE_312 = {"6.12.0"}

COUNT_NONE = """
import sys
from PySide6.QtCore import QObject
thing = QObject()
before = sys.getrefcount(None)
for _ in range(4000):
    thing.setObjectName("x")
drift = sys.getrefcount(None) - before
assert abs(drift) < 400, f"the count of None drifted by {drift} in 4000 calls"
"""


def is_broken_pair(qt: str, python: str) -> bool:
    if qt in CRASHES_EVERYWHERE:
        return True
    return qt in CRASHES_BEFORE_312 and Version(python) < Version("3.12")


@cache
def wanted(extra: str = "") -> Sequence[Requirement]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        project = tomllib.load(file)["project"]
    extras = project["optional-dependencies"]
    needs = [Requirement(line) for line in project["dependencies"] + extras.get(extra, [])]
    for own in [need for need in needs if need.name == project["name"]]:
        needs.remove(own)
        needs += [Requirement(line) for name in own.extras for line in extras[name]]
    return needs


def surroundings(python: str, system: str) -> dict[str, str]:
    return {
        "python_version": python,
        "python_full_version": f"{python}.0",
        "sys_platform": system,
        "platform_python_implementation": "CPython",
    }


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@cache
def read_lock(name: str) -> Sequence[Requirement]:
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", "")
    return [Requirement(line.split("--hash=")[0]) for line in text.splitlines() if line.strip()]


@cache
def pins(name: str, python: str, system: str) -> Mapping[str, str]:
    around = surroundings(python, system)
    return {
        canonical(pin.name): str(pin.specifier).removeprefix("==")
        for pin in read_lock(name)
        if pin.marker is None or pin.marker.evaluate(around)
    }


def test_the_installed_qt_is_not_known_to_crash_under_this_python() -> None:
    assert not is_broken_pair(version("PySide6-Essentials"), platform.python_version())


def test_thousands_of_void_qt_calls_leave_the_count_of_none_alone() -> None:
    done = subprocess.run(
        [sys.executable, "-c", COUNT_NONE], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("python", PYTHONS)
def test_the_requirement_excludes_the_qt_that_crashes_under_a_python(python: str) -> None:
    asked = [
        need
        for need in wanted()
        if canonical(need.name) == "pyside6-essentials"
        and need.marker is not None
        and need.marker.evaluate(surroundings(python, "linux"))
    ]
    assert len(asked) == 1
    for qt in CRASHES_EVERYWHERE | CRASHES_BEFORE_312:
        if is_broken_pair(qt, f"{python}.0"):
            assert not asked[0].specifier.contains(qt)


@pytest.mark.parametrize("system", PLATFORMS)
@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize(
    ("lock", "extra"),
    [
        ("requirements.lock", ""),
        ("requirements.lock", "articles"),
        ("requirements.lock", "excel"),
        ("requirements-dev.lock", "dev"),
        *((f"requirements/{extra}.lock", extra) for extra in EXTRAS),
    ],
)
def test_a_lock_pins_what_pyproject_asks_for(
    lock: str, extra: str, python: str, system: str
) -> None:
    pinned = {
        **pins("requirements.lock", python, system),
        **pins(lock, python, system),
    }
    for need in wanted(extra):
        if need.marker is None or need.marker.evaluate(surroundings(python, system)):
            assert need.specifier.contains(pinned[canonical(need.name)]), need


@pytest.mark.parametrize("python", PYTHONS)
def test_a_lock_never_pins_a_qt_that_crashes(python: str) -> None:
    qt = pins("requirements.lock", python, "linux")["pyside6-essentials"]
    assert not is_broken_pair(qt, f"{python}.0")


@pytest.mark.parametrize("system", PLATFORMS)
@pytest.mark.parametrize("python", PYTHONS)
def test_the_development_lock_holds_the_whole_runtime_lock(python: str, system: str) -> None:
    runtime = pins("requirements.lock", python, system)
    assert runtime.items() <= pins("requirements-dev.lock", python, system).items()


@pytest.mark.parametrize("system", PLATFORMS)
@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("extra", EXTRAS)
def test_the_lock_of_an_extra_moves_no_package_that_another_lock_has_installed(
    extra: str, python: str, system: str
) -> None:
    added = pins(f"requirements/{extra}.lock", python, system)
    before = pins("requirements-dev.lock", python, system)
    assert not {name for name in added if before.get(name, added[name]) != added[name]}


@pytest.mark.parametrize(
    "lock",
    [
        "requirements.lock",
        "requirements-dev.lock",
        *(f"requirements/{name}.lock" for name in EXTRAS),
    ],
)
def test_a_lock_names_hashes_for_every_package_and_no_addresses(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(r"^-", text, re.MULTILINE)
    for entry in text.replace("\\\n", "").splitlines():
        assert "--hash=sha256:" in entry
