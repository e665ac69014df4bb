"""From files to a project: each file whole or not at all, and the same again changes nothing."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from dataclasses import replace as replace_fields
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

from annotator.core.errors import AnnotatorError
from annotator.core.text import text_hash
from annotator.files import FileIsOpen, Snapshot
from annotator.formats import (
    Columns,
    Context,
    Fault,
    Format,
    FormatError,
    SourceRecord,
    Unit,
    UnknownFormat,
    find_format,
    format_of_head,
)
from annotator.formats.base import in_one_line
from annotator.services.job import (
    Cancelled,
    Progress,
    Stopped,
    never,
    rare_collections,
    stopping,
    unseen,
)
from annotator.services.reading import records_of
from annotator.services.sandbox import Sandbox
from annotator.services.sources import Source, sources, total_size
from annotator.store import Outcome, StoreError, TextConflict

if TYPE_CHECKING:
    from annotator.store import Importer, NearDuplicate, Project

Chosen = Columns | Mapping[Path, Columns] | None
"""Which columns of tables hold what: the same for all files, or for each its own."""

_HEAD_BYTES: Final = 1 << 16


class Duplicate(NamedTuple):
    """An article that was not added, since the article `of` has exactly its text."""

    article: str
    of: str
    line: int | None


@dataclass(slots=True)
class FileReport:
    """What became of one file. `kept` counts what the project has in another state than the file
    and was left alone, `left_out` what the format's reader did not take. Near duplicates were
    added. With an `error` nothing of the file was taken."""

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
    """What of the file had no place in the project, though the rest was taken."""

    @property
    def faults(self) -> tuple[Fault, ...]:
        return self.error.faults if isinstance(self.error, FormatError) else ()


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of each file, in the order given; a cancelled import lacks the last ones.

    `passed_over` are files in folders and zip files that no reader claims, such as pictures,
    and the project itself.
    """

    files: tuple[FileReport, ...]
    cancelled: bool = False
    passed_over: tuple[Path, ...] = ()

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
    columns: Chosen = None,
    replace: bool = False,
    progress: Progress = unseen,
    cancelled: Cancelled = never,
) -> ImportReport:
    """Add what is in these files, folders and zip files, one transaction for each file.

    `format` is told from each file if not given; `annotator` goes over whose annotations a file
    says they are; `offsets` is the unit of its offsets; `columns` says what the columns of tables
    hold. `replace` takes the file's annotation where the project has another one. `progress`
    counts bytes.

    A file that cannot be taken is reported, and the next one tried. Raises FormatError only for
    an unknown `format`.
    """
    known = find_format(format) if format else None
    look = stopping(cancelled)
    with Sandbox(look) as isolation, rare_collections():
        options = _Options(known, annotator, offsets, columns, replace)
        job = _Job(project, options, progress, look, isolation)
        return job.take_all(paths)


