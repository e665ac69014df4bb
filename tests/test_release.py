"""What is released: the built wheel, its version, its changelog, and what Linux desktops read."""

import re
import subprocess
import sys
import tomllib
import zipfile
from configparser import ConfigParser
from datetime import date
from email.parser import HeaderParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from packaging.version import Version

import annotator
from annotator.ui.app import _DESKTOP_ID

ROOT = Path(__file__).resolve().parents[1]
LINUX = ROOT / "resources" / "linux"
MIME = "{http://www.freedesktop.org/standards/shared-mime-info}"
HEADING = re.compile(r"^## \[(?P<version>[^]]+)\](?: - (?P<day>\S+))?$", re.MULTILINE)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, check=True, capture_output=True, cwd=ROOT)
    (built,) = folder.glob("*.whl")
    return zipfile.Path(zipfile.ZipFile(built))


def info(wheel: zipfile.Path, name: str) -> str:
    return (wheel / f"news_annotator-{annotator.__version__}.dist-info" / name).read_text("utf-8")


def desktop_entry() -> ConfigParser:
    entry = ConfigParser(interpolation=None)
    entry.optionxform = str  # type: ignore[method-assign,assignment]
    entry.read(LINUX / f"{_DESKTOP_ID}.desktop", "utf-8")
    return entry


def test_the_version_is_said_in_one_place_and_the_wheel_has_it(wheel: zipfile.Path) -> None:
    assert HeaderParser().parsestr(info(wheel, "METADATA"))["Version"] == annotator.__version__
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert "version" not in project


def test_the_wheel_brings_a_command_for_terminals_and_one_without_a_console(
    wheel: zipfile.Path,
) -> None:
    scripts = ConfigParser()
    scripts.read_string(info(wheel, "entry_points.txt"))
    assert dict(scripts["console_scripts"]) == {"annotator": "annotator.cli:main"}
    assert dict(scripts["gui_scripts"]) == {"annotator-gui": "annotator.cli:main"}


def test_the_wheel_puts_what_linux_desktops_read_where_they_look(wheel: zipfile.Path) -> None:
    data = wheel / f"news_annotator-{annotator.__version__}.data" / "data" / "share"
    for place, source in {
        f"applications/{_DESKTOP_ID}.desktop": LINUX / f"{_DESKTOP_ID}.desktop",
        f"metainfo/{_DESKTOP_ID}.metainfo.xml": LINUX / f"{_DESKTOP_ID}.metainfo.xml",
        f"mime/packages/{_DESKTOP_ID}.xml": LINUX / f"{_DESKTOP_ID}.mime.xml",
        f"icons/hicolor/scalable/apps/{_DESKTOP_ID}.svg": ROOT / "resources/icons/annotator.svg",
    }.items():
        assert (data / place).read_bytes() == source.read_bytes(), place


def test_the_desktop_entry_starts_what_the_wheel_installs_and_names_our_files() -> None:
    entry = desktop_entry()["Desktop Entry"]
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["gui-scripts"]
    assert entry["Exec"].split()[0] in scripts
    assert entry["Exec"].split()[1:] == ["%f"]
    assert entry["TryExec"] in scripts
    assert entry["Icon"] == entry["StartupWMClass"] == _DESKTOP_ID
    assert entry["Terminal"] == "false"
    kind = ElementTree.parse(LINUX / f"{_DESKTOP_ID}.mime.xml").getroot()[0]
    assert entry["MimeType"] == f"{kind.get('type')};"
    glob = kind.find(f"{MIME}glob")
    assert glob is not None
    assert glob.get("pattern") == "*.annotator"


def test_the_catalogue_entry_of_linux_agrees_with_the_desktop_entry_and_the_changelog() -> None:
    component = ElementTree.parse(LINUX / f"{_DESKTOP_ID}.metainfo.xml").getroot()
    entry = desktop_entry()["Desktop Entry"]
    assert component.findtext("id") == _DESKTOP_ID
    assert component.findtext("launchable") == f"{_DESKTOP_ID}.desktop"
    assert component.findtext("name") == entry["Name"]
    assert component.findtext("summary") == entry["Comment"]
    assert component.findtext("provides/binary") == entry["TryExec"]
    assert component.findtext("provides/mediatype") == entry["MimeType"].rstrip(";")
    told = [(one.get("version"), one.get("date")) for one in component.iter("release")]
    assert told == [(str(version), day) for version, day in released()]


def released() -> list[tuple[Version, str]]:
    """The versions of the changelog with their days, the newest first."""
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    return [
        (Version(found["version"]), found["day"])
        for found in HEADING.finditer(text)
        if found["version"] != "Unreleased"
    ]


def test_the_changelog_has_each_version_with_its_day_and_what_is_not_released_yet() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert HEADING.findall(text)[0] == ("Unreleased", "")
    versions = [version for version, _day in released()]
    days = [date.fromisoformat(day) for _version, day in released()]
    assert versions == sorted(set(versions), reverse=True)
    assert days == sorted(days, reverse=True)
    kinds = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    assert {*re.findall(r"^### (.*)$", text, re.MULTILINE)} <= kinds
    now = Version(annotator.__version__)
    assert now > versions[0] if now.is_devrelease else now == versions[0]
