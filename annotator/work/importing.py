"""From files to a project: each file whole or not at all, and the same again changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from annotator.core.errors import AnnotatorError
from annotator.formats import (
    Context,
    Fault,
    Format,
    FormatError,
    Located,
    Unit,
    find_format,
    format_of,
)
from annotator.work.job import Cancelled, Progress, Stopped, never, rare_collections, unseen

if TYPE_CHECKING:
    from annotator.store import Importer, Outcome, Project


@dataclass(slots=True)
class FileReport:
    """What became of one file. `kept` counts what the project has in another state than the file
    and was left alone. With an `error` nothing of the file was taken."""

    path: Path
    format: str | None = None
    encoding: str | None = None
    articles: int = 0
    annotations: int = 0
    unchanged: int = 0
    kept: int = 0
    replaced: int = 0
    error: AnnotatorError | None = None
    remarks: list[str] = field(default_factory=list)
    """What of the file had no place in the project, though the rest was taken."""

    @property
    def faults(self) -> tuple[Fault, ...]:
        return self.error.faults if isinstance(self.error, FormatError) else ()


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of each file, in the order given; a cancelled import lacks the last ones."""

    files: tuple[FileReport, ...]
    cancelled: bool = False

    @property
    def failed(self) -> tuple[FileReport, ...]:
        return tuple(file for file in self.files if file.error is not None)


def import_files(  # noqa: PLR0913  # each is one option of the command
    project: "Project",
    paths: Sequence[Path],
    *,
    format: str | None = None,
    annotator: str | None = None,
    offsets: Unit | None = None,
    replace: bool = False,
    progress: Progress = unseen,
    cancelled: Cancelled = never,
) -> ImportReport:
    """Add the articles and annotations of these files, one transaction for each file.

    `format` is told from each file if not given; `annotator` goes over whose annotations a file
    says they are; `offsets` is the unit of its offsets. `replace` takes the file's annotation
    where the project has another one. `progress` counts bytes.

    A file that cannot be taken is reported, and the next one tried. Raises FormatError only for
    an unknown `format`.
    """
    known = find_format(format) if format else None
    job = _Job(project, known, annotator, offsets, replace, progress, cancelled)
    job.total = sum(path.stat().st_size for path in paths if path.is_file())
    reports: list[FileReport] = []
    with rare_collections():
        for path in paths:
            try:
                reports.append(job.take(path))
            except Stopped:
                return ImportReport(tuple(reports), cancelled=True)
    return ImportReport(tuple(reports))


@dataclass(slots=True)
class _Job:
    project: "Project"
    format: Format | None
    annotator: str | None
    offsets: Unit | None
    replace: bool
    progress: Progress
    cancelled: Cancelled
    done: int = 0
    total: int = 0

    def take(self, path: Path) -> FileReport:
        try:
            return self._take(path)
        except AnnotatorError as error:
            return FileReport(path, error=error)
        except OSError as error:
            why = error.strerror or str(error)
            return FileReport(path, error=FormatError(f"{path}: {why}; nothing of it was taken"))

    def _take(self, path: Path) -> FileReport:
        format_ = self.format or format_of(path)
        report = FileReport(path, format_.name)
        context = Context(path, self.annotator, self.offsets)
        with path.open("rb") as source, self.project.importing() as target:
            seen: set[tuple[str, str | None]] = set()
            for found in format_.read(source, context):
                self._step(source, path)
                outcome = _add(target, found, context, self.replace)
                _refuse_twice(seen, found, outcome, path)
                _count(report, outcome, annotated=found.record.annotation is not None)
        self.done += path.stat().st_size
        report.encoding = context.encoding
        report.remarks = list(dict.fromkeys(context.remarks))
        return report

    def _step(self, source: BinaryIO, path: Path) -> None:
        if self.cancelled():
            raise Stopped
        self.progress(self.done + source.tell(), self.total, path.name)


def _add(target: "Importer", found: Located, context: Context, replace: bool) -> "Outcome":
    record = found.record
    if record.annotation is not None and not record.annotator:
        raise _fault(context.path, found, "nobody is said to have annotated this; add --as NAME")
    try:
        return target.add(record, replace=replace)
    except AnnotatorError as error:
        raise _fault(context.path, found, str(error)) from error


def _refuse_twice(
    seen: set[tuple[str, str | None]], found: Located, outcome: "Outcome", path: Path
) -> None:
    """Refuse two different annotations of one article by one annotator: one would be lost."""
    from annotator.store import Outcome

    record = found.record
    key = (record.article.id, record.annotator)
    if key in seen and outcome in (Outcome.KEPT, Outcome.REPLACED):
        who = f"annotated by {record.annotator}" if record.annotator else "there"
        words = f"article {record.article.id} is {who} twice in this file, and not the same way"
        raise _fault(path, found, words)
    seen.add(key)


def _count(report: FileReport, outcome: "Outcome", *, annotated: bool) -> None:
    from annotator.store import Outcome

    if outcome is Outcome.ADDED_ARTICLE:
        report.articles += 1
        report.annotations += annotated
    elif outcome is Outcome.ADDED_ANNOTATION:
        report.annotations += 1
    elif outcome is Outcome.REPLACED:
        report.replaced += 1
    elif outcome is Outcome.KEPT:
        report.kept += 1
    else:
        report.unchanged += 1


def _fault(path: Path, found: Located, words: str) -> FormatError:
    return FormatError.in_file(path, [Fault(found.line, words)])
