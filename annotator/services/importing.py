"""Import of files into a project: each file completely or not at all, and repeatable."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

from annotator.core.errors import AnnotatorError
from annotator.core.message import message
from annotator.files import FileIsOpen, Snapshot
from annotator.formats import (
    Columns,
    Context,
    Format,
    FormatError,
    ParseProblem,
    Unit,
    UnknownFormat,
    find_format,
    format_of_head,
)
from annotator.formats.base import in_one_line
from annotator.services.job import (
    Cancelled,
    JobCancelled,
    Progress,
    cancellation_check,
    ignore_progress,
    never_cancelled,
    reduced_garbage_collection,
)
from annotator.services.read_ahead import Reader, ReadRecord, fault_in
from annotator.services.sandbox import Sandbox
from annotator.services.sources import Source, sources, total_size
from annotator.store import ImportOutcome, StoreError, TextConflict

if TYPE_CHECKING:
    from annotator.store import Importer, NearDuplicate, Project

ColumnChoice = Columns | Mapping[Path, Columns] | None
"""The meaning of table columns: one mapping for all files, or one for each file."""

_HEAD_BYTES: Final = 1 << 16


class Duplicate(NamedTuple):
    """An article that was not added because the article `of` has exactly the same text."""

    article: str
    of: str
    line: int | None


@dataclass(slots=True)
class FileReport:
    """The result of importing one file.

    `kept` counts what differs between project and file and was left as the project has it,
    `left_out` what the format's reader skipped. Near duplicates were added. If there is an
    `error`, nothing of the file was imported.
    """

    path: Path
    format: str | None = None
    encoding: str | None = None
    articles: int = 0
    annotations: int = 0
    unchanged: int = 0
    kept: int = 0
    replaced: int = 0
    duplicates: list[Duplicate] = field(default_factory=list)
    near_duplicates: "list[NearDuplicate]" = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    error: AnnotatorError | None = None
    remarks: list[str] = field(default_factory=list)
    """What in the file had no place in the project, although the rest was imported."""

    @property
    def faults(self) -> tuple[ParseProblem, ...]:
        """The faults that the error lists; empty if it is not a FormatError."""
        return self.error.faults if isinstance(self.error, FormatError) else ()


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The result for each file, in the order given; after a cancelled import the last are missing.

    `passed_over` holds the files in folders and zip files that no reader claims, such as pictures,
    and the project itself.
    """

    files: tuple[FileReport, ...]
    cancelled: bool = False
    passed_over: tuple[Path, ...] = ()

    @property
    def failed(self) -> tuple[FileReport, ...]:
        """The reports of the files that were not imported."""
        return tuple(file for file in self.files if file.error is not None)


def import_files(  # noqa: PLR0913  # each is one option of the command
    project: "Project",
    paths: Sequence[Path],
    *,
    format: str | None = None,
    annotator: str | None = None,
    offsets: Unit | None = None,
    columns: ColumnChoice = None,
    replace: bool = False,
    progress: Progress = ignore_progress,
    cancelled: Cancelled = never_cancelled,
) -> ImportReport:
    """Add the contents of these files, folders and zip files, one transaction for each file.

    A file that cannot be imported is reported, and the import goes on with the next one.

    Args:
        project: The project to import into.
        paths: The files, folders and zip files.
        format: The name of the format; detected for each file if None.
        annotator: The name to use instead of the annotator that a file states.
        offsets: The unit of the offsets in the files.
        columns: The meaning of the columns of tables.
        replace: Whether the file's annotation replaces a different one in the project.
        progress: Called with the bytes done.
        cancelled: Asked between records.

    Raises:
        FormatError: For an unknown `format` only.
    """
    known = find_format(format) if format else None
    check_cancelled = cancellation_check(cancelled)
    with (
        Sandbox(check_cancelled) as sandbox,
        Reader(check_cancelled) as reader,
        reduced_garbage_collection(),
    ):
        options = _Options(known, annotator, offsets, columns, replace)
        job = _Job(project, options, progress, check_cancelled, sandbox, reader)
        return job.import_all(paths)


class _Options(NamedTuple):
    format: Format | None
    annotator: str | None
    offsets: Unit | None
    columns: ColumnChoice
    replace: bool

    def columns_of(self, path: Path) -> Columns | None:
        return self.columns.get(path) if isinstance(self.columns, Mapping) else self.columns

    def format_of(self, path: Path, head: bytes) -> Format:
        """Return the format to read a file with.

        A file with chosen columns is read as a table even if its first bytes do not show one.
        """
        if self.format is not None:
            return self.format
        if self.columns_of(path) is not None and path.suffix.lower() in (".jsonl", ".ndjson"):
            return find_format("jsonl-articles")
        return format_of_head(path, head)


