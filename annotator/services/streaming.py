"""Suggestions for any number of files and folders of articles, without a project.

Articles are streamed: only a few batches are in memory at a time. Finished ones are written to a
file beside the output file, so that a job that was stopped continues from there.
"""

import copy
import json
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

from annotator.core.errors import AnnotatorError
from annotator.core.message import verbatim
from annotator.core.models import Article
from annotator.core.suggestion import (
    SUGGESTED_BY,
    Suggestions,
    suggester_annotator,
    to_annotation,
)
from annotator.files import FileIsOpen, check_not_project
from annotator.formats import Context, find_format
from annotator.formats.registry import UnknownFormat, format_of_head
from annotator.services.child_processes import process_pool
from annotator.services.job import (
    Cancelled,
    JobCancelled,
    Progress,
    cancellation_check,
    ignore_progress,
    never_cancelled,
)
from annotator.services.reading import read_records
from annotator.services.sandbox import Sandbox
from annotator.services.sources import Source, sources
from annotator.suggest import Suggester
from annotator.suggest.base import library

_BATCH: Final = 100
_CHUNK: Final = 1 << 20
_HEAD_BYTES: Final = 4096
_DASK_LOG: Final = "distributed.admin.low-level-log-length"
_LOGGED: Final = 8

Batch = list[Article]
Done = tuple[Batch, list[Suggestions]]
Engine = Callable[[Suggester, Iterator[Batch]], Iterator[Done]]
"""A function that runs the suggester on the batches in order, reading only a few ahead."""


@dataclass(slots=True)
class StreamReport:
    """What was suggested in `articles` articles; `skipped` counts those done before a stop.

    `passed_over` holds the files in folders and zip files that no reader claims, such as pictures.
    """

    out: Path
    annotator: str
    articles: int = 0
    skipped: int = 0
    quotes: int = 0
    mentions: int = 0
    passed_over: list[Path] = field(default_factory=list)
    cancelled: bool = False


def suggest_files(  # noqa: PLR0913  # input, output, suggester, and how the job reports
    paths: Sequence[Path],
    out: Path,
    suggester: Suggester,
    annotator: str | None = None,
    *,
    engine: Engine,
    progress: Progress = ignore_progress,
    cancelled: Cancelled = never_cancelled,
) -> StreamReport:
    """Write native JSONL with the suggestions for every article in these files and folders.

    Labels are those of the suggester. `out` appears when everything is done; until then the
    results are in a file beside it, and repeating the call continues after the last article there.

    Raises:
        AnnotatorError: If `out` exists, the partial file belongs to another job, or an input file
            cannot be read.
        OSError: If the output cannot be written.
    """
    if out.exists():
        raise AnnotatorError(verbatim(f"{out} exists already; remove it, or write to another file"))
    report = StreamReport(out, suggester_annotator(annotator or suggester.name))
    part = out.with_name(f"{out.name}.part")
    check_not_project(part)
    check_cancelled = cancellation_check(cancelled)
    earlier = _read_earlier(part)
    try:
        with Sandbox(check_cancelled) as sandbox, part.open("ab") as file:
            articles = _articles(paths, sandbox, report)
            _skip_finished(articles, earlier, report, suggester.made_by, part)
            batches = iter(lambda: list(islice(articles, _BATCH)), [])
            for batch, found in engine(suggester, batches):
                _write(file, batch, found, report, suggester.made_by)
                progress(report.skipped + report.articles, None, batch[-1].id)
                check_cancelled()
            file.flush()
            os.fsync(file.fileno())
    except JobCancelled:
        report.cancelled = True
        _drop_empty(part)
        return report
    except BaseException:
        _drop_empty(part)
        raise
    part.replace(out)
    return report


def _drop_empty(part: Path) -> None:
    """Delete the partial file if it is empty."""
    with suppress(OSError):
        if not part.stat().st_size:
            part.unlink()


def _articles(paths: Sequence[Path], sandbox: Sandbox, report: StreamReport) -> Iterator[Article]:
    """Yield the articles in the order of the files, each once even if several annotated it."""
    last = None
    for source in sources(paths):
        try:
            for article in _articles_of(source, sandbox):
                if article.id != last:
                    yield article
                last = article.id
        except (UnknownFormat, FileIsOpen):
            if source.named:
                raise
            report.passed_over.append(source.path)


def _articles_of(source: Source, sandbox: Sandbox) -> Iterator[Article]:
    if source.fault is not None:
        raise source.fault
    with source.open() as stream:
        head = stream.read(_HEAD_BYTES)
        stream.seek(0)
        format_ = format_of_head(source.path, head)
        context = Context(source.path, stem=source.stem, call=sandbox.call)
        for found in read_records(format_, stream, context):
            yield found.record.article


# Results of an earlier run


class _Earlier(NamedTuple):
    """The number of finished articles, the id of the last one, and what its suggestions are by."""

    articles: int = 0
    last: str = ""
    made_by: str = ""


