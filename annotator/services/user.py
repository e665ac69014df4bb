"""The user of this computer: the name to annotate under, and the folder for data."""

import getpass
import os
import sys
from pathlib import Path


def annotator_name() -> str:
    """Return the default annotator name: the login name of the user."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # no such user, or no user database
        return "annotator"


def data_folder() -> Path:
    """Return the folder for the user's application data on this system."""
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA") or Path.home() / "AppData" / "Roaming")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share")
