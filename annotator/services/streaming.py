"""Suggestions for any number of files and folders of articles, without a project.

The articles are split into partitions, which workers read and write themselves: this process only
says which, and joins what they have written. A job that was stopped continues with the partitions
that are missing.
"""

import queue
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from annotator.core.errors import AnnotatorError
from annotator.core.message import Message, verbatim
from annotator.core.message_json import message_from_json
from annotator.core.models import Article
from annotator.core.suggestion import suggester_annotator
from annotator.files import FileChanged, FileIsOpen, is_readable_file
from annotator.formats import Context, Format, FormatError, find_format
from annotator.formats.registry import UnknownFormat, format_of_head
from annotator.services.engines import Engine, Workers, on_cluster, on_this_machine
from annotator.services.job import (
    Cancelled,
    JobCancelled,
    Progress,
    cancellation_check,
    ignore_progress,
    never_cancelled,
)
from annotator.services.partitioned_output import PartitionedOutput
from annotator.services.partitions import (
    Batch,
    Faulty,
    FileRange,
    Lines,
    Partition,
    PartitionResult,
    Unseen,
)
from annotator.services.reading import read_records
from annotator.services.sandbox import Sandbox
from annotator.services.sources import Source, sources
from annotator.suggest import Suggester

__all__ = ["Engine", "StreamReport", "on_cluster", "on_this_machine", "suggest_files"]

PARTITION: Final = 256 << 10
"""Bytes of a native file, or letters of other articles: about a second of work for rules."""
_OVERHEAD: Final = 200
"""What an article counts besides its letters."""
_HEAD_BYTES: Final = 4096
_POLL_SECONDS: Final = 0.1


@dataclass(slots=True)
class StreamReport:
    """What was suggested in `articles` articles; `skipped` counts those done before a stop.

    `passed_over` holds the files in folders and zip files that no reader claims, such as pictures.
    `trouble` says why another suggester replaced the one that was asked for; None if none did.
    """

    out: Path
    annotator: str
    articles: int = 0
    skipped: int = 0
    quotes: int = 0
    mentions: int = 0
    passed_over: list[Path] = field(default_factory=list)
    cancelled: bool = False
    trouble: Message | None = None


def suggest_files(  # noqa: PLR0913  # input, output, suggester, and how the job reports
    paths: Sequence[Path],
    out: Path,
    suggester: Suggester,
    annotator: str | None = None,
    *,
    engine: Engine,
    partition: int = PARTITION,
    progress: Progress = ignore_progress,
    cancelled: Cancelled = never_cancelled,
) -> StreamReport:
    """Write native JSONL with the suggestions for every article in these files and folders.

    Labels are those of the suggester. `out` appears when everything is done, the same bytes by any
    engine and after any number of stops; until then the results are in files beside it, and
    repeating the call continues with what is missing there.

    Args:
        paths: Files and folders of articles.
        out: The output file, which must not exist.
        suggester: What suggests.
        annotator: The name under which the suggestions are kept, by default the suggester's.
        engine: Where the suggester runs.
        partition: The size of a partition, in bytes of native files or letters of other articles.
        progress: Called with the number of articles.
        cancelled: Asked several times a second.

    Raises:
        AnnotatorError: If `out` exists, the files beside it belong to another job, an input file
            cannot be read, or the workers have gone.
        OSError: If the output cannot be written.
    """
    if out.exists():
        raise AnnotatorError(verbatim(f"{out} exists already; remove it, or write to another file"))
    report = StreamReport(out, suggester_annotator(annotator or suggester.name))
    check_cancelled = cancellation_check(cancelled)
    job = {"made_by": suggester.made_by, "annotator": report.annotator}
    with PartitionedOutput(out, job, 1 if suggester.slow else partition) as output:
        try:
            with Sandbox(check_cancelled) as sandbox, engine(suggester) as workers:
                corpus = _Corpus(paths, sandbox, output.length, ranges=not suggester.slow)
                run = _Run(corpus, workers, output, report)
                run.finish(progress, check_cancelled)
        except JobCancelled:
            report.cancelled = True
        report.skipped = output.counts(earlier=True).articles
        report.articles, report.quotes, report.mentions = output.counts(earlier=False)
    return report


