"""What could not be saved, in a file of its own on a disk that still takes one."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from annotator.files import refuse_project
from annotator.formats import find_format

if TYPE_CHECKING:
    from annotator.core.record import Record


def write_rescue(path: Path, records: "Iterable[Record]") -> None:
    """Write native JSONL, on disk when this returns; what was at `path` goes only then.

    `annotator import --replace` brings it back. Raises OSError, with nothing left behind.
    """
    refuse_project(path)
    partial = path.with_name(f".{path.name}.{uuid4().hex[:8]}.partial")
    try:
        with partial.open("wb") as out:
            find_format("native").write(records, out)
            out.flush()
            os.fsync(out.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
