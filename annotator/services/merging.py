"""Bringing other people's projects and bundles into one: everything in one transaction."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from annotator.core.errors import AnnotatorError
from annotator.files import FileIsOpen, open_to_read
from annotator.formats import Context, find_format
from annotator.services.job import Cancelled, Progress, Stopped, never, unseen
from annotator.services.read_only import opened_to_look
from annotator.services.reading import records_of

if TYPE_CHECKING:
    from annotator.store import Project
    from annotator.store.merging import Contribution, Merger, Verdict

_SQLITE: Final = b"SQLite format 3\0"


class MergeError(AnnotatorError):
    """A file that cannot be merged; nothing of any file was taken."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What became of one annotation: the file it came in, article id, annotator, verdict."""

    path: Path
    article: str
    annotator: str
    verdict: "Verdict"


@dataclass(frozen=True, slots=True)
class MergeReport:
    """What became of each annotation, in the order of the files.

    `unknown` names the articles whose text the project does not have, `added` those it got;
    `trashed` those of both whose text lies in the project's trash, where it stays: what was added
    is a new article.
    """

    merged: tuple[Merged, ...] = ()
    unknown: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    trashed: tuple[str, ...] = ()
    cancelled: bool = False

    def counts(self, path: Path | None = None) -> dict[str, int]:
        """How many annotations (of one file, if named) got each verdict."""
        return Counter(str(one.verdict) for one in self.merged if path is None or one.path == path)


def merge_files(
    project: "Project",
    paths: Sequence[Path],
    *,
    new_articles: bool = False,
    progress: Progress = unseen,
    cancelled: Cancelled = never,
) -> MergeReport:
    """Merge the annotations of these projects and native JSONL bundles into the project.

    Nothing is overwritten: see `store.merging` for what becomes of each annotation.
    `new_articles` adds articles whose text the project does not have; without it they are only
    told. All files are taken or none. Raises MergeError, FormatError, StoreError, OSError.
    """
    for path in paths:
        _refuse(project, path)
    job = _Job(new_articles, progress, cancelled)
    try:
        with project.merging() as merger:
            for number, path in enumerate(paths):
                job.take(merger, path, number, len(paths))
    except Stopped:
        return MergeReport(cancelled=True)
    return MergeReport(tuple(job.merged), tuple(job.unknown), tuple(job.added), tuple(job.trashed))


def is_project(path: Path) -> bool:
    """Whether the file is a project, by its first bytes. Raises OSError."""
    try:
        with open_to_read(path) as file:
            return file.read(len(_SQLITE)) == _SQLITE
    except FileIsOpen:
        return True


def _refuse(project: "Project", path: Path) -> None:
    if not path.exists():
        raise MergeError(f"there is no file {path}; nothing was merged")
    if path.is_dir():
        raise MergeError(f"{path} is a folder; name the projects or bundles in it")
    if path.samefile(project.path):
        raise MergeError(f"{path} is the project itself; name other people's files")


class _Job:
    def __init__(self, new_articles: bool, progress: Progress, cancelled: Cancelled) -> None:
        self.merged: list[Merged] = []
        self.unknown: dict[str, None] = {}
        self.added: dict[str, None] = {}
        self.trashed: dict[str, None] = {}
        self._new_articles = new_articles
        self._progress = progress
        self._cancelled = cancelled

    def take(self, merger: "Merger", path: Path, number: int, total: int) -> None:
        with _contributions(path) as contributions:
            for contribution in contributions:
                if self._cancelled():
                    raise Stopped
                self._take(merger, path, contribution)
                self._progress(number, total, f"{path.name}: {contribution.record.article.id}")

    def _take(self, merger: "Merger", path: Path, contribution: "Contribution") -> None:
        record = contribution.record
        article = record.article.id
        if not merger.knows(record.article.text):
            if merger.has_deleted(record.article.text):
                self.trashed[article] = None
            if not self._new_articles:
                self.unknown[article] = None
            else:
                merger.add_article(record)
                self.added[article] = None
        if record.annotator is not None:
            verdict = merger.bring(contribution)
            self.merged.append(Merged(path, article, record.annotator, verdict))


@contextmanager
def _contributions(path: Path) -> Iterator["Iterator[Contribution]"]:
    if not is_project(path):
        yield _of_bundle(path)
        return
    with opened_to_look(path) as other:
        yield other.contributions()


def _of_bundle(path: Path) -> "Iterator[Contribution]":
    from annotator.store.merging import Contribution

    with open_to_read(path) as source:
        # Read to the end first: only then is it known that no line is at fault.
        native = find_format("native")
        found = [located.record for located in records_of(native, source, Context(path))]
    for record in found:
        yield Contribution(record)
