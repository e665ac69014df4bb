"""The protocol of a format, and the classes that report its faults and losses."""

import os
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from functools import partial, reduce
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, BinaryIO, Final, NamedTuple, Protocol, Self

from annotator.core.errors import AnnotatorError
from annotator.core.message import Message, as_message, message, verbatim
from annotator.formats.offset_units import Unit

if TYPE_CHECKING:  # core.record imports pydantic, which listing the formats does not need
    from annotator.core.record import Record
    from annotator.formats.columns import Columns

NAMED_FAULTS: Final = 20
LARGEST_WHOLE: Final = 256 * 1024 * 1024
"""The largest file, in bytes, for a reader that has to hold a whole file in memory."""
LARGEST_LINE: Final = 64 * 1024 * 1024
"""The longest line, in bytes, of a file that is read line by line."""
NOBODY: Final = verbatim("nobody is said to have annotated this").with_hint("; add --as NAME")
"""What is wrong with annotations that do not say whose they are."""
_LONGEST_FAULT: Final = 300
_LINE_BREAKS: Final = re.compile(r"\s*[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]\s*")
_CONTROLS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\s\u200e\u200f\u2028-\u202e\u2066-\u2069]+")
"""Characters that break lines or change the direction of the text that follows."""


@dataclass(frozen=True, slots=True)
class ParseProblem:
    """One error in a file. `line` counts from 1; None where the file has no lines."""

    line: int | None
    words: Message | str

    @property
    def message(self) -> Message:
        """The fault in one line, with the line of the file."""
        words = as_message(self.words)
        text = in_one_line(words.without_hints())
        where = "" if self.line is None else f"line {self.line}: "
        return verbatim(f"{where}{text}").with_hint(words.hints())

    def __str__(self) -> str:
        return str(self.message)


def in_one_line(words: str) -> str:
    """Return text that may quote a file, without line breaks and cut to a readable length."""
    plain = _CONTROLS.sub(" ", words).strip()
    return plain if len(plain) <= _LONGEST_FAULT else plain[: _LONGEST_FAULT - 1] + "…"


class FormatError(AnnotatorError):
    """A file that cannot be read or written as it is.

    `faults` holds each of its faults. The message is one line, even where it quotes the file or a
    library, and is shown as it is in every language.
    """

    def __init__(self, words: Message | str, faults: Sequence[ParseProblem] = ()) -> None:
        words = as_message(words)
        text = _LINE_BREAKS.sub(" ", words.without_hints())
        super().__init__(verbatim(text).with_hint(words.hints()))
        self.faults = tuple(faults)

    @classmethod
    def in_file(cls, path: Path, faults: Sequence[ParseProblem]) -> "FormatError":
        """Return an error that names the file and its faults: the first 20, then a count."""
        messages = [fault.message for fault in faults[:NAMED_FAULTS]]
        more = len(faults) - NAMED_FAULTS
        if more > 0:
            messages.append(verbatim(f"and {more} more lines at fault"))
        return cls(located_message(path, reduce(partial(message, "{1}; {2}"), messages)), faults)


def located_message(where: object, error: AnnotatorError | Message) -> Message:
    """Return the message of the error with the place in front of it, as a path or a row."""
    inner = error if isinstance(error, Message) else error.message
    return message("{1}: {2}", str(where), inner)


def call_directly(function: Callable[..., Any], *arguments: Any) -> Any:
    """Return the function's result, and convert every exception to an AnnotatorError with a
    message.

    For libraries that may fail in unexpected ways on damaged files.
    """
    try:
        return function(*arguments)
    except AnnotatorError:
        raise
    except ModuleNotFoundError as error:
        from annotator.extras import install_command

        raise AnnotatorError(
            f"reading this needs the package {error.name}; "
            f"install it with: {install_command('articles')}"
        ) from error
    except Exception as error:
        why = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        raise AnnotatorError(f"it is broken or not what it seems ({why})") from error


@dataclass(slots=True)
class Context:
    """What a reader knows besides the bytes, and where it leaves its remarks.

    `annotator` is whose annotations these are and overrides the file; `offsets` is the unit of the
    file's offsets, where a person has named it. A reader that had to guess the encoding stores its
    name in `encoding`. It reports what it could not read in `remarks`, or counts it in `left_out`
    where there may be many items.

    `columns` says which columns of a table hold what, `stem` is the stem of ids (empty for the name
    of the file), and `call` runs a function of a module in isolation. `first_line` is the number of
    the first line where only a part of a file is read.
    """

    path: Path
    annotator: str | None = None
    offsets: Unit | None = None
    encoding: str = "utf-8"
    remarks: list[str] = field(default_factory=list)
    columns: "Columns | None" = None
    stem: str = ""
    call: Callable[..., Any] = call_directly
    left_out: Counter[str] = field(default_factory=Counter)
    first_line: int = 1

    @property
    def name(self) -> str:
        """The name of the file without its suffix, for ids; always valid text, whatever its bytes
        are.
        """
        return as_text(self.path.stem)


class SourceRecord(NamedTuple):
    """A record and its line number; None where the file has no lines.

    `versioned` means that a different text under the same id is an earlier or later version of it,
    and that both are kept.
    """

    record: "Record"
    line: int | None = None
    versioned: bool = False


