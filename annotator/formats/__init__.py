"""Reading and writing files: one small module per format behind one protocol and a registry."""

from annotator.formats.base import (
    Context,
    Format,
    FormatError,
    Loss,
    LostItem,
    Option,
    ParseProblem,
    SourceRecord,
)
from annotator.formats.columns import Columns
from annotator.formats.offset_units import Unit
from annotator.formats.registry import (
    UnknownFormat,
    find_format,
    format_of,
    format_of_head,
    formats,
)

__all__ = [
    "Columns",
    "Context",
    "Format",
    "FormatError",
    "Loss",
    "LostItem",
    "Option",
    "ParseProblem",
    "SourceRecord",
    "Unit",
    "UnknownFormat",
    "find_format",
    "format_of",
    "format_of_head",
    "formats",
]