@dataclass(slots=True)
class _Job:
    project: "Project"
    options: _Options
    progress: Progress
    check_cancelled: Callable[[], None]
    sandbox: Sandbox
    reader: Reader
    done: int = 0
    total: int = 0
    formats: dict[str, Format] = field(default_factory=dict)
    """The formats by name: one keeps what the next file is likely to need again."""

    def import_all(self, paths: Sequence[Path]) -> ImportReport:
        reports: list[FileReport] = []
        passed_over: list[Path] = []
        self.total = total_size(paths)
        try:
            self._discard_unfinished()  # early, where the import can still be cancelled
            for source in sources(paths):
                self.check_cancelled()
                self.progress(self.done, self.total, source.path.name)
                report = self._import_or_report(source)
                self.done += source.size
                if isinstance(report.error, UnknownFormat | FileIsOpen) and not source.named:
                    passed_over.append(source.path)
                else:
                    reports.append(report)
            if any(report.error is not None for report in reports):
                self._discard_unfinished()
        except JobCancelled:
            return ImportReport(tuple(reports), True, tuple(passed_over))
        return ImportReport(tuple(reports), False, tuple(passed_over))

    def _discard_unfinished(self) -> None:
        """Delete what failed imports have left. Raises Stopped."""

        def check() -> bool:
            self.check_cancelled()
            return True

        with suppress(StoreError):  # what is left is hidden, and deleted another time
            self.project.discard_unfinished_imports(check)

    def _import_or_report(self, source: Source) -> FileReport:
        try:
            return self._import(source)
        except AnnotatorError as error:
            return FileReport(source.path, error=error)
        except OSError as error:
            why = error.strerror or str(error)
            text = f"{source.path}: {why}; nothing of it was taken"
            return FileReport(source.path, error=FormatError(text))

    def _import(self, source: Source) -> FileReport:
        if source.fault is not None:
            raise source.fault
        with source.open() as stream:
            snapshot = Snapshot(source.path, stream)
            head = stream.read(_HEAD_BYTES)
            stream.seek(0)
            found = self.options.format_of(source.path, head)
            format_ = self.formats.setdefault(found.name, found)
            report = FileReport(source.path, format_.name)
            context = Context(
                source.path,
                self.options.annotator,
                self.options.offsets,
                columns=self.options.columns_of(source.path),
                stem=source.stem,
                call=self.sandbox.call,
                left_out=report.left_out,
            )
            self._read(stream, format_, context, source, report, snapshot)
        report.encoding = context.encoding
        report.remarks = list(dict.fromkeys(map(in_one_line, context.remarks)))
        return report

    def _read(
        self,
        stream: BinaryIO,
        format_: Format,
        context: Context,
        source: Source,
        report: FileReport,
        snapshot: Snapshot,
    ) -> None:
        with self.project.importing() as target:
            seen: set[tuple[str, str | None]] = set()
            for found in self.reader.read(format_, stream, context, source.size, snapshot):
                self._step(found.position, source)
                duplicate = _duplicate(target, found)
                if duplicate is not None:
                    report.duplicates.append(duplicate)
                    continue
                outcome = _add(target, found, context, self.options.replace)
                _refuse_twice(seen, found, outcome, source.path)
                _count(report, outcome, annotated=found.record.annotation is not None)
            snapshot.refuse_change()
            if format_.plain:
                self._compare(target, source, report)

    def _compare(self, target: "Importer", source: Source, report: FileReport) -> None:
        """Find near duplicates of the added articles, at some milliseconds for each article."""
        for near_duplicate in target.near_duplicates():
            self.check_cancelled()
            text = message("{1}: looking for near duplicates", source.path.name)
            self.progress(self.done + source.size, self.total, text)
            if near_duplicate is not None:
                report.near_duplicates.append(near_duplicate)

    def _step(self, position: int, source: Source) -> None:
        self.check_cancelled()
        self.progress(self.done + min(position, source.size), self.total, source.path.name)


def _duplicate(target: "Importer", found: ReadRecord) -> Duplicate | None:
    """Return the duplicate if the record is unannotated and another article has its text."""
    record = found.record
    if record.annotation is not None:
        return None
    of = target.same_text(record.text)
    if of is None or of == record.article_id:
        return None
    return Duplicate(record.article_id, of, found.line)


def _add(target: "Importer", found: ReadRecord, context: Context, replace: bool) -> ImportOutcome:
    try:
        return _add_version(target, found, replace)
    except AnnotatorError as error:
        raise fault_in(context.path, found.line, error.message) from error


def _add_version(target: "Importer", found: ReadRecord, replace: bool) -> ImportOutcome:
    """Add a record; a later version of an article in the project gets an id of its own."""
    record = found.record
    try:
        return target.add(record, replace=replace)
    except TextConflict:
        if not found.versioned:
            raise
    own_id = f"{record.article_id}#{record.digest[:8]}"
    return target.add(record.with_id(own_id), replace=replace)


def _refuse_twice(
    seen: set[tuple[str, str | None]], found: ReadRecord, outcome: ImportOutcome, path: Path
) -> None:
    """Raise FormatError if an annotator annotates an article twice in different ways.

    Importing both would lose one of them.
    """
    id_ = found.record.article_id
    annotator = found.record.annotation.annotator if found.record.annotation else None
    key = (id_, annotator)
    if key in seen and outcome in (ImportOutcome.KEPT, ImportOutcome.REPLACED):
        who = f"annotated by {annotator}" if annotator else "there"
        text = f"article {id_} is {who} twice in this file, and not the same way"
        raise fault_in(path, found.line, text)
    seen.add(key)


def _count(report: FileReport, outcome: ImportOutcome, *, annotated: bool) -> None:
    if outcome is ImportOutcome.ADDED_ARTICLE:
        report.articles += 1
        report.annotations += annotated
    elif outcome is ImportOutcome.ADDED_ANNOTATION:
        report.annotations += 1
    elif outcome is ImportOutcome.REPLACED:
        report.replaced += 1
    elif outcome is ImportOutcome.KEPT:
        report.kept += 1
    else:
        report.unchanged += 1
