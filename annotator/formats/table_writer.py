"""Tables for people: a row for each mention and each part of a quote, with its text.

With the texts of the articles in additional rows a table can be read back.
"""

import csv
import json
import re
import tempfile
import zipfile
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from io import BytesIO, StringIO
from operator import attrgetter
from typing import IO, TYPE_CHECKING, Any, BinaryIO, Final, Self
from xml.sax.saxutils import escape

from annotator.formats import losses
from annotator.formats.base import Context, Format, Loss, LostItem, Option, SourceRecord, library
from annotator.formats.xml import ILLEGAL, legal

if TYPE_CHECKING:
    from annotator.core.annotation import Annotation
    from annotator.core.models import Mention, Quote
    from annotator.core.record import Record

COLUMNS: Final = (
    *("article", "title", "source", "published", "annotator", "status"),
    *("layer", "id", "label", "role", "name", "link", "start", "end", "text", "note"),
)
SEPARATOR: Final = "; "
LONGEST_CELL: Final = 32_767
"""The capacity of a spreadsheet cell, in UTF-16 units."""
_PIECE: Final = 16_000
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_ESCAPED: Final = re.compile(r"'*[=+\-@\t\r]")
_ESCAPED_CELL: Final = re.compile(rf"\0{_ESCAPED.pattern}")
_NOT_PLAIN: Final = re.compile(r"^\s|\s\Z|[^\n -%'-;=?-~\xa0-\ud7ff]|.{16000}", re.DOTALL)
"""What has to be escaped in XML, or kept in a certain way; 16,000 characters fit into any cell."""
_LETTERS: Final = "ABCDEFGHIJKLMNOP"
_COMMON: Final = 6
"""The first columns, which are the same for all rows of an annotation."""
_END_OF_ROWS: Final = b"</sheetData>"
_POSITION: Final = attrgetter("start", "end", "ordinal")
_IN_MEMORY: Final = 4 << 20
_LEVEL: Final = 6
_TEXTS: Final = Option(
    "texts", "rows with the articles' texts, to read it again", "no", ("no", "yes")
)


def _texts(record: "Record") -> Iterator[LostItem]:
    yield LostItem("the article", record.article.title)


def _formulas(record: "Record") -> Iterator[LostItem]:
    if any(text.startswith(_FORMULA) for text in _span_texts(record)):
        for row in _rows(record):
            if row[14].startswith(_FORMULA):
                yield LostItem(f"{row[6]} {row[7]}", row[14])


def _long(record: "Record") -> Iterator[LostItem]:
    if len(record.article.text) > LONGEST_CELL:
        for row in _rows(record):
            if len(row[14]) > LONGEST_CELL:
                yield LostItem(f"{row[6]} {row[7]}", row[14][:99])


def _without_rows(record: "Record") -> Iterator[LostItem]:
    if next(_span_texts(record), None) is None:
        yield LostItem("the article", record.article.title)


def _span_texts(record: "Record") -> Iterator[str]:
    """Yield the text of each row of `_rows`, in another order."""
    yield from (mention.text for mention in losses.mentions(record))
    for quote in losses.quotes(record):
        yield from (span.text for span in quote.spans)


_ONLY_WITHOUT_TEXTS: Final = (
    Loss(
        "texts of articles",
        _texts,
        ("article.text", "article.language", "article.url"),
    ),
    losses.ARTICLE_DETAILS,
    Loss("articles of which nothing is written", _without_rows, ("article", "annotator", "head")),
)
_LOSSES: Final = (
    losses.UNMENTIONED,
    losses.ENTITY_MARKS,
    losses.MENTION_NOTES,
    losses.QUOTE_DETAILS,
    losses.SPEAKER_STATUSES,
    losses.WITHOUT_SPANS,
    losses.HEAD_DETAILS,
    losses.DECISIONS,
    losses.UNKNOWN_KEYS,
)


_ONLY_READ_BACK: Final = (losses.SILENT_SPEAKERS,)
"""What a person who looks at the table still sees."""