class _Options(NamedTuple):
    format: Format | None
    annotator: str | None
    offsets: Unit | None
    columns: Chosen
    replace: bool

    def columns_of(self, path: Path) -> Columns | None:
        return self.columns.get(path) if isinstance(self.columns, Mapping) else self.columns

    def format_of(self, path: Path, head: bytes) -> Format:
        """The format to read a file in. A table whose columns are chosen need not look like one."""
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
    look: Callable[[], None]
    isolation: Sandbox
    done: int = 0
    total: int = 0

    def take_all(self, paths: Sequence[Path]) -> ImportReport:
        reports: list[FileReport] = []
        passed_over: list[Path] = []
        self.total = total_size(paths)
        try:
            self._take_back()  # here it can be stopped
            for source in sources(paths):
                self.look()
                self.progress(self.done, self.total, source.path.name)
                report = self._take_or_tell(source)
                self.done += source.size
                if isinstance(report.error, UnknownFormat | FileIsOpen) and not source.named:
                    passed_over.append(source.path)
                else:
                    reports.append(report)
            if any(report.error is not None for report in reports):
                self._take_back()
        except Stopped:
            return ImportReport(tuple(reports), True, tuple(passed_over))
        return ImportReport(tuple(reports), False, tuple(passed_over))

    def _take_back(self) -> None:
        """Delete what imports that failed have left. Raises Stopped."""

        def go_on() -> bool:
            self.look()
            return True

        with suppress(StoreError):  # what is left is unseen, and goes another time
            self.project.discard_unfinished_imports(go_on)

    def _take_or_tell(self, source: Source) -> FileReport:
        try:
            return self._take(source)
        except AnnotatorError as error:
            return FileReport(source.path, error=error)
        except OSError as error:
            why = error.strerror or str(error)
            words = f"{source.path}: {why}; nothing of it was taken"
            return FileReport(source.path, error=FormatError(words))

    def _take(self, source: Source) -> FileReport:
        if source.fault is not None:
            raise source.fault
        with source.open() as opened:
            snapshot = Snapshot(source.path, opened)
            head = opened.read(_HEAD_BYTES)
            opened.seek(0)
            format_ = self.options.format_of(source.path, head)
            report = FileReport(source.path, format_.name)
            context = Context(
                source.path,
                self.options.annotator,
                self.options.offsets,
                columns=self.options.columns_of(source.path),
                stem=source.stem,
                call=self.isolation.call,
                left_out=report.left_out,
            )
            self._read(opened, format_, context, source, report, snapshot)
        report.encoding = context.encoding
        report.remarks = list(dict.fromkeys(map(in_one_line, context.remarks)))
        return report

    def _read(
        self,
        opened: BinaryIO,
        format_: Format,
        context: Context,
        source: Source,
        report: FileReport,
        snapshot: Snapshot,
    ) -> None:
        with self.project.importing() as target:
            seen: set[tuple[str, str | None]] = set()
            for found in records_of(format_, opened, context):
                self._step(opened, source)
                snapshot.refuse_change()  # one that only grows might never end
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
        """Look for near duplicates of what was added, which takes some milliseconds for each."""
        for twin in target.near_twins():
            self.look()
            words = f"{source.path.name}: looking for near duplicates"
            self.progress(self.done + source.size, self.total, words)
            if twin is not None:
                report.near_duplicates.append(twin)

    def _step(self, opened: BinaryIO, source: Source) -> None:
        self.look()
        read = 0 if opened.closed else opened.tell()
        self.progress(self.done + min(read, source.size), self.total, source.path.name)


def _duplicate(target: "Importer", found: SourceRecord) -> Duplicate | None:
    """Says so if another article has the text of a record that nobody has annotated."""
    record = found.record
    if record.annotation is not None:
        return None
    of = target.same_text(record.article.text)
    if of is None or of == record.article.id:
        return None
    return Duplicate(record.article.id, of, found.line)


def _add(target: "Importer", found: SourceRecord, context: Context, replace: bool) -> Outcome:
    record = found.record
    if record.annotation is not None and not record.annotator:
        raise _fault(context.path, found, "nobody is said to have annotated this; add --as NAME")
    try:
        return _add_version(target, found, replace)
    except AnnotatorError as error:
        raise _fault(context.path, found, str(error)) from error


def _add_version(target: "Importer", found: SourceRecord, replace: bool) -> Outcome:
    """Add a record; a later version of an article that is there gets an id of its own."""
    try:
        return target.add(found.record, replace=replace)
    except TextConflict:
        if not found.versioned:
            raise
    article = found.record.article
    own = article._replace(id=f"{article.id}#{text_hash(article.text)[:8]}")
    return target.add(replace_fields(found.record, article=own), replace=replace)


def _refuse_twice(
    seen: set[tuple[str, str | None]], found: SourceRecord, outcome: Outcome, path: Path
) -> None:
    """Refuse two different annotations of one article by one annotator: one would be lost."""
    record = found.record
    key = (record.article.id, record.annotator)
    if key in seen and outcome in (Outcome.KEPT, Outcome.REPLACED):
        who = f"annotated by {record.annotator}" if record.annotator else "there"
        words = f"article {record.article.id} is {who} twice in this file, and not the same way"
        raise _fault(path, found, words)
    seen.add(key)


def _count(report: FileReport, outcome: Outcome, *, annotated: bool) -> None:
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


def _fault(path: Path, found: SourceRecord, words: str) -> FormatError:
    return FormatError.in_file(path, [Fault(found.line, words)])
