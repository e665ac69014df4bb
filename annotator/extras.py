"""Optional packages, and the command that installs them."""

import os
import shlex
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:  # most runs do not need it, and it takes long to import
    from importlib.metadata import EntryPoint

DISTRIBUTION: Final = "news-annotator"
"""The name of this program for installers. `annotator` on PyPI is an unrelated package."""


def install_command(extra: str) -> str:
    """Return a shell command that installs what the extra of this name needs in this installation.

    In a checkout it is the checkout's own `run`, which installs locked versions. Elsewhere it names
    the needed packages themselves, never this program, for the running Python.
    """
    checkout = _checkout()
    if checkout is not None:
        script = checkout / ("run.cmd" if os.name == "nt" else "run")
        return _quoted([str(script), "--with", extra])
    return _quoted([*_installer(), *requirements(extra)])


def requirements(extra: str) -> list[str]:
    """Return the requirements of the extra from the installed metadata, without markers.

    The list is empty for an unknown extra.
    """
    from importlib.metadata import PackageNotFoundError, requires

    try:
        lines = requires(DISTRIBUTION) or []
    except PackageNotFoundError:
        return []
    split_lines = (line.partition(";") for line in lines)
    markers = (f"extra == '{extra}'", f'extra == "{extra}"')
    return [need.strip() for need, _, marker in split_lines if marker.strip().endswith(markers)]


def plugin_entry_points(group: str) -> "tuple[EntryPoint, ...]":
    """Return the entry points that installed packages add to this group, by name.

    The result is cached for each `sys.path`: finding them reads a file of every installed package,
    and an import of a folder of thousands of files asks for them for each file.
    """
    return _entry_points(group, tuple(sys.path))


@cache  # installed packages do not change while the program runs
def _entry_points(group: str, _search_path: tuple[str, ...]) -> "tuple[EntryPoint, ...]":
    from importlib.metadata import entry_points

    return tuple(sorted(entry_points(group=group), key=lambda point: point.name))


def _checkout() -> Path | None:
    """Return the source tree that this package is run from, or None for an installed package."""
    folder = Path(__file__).resolve().parents[1]
    ours = all((folder / name).is_file() for name in ("dev.py", "pyproject.toml", "run"))
    return folder if ours else None


def _installer() -> list[str]:
    if find_spec("pip") is not None:
        return [sys.executable, "-m", "pip", "install"]
    # Environments made by uv have no pip.
    return ["uv", "pip", "install", "--python", sys.executable]


def _quoted(words: Sequence[str]) -> str:
    return subprocess.list2cmdline(words) if os.name == "nt" else shlex.join(words)