class _Table(Format):
    """The base of all tables, with the option to write the texts in additional rows."""

    reads = True
    writes = True
    options = (_TEXTS,)

    def with_options(self, values: Mapping[str, str]) -> Self:
        made = super().with_options(values)
        if made.option("texts") == "yes":
            made.bare = True
            kept = (loss for loss in made.losses if loss not in _ONLY_WITHOUT_TEXTS)
            made.losses = (*kept, *_ONLY_READ_BACK)
        return made

    def rows(self, record: "Record") -> "Iterator[tuple[Any, ...]]":
        if self.option("texts") == "yes":
            yield from _text_rows(record)
        yield from _rows(record)


class Csv(_Table):
    """Commas and UTF-8 with a byte order mark, which spreadsheets need to detect the encoding."""

    name = "csv"
    title = "CSV table of all spans, for spreadsheets"
    suffixes = (".csv",)
    losses = (
        *_ONLY_WITHOUT_TEXTS,
        *_LOSSES,
        Loss("cells that look like a formula get an apostrophe", _formulas),
    )
    delimiter = ","

    def recognises(self, head: bytes) -> bool | None:
        header = head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].strip()
        return header == self.delimiter.join(COLUMNS).encode()

    def write(self, records: "Iterable[Record]", out: BinaryIO) -> None:
        out.write(BOM_UTF8)
        text = StringIO(newline="")
        writer = csv.writer(text, delimiter=self.delimiter)
        writer.writerow(COLUMNS)
        for record in records:
            writer.writerows(_without_formulas([*self.rows(record)]))
            out.write(text.getvalue().encode())
            text.seek(0)
            text.truncate()
        out.write(text.getvalue().encode())

    def read(self, source: BinaryIO, context: Context) -> Iterator[SourceRecord]:
        from annotator.formats.table_reader import read_csv

        return read_csv(source, context)


class Tsv(Csv):
    """Like Csv, with tabs."""

    name = "tsv"
    title = "TSV table of all spans"
    suffixes = (".tsv",)
    delimiter = "\t"


class Xlsx(_Table):
    """One sheet of entities and one of quotes, and with texts one of articles."""

    name = "xlsx"
    title = "Excel workbook of all spans"
    suffixes = (".xlsx",)
    losses = (
        *_ONLY_WITHOUT_TEXTS,
        *_LOSSES,
        Loss("texts longer than a cell (32,767 characters)", _long),
        ILLEGAL,
    )

    def recognises(self, head: bytes) -> bool | None:
        return None if head.startswith(b"PK\3\4") else False

    def write(self, records: "Iterable[Record]", out: BinaryIO) -> None:
        openpyxl = library("openpyxl", "excel")
        book = openpyxl.Workbook(write_only=True)
        names = {"entity": "entities", "quote": "quotes"}
        if self.option("texts") == "yes":
            names["article"] = "articles"
        for name in names.values():
            sheet = book.create_sheet(name)
            sheet.freeze_panes = "A2"
            sheet.append(COLUMNS)
        with ExitStack() as stack:
            sheets = {
                layer: _SheetRows(stack.enter_context(tempfile.SpooledTemporaryFile(_IN_MEMORY)))
                for layer in names
            }
            for record in records:
                for row in self.rows(record):
                    sheets[row[6]].append(row)
            _save(book, [*sheets.values()], out)

    def read(self, source: BinaryIO, context: Context) -> Iterator[SourceRecord]:
        from annotator.formats.table_reader import read_xlsx

        return read_xlsx(source, context)


