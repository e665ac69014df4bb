"""From a project to a file: streaming, all or nothing, and outspoken about what is lost."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from annotator.core.errors import AnnotatorError
from annotator.core.models import Status
from annotator.formats import Format, find_format
from annotator.work.job import Cancelled, Progress, Stopped, never, unseen

if TYPE_CHECKING:
    from annotator.core.record import Record
    from annotator.store import Project, Stats


class ExportError(AnnotatorError):
    """An export that cannot be made; no file was written or changed."""


@dataclass(slots=True)
class ExportReport:
    """What an export wrote, and what it had to leave out.

    `lost` counts by the words of the format's losses; `left_out` counts the articles without
    annotation that the format has no place for.
    """

    path: Path
    format: str
    annotations: int = 0
    articles: int = 0
    left_out: int = 0
    lost: dict[str, int] = field(default_factory=dict)
    cancelled: bool = False


def export_file(  # noqa: PLR0913  # each is one option of the command
    project: "Project",
    out: Path,
    format: str,
    *,
    annotators: Sequence[str] | None = None,
    statuses: Sequence[Status] | None = None,
    overwrite: bool = False,
    progress: Progress = unseen,
    cancelled: Cancelled = never,
) -> ExportReport:
    """Write the annotations of these annotators in these statuses (None: all) to `out`.

    Without either filter articles that nobody annotated are written as well, if the format has
    a place for them. `out` appears when it is complete, never in part. Raises FormatError,
    ExportError (a file that exists, an unknown annotator), OSError, and
    StoreError, among others for a span that does not hold its text.
    """
    writer = find_format(format)
    _refuse(project, out, writer, annotators, overwrite)
    everything = annotators is None and statuses is None
    stats = project.stats()
    total = stats.articles if everything else _matching(stats, annotators, statuses)
    job = _Job(ExportReport(out, writer.name), writer, total, progress, cancelled)
    records = project.records(
        annotators=annotators, statuses=statuses, bare=everything and writer.bare
    )
    try:
        _write_beside(out, writer, job.passing(records, by_article=everything))
    except Stopped:
        return ExportReport(out, writer.name, cancelled=True)
    if everything:
        job.report.left_out = stats.articles - job.report.articles
    return job.report


def _matching(
    stats: "Stats", annotators: Sequence[str] | None, statuses: Sequence[Status] | None
) -> int:
    return sum(
        count
        for name, counts in stats.statuses.items()
        for status, count in counts.items()
        if (annotators is None or name in annotators) and (statuses is None or status in statuses)
    )


def _refuse(
    project: "Project",
    out: Path,
    writer: Format,
    annotators: Sequence[str] | None,
    overwrite: bool,
) -> None:
    if not writer.writes:
        raise ExportError(f"the format {writer.name} can only be read; see: annotator formats")
    known = project.annotators()
    for name in annotators or ():
        if name not in known:
            there = ", ".join(known) or "nobody yet"
            raise ExportError(f"{name} has annotated nothing here; there is {there}")
    if out.exists():
        _refuse_existing(project, out, overwrite)


def _refuse_existing(project: "Project", out: Path, overwrite: bool) -> None:
    if out.is_dir():
        raise ExportError(f"{out} is a folder; name a file in it")
    if out.samefile(project.path):
        raise ExportError(f"{out} is the project itself; export to another file")
    if not overwrite:
        raise ExportError(f"{out} exists already; name another file, or replace it with --force")


def _write_beside(out: Path, writer: Format, records: "Iterator[Record]") -> None:
    """Write to a new file in the same folder that takes the name `out` once it is complete."""
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        with part.open("xb") as file:
            writer.write(records, file)
            _settle_on_disk(file)
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)


def _settle_on_disk(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


class _Job:
    """Counts the records on their way to the writer."""

    def __init__(
        self,
        report: ExportReport,
        writer: Format,
        total: int,
        progress: Progress,
        cancelled: Cancelled,
    ) -> None:
        self.report = report
        self._writer = writer
        self._total = total
        self._progress = progress
        self._cancelled = cancelled
        self._articles: set[str] = set()
        self._lost: Counter[str] = Counter()

    def passing(self, records: "Iterable[Record]", *, by_article: bool) -> "Iterator[Record]":
        for record in records:
            if self._cancelled():
                raise Stopped
            self._count(record)
            yield record
            done = self.report.articles if by_article else self.report.annotations
            self._progress(done, self._total, record.article.id)
        self.report.lost = {
            words: self._lost[words] for words in self._writer.loses if self._lost[words]
        }

    def _count(self, record: "Record") -> None:
        self._articles.add(record.article.id)
        self.report.articles = len(self._articles)
        self.report.annotations += record.annotation is not None
        for loss in self._writer.losses:
            self._lost[loss.words] += loss.count(record)
