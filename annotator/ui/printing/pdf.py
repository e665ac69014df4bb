"""Writing PDFs with A4 pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QPageLayout, QPageSize, QPdfWriter

from annotator.services.atomic_output import atomic_file
from annotator.ui.printing.pages import PrintedArticle, print_sheet

_MARGIN_MM: Final = 15.0
_DPI: Final = 600


@contextmanager
def new_pdf(out: Path) -> Iterator[QPdfWriter]:
    """Yield A4 pages to paint, which are saved at `out` when the block ends without an error.

    Raises OSError.
    """
    with atomic_file(out) as part:
        part.touch()  # its error says what is wrong, Qt's does not
        yield _a4(QPdfWriter(str(part)))


def a4_writer(path: Path) -> QPdfWriter:
    """Return A4 pages of text to paint, which are written to the file as they are painted."""
    writer = _a4(QPdfWriter(str(path)))
    _for_text(writer)
    return writer


def write_pdf(sheet: PrintedArticle, out: Path, family: str) -> int:
    """Write the pages to `out`, which appears when it is complete; return the number of pages.

    `family` is the font of the text. Raises OSError.
    """
    with new_pdf(out) as writer:
        _for_text(writer)
        writer.setTitle(" ".join((sheet.article.title or sheet.article.id).split()))
        return print_sheet(sheet, writer, family)


def _a4(writer: QPdfWriter) -> QPdfWriter:
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setCreator("Annotator")
    return writer


def _for_text(writer: QPdfWriter) -> None:
    writer.setResolution(_DPI)
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    writer.setPageMargins(margins, QPageLayout.Unit.Millimeter)
