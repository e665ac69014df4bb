"""Reading and writing files: one small module per format behind one protocol and a registry."""

from annotator.formats.base import Context, Fault, Format, FormatError, Located, Loss, Lost, Option
from annotator.formats.columns import Columns
from annotator.formats.registry import (
    UnknownFormat,
    find_format,
    format_of,
    format_of_head,
    formats,
)
from annotator.formats.units import Unit

__all__ = [
    "Columns",
    "Context",
    "Fault",
    "Format",
    "FormatError",
    "Located",
    "Loss",
    "Lost",
    "Option",
    "Unit",
    "UnknownFormat",
    "find_format",
    "format_of",
    "format_of_head",
    "formats",
]
