"""Partitions of a corpus, each read, suggested for and written by one call in any process.

What is returned are counts: articles and suggestions stay where they are read and written, unless
the process does not see these files.
"""

import hashlib
import io
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final, NamedTuple

from annotator.core.message import Message
from annotator.core.message_json import message_to_json
from annotator.core.models import Article
from annotator.core.suggestion import to_annotation
from annotator.files import open_to_read
from annotator.formats import Context, FormatError, find_format
from annotator.formats.base import LARGEST_LINE
from annotator.services.reading import read_records
from annotator.suggest import Suggester

TOKEN: Final = "token"
"""The file in the folder of a job by which a process recognises it."""


class FileRange(NamedTuple):
    """The lines of a native JSONL file that begin in the byte range `[start, end)`.

    `size` and `modified` (in nanoseconds) are those of the file.
    """

    path: str
    size: int
    modified: int
    start: int
    end: int

    @classmethod
    def of(cls, path: Path, length: int) -> "Iterator[FileRange]":
        """Yield the ranges of a file, each of so many bytes, in order. Raises OSError."""
        found = path.stat()
        whole = cls(str(path), found.st_size, found.st_mtime_ns, 0, found.st_size)
        for start in range(0, found.st_size, length):
            yield whole._replace(start=start, end=min(start + length, found.st_size))

    def is_current(self) -> bool:
        """Return whether this process sees the file, as it was."""
        try:
            found = Path(self.path).stat()
        except OSError:
            return False
        return (found.st_size, found.st_mtime_ns) == (self.size, self.modified)

    def read(self) -> "Lines":
        """Return the lines. Raises OSError, and FormatError for one that is far too long."""
        with open_to_read(Path(self.path)) as file:
            if self.start:
                file.seek(self.start - 1)
                self._end_of_line(file)
            missing = self.end - file.tell()
            data = file.read(missing) if missing > 0 else b""
            if data and not data.endswith(b"\n"):
                data += self._end_of_line(file)
        return Lines(self.path, data, begins=not self.start)

    def _end_of_line(self, file: BinaryIO) -> bytes:
        line = file.readline(LARGEST_LINE + 1)
        if len(line) > LARGEST_LINE:
            raise FormatError(f"{self.path}: a line is longer than {LARGEST_LINE >> 20} MB")
        return line


class Lines(NamedTuple):
    """Lines of a native JSONL file; `begins` says whether the first one is that of the file."""

    path: str
    data: bytes
    begins: bool

    def articles(self) -> Iterator[Article]:
        """Yield the articles. Raises FormatError if any line is faulty."""
        # A BOM is part of the file at its beginning, and a fault anywhere else.
        source = io.BytesIO(self.data if self.begins else b"\n" + self.data)
        for found in read_records(find_format("native"), source, Context(Path(self.path))):
            yield found.record.article

    def fingerprint(self) -> str:
        """Return a digest of what is read."""
        return hashlib.sha256(self.data).hexdigest()


class Batch(NamedTuple):
    """Articles that were read elsewhere."""

    batch: tuple[Article, ...]

    def articles(self) -> Iterator[Article]:
        """Yield the articles."""
        yield from self.batch

    def fingerprint(self) -> str:
        """Return a digest of what is read."""
        digest = hashlib.sha256()
        for article in self.batch:
            facts = (article.id, article.title, article.language, article.source, article.published)
            digest.update(json.dumps([*facts, article.url, len(article.text)]).encode())
            digest.update(article.text.encode())
        return digest.hexdigest()


Partition = FileRange | Lines | Batch


class Target(NamedTuple):
    """Where the output of a partition is written: a file in the folder of the job.

    The folder has the job's token in a file `TOKEN`.
    """

    folder: str
    token: str
    name: str

    def is_seen(self) -> bool:
        """Return whether this process sees the folder."""
        with suppress(OSError):
            return Path(self.folder, TOKEN).read_text("utf-8") == self.token
        return False

    def write(self, data: bytes) -> None:
        """Write the file, so that it appears with its whole content. Raises OSError."""
        path = Path(self.folder, self.name)
        # Another process may write the same partition if this one was given up for lost.
        part = path.with_name(f"{self.name}.{os.getpid()}.{id(data)}")
        try:
            part.write_bytes(data)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


class Counts(NamedTuple):
    """The number of articles, and of suggested quotes and mentions."""

    articles: int = 0
    quotes: int = 0
    mentions: int = 0

    def plus(self, other: "Counts") -> "Counts":
        return Counts(*map(sum, zip(self, other, strict=True)))

    def minus(self, other: "Counts") -> "Counts":
        return Counts(*(mine - its for mine, its in zip(self, other, strict=True)))


class Head(NamedTuple):
    """The first article of a partition, which the one before may end with: its share of the output.

    `rest` is the digest of the output without it.
    """

    id: str
    size: int
    counts: Counts
    rest: str


class PartitionResult(NamedTuple):
    """What came of a partition.

    Attributes:
        source: The digest of what was read.
        digest: The digest of the output.
        size: The length of the output in bytes.
        counts: The counts of the whole partition.
        head: Its first article; None if there is none.
        last: The id of its last article.
        trouble: Why another suggester replaced the one that was asked for, as JSON; "" if none did.
        data: The output, if it could not be written.
    """

    source: str
    digest: str
    size: int
    counts: Counts
    head: Head | None
    last: str
    trouble: str = ""
    data: bytes | None = None


class Unseen(NamedTuple):
    """The process does not see the file of the partition, or sees it changed."""


class Faulty(NamedTuple):
    """The partition has a line that cannot be read."""


Outcome = PartitionResult | Unseen | Faulty


def suggest_partition(
    suggester: Suggester, partition: Partition, annotator: str, target: Target
) -> Outcome:
    """Suggest for every article of the partition, and write the records as native JSONL.

    Consecutive articles with the same id count as one. Raises whatever the suggester raises, and
    OSError if the output cannot be written.
    """
    try:
        read = partition.read() if isinstance(partition, FileRange) else partition
    except FormatError:
        return Faulty()
    except OSError:
        return Unseen()
    if isinstance(partition, FileRange) and not partition.is_current():
        return Unseen()
    try:
        result = _suggested(suggester, _each_once(read.articles()), annotator, read.fingerprint())
    except FormatError:
        return Faulty()
    if result.data and target.is_seen():
        target.write(result.data)
        return result._replace(data=None)
    return result


def _each_once(articles: Iterable[Article]) -> Iterator[Article]:
    last = None
    for article in articles:
        if article.id != last:
            yield article
        last = article.id


def _suggested(
    suggester: Suggester, articles: Iterator[Article], annotator: str, source: str
) -> PartitionResult:
    from annotator.core.record import Record

    native, out = find_format("native"), io.BytesIO()
    counts, last = Counts(), ""
    first: tuple[str, int, Counts] | None = None
    for article in articles:
        made = suggester.suggest(article)
        record = Record(article, annotator, to_annotation(made, suggester.made_by))
        native.write([record], out)
        counts = counts.plus(Counts(1, len(made.quotes), len(made.mentions)))
        last = article.id
        first = first or (article.id, out.tell(), counts)
    data = out.getvalue()
    head = first and Head(*first, _digest(memoryview(data)[first[1] :]))
    trouble: Message | None = getattr(suggester, "trouble", None)
    told = message_to_json(trouble) if trouble else ""
    return PartitionResult(source, _digest(data), len(data), counts, head, last, told, data)


def _digest(data: bytes | memoryview) -> str:
    return hashlib.sha256(data).hexdigest()
