"""Reading and writing files: one small module per format behind one protocol and a registry."""

from annotator.formats.base import Context, Fault, Format, FormatError, Located, Loss, Lost, Option
from annotator.formats.registry import find_format, format_of, formats
from annotator.formats.units import Unit

__all__ = [
    "Context",
    "Fault",
    "Format",
    "FormatError",
    "Located",
    "Loss",
    "Lost",
    "Option",
    "Unit",
    "find_format",
    "format_of",
    "formats",
]