class _Corpus:
    """The articles of files and folders, in partitions."""

    def __init__(
        self, paths: Sequence[Path], sandbox: Sandbox, length: int, *, ranges: bool
    ) -> None:
        """Prepare it without reading. Without `ranges`, no partition is a range of a file."""
        self.passed_over: list[Path] = []
        self._paths = paths
        self._sandbox = sandbox
        self._length = length
        self._ranges = ranges
        self._native = find_format("native")
        self._ranged: dict[str, Source] = {}
        self._batch: list[Article] = []
        self._letters = 0

    def partitions(self) -> Iterator[Partition]:
        """Yield the partitions in the order of the files, the same for the same files.

        Raises AnnotatorError for a file that cannot be read.
        """
        for source in sources(self._paths):
            try:
                yield from self._of(source)
            except (UnknownFormat, FileIsOpen):
                if source.named:
                    raise
                self.passed_over.append(source.path)
        yield from self._rest()

    def _of(self, source: Source) -> Iterator[Partition]:
        if source.fault is not None:
            raise source.fault
        with source.open() as stream:
            head = stream.read(_HEAD_BYTES)
            format_ = format_of_head(source.path, head)
            if not self._has_ranges(source, format_):
                stream.seek(0)
                context = Context(source.path, stem=source.stem, call=self._sandbox.call)
                for found in read_records(format_, stream, context):
                    yield from self._with(found.record.article)
                return
        yield from self._rest()
        path = source.path.resolve()
        self._ranged[str(path)] = source
        yield from FileRange.of(path, self._length)

    def _has_ranges(self, source: Source, format_: Format) -> bool:
        """Return whether it is a file of lines, and worth to be read elsewhere."""
        is_file = self._ranges and type(format_) is type(self._native)
        return is_file and source.size >= self._length and is_readable_file(source.path)

    def _with(self, article: Article) -> Iterator[Batch]:
        self._batch.append(article)
        self._letters += len(article.text) + _OVERHEAD
        if self._letters >= self._length:
            yield from self._rest()

    def _rest(self) -> Iterator[Batch]:
        if self._batch:
            yield Batch(tuple(self._batch))
        self._batch = []
        self._letters = 0

    def check_unchanged(self, partition: FileRange) -> None:
        """Raise FileChanged if the file is no longer as it was."""
        if not partition.is_current():
            raise FileChanged(self._ranged[partition.path].path)

    def raise_fault(self, path: str) -> None:
        """Raise FormatError with every faulty line of a file that has one."""
        source = self._ranged[path]
        with source.open() as stream:
            for _ in read_records(self._native, stream, Context(source.path, stem=source.stem)):
                continue
        raise FileChanged(source.path)  # it was faulty a moment ago


class _Run:
    """One run of a job, which submits partitions and takes their results as they come."""

    def __init__(
        self, corpus: _Corpus, workers: Workers, output: PartitionedOutput, report: StreamReport
    ) -> None:
        self._corpus = corpus
        self._workers = workers
        self._output = output
        self._report = report
        self._missing = self._missing_partitions()
        self._partitions = 0
        self._running: dict[Any, tuple[int, Partition, FileRange | None]] = {}
        self._finished: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self._articles = 0
        self._sends_lines = False
        self._ranges: dict[str, FileRange] = {}

    def finish(self, progress: Progress, check_cancelled: Any) -> None:
        """Do everything that is missing, and finish the output. Raises as `suggest_files`."""
        self._articles = self._output.counts(earlier=True).articles
        try:
            while self._submit_more():
                check_cancelled()
                try:
                    pending = self._finished.get(timeout=_POLL_SECONDS)
                except queue.Empty:
                    continue
                if (last := self._take(pending)) is not None:
                    progress(self._articles, None, last)
        except BaseException:
            self._workers.abandon(list(self._running))
            raise
        for range_ in self._ranges.values():
            self._corpus.check_unchanged(range_)
        self._report.passed_over = self._corpus.passed_over
        self._output.finish(self._partitions)

    def _missing_partitions(self) -> Iterator[tuple[int, Partition]]:
        for number, partition in enumerate(self._corpus.partitions()):
            self._partitions = number + 1
            if isinstance(partition, FileRange):
                self._ranges[partition.path] = partition
            if not self._output.is_done(number, partition):
                yield number, partition

    def _submit_more(self) -> bool:
        """Give the workers as much as they can do; return whether anything is not yet done."""
        while len(self._running) < self._workers.capacity():
            found = next(self._missing, None)
            if found is None:
                break
            self._submit(*found)
        return bool(self._running)

    def _submit(self, number: int, partition: Partition) -> None:
        range_ = partition if isinstance(partition, FileRange) else None
        if range_ is not None and self._sends_lines:
            partition = self._lines(range_)
        target = self._output.target(number)
        pending = self._workers.submit(partition, self._report.annotator, target)
        self._running[pending] = number, partition, range_
        pending.add_done_callback(self._finished.put)

    def _take(self, pending: Any) -> str | None:
        """Keep the result of a partition; return the id of its last article.

        None if it was submitted again. Raises FormatError for faulty lines.
        """
        number, partition, range_ = self._running.pop(pending)
        outcome = self._workers.result(pending)
        if isinstance(outcome, Faulty):
            assert isinstance(partition, FileRange | Lines)
            self._corpus.raise_fault(partition.path)
        if isinstance(outcome, Unseen):
            assert range_ is not None
            self._corpus.check_unchanged(range_)
            self._sends_lines = True  # the workers have other disks
            self._submit(number, range_)
            return None
        assert isinstance(outcome, PartitionResult)
        self._output.add(number, range_ or partition, outcome)
        self._articles += outcome.counts.articles
        if outcome.trouble and self._report.trouble is None:
            self._report.trouble = message_from_json(outcome.trouble)
        return outcome.last

    def _lines(self, range_: FileRange) -> Lines:
        """Return the lines of the range, read here. Raises FileChanged and FormatError."""
        try:
            lines = range_.read()
        except FormatError:
            self._corpus.raise_fault(range_.path)
            raise
        self._corpus.check_unchanged(range_)
        return lines
