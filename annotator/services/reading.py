"""The only way from untrusted files to records, which also reports bugs of the readers."""

import hashlib
import logging
import traceback
from collections.abc import Iterator
from typing import BinaryIO, Final

from annotator.core.errors import AnnotatorError
from annotator.formats import Context, Format, FormatError, SourceRecord
from annotator.services.job import JobCancelled

_DIGITS: Final = 8
_log = logging.getLogger(__name__)


class ReaderBug(FormatError):
    """A bug in a reader: it failed without a message on a file that it should have refused."""


def read_records(format_: Format, source: BinaryIO, context: Context) -> Iterator[SourceRecord]:
    """Yield the records that the format's reader finds in the file.

    Raises what `Format.read` may raise. Anything else that a reader raises is a bug: the traceback
    is logged, and ReaderFault is raised with the file and the number of the report in the log.
    """
    last: int | None = None
    try:
        for found in format_.read(source, context):
            last = found.line
            yield found
    except (AnnotatorError, OSError, JobCancelled):
        raise
    except Exception as error:
        number = _number_of(error)
        _log.exception("report %s: the reader of %s cannot read a file", number, format_.name)
        after = f"behind line {last}, " if last else ""
        why = "there is not enough memory for it" if isinstance(error, MemoryError) else ""
        raise ReaderBug(
            f"{context.path}: {why or f'{after}the reader of {format_.name} met a bug'} "
            f"(report {number}); nothing of it was taken, so please report it"
        ) from error


def _number_of(error: Exception) -> str:
    """Return a report number that is the same for the same error at the same line of code."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    description = (
        f"{type(error).__name__} {frame.filename.rpartition('annotator')[2]} {frame.lineno}"
    )
    return hashlib.sha256(description.encode()).hexdigest()[:_DIGITS]
