"""The output of a job that is made in partitions, in any order, and continued after a stop.

Beside the output file lie, until everything is done: `OUT.part`, in which the finished partitions
are joined in their order, and the folder `OUT.parts` with those that are finished out of order and
a journal, one line for each finished partition.
"""

import hashlib
import json
import os
import secrets
import shutil
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final, NamedTuple, Self

from annotator.core.errors import AnnotatorError
from annotator.core.message import verbatim
from annotator.files import check_not_project, sync_folder
from annotator.services.partitions import (
    TOKEN,
    Counts,
    FileRange,
    Head,
    Partition,
    PartitionResult,
    Target,
)

_JOURNAL: Final = "journal.jsonl"
_VERSION: Final = 1
_LENGTH: Final = "length"
_CHUNK: Final = 1 << 20

_Place = tuple[int, ...] | None
"""Size and time of a file, and the range in it; None where only reading can tell the content."""


class _Done(NamedTuple):
    """A finished partition; `earlier` if another run finished it."""

    result: PartitionResult
    place: _Place
    earlier: bool


class _Joined(NamedTuple):
    """What `OUT.part` holds with the partitions so far: its end, and the id of the last article."""

    end: int = 0
    last: str = ""


class PartitionedOutput:
    """A context manager for the partitions of one job; the output file appears by `finish`.

    Partitions are numbered from 0 in the order of their articles. If an article ends one and begins
    the next, it is written once.
    """

    def __init__(self, out: Path, job: dict[str, Any], length: int) -> None:
        """Prepare the output.

        Args:
            out: The output file, which must not exist.
            job: What must be the same for the job to be continued, as JSON.
            length: The length of a partition, unless the job was begun with another one.
        """
        self.length = length
        self._out = out
        self._part = out.with_name(f"{out.name}.part")
        self._folder = out.with_name(f"{out.name}.parts")
        self._job = {"version": _VERSION, **job}
        self._token = secrets.token_hex(16)
        self._done: dict[int, _Done] = {}
        self._joined: list[_Joined] = [_Joined()]
        self._counted: list[Counts] = []
        self._matched = False

    def __enter__(self) -> Self:
        check_not_project(self._part)
        rows, length = _read_journal(self._folder / _JOURNAL)
        if not (self._is_own(rows[0]) if rows else not _has_lines(self._part)):
            raise self._wrong_job()
        self._folder.mkdir(exist_ok=True)
        self._journal = (self._folder / _JOURNAL).open("ab")
        self._file: BinaryIO = self._part.open("r+b" if self._part.exists() else "w+b")
        try:
            self._lock()
            self._journal.truncate(length)  # the end may be half a line
            if not rows:
                self._journal.write(_line({**self._job, _LENGTH: self.length}))
            self._load(rows[1:])
            (self._folder / TOKEN).write_text(self._token, "utf-8")
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self._close()
        if not self._done:
            self._remove_folder()
            with suppress(OSError):
                self._part.unlink()

    def target(self, number: int) -> Target:
        """Return where the output of a partition is to be written."""
        return Target(str(self._folder.resolve()), self._token, f"{number}.jsonl")

    def is_done(self, number: int, partition: Partition) -> bool:
        """Return whether the partition was finished before; ask for each, in their order.

        The partitions from the first one on that reads differently now are forgotten. Raises
        AnnotatorError if it is the very first, as the job then has other articles, and OSError.
        """
        done = self._done.get(number)
        if done is None:
            return False
        if _place(partition) != done.place or done.place is None:
            read = partition.read() if isinstance(partition, FileRange) else partition
            if read.fingerprint() != done.result.source:
                if not self._matched:
                    raise self._wrong_job()
                self._forget(number)
                return False
        self._matched = True
        return True

    def add(self, number: int, partition: Partition, result: PartitionResult) -> None:
        """Keep a finished partition, whose output is at its target or in `data`. Raises OSError."""
        if result.data:
            self.target(number).write(result.data)
        done = _Done(result._replace(data=None), _place(partition), earlier=False)
        self._done[number] = done
        self._journal.write(_line(_as_row(number, done)))
        self._journal.flush()
        self._join()

    def counts(self, *, earlier: bool) -> Counts:
        """Return the counts of this run, or of the earlier ones, as far as they are finished."""
        total = Counts()
        for number, done in self._done.items():
            if done.earlier == earlier:
                joined = number < len(self._counted)
                total = total.plus(self._counted[number] if joined else done.result.counts)
        return total

    def finish(self, partitions: int) -> None:
        """Rename the joined file to the output file. Raises OSError.

        Args:
            partitions: How many there are; all have to be finished.
        """
        if len(self._counted) > partitions:  # there were more articles when it was begun
            self._forget(partitions)
        assert len(self._counted) == partitions
        self._file.flush()
        os.fsync(self._file.fileno())
        self._close()  # Windows does not rename open files
        self._part.replace(self._out)
        sync_folder(self._out.parent)
        self._remove_folder()

    def _is_own(self, row: dict[str, Any]) -> bool:
        """Return whether a journal with this first row is of this job, and take its length."""
        length = row.get(_LENGTH)
        if row != {**self._job, _LENGTH: length} or type(length) is not int or length < 1:
            return False
        self.length = length
        return True

    def _wrong_job(self) -> AnnotatorError:
        return AnnotatorError(
            verbatim(
                f"{self._part} was begun with other articles or another suggester; remove it, and "
                f"{self._folder.name} beside it, to begin anew"
            )
        )

    def _lock(self) -> None:
        """Raise AnnotatorError if another process has these files open; not known on Windows."""
        with suppress(ImportError):
            import fcntl

            try:
                fcntl.flock(self._journal, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise AnnotatorError(
                    verbatim(f"{self._part} is being written by another run; wait until it ends")
                ) from error
            except OSError:  # the file system has no locks
                return

    def _close(self) -> None:
        self._file.close()
        self._journal.close()

    def _remove_folder(self) -> None:
        with suppress(OSError):
            for path in self._folder.iterdir():
                if path.suffix == ".jsonl" or path.name == TOKEN or ".jsonl." in path.name:
                    path.unlink()
            self._folder.rmdir()

    # Joining

    def _join(self) -> None:
        """Append the partitions that come next to the file."""
        while (done := self._done.get(len(self._counted))) is not None:
            path = self._folder / f"{len(self._counted)}.jsonl"
            if done.result.size:
                with path.open("rb") as source:
                    source.seek(self._skipped(done.result))
                    self._file.seek(self._joined[-1].end)
                    shutil.copyfileobj(source, self._file, _CHUNK)
                self._file.flush()
                path.unlink()
            self._count(done.result)

    def _skipped(self, result: PartitionResult) -> int:
        """Return how much of the output is the article that the partition before ended with."""
        repeats = result.head is not None and result.head.id == self._joined[-1].last
        return result.head.size if result.head is not None and repeats else 0

    def _count(self, result: PartitionResult) -> None:
        skipped = self._skipped(result)
        repeated = result.head.counts if result.head is not None and skipped else Counts()
        before = self._joined[-1]
        self._joined.append(_Joined(before.end + result.size - skipped, result.last or before.last))
        self._counted.append(result.counts.minus(repeated))

    # Earlier runs

    def _load(self, rows: list[dict[str, Any]]) -> None:
        """Take over what earlier runs have finished, as far as the files still hold it."""
        try:
            for row in rows:
                if "forgotten" in row:
                    self._drop(row["forgotten"])
                else:
                    number, done = _from_row(row)
                    self._done[number] = done
        except (KeyError, TypeError, ValueError) as error:
            raise self._wrong_job() from error
        while (found := self._done.get(len(self._counted))) is not None:
            path = self._folder / f"{len(self._counted)}.jsonl"
            if path.exists() or not self._holds(found.result):
                break
            self._count(found.result)
        self._file.truncate(self._joined[-1].end)
        joined = len(self._counted)
        for number in [number for number in self._done if number >= joined]:
            if not self._is_sound(number):
                del self._done[number]
        self._join()

    def _holds(self, result: PartitionResult) -> bool:
        """Return whether the file goes on with the output of this partition."""
        skipped = self._skipped(result)
        wanted = result.head.rest if result.head is not None and skipped else result.digest
        self._file.seek(self._joined[-1].end)
        return hashlib.sha256(self._file.read(result.size - skipped)).hexdigest() == wanted

    def _is_sound(self, number: int) -> bool:
        result = self._done[number].result
        if not result.size:
            return True
        try:
            with (self._folder / f"{number}.jsonl").open("rb") as file:
                return hashlib.file_digest(file, "sha256").hexdigest() == result.digest
        except OSError:
            return False

    def _forget(self, first: int) -> None:
        """Forget the finished partitions from this one on."""
        self._journal.write(_line({"forgotten": first}))
        self._journal.flush()
        self._drop(first)
        if first < len(self._counted):
            del self._counted[first:]
            del self._joined[first + 1 :]
            self._file.truncate(self._joined[-1].end)

    def _drop(self, first: int) -> None:
        for number in [number for number in self._done if number >= first]:
            del self._done[number]


def _place(partition: Partition) -> _Place:
    if not isinstance(partition, FileRange):
        return None
    return partition.size, partition.modified, partition.start, partition.end


def _as_row(number: int, done: _Done) -> dict[str, Any]:
    fields = done.result._asdict()
    del fields["data"]
    return {"partition": number, "place": done.place, **fields}


def _from_row(row: dict[str, Any]) -> tuple[int, _Done]:
    """Return a finished partition. Raises KeyError, TypeError and ValueError for other rows."""
    number, place = int(row.pop("partition")), row.pop("place")
    row["counts"] = Counts(*row["counts"])
    if row["head"] is not None:
        id_, size, counts, rest = row["head"]
        row["head"] = Head(id_, size, Counts(*counts), rest)
    return number, _Done(PartitionResult(**row), place and tuple(place), earlier=True)


def _line(row: dict[str, Any]) -> bytes:
    return json.dumps(row, separators=(",", ":")).encode() + b"\n"


def _read_journal(journal: Path) -> tuple[list[dict[str, Any]], int]:
    """Return the rows up to the first that is not whole, and their length in bytes."""
    rows: list[dict[str, Any]] = []
    length = 0
    try:
        data = journal.read_bytes()
    except OSError:
        return rows, length
    for line in data.splitlines(keepends=True):
        try:
            row = json.loads(line)
        except ValueError:
            break
        if not isinstance(row, dict) or not line.endswith(b"\n"):
            break
        rows.append(row)
        length += len(line)
    return rows, length


def _has_lines(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            return any(b"\n" in chunk for chunk in iter(lambda: file.read(_CHUNK), b""))
    except OSError:
        return False
