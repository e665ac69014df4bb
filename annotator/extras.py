"""Optional packages, and the command that brings them to this installation."""

import os
import shlex
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:  # most runs ask for no package, and it takes long to import
    from importlib.metadata import EntryPoint

DISTRIBUTION: Final = "news-annotator"
"""The name of this program for installers. `annotator` on PyPI is somebody else's package."""


def install_command(extra: str) -> str:
    """Return a shell command that installs what the extra of this name needs, where this runs.

    In a checkout it is the checkout's own `run`, which installs locked versions. Elsewhere it
    names the needed packages themselves, never this program, for the Python that runs now.
    """
    checkout = _checkout()
    if checkout is not None:
        script = checkout / ("run.cmd" if os.name == "nt" else "run")
        return _quoted([str(script), "--with", extra])
    return _quoted([*_installer(), *requirements(extra)])


def requirements(extra: str) -> list[str]:
    """Return the requirements of the extra as the installed metadata has them, without markers.

    Empty where nothing is known of such an extra.
    """
    from importlib.metadata import PackageNotFoundError, requires

    try:
        lines = requires(DISTRIBUTION) or []
    except PackageNotFoundError:
        return []
    parted = (line.partition(";") for line in lines)
    ours = (f"extra == '{extra}'", f'extra == "{extra}"')
    return [need.strip() for need, _, marker in parted if marker.strip().endswith(ours)]


def plugin_entry_points(group: str) -> "tuple[EntryPoint, ...]":
    """Return what the installed packages add to this group of entry points, by name.

    They are looked for once in each place that Python looks for packages: that reads a file of
    every package there is, and a folder of thousands of files to import asks for each.
    """
    return _entry_points(group, tuple(sys.path))


@cache  # what is installed stays as it is while the program runs
def _entry_points(group: str, _places: tuple[str, ...]) -> "tuple[EntryPoint, ...]":
    from importlib.metadata import entry_points

    return tuple(sorted(entry_points(group=group), key=lambda point: point.name))


def _checkout() -> Path | None:
    """The source tree that this package is run from; None for an installed one."""
    folder = Path(__file__).resolve().parents[1]
    ours = all((folder / name).is_file() for name in ("dev.py", "pyproject.toml", "run"))
    return folder if ours else None


def _installer() -> list[str]:
    if find_spec("pip") is not None:
        return [sys.executable, "-m", "pip", "install"]
    # Environments that uv makes come without pip.
    return ["uv", "pip", "install", "--python", sys.executable]


def _quoted(words: Sequence[str]) -> str:
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)
