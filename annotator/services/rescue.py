"""Saving of edits that the project could not keep, into a file or another project."""

import os
import time
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, closing, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from annotator.core.errors import AnnotatorError
from annotator.core.file_names import temporary_name
from annotator.files import check_not_project, remove_temporary, sync_folder
from annotator.formats import find_format

if TYPE_CHECKING:
    from annotator.core.record import Record
    from annotator.core.scheme import Scheme
    from annotator.store import Project
    from annotator.store.merging import Contribution

_PAUSE: Final = 0.1


def write_rescue(path: Path, records: "Iterable[Record]") -> None:
    """Write native JSONL that `annotator import --replace` reads back.

    The file is complete and on disk before it replaces what was at `path`. Raises OSError, and
    leaves no partial file then.
    """
    check_not_project(path)
    partial = path.with_name(temporary_name(path.name, f"{uuid4().hex[:8]}.partial"))
    try:
        with partial.open("wb") as out:
            find_format("native").write(records, out)
            out.flush()
            os.fsync(out.fileno())
        partial.replace(path)
        sync_folder(path.parent)
    finally:
        remove_temporary(partial)


def is_readable_project(path: Path) -> bool:
    """Return whether the file is a project that can be opened; waits while it is written to."""
    from annotator.services.read_only import open_read_only

    _wait_until_unchanged(path)
    try:
        with open_read_only(path):
            return True
    except AnnotatorError:
        return False


def merge_into_project(
    path: Path, work: "Sequence[Contribution]", backups: Path, now: datetime
) -> Path | None:
    """Merge the annotations into the project at this path, and return the path of its backup.

    The backup is made in the folder `backups` first, so that going back is possible. All of the
    annotations are merged, or none. Raises AnnotatorError and OSError.
    """
    from annotator.services.backups import back_up
    from annotator.store import Project

    _wait_until_unchanged(path)
    with Project.open(path) as project:
        kept = back_up(project, backups, now, reason="merge")
        _merge(project, work)
    return kept


def save_as_new_project(
    path: Path,
    work: "Sequence[Contribution]",
    sources: Sequence[Path],
    scheme: "Scheme",
) -> list[Path]:
    """Create a project from the annotations and from the contents of these projects and backups.

    It starts as a copy of the first readable source, or empty with `scheme` if there is none. The
    file gets its name only when it is complete.

    Returns:
        The sources that cannot be read; nothing of them is in the project.

    Raises:
        AnnotatorError: Nothing is left at the path then.
    """
    from annotator.store import Project, ProjectDamaged, taking_name
    from annotator.store import backup as copy

    with ExitStack() as stack, taking_name(path) as partial:
        readable = {
            source: file for source in sources if (file := _readable(source, stack)) is not None
        }
        base = None
        for source, file in readable.items():
            with suppress(ProjectDamaged):  # only a full copy detects all damage
                copy(file, partial)
                base = source
                break
        opened = Project.create(partial, scheme) if base is None else Project.open(partial)
        merged = {base}
        with opened as project:
            merged |= {
                source
                for source, file in readable.items()
                if source != base and _merge_project(project, file)
            }
            _merge(project, work)
    return [source for source in sources if source not in merged]


def _readable(source: Path, stack: ExitStack) -> Path | None:
    """Return a readable project file of the project or backup; None if there is none.

    It stays there until the stack is closed.
    """
    from annotator.services.backups import backup_file

    with suppress(AnnotatorError, OSError):
        file = stack.enter_context(backup_file(source))
        if is_readable_project(file):
            return file
    return None


def _merge_project(project: "Project", source: Path) -> bool:
    """Merge all of the source, or nothing if it is damaged; return whether it was merged."""
    from annotator.services.read_only import open_read_only

    try:
        with open_read_only(source) as other, closing(other.contributions()) as work:
            _merge(project, work, deleted=False)
    except AnnotatorError:
        return False
    return True


def _merge(project: "Project", work: "Iterable[Contribution]", *, deleted: bool = True) -> None:
    """Merge the contributions into the project.

    `deleted` says whether to add articles again that are in the project's trash.
    """
    with project.merging() as merger:
        for contribution in work:
            text = contribution.record.article.text
            if not merger.knows(text) and (deleted or not merger.has_deleted(text)):
                merger.add_article(contribution.record)
            merger.bring(contribution)


def _wait_until_unchanged(path: Path, at_most: float = 3.0) -> None:
    """Wait until the file no longer changes, as it does while another program copies it.

    At most `at_most` seconds.
    """
    before, end = None, time.monotonic() + at_most
    while time.monotonic() < end:
        try:
            state = path.stat()
        except OSError:
            return
        times = (state.st_size, state.st_mtime_ns, state.st_ctime_ns)
        if times == before:
            return
        before = times
        time.sleep(_PAUSE)