class _SheetRows:
    """The rows of a sheet as XML in a temporary file; openpyxl takes 30 times as long for them.

    They are as openpyxl writes them, behind a first row with the names of the columns.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self.file = file
        self._count = 1
        self._common: tuple[Any, ...] = ()
        self._common_cells: list[str] = []
        self._known: dict[str | int, str] = {}

    def append(self, row: tuple[Any, ...]) -> None:
        self._count += 1
        if row[:_COMMON] != self._common:
            self._common = row[:_COMMON]
            self._common_cells = [*map(_cell_content, self._common)]
            self._known = {}
        number, known = self._count, self._known
        cells_of_row = [known.get(value) or self._cell(value) for value in row[_COMMON:]]
        values = (*self._common_cells, *cells_of_row)
        cells = "".join(
            [f'<c r="{c}{number}" {v}</c>' for c, v in zip(_LETTERS, values, strict=True)]
        )
        self.file.write(f'<row r="{number}">{cells}</row>'.encode())

    def _cell(self, value: str | int) -> str:
        """Return the content of a cell, and keep it: most are in many rows of an annotation."""
        made = self._known[value] = _cell_content(value)
        return made


def _cell_content(value: str | int) -> str:
    """Return the XML of a cell behind its place and up to its end tag."""
    if isinstance(value, int):
        return f't="n"><v>{value}</v>'
    if not value:
        return 't="inlineStr">'
    if _NOT_PLAIN.search(value) is None:
        return f't="inlineStr"><is><t>{value}</t></is>'
    text = legal(value)[:LONGEST_CELL]
    space = ' xml:space="preserve"' if text != text.strip() else ""
    return f't="inlineStr"><is><t{space}>{escape(text)}</t></is>'


def _save(book: Any, sheets: "list[_SheetRows]", out: BinaryIO) -> None:
    """Write a workbook with more rows behind those that its sheets have."""
    made = BytesIO()
    book.save(made)
    with (
        zipfile.ZipFile(made) as source,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as target,
    ):
        rows = {f"xl/worksheets/sheet{n}.xml": sheet for n, sheet in enumerate(sheets, start=1)}
        for info in source.infolist():
            if info.filename not in rows:
                target.writestr(info, source.read(info))
                continue
            before, after = source.read(info).split(_END_OF_ROWS)
            file = rows[info.filename].file
            file.seek(0)
            with target.open(info.filename, "w", force_zip64=True) as part:
                part.write(before)
                while piece := file.read(1 << 20):
                    part.write(piece)
                part.write(_END_OF_ROWS + after)


def _without_formulas(rows: list[tuple[Any, ...]]) -> "Iterable[Iterable[Any]]":
    """Return rows with cells escaped that a spreadsheet would run as a formula."""
    cells = "\0".join([cell for row in rows for cell in row if isinstance(cell, str)])
    if not _ESCAPED_CELL.search(f"\0{cells}"):
        return rows
    return [
        [f"'{cell}" if isinstance(cell, str) and _ESCAPED.match(cell) else cell for cell in row]
        for row in rows
    ]


def as_it_was(cell: str) -> str:
    """Return a cell without the apostrophe that `_without_formulas` put before it."""
    return cell[1:] if cell.startswith("'") and _ESCAPED.match(cell) else cell


def _common(record: "Record") -> tuple[str, ...]:
    article, annotation = record.article, record.annotation
    return (
        *(article.id, article.title, article.source or "", article.published or ""),
        *(record.annotator or "", annotation.head.status if annotation else ""),
    )


def _text_rows(record: "Record") -> Iterator[tuple[Any, ...]]:
    """Yield the rows of the article itself, in pieces that fit into a cell."""
    article, common = record.article, _common(record)
    meta = json.dumps(article.meta, ensure_ascii=False) if article.meta else ""
    for start in range(0, len(article.text), _PIECE):
        piece = article.text[start : start + _PIECE]
        yield (
            *common, "article", article.id, article.language or "", "", "", article.url or "",
            start, start + len(piece), piece, meta,
        )  # fmt: skip


def _rows(record: "Record") -> Iterator[tuple[Any, ...]]:
    annotation = record.annotation
    if annotation is None:
        return
    common = _common(record)
    mentions: dict[str, list[Mention]] = {}
    for mention in sorted(annotation.mentions.values(), key=_POSITION):
        mentions.setdefault(mention.entity_id, []).append(mention)
    for entity in annotation.ordered_entities():
        about = (*common, "entity", entity.id, entity.label)
        name, link, note = entity.name, entity.link or "", entity.note
        for m in mentions.get(entity.id, ()):
            yield (*about, m.kind, name, link, m.start, m.end, m.text, note)
    for quote in annotation.ordered_quotes():
        for row in _quote_rows(annotation, quote):
            yield (*common, *row)


def _quote_rows(annotation: "Annotation", quote: "Quote") -> Iterator[tuple[Any, ...]]:
    speakers = SEPARATOR.join(annotation.entities[id_].name for id_ in quote.speakers)
    for span in quote.spans:
        yield (
            "quote", quote.id, quote.type, span.role, speakers, SEPARATOR.join(quote.speakers),
            span.start, span.end, span.text, quote.note,
        )  # fmt: skip
