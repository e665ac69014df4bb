"""An article as a PDF of A4 pages."""

import os
from pathlib import Path
from typing import Final

from PySide6.QtCore import QMarginsF
from PySide6.QtGui import QPageLayout, QPageSize, QPdfWriter

from annotator.ui.paper.pages import Sheet, print_sheet

_MARGIN_MM: Final = 15.0
_DPI: Final = 600


def write_pdf(sheet: Sheet, out: Path, family: str) -> int:
    """Write the pages to `out`, which appears when it is complete; returns how many there are.

    `family` is the font of the text. Raises OSError.
    """
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        part.touch()  # its error says what is wrong, Qt's does not
        writer = QPdfWriter(str(part))
        writer.setResolution(_DPI)
        writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
        writer.setPageMargins(margins, QPageLayout.Unit.Millimeter)
        writer.setTitle(" ".join((sheet.article.title or sheet.article.id).split()))
        writer.setCreator("Annotator")
        pages = print_sheet(sheet, writer, family)
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)
    return pages