class LostItem(NamedTuple):
    """One thing that a format cannot hold: its name, and the text that it is about.

    `start` and `end` are code points; None for what has no position in the text.
    """

    item: str
    text: str = ""
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Loss:
    """A kind of thing that a format cannot hold, in plain words, and the function that finds it.

    `covers` names the features that are lost where it finds something, such as "quote.type", or
    "quote" for all features of quotes. `formats.loss_check` says which there are, and proves it.
    """

    words: str
    find: "Callable[[Record], Iterable[LostItem]]"
    covers: tuple[str, ...] = ()

    def count(self, record: "Record") -> int:
        return sum(1 for _ in self.find(record))


@dataclass(frozen=True, slots=True)
class Option:
    """An option that the user chooses when exporting. Without `choices` any text is valid."""

    name: str
    title: str
    default: str = ""
    choices: tuple[str, ...] = ()


class Format(Protocol):
    """A file format. Subclass it, set the attributes, and implement reading, writing or both.

    `suffixes` are lower case with their dot. `bare` says whether the format can hold articles that
    have no annotation; an export leaves them out otherwise. `plain` says whether it holds only
    articles, so that an import searches them for near-duplicates. `by_line` says that a line is
    read without those before it, so that an import may read the parts of a file apart. A `folder`
    format is written as a folder of files, by `write_folder`; it is still read file by file.
    """

    name: str
    title: str
    suffixes: tuple[str, ...] = ()
    reads: bool = False
    writes: bool = False
    bare: bool = False
    plain: bool = False
    by_line: bool = False
    folder: bool = False
    losses: tuple[Loss, ...] = ()
    options: tuple[Option, ...] = ()
    chosen: Mapping[str, str] = MappingProxyType({})

    @property
    def loses(self) -> tuple[str, ...]:
        """The things that this format cannot hold, in plain words; empty if it is lossless."""
        return tuple(loss.words for loss in self.losses)

    def with_options(self, values: Mapping[str, str]) -> Self:
        """Return this format with these options set.

        Raises FormatError for an unknown option or value.
        """
        known = {option.name: option for option in self.options}
        for name, value in values.items():
            if name not in known:
                listed = ", ".join(known) or "none"
                raise FormatError(
                    f"the format {self.name} has no option {name!r}; it has: {listed}"
                )
            choices = known[name].choices
            if choices and value not in choices:
                raise FormatError(
                    f"the option {name} of {self.name} is one of {', '.join(choices)}, "
                    f"not {value!r}"
                )
        configured = copy(self)
        configured.chosen = MappingProxyType(dict(values))
        return configured

    def option(self, name: str) -> str:
        """Return the chosen value of the option, else its default."""
        defaults = {option.name: option.default for option in self.options}
        return self.chosen.get(name, defaults[name])

    def recognises(self, head: bytes) -> bool | None:
        """Return whether a file that starts with `head` is of this format; None if that is
        uncertain.
        """
        return None

    def members(self, folder: Path) -> list[Path]:
        """Return the sorted files in a folder, at any depth, that this format would read."""
        return sorted(
            path
            for suffix in self.suffixes
            for path in folder.rglob(f"*{suffix}")
            if path.is_file()
        )

    def read(self, source: BinaryIO, context: Context) -> Iterator[SourceRecord]:
        """Return an iterator over the records of `source`.

        Raises FormatError naming the file and every faulty line, at the latest after the last
        record, so only a caller that has read to the end may keep the records.
        """
        raise FormatError(f"{context.path}: the format {self.name} can only be written")

    def write(self, records: "Iterable[Record]", out: BinaryIO) -> None:
        """Write the records to `out` as they come. Raises FormatError if one does not fit."""
        raise FormatError(f"the format {self.name} can only be read")

    def write_folder(self, records: "Iterable[Record]", folder: Path) -> None:
        """Write the records into an empty folder; for `folder` formats. Raises as `write`."""
        raise FormatError(f"the format {self.name} is a file, not a folder")

    def write_cover(self, folder: Path, parts: Sequence[str]) -> None:
        """Write the files for a whole folder.

        `parts` are the names of the folders in it that a split made; empty without a split.
        """
        return


def whole(source: BinaryIO, context: Context) -> bytes:
    """Return all bytes of a file that must be read in one piece.

    Raises FormatError for a file that is too large.
    """
    data = b"" if _size_of(source) > LARGEST_WHOLE else source.read(LARGEST_WHOLE + 1)
    if len(data) > LARGEST_WHOLE or _size_of(source) > LARGEST_WHOLE:
        size = LARGEST_WHOLE // 1024**2
        raise FormatError(f"{context.path}: larger than {size} MB; cut the file into smaller ones")
    return data


def _size_of(source: BinaryIO) -> int:
    """Return the length of the file in bytes as the system reports it; 0 for a file in memory."""
    try:
        return os.fstat(source.fileno()).st_size
    except (OSError, AttributeError):
        return 0


def lines_of(source: BinaryIO, context: Context) -> Iterator[bytes]:
    """Yield the lines of a file one by one. Raises FormatError for a line that is too long."""
    number = 0
    while line := source.readline(LARGEST_LINE + 1):
        number += 1
        if len(line) > LARGEST_LINE:
            words = f"this line is longer than {LARGEST_LINE >> 20} MB"
            raise FormatError.in_file(context.path, [ParseProblem(number, words)])
        yield line


def as_text(name: str) -> str:
    """Return the name of a file as text; bytes that are not UTF-8 are escaped, as `\\xff`."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def library(module: str, extra: str) -> Any:
    """Import and return an optional library.

    Raises FormatError naming the extra that provides it.
    """
    try:
        return import_module(module)
    except ImportError as error:
        from annotator.extras import install_command

        raise FormatError(
            f"this format needs {module.partition('.')[0]}; "
            f"install it with: {install_command(extra)}"
        ) from error