def _read_earlier(part: Path) -> _Earlier:
    """Return what is finished, and remove an incomplete last line from the file."""
    if not part.exists():
        return _Earlier()
    count = end = begin = position = 0
    with part.open("r+b") as file:
        while chunk := file.read(_CHUNK):
            count += chunk.count(b"\n")
            newline = chunk.rfind(b"\n")
            if newline >= 0:
                before = chunk.rfind(b"\n", 0, newline)
                begin = position + before + 1 if before >= 0 else end
                end = position + newline + 1
            position += len(chunk)
        file.truncate(end)
        file.seek(begin)
        line = file.read(end - begin)
    if not count:
        return _Earlier()
    try:
        row = json.loads(line)
        return _Earlier(count, row["article"]["id"], row[SUGGESTED_BY])
    except (ValueError, KeyError, TypeError) as error:
        raise _wrong_job(part) from error


def _skip_finished(
    articles: Iterator[Article], earlier: _Earlier, report: StreamReport, made_by: str, part: Path
) -> None:
    """Skip the finished articles. Raises AnnotatorError if they are not those in the file."""
    last = ""
    for article in islice(articles, earlier.articles):
        report.skipped += 1
        last = article.id
    if earlier.articles and (report.skipped, last, made_by) != earlier:
        raise _wrong_job(part)


def _wrong_job(part: Path) -> AnnotatorError:
    return AnnotatorError(
        verbatim(
            f"{part} was begun with other articles or another suggester; remove it to begin anew"
        )
    )


def _write(
    file: BinaryIO, batch: Batch, found: list[Suggestions], report: StreamReport, made_by: str
) -> None:
    from annotator.core.record import Record

    records = (
        Record(article, report.annotator, to_annotation(made, made_by))
        for article, made in zip(batch, found, strict=True)
    )
    find_format("native").write(records, file)
    file.flush()
    report.articles += len(batch)
    report.quotes += sum(len(made.quotes) for made in found)
    report.mentions += sum(len(made.mentions) for made in found)


# Engines


def on_this_machine(processes: int | None = None) -> Engine:
    """Return an engine with that many processes, by default one for each core."""
    count = processes or os.cpu_count() or 1

    def run(suggester: Suggester, batches: Iterator[Batch]) -> Iterator[Done]:
        if count == 1 or suggester.slow:
            for batch in batches:
                yield batch, _suggest_all(suggester, batch)
            return
        pool = process_pool(count)
        try:
            yield from _in_order(lambda b: pool.submit(_suggest_all, suggester, b), batches, count)
        finally:
            pool.shutdown(cancel_futures=True)

    return run


@contextmanager
def on_cluster(address: str | None = None) -> Iterator[Engine]:
    """Provide an engine on the Dask cluster at `address`, or on a new one on this machine.

    Raises SuggestError naming the extra if Dask is missing, and AnnotatorError if no scheduler
    answers at the address.
    """
    distributed = library("distributed", "cluster")
    with _cluster(distributed, address) as client:

        def run(suggester: Suggester, batches: Iterator[Batch]) -> Iterator[Done]:
            sent = client.scatter(suggester, broadcast=True, hash=False)
            workers = max(1, len(client.scheduler_info()["workers"]))
            yield from _in_order(
                lambda batch: client.submit(_suggest_all_in_copy, sent, batch, pure=False),
                batches,
                workers,
            )

        yield run


@contextmanager
def _cluster(distributed: Any, address: str | None) -> Iterator[Any]:
    if address is not None:
        with _client(distributed, address) as client:
            yield client
        return
    # Dask keeps its last messages to each worker: they would hold a thousand batches of articles.
    with library("dask", "cluster").config.set({_DASK_LOG: _LOGGED}):
        # Dask's dashboard uses any free port: its default one may be in use.
        made = distributed.Client(
            n_workers=os.cpu_count() or 1,
            threads_per_worker=1,
            dashboard_address="127.0.0.1:0",
            set_as_default=False,
        )
    with made as client:
        yield client


def _client(distributed: Any, address: str) -> AbstractContextManager[Any]:
    try:
        made: AbstractContextManager[Any] = distributed.Client(
            address, set_as_default=False, timeout="10s"
        )
    except (OSError, ValueError) as error:
        raise AnnotatorError(
            verbatim(
                f"no Dask scheduler answers at {address}; start one there, or leave --cluster out"
            )
        ) from error
    return made


def _in_order(
    submit: Callable[[Batch], Any], batches: Iterable[Batch], workers: int
) -> Iterator[Done]:
    """Yield the finished batches in order, with two batches queued for each worker."""
    waiting: deque[tuple[Batch, Any]] = deque()
    for batch in batches:
        waiting.append((batch, submit(batch)))
        if len(waiting) > 2 * workers:
            first, future = waiting.popleft()
            yield first, future.result()
    for batch, future in waiting:
        yield batch, future.result()


def _suggest_all(suggester: Suggester, batch: Batch) -> list[Suggestions]:
    return [suggester.suggest(article) for article in batch]


def _suggest_all_in_copy(suggester: Suggester, batch: Batch) -> list[Suggestions]:
    """Do the same as `_suggest_all` where other threads may use the same suggester."""
    return _suggest_all(copy.copy(suggester), batch)
