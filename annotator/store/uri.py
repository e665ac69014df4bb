"""How SQLite is told which file to open, and what it may do with it."""

import os
from pathlib import Path
from urllib.parse import quote


def file_uri(path: Path, mode: str) -> str:
    """Return the URI of a file of any name, also one that is no UTF-8.

    `mode` is SQLite's, with further parameters behind it: "rw", "ro", "ro&immutable=1".
    """
    return f"file:{quote(os.fsencode(path.absolute().as_posix()))}?mode={mode}"
