"""Merging of other people's projects and bundles into a project, in one transaction."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from annotator.core.errors import AnnotatorError
from annotator.core.message import message
from annotator.files import FileIsOpen, open_to_read
from annotator.formats import Context, find_format
from annotator.services.job import (
    Cancelled,
    JobCancelled,
    Progress,
    ignore_progress,
    never_cancelled,
)
from annotator.services.read_only import open_read_only
from annotator.services.reading import read_records

if TYPE_CHECKING:
    from annotator.store import Project
    from annotator.store.merging import Contribution, MergeOutcome, Merger

_SQLITE: Final = b"SQLite format 3\0"


class MergeError(AnnotatorError):
    """A file that cannot be merged; nothing of any file was merged."""


@dataclass(frozen=True, slots=True)
class MergedAnnotation:
    """The result for one annotation: its file, article id, annotator and verdict."""

    path: Path
    article: str
    annotator: str
    verdict: "MergeOutcome"


@dataclass(frozen=True, slots=True)
class MergeReport:
    """The result for each annotation, in the order of the files.

    Attributes:
        unknown: The ids of articles whose text the project does not have.
        added: The ids of the articles that were added.
        trashed: The ids among both whose text is in the project's trash. The article in the trash
            stays there; the added one is a new article.
    """

    merged: tuple[MergedAnnotation, ...] = ()
    unknown: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    trashed: tuple[str, ...] = ()
    cancelled: bool = False

    def counts(self, path: Path | None = None) -> dict[str, int]:
        """Return the number of annotations with each verdict, in all files or in one."""
        return Counter(str(one.verdict) for one in self.merged if path is None or one.path == path)


def merge_files(
    project: "Project",
    paths: Sequence[Path],
    *,
    new_articles: bool = False,
    progress: Progress = ignore_progress,
    cancelled: Cancelled = never_cancelled,
) -> MergeReport:
    """Merge the annotations of these projects and native JSONL bundles into the project.

    Nothing is overwritten: `store.merging` says what happens to each annotation. `new_articles`
    adds articles whose text the project does not have; without it they are only reported. All
    files are merged or none. Raises MergeError, FormatError, StoreError and OSError.
    """
    for path in paths:
        _refuse(project, path)
    job = _Job(new_articles, progress, cancelled)
    try:
        with project.merging() as merger:
            for number, path in enumerate(paths):
                job.merge(merger, path, number, len(paths))
    except JobCancelled:
        return MergeReport(cancelled=True)
    return MergeReport(tuple(job.merged), tuple(job.unknown), tuple(job.added), tuple(job.trashed))


def is_project(path: Path) -> bool:
    """Return whether the file is a project, by its first bytes. Raises OSError."""
    try:
        with open_to_read(path) as file:
            return file.read(len(_SQLITE)) == _SQLITE
    except FileIsOpen:
        return True


def _refuse(project: "Project", path: Path) -> None:
    if not path.exists():
        raise MergeError(message("there is no file {1}; nothing was merged", path))
    if path.is_dir():
        raise MergeError(message("{1} is a folder; name the projects or bundles in it", path))
    if path.samefile(project.path):
        raise MergeError(message("{1} is the project itself; name other people's files", path))


class _Job:
    def __init__(self, new_articles: bool, progress: Progress, cancelled: Cancelled) -> None:
        self.merged: list[MergedAnnotation] = []
        self.unknown: dict[str, None] = {}
        self.added: dict[str, None] = {}
        self.trashed: dict[str, None] = {}
        self._new_articles = new_articles
        self._progress = progress
        self._cancelled = cancelled

    def merge(self, merger: "Merger", path: Path, number: int, total: int) -> None:
        with _contributions(path) as contributions:
            for contribution in contributions:
                if self._cancelled():
                    raise JobCancelled
                self._merge(merger, path, contribution)
                self._progress(number, total, f"{path.name}: {contribution.record.article.id}")

    def _merge(self, merger: "Merger", path: Path, contribution: "Contribution") -> None:
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
            self.merged.append(MergedAnnotation(path, article, record.annotator, verdict))


@contextmanager
def _contributions(path: Path) -> Iterator["Iterator[Contribution]"]:
    if not is_project(path):
        yield _bundle_contributions(path)
        return
    with open_read_only(path) as other, closing(other.contributions()) as contributions:
        yield contributions


def _bundle_contributions(path: Path) -> "Iterator[Contribution]":
    from annotator.store.merging import Contribution

    with open_to_read(path) as source:
        # The whole file is read first, so that nothing is merged if a line is faulty.
        native = find_format("native")
        found = [located.record for located in read_records(native, source, Context(path))]
    for record in found:
        yield Contribution(record)
