"""Every package that is installed with Annotator has its licence in the docs, and Qt's is met."""

import importlib.util
import re
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest

from tests.licences import EXTRAS, PAGE, licence_of, needed

ROOT = Path(__file__).resolve().parent.parent
ROW = re.compile(r"^\| (?P<name>[\w.-]+) \| (?P<licence>.+) \|$", re.MULTILINE)


def listed() -> dict[str, str]:
    found = {row["name"]: row["licence"] for row in ROW.finditer(PAGE.read_text("utf-8"))}
    found.pop("Package")
    return found


def test_every_locked_package_is_listed() -> None:
    lines = (ROOT / "requirements.lock").read_text("utf-8").splitlines()
    locked = {line.partition("==")[0] for line in lines if line[:1].isalnum()}
    assert len(locked) > 15
    assert locked <= listed().keys()


@pytest.mark.parametrize("extra", EXTRAS)
def test_every_package_of_an_extra_is_listed(extra: str) -> None:
    assert needed("annotator", (extra,)) <= listed().keys()


def test_the_licences_are_those_that_the_packages_state() -> None:
    checked = 0
    for name, licence in listed().items():
        try:
            distribution(name)
        except PackageNotFoundError:
            continue
        assert licence_of(name) == licence, name
        checked += 1
    assert checked > 60


def test_nothing_that_the_main_job_needs_is_under_the_gpl_alone() -> None:
    for name in needed("annotator", ()):
        licence = listed()[name]
        assert "GPL" not in licence or "LGPL" in licence, f"{name}: {licence}"


def test_an_audit_that_cannot_ask_says_so_and_does_not_pass(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = importlib.util.spec_from_file_location("dev", ROOT / "dev.py")
    assert spec is not None
    assert spec.loader is not None
    dev = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(dev)
    monkeypatch.setattr(dev, "prepare", lambda *_: None)  # these tests run in what it would make
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    assert dev.audit([]) == 2
    assert capsys.readouterr().out.startswith("The advisories could not be asked: ")
