"""The URIs that tell SQLite which file to open, and how."""

import os
from pathlib import Path
from urllib.parse import quote


def file_uri(path: Path, mode: str) -> str:
    """Return the URI of a file of any name, including one that is not UTF-8.

    `mode` is SQLite's mode, with further parameters appended: "rw", "ro", "ro&immutable=1".
    """
    return f"file:{quote(os.fsencode(path.absolute().as_posix()))}?mode={mode}"
