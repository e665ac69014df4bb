"""`python3 dev.py licences`: write docs/licences.md from what the installed packages say.

What the main job installs comes first, then what each extra adds. Packages that other systems
need and this one does not have are named from a short list here.
"""

import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "licences.md"
EXTRAS: Final = ("articles", "cluster", "endpoint", "excel", "parquet", "spacy", "uima")
# Not on this system, or they say it only in a file beside their code.
_SAID_ELSEWHERE: Final = {
    "colorama": "BSD-3-Clause",
    "tzdata": "Apache-2.0",
    "pywin32": "PSF-2.0",
    "win-unicode-console": "MIT",
    "pywin32-ctypes": "BSD-3-Clause",
}
_CLASSIFIER: Final = "License :: "

_HEAD: Final = """\
# Licences

Annotator itself is under the MIT licence. Everything it is installed with is listed here, as the
packages themselves state it; `python3 dev.py licences` writes this page from the installed
packages, and a test fails when one is missing. Versions and hashes are in `requirements.lock`.

## Qt, under the LGPL

The window is made with **Qt** and **PySide6** (`PySide6-Essentials`, `shiboken6`), which Annotator
uses under the **GNU Lesser General Public License, version 3** (they can be had under the GPL and a
commercial licence as well). What that asks for, and how it is met:

- **Qt and PySide6 are separate and can be replaced.** They are installed by pip as packages of
  their own and loaded as shared libraries; nothing of them is built into Annotator or changed. Any
  other version, also one you have built yourself, takes their place with
  `pip install --force-reinstall` or by putting its libraries into `site-packages/PySide6`.
- **You may take Annotator apart** to find out how it works with your version of Qt; its own source
  is open anyway.
- **The texts of the licences** come with the packages. The LGPL is at
  <https://www.gnu.org/licenses/lgpl-3.0.html>, the GPL it refers to at
  <https://www.gnu.org/licenses/gpl-3.0.html>.
- **The source** of Qt is at <https://download.qt.io/official_releases/qt/> and that of PySide6 at
  <https://download.qt.io/official_releases/QtForPython/>, both for every released version.
- **The window says so**: Help → About Annotator names Qt, PySide6, their versions and licences.

Who hands Annotator on in one piece with Qt (an installer, a disk image) has to keep this page and
the licence texts with it, and to leave Qt replaceable.

Fonts and icons that come with Annotator have their licences beside them, in `resources/fonts` (SIL
Open Font License) and `resources/icons` (ISC).
"""


def page() -> str:
    """The whole page, as it is written."""
    main = needed("annotator", ())
    parts = [_HEAD, "## For the main job", _table(sorted(main))]
    for extra in EXTRAS:
        more = needed("annotator", (extra,)) - main
        parts += [f"## The extra `{extra}` adds", _table(sorted(more))]
    parts.append(_GAMMA)
    return "\n\n".join(part.strip() for part in parts) + "\n"


_GAMMA: Final = """\
## The extra `gamma` adds

`pygamma-agreement` (MIT) and the solvers it brings, 700 MB of packages that neither the tests nor
the lock files have; `pip show --verbose` tells their licences once they are installed.
"""


def needed(name: str, extras: tuple[str, ...]) -> set[str]:
    """What this project needs with these extras, and what that needs in turn, by name."""
    found: dict[str, set[str]] = {}
    waiting = [Requirement(line) for line in _own_requirements(extras)]
    while waiting:
        requirement = waiting.pop()
        key = canonicalize_name(requirement.name)
        if key == name or (key in found and requirement.extras <= found[key]):
            continue
        found.setdefault(key, set()).update(requirement.extras)
        waiting += _requirements(key, tuple(requirement.extras))
    return set(found)


def _own_requirements(extras: tuple[str, ...]) -> list[str]:
    import tomllib

    path = PAGE.parent.parent / "pyproject.toml"
    project = tomllib.loads(path.read_text("utf-8"))["project"]
    lines = list(project["dependencies"])
    for extra in extras:
        lines += project["optional-dependencies"][extra]
    return lines


def _requirements(name: str, extras: tuple[str, ...]) -> list[Requirement]:
    try:
        lines = distribution(name).requires or []
    except PackageNotFoundError:
        return []
    found = []
    for line in lines:
        one = Requirement(line)
        # For any system: what only Windows needs is listed as well.
        wanted = ("", *extras) if one.marker is not None and "extra" in str(one.marker) else ("",)
        if one.marker is None or any(_may_apply(str(one.marker), extra) for extra in wanted):
            found.append(one)
    return found


def _may_apply(marker: str, extra: str) -> bool:
    if "extra" not in marker:
        return "python_version" not in marker or Requirement(f"x; {marker}").marker.evaluate()  # type: ignore[union-attr]
    return Requirement(f"x; {marker}").marker.evaluate({"extra": extra})  # type: ignore[union-attr]


def _table(names: list[str]) -> str:
    rows = [f"| {name} | {licence_of(name)} |" for name in names]
    return "\n".join(("| Package | Licence |", "|---|---|", *rows))


def licence_of(name: str) -> str:
    """What the package states: an SPDX expression, else its classifiers, else its own words."""
    try:
        found = distribution(name)
    except PackageNotFoundError:
        return _SAID_ELSEWHERE[name]
    said = found.metadata.get("License-Expression") or _classified(found) or _in_words(found)
    return said or _SAID_ELSEWHERE[name]


def _classified(found: Distribution) -> str:
    lines = found.metadata.get_all("Classifier") or []
    names = [line.rpartition(" :: ")[2] for line in lines if line.startswith(_CLASSIFIER)]
    return ", ".join(name for name in names if name != "OSI Approved")


def _in_words(found: Distribution) -> str:
    words = (found.metadata["License"] or "").strip().splitlines()
    return re.sub(r"\s+", " ", words[0])[:60] if words else ""


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE}")


if __name__ == "__main__":
    main()
