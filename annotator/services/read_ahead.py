"""Records ready to be written, of a large file read by other processes in the meantime.

To read, check and hash a record takes as long as to write it. Only formats whose lines are read
one by one can be read in parts; a small file is read here, as a process takes a while to start.
"""

import os
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, NamedTuple, Self

from annotator.core.errors import AnnotatorError
from annotator.core.message import Message
from annotator.files import Snapshot
from annotator.formats import (
    Context,
    Format,
    FormatError,
    ParseProblem,
    SourceRecord,
    find_format,
)
from annotator.formats.base import LARGEST_LINE, NOBODY, call_directly
from annotator.services.job import JobCancelled, reduced_garbage_collection
from annotator.services.reading import read_records
from annotator.services.worker import Worker, WorkerEnded
from annotator.store.prepared import PreparedRecord, prepare

LARGE: Final = 8 << 20
"""Bytes of a file from which on it is read by other processes."""
_PART: Final = 1 << 20
_MOST_PROCESSES: Final = 3
"""More would wait for the one that writes."""


class ReadRecord(NamedTuple):
    """A record of a file, ready to be written, and its line; see `SourceRecord`.

    `position` is how many bytes of the file have been read.
    """

    record: PreparedRecord
    line: int | None
    versioned: bool
    position: int


class _Part(NamedTuple):
    """What reading a part of a file gave.

    `faults` are those of its lines. `stopped` is the error that ended it before its end.
    """

    records: list[ReadRecord]
    faults: tuple[ParseProblem, ...]
    stopped: AnnotatorError | None
    remarks: list[str]
    left_out: Counter[str]


class Reader:
    """A context manager that reads files for an import.

    The other processes start with the first large file, and end with the block or with this
    process, even if it is killed.
    """

    def __init__(self, poll: Callable[[], None]) -> None:
        """Prepare the reader; `poll` is called while it waits, and ends that by raising."""
        self._poll = poll
        self._count = min(_usable_cores() - 1, _MOST_PROCESSES)
        self._workers: list[Worker] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self._end()

    def read(
        self, format_: Format, stream: BinaryIO, context: Context, size: int, snapshot: Snapshot
    ) -> Iterator[ReadRecord]:
        """Yield the records of a file of about this size, in its order.

        Raises what `read_records` raises, FormatError with the line for a record that cannot be
        stored, and FileChanged as soon as the file has changed.
        """
        if format_.by_line and size >= LARGE and self._count > 0:
            yield from self._read_ahead(format_, stream, context, snapshot)
            return
        for found in read_records(format_, stream, context):
            snapshot.refuse_change()
            yield _ready(found, context.path, 0 if stream.closed else stream.tell())

    def _read_ahead(
        self, format_: Format, stream: BinaryIO, context: Context, snapshot: Snapshot
    ) -> Iterator[ReadRecord]:
        faults: list[ParseProblem] = []
        for work, found in self._in_order(format_, stream, context):
            snapshot.refuse_change()  # reading a file that keeps growing might never end
            part = found
            if part.stopped is not None and faults:
                part = work.read_here(format_, records=False)  # nothing more will be stored
            context.remarks += part.remarks
            context.left_out.update(part.left_out)
            if not faults:
                yield from part.records
            if part.stopped is not None:
                raise part.stopped
            faults += part.faults
        if faults:
            raise FormatError.in_file(context.path, faults)

    def _in_order(
        self, format_: Format, stream: BinaryIO, context: Context
    ) -> "Iterator[tuple[_Work, _Part]]":
        """Yield the parts of a file in order, while each worker reads another one."""
        works = _parts(format_, stream, context)
        asked: deque[tuple[_Work, Worker]] = deque()
        complete = False
        try:
            for worker in self._started():
                self._ask(worker, works, asked)
            while asked:
                work, worker = asked.popleft()
                part = self._answer(work, worker, format_)
                self._ask(worker, works, asked)
                yield work, part
            complete = True
        except WorkerEnded as error:
            raise FormatError(
                f"{context.path}: a process that read it was ended, perhaps for want of memory; "
                "nothing of it was taken, so import it again"
            ) from error
        finally:
            if not complete:  # the next file must not get the answers that are left
                self._end()

    def _started(self) -> list[Worker]:
        while len(self._workers) < self._count:
            self._workers.append(Worker())
        return self._workers

    def _ask(
        self, worker: Worker, works: "Iterator[_Work]", asked: "deque[tuple[_Work, Worker]]"
    ) -> None:
        work = next(works, None)
        if work is not None:
            asked.append((work, worker))
            worker.ask(work.read)

    def _answer(self, work: "_Work", worker: Worker, format_: Format) -> "_Part":
        try:
            part: _Part = worker.answer(self._poll)
        except (WorkerEnded, JobCancelled):
            raise
        except Exception:  # a bug of the reader, which is reported where it is met
            part = work.read_here(format_)
        return part

    def _end(self) -> None:
        for worker in self._workers:
            worker.end()
        self._workers = []


@dataclass(frozen=True, slots=True)
class _Work:
    """A part of a file of lines, which ends at `position`, and what it takes to read it."""

    format: str
    context: Context
    data: bytes
    position: int

    def read(self) -> _Part:
        """Return what the part gives, in any process. Raises what a bug of the reader raises."""
        context = self._own_context()
        with reduced_garbage_collection():
            found = find_format(self.format).read(BytesIO(self.data), context)
            return self._part(found, context, records=True)

    def read_here(self, format_: Format, *, records: bool = True) -> _Part:
        """Return the same, or without `records` only the faults. Raises ReaderBug."""
        context = self._own_context()
        found = read_records(format_, BytesIO(self.data), context)
        return self._part(found, context, records=records)

    def _own_context(self) -> Context:
        return replace(self.context, remarks=[], left_out=Counter())

    def _part(self, found: Iterator[SourceRecord], context: Context, *, records: bool) -> _Part:
        ready: list[ReadRecord] = []
        faults: tuple[ParseProblem, ...] = ()
        stopped: AnnotatorError | None = None
        try:
            for one in found if records else ():
                try:
                    ready.append(_ready(one, context.path, self.position))
                except AnnotatorError as error:
                    stopped = error
                    break
            else:
                deque(found, maxlen=0)
        except FormatError as error:
            faults = error.faults
            stopped = None if faults else error
        return _Part(ready, faults, stopped, context.remarks, context.left_out)


def _parts(format_: Format, stream: BinaryIO, context: Context) -> Iterator[_Work]:
    """Yield parts of whole lines; the last one if a line is too long, which its reader reports."""
    line, position = 1, 0
    plain = replace(context, call=call_directly)  # what it is called with stays here
    while data := stream.read(_PART):
        if not data.endswith(b"\n"):
            data += stream.readline(LARGEST_LINE + 1)
        position += len(data)
        yield _Work(format_.name, replace(plain, first_line=line), data, position)
        if len(data) > LARGEST_LINE and not data.endswith(b"\n"):
            return
        line += data.count(b"\n")


def _ready(found: SourceRecord, path: Path, position: int) -> ReadRecord:
    """Return the record as it is written. Raises FormatError with its line if it cannot be."""
    record = found.record
    if record.annotation is not None and not record.annotator:
        raise fault_in(path, found.line, NOBODY)
    try:
        made = prepare(record)
    except AnnotatorError as error:
        raise fault_in(path, found.line, error.message) from error
    return ReadRecord(made, found.line, found.versioned, position)


def fault_in(path: Path, line: int | None, words: Message | str) -> FormatError:
    """Return the error that a record in this line of a file has this fault."""
    return FormatError.in_file(path, [ParseProblem(line, words)])


def _usable_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
