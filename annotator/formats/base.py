"""What a format is, and how it reports what it found, what is at fault and what it loses."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, Protocol

from annotator.core.errors import AnnotatorError
from annotator.formats.units import Unit

if TYPE_CHECKING:  # core.record brings pydantic, which listing the formats can do without
    from annotator.core.record import Record

NAMED_FAULTS: Final = 20


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a file. `line` counts from 1; None where the file has no lines."""

    line: int | None
    words: str

    def __str__(self) -> str:
        return self.words if self.line is None else f"line {self.line}: {self.words}"


class FormatError(AnnotatorError):
    """A file that cannot be read or written as it is. `faults` holds each of its faults."""

    def __init__(self, words: str, faults: Sequence[Fault] = ()) -> None:
        super().__init__(words)
        self.faults = tuple(faults)

    @classmethod
    def in_file(cls, path: Path, faults: Sequence[Fault]) -> "FormatError":
        """An error whose words name the file and its faults: the first 20, then a count."""
        named = "; ".join(str(fault) for fault in faults[:NAMED_FAULTS])
        more = len(faults) - NAMED_FAULTS
        rest = f"; and {more} more lines at fault" if more > 0 else ""
        return cls(f"{path}: {named}{rest}", faults)


@dataclass(slots=True)
class Context:
    """What a reader may know besides the bytes, and the place where it leaves remarks.

    `annotator` is whose annotations these are, over whatever the file says; `offsets` is the
    unit that the file's offsets count, where a person said so. A reader that had to guess the
    encoding puts its name into `encoding`.
    """

    path: Path
    annotator: str | None = None
    offsets: Unit | None = None
    encoding: str = "utf-8"


@dataclass(frozen=True, slots=True)
class Located:
    """A record and the line it stands on; None where the file has no lines."""

    record: "Record"
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Loss:
    """Something a format cannot hold, in plain words, and how many of it a record has."""

    words: str
    count: "Callable[[Record], int]"


class Format(Protocol):
    """A file format. Subclass it, set the attributes, and write the halves it has.

    `suffixes` are lower case with their dot. `bare` tells whether the format has a place for
    articles that nobody has annotated; an export leaves them out otherwise.
    """

    name: str
    title: str
    suffixes: tuple[str, ...] = ()
    reads: bool = False
    writes: bool = False
    bare: bool = False
    losses: tuple[Loss, ...] = ()

    @property
    def loses(self) -> tuple[str, ...]:
        """What writing this format leaves out, in plain words; empty if it is lossless."""
        return tuple(loss.words for loss in self.losses)

    def recognises(self, head: bytes) -> bool | None:
        """Whether a file that starts with `head` is of this format; None if it can't be told."""
        return None

    def read(self, source: BinaryIO, context: Context) -> Iterator[Located]:
        """The records of `source`, one by one.

        Raises FormatError naming the file and every faulty line, at the latest after the last
        record, so only a caller that read to the end may keep what it got.
        """
        raise FormatError(f"{context.path}: the format {self.name} can only be written")

    def write(self, records: "Iterable[Record]", out: BinaryIO) -> None:
        """Write the records to `out` as they come. Raises FormatError if one does not fit."""
        raise FormatError(f"the format {self.name} can only be read")
