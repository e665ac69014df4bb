"""PDF reading copies of many articles, as an export format.

The module is not in `annotator.formats` because painting a page needs Qt.
"""

from collections.abc import Iterable
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, BinaryIO, Final

from annotator.core.annotation import Annotation
from annotator.formats import find_format
from annotator.formats.base import Format

if TYPE_CHECKING:
    from PySide6.QtGui import QPdfWriter

    from annotator.core.record import Record
    from annotator.core.scheme import Scheme
    from annotator.ui.printing.pages import PrintedArticle

_LIKE: Final = "html-copy"


class PdfCopyFormat(Format):
    """Articles as the window shows them, each starting on a new page.

    Made for the scheme of a project, whose labels give the colours. Qt is loaded on writing.
    """

    name = "pdf-copy"
    title = "PDF reading copy with highlights"
    suffixes = (".pdf",)
    writes = True
    bare = True
    losses = find_format(_LIKE).losses

    def __init__(self, scheme: "Scheme") -> None:
        self._scheme = scheme

    def write(self, records: "Iterable[Record]", out: BinaryIO) -> None:
        from annotator.ui.app import application
        from annotator.ui.printing.pdf import a4_writer
        from annotator.ui.theme.fonts import load_more_fonts

        application()
        load_more_fonts()
        # Qt cannot write to a Python file object directly, so it writes a temporary file.
        with TemporaryDirectory() as folder:
            path = Path(folder) / "copies.pdf"
            self._paint(records, a4_writer(path))
            with path.open("rb") as made:
                copyfileobj(made, out)

    def _paint(self, records: "Iterable[Record]", writer: "QPdfWriter") -> None:
        from PySide6.QtGui import QPainter

        from annotator.ui.printing.pages import paint_sheet
        from annotator.ui.theme.fonts import READING

        writer.setTitle("Annotated articles")
        painter = QPainter()
        if not painter.begin(writer):
            raise OSError("nothing could be written")
        try:
            for number, record in enumerate(records):
                if number:
                    writer.newPage()
                paint_sheet(self._sheet(record), writer, painter, READING)
        finally:
            painter.end()

    def _sheet(self, record: "Record") -> "PrintedArticle":
        from annotator.ui.printing.pages import PrintedArticle

        annotation = record.annotation or Annotation()
        return PrintedArticle(record.article, annotation, record.annotator or "", self._scheme)
