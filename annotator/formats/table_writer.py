"""Tables for people: a row for each mention and each part of a quote, with its text.

With the texts of the articles in additional rows a table can be read back.
"""

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Self

from annotator.formats import losses
from annotator.formats.base import Context, Format, Loss, LostItem, Option, SourceRecord, library
from annotator.formats.xml import ILLEGAL, legal

if TYPE_CHECKING:
    from annotator.core.annotation import Annotation
    from annotator.core.models import Entity, Quote
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
_TEXTS: Final = Option(
    "texts", "rows with the articles' texts, to read it again", "no", ("no", "yes")
)


def _texts(record: "Record") -> Iterator[LostItem]:
    yield LostItem("the article", record.article.title)


def _formulas(record: "Record") -> Iterator[LostItem]:
    for row in _rows(record):
        if row[14].startswith(_FORMULA):
            yield LostItem(f"{row[6]} {row[7]}", row[14])


def _long(record: "Record") -> Iterator[LostItem]:
    for row in _rows(record):
        if len(row[14]) > LONGEST_CELL:
            yield LostItem(f"{row[6]} {row[7]}", row[14][:99])


def _without_rows(record: "Record") -> Iterator[LostItem]:
    if next(_rows(record), None) is None:
        yield LostItem("the article", record.article.title)


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
        text = TextIOWrapper(out, "utf-8-sig", newline="", write_through=True)
        try:
            writer = csv.writer(text, delimiter=self.delimiter)
            writer.writerow(COLUMNS)
            for record in records:
                writer.writerows(map(_without_formulas, self.rows(record)))
        finally:
            text.detach()

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
        cells = library("openpyxl.cell", "excel")
        book = openpyxl.Workbook(write_only=True)
        names = {"entity": "entities", "quote": "quotes"}
        if self.option("texts") == "yes":
            names["article"] = "articles"
        sheets = {layer: book.create_sheet(name) for layer, name in names.items()}
        for sheet in sheets.values():
            sheet.freeze_panes = "A2"
            sheet.append(COLUMNS)
        for record in records:
            for row in self.rows(record):
                sheet = sheets[row[6]]
                sheet.append([_cell(cells, sheet, value) for value in row])
        book.save(out)

    def read(self, source: BinaryIO, context: Context) -> Iterator[SourceRecord]:
        from annotator.formats.table_reader import read_xlsx

        return read_xlsx(source, context)


def _cell(cells: Any, sheet: Any, value: str | int) -> Any:
    if isinstance(value, int):
        return value
    made = cells.WriteOnlyCell(sheet, legal(value)[:LONGEST_CELL])
    made.data_type = "s"  # otherwise a text that starts with = is a formula
    return made


def _without_formulas(row: tuple[Any, ...]) -> list[Any]:
    """Return the row with cells escaped that a spreadsheet would run as a formula."""
    return [
        f"'{value}" if isinstance(value, str) and _ESCAPED.match(value) else value for value in row
    ]


def as_it_was(cell: str) -> str:
    """Return a cell without the apostrophe that `_harmless` put before it."""
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
    for entity in annotation.ordered_entities():
        for row in _mention_rows(annotation, entity):
            yield (*common, *row)
    for quote in annotation.ordered_quotes():
        for row in _quote_rows(annotation, quote):
            yield (*common, *row)


def _mention_rows(annotation: "Annotation", entity: "Entity") -> Iterator[tuple[Any, ...]]:
    for m in annotation.mentions_of(entity.id):
        yield (
            "entity", entity.id, entity.label, m.kind, entity.name, entity.link or "",
            m.start, m.end, m.text, entity.note,
        )  # fmt: skip


def _quote_rows(annotation: "Annotation", quote: "Quote") -> Iterator[tuple[Any, ...]]:
    speakers = SEPARATOR.join(annotation.entities[id_].name for id_ in quote.speakers)
    for span in quote.spans:
        yield (
            "quote", quote.id, quote.type, span.role, speakers, SEPARATOR.join(quote.speakers),
            span.start, span.end, span.text, quote.note,
        )  # fmt: skip
