"""What could not be saved, or was lost from under the window: into a file, or a project."""

import os
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from annotator.core.errors import AnnotatorError
from annotator.core.file_names import temporary_name
from annotator.files import clear_away, flush_folder, refuse_project
from annotator.formats import find_format

if TYPE_CHECKING:
    from annotator.core.record import Record
    from annotator.core.scheme import Scheme
    from annotator.store import Project
    from annotator.store.merging import Contribution

_PAUSE: Final = 0.1


def write_rescue(path: Path, records: "Iterable[Record]") -> None:
    """Write native JSONL, on disk when this returns; what was at `path` goes only then.

    `annotator import --replace` brings it back. Raises OSError, with nothing left behind.
    """
    refuse_project(path)
    partial = path.with_name(temporary_name(path.name, f"{uuid4().hex[:8]}.partial"))
    try:
        with partial.open("wb") as out:
            find_format("native").write(records, out)
            out.flush()
            os.fsync(out.fileno())
        partial.replace(path)
        flush_folder(path.parent)
    finally:
        clear_away(partial)


def is_sound(path: Path) -> bool:
    """Whether the file is a project that can be opened; waits a little while it is written to."""
    from annotator.services.read_only import opened_to_look

    _wait_for_rest(path)
    try:
        with opened_to_look(path):
            return True
    except AnnotatorError:
        return False


def put_into(
    path: Path, work: "Sequence[Contribution]", backups: Path, now: datetime
) -> Path | None:
    """Merge the work into the project at this path; where it is kept as it was before.

    A backup of it is made in the folder `backups` first, so that going back is possible. All of
    the work is in it afterwards, or nothing. Raises AnnotatorError and OSError.
    """
    from annotator.services.backups import back_up
    from annotator.store import Project

    _wait_for_rest(path)
    with Project.open(path) as project:
        kept = back_up(project, backups, now)
        _merge(project, work)
    return kept


def save_everything(
    path: Path,
    work: "Sequence[Contribution]",
    sources: Sequence[Path],
    scheme: "Scheme",
) -> list[Path]:
    """Make a project of the work and of what these projects hold, the first one the ground of it.

    Returns those that cannot be read, of which nothing is in it; without any other, it is the
    work alone. It has its name only once all is in it. Raises AnnotatorError, with nothing left at
    the path.
    """
    from annotator.store import Project, ProjectDamaged, taking_name
    from annotator.store import backup as copy

    with taking_name(path) as partial:
        sound = [source for source in sources if is_sound(source)]
        ground = None
        for source in sound:
            with suppress(ProjectDamaged):  # which only a whole look at it tells
                copy(source, partial)
                ground = source
                break
        opened = Project.create(partial, scheme) if ground is None else Project.open(partial)
        taken = {ground}
        with opened as project:
            taken |= {one for one in sound if one != ground and _merge_project(project, one)}
            _merge(project, work)
    return [source for source in sources if source not in taken]


def _merge_project(project: "Project", source: Path) -> bool:
    """Take all of it, or nothing where it turns out to be damaged; whether it was taken."""
    from annotator.services.read_only import opened_to_look

    try:
        with opened_to_look(source) as other:
            _merge(project, other.contributions(), deleted=False)
    except AnnotatorError:
        return False
    return True


def _merge(project: "Project", work: "Iterable[Contribution]", *, deleted: bool = True) -> None:
    """`deleted` says whether articles come back that lie in the trash of the project."""
    with project.merging() as merger:
        for contribution in work:
            text = contribution.record.article.text
            if not merger.knows(text) and (deleted or not merger.has_deleted(text)):
                merger.add_article(contribution.record)
            merger.bring(contribution)


def _wait_for_rest(path: Path, at_most: float = 3.0) -> None:
    """Until nothing writes to the file any more, as a copy does that is on its way."""
    before, end = None, time.monotonic() + at_most
    while time.monotonic() < end:
        try:
            found = path.stat()
        except OSError:
            return
        times = (found.st_size, found.st_mtime_ns, found.st_ctime_ns)
        if times == before:
            return
        before = times
        time.sleep(_PAUSE)
