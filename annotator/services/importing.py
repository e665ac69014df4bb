"""Import of files into a project: each file completely or not at all, and repeatable."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from dataclasses import replace as replace_fields
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

from annotator.core.errors import AnnotatorError
from annotator.core.message import Message, message
from annotator.core.text import text_hash
from annotator.files import FileIsOpen, Snapshot
from annotator.formats import (
    Columns,
    Context,
    Format,
    FormatError,
    ParseProblem,
    SourceRecord,
    Unit,
    UnknownFormat,
    find_format,
    format_of_head,
)
from annotator.formats.base import NOBODY, in_one_line
from annotator.services.job import (
    Cancelled,
    JobCancelled,
    Progress,
    cancellation_check,
    ignore_progress,
    never_cancelled,
    reduced_garbage_collection,
)
from annotator.services.reading import read_records
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
    with Sandbox(check_cancelled) as sandbox, reduced_garbage_collection():
        options = _Options(known, annotator, offsets, columns, replace)
        job = _Job(project, options, progress, check_cancelled, sandbox)
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
            for found in read_records(format_, stream, context):
                self._step(stream, source)
                snapshot.refuse_change()  # reading a file that keeps growing might never end
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

    def _step(self, stream: BinaryIO, source: Source) -> None:
        self.check_cancelled()
        read = 0 if stream.closed else stream.tell()
        self.progress(self.done + min(read, source.size), self.total, source.path.name)


def _duplicate(target: "Importer", found: SourceRecord) -> Duplicate | None:
    """Return the duplicate if the record is unannotated and another article has its text."""
    record = found.record
    if record.annotation is not None:
        return None
    of = target.same_text(record.article.text)
    if of is None or of == record.article.id:
        return None
    return Duplicate(record.article.id, of, found.line)


def _add(target: "Importer", found: SourceRecord, context: Context, replace: bool) -> ImportOutcome:
    record = found.record
    if record.annotation is not None and not record.annotator:
        raise _fault(context.path, found, NOBODY)
    try:
        return _add_version(target, found, replace)
    except AnnotatorError as error:
        raise _fault(context.path, found, error.message) from error


def _add_version(target: "Importer", found: SourceRecord, replace: bool) -> ImportOutcome:
    """Add a record; a later version of an article in the project gets an id of its own."""
    try:
        return target.add(found.record, replace=replace)
    except TextConflict:
        if not found.versioned:
            raise
    article = found.record.article
    own = article._replace(id=f"{article.id}#{text_hash(article.text)[:8]}")
    return target.add(replace_fields(found.record, article=own), replace=replace)


def _refuse_twice(
    seen: set[tuple[str, str | None]], found: SourceRecord, outcome: ImportOutcome, path: Path
) -> None:
    """Raise FormatError if an annotator annotates an article twice in different ways.

    Importing both would lose one of them.
    """
    record = found.record
    key = (record.article.id, record.annotator)
    if key in seen and outcome in (ImportOutcome.KEPT, ImportOutcome.REPLACED):
        who = f"annotated by {record.annotator}" if record.annotator else "there"
        text = f"article {record.article.id} is {who} twice in this file, and not the same way"
        raise _fault(path, found, text)
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


def _fault(path: Path, found: SourceRecord, words: Message | str) -> FormatError:
    return FormatError.in_file(path, [ParseProblem(found.line, words)])
