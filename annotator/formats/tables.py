"""Tables for people: a row for each mention and each part of a quote, with its words."""

import csv
from collections.abc import Iterable, Iterator
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from annotator.formats import losses
from annotator.formats.base import Format, Loss, Lost, library
from annotator.formats.xml import legal

if TYPE_CHECKING:
    from annotator.core.annotation import Annotation
    from annotator.core.models import Entity, Quote
    from annotator.core.record import Record

COLUMNS: Final = (
    *("article", "title", "source", "published", "annotator", "status"),
    *("layer", "id", "label", "role", "name", "link", "start", "end", "text", "note"),
)
_LONGEST_CELL: Final = 32_767
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


def _texts(record: "Record") -> Iterator[Lost]:
    yield Lost("the article", record.article.title)


def _formulas(record: "Record") -> Iterator[Lost]:
    for row in _rows(record):
        if row[14].startswith(_FORMULA):
            yield Lost(f"{row[6]} {row[7]}", row[14])


def _long(record: "Record") -> Iterator[Lost]:
    for row in _rows(record):
        if len(row[14]) > _LONGEST_CELL:
            yield Lost(f"{row[6]} {row[7]}", row[14][:99])


_LOSSES: Final = (
    Loss("texts of articles", _texts),
    losses.UNMENTIONED,
    losses.ENTITY_MARKS,
    losses.MENTION_DETAILS,
    losses.QUOTE_DETAILS,
    losses.SPEAKER_STATUSES,
    losses.WITHOUT_SPANS,
    losses.HEAD_DETAILS,
    losses.ARTICLE_DETAILS,
    losses.DECISIONS,
    losses.UNKNOWN_KEYS,
)


class Csv(Format):
    """Commas and UTF-8 with a mark, which spreadsheets need to tell the encoding."""

    name = "csv"
    title = "CSV table of all spans, for spreadsheets"
    suffixes = (".csv",)
    writes = True
    losses = (*_LOSSES, Loss("cells that look like a formula get an apostrophe", _formulas))
    delimiter = ","

    def write(self, records: "Iterable[Record]", out: BinaryIO) -> None:
        text = TextIOWrapper(out, "utf-8-sig", newline="", write_through=True)
        try:
            writer = csv.writer(text, delimiter=self.delimiter)
            writer.writerow(COLUMNS)
            for record in records:
                writer.writerows(map(_harmless, _rows(record)))
        finally:
            text.detach()


class Tsv(Csv):
    """The same with tabs."""

    name = "tsv"
    title = "TSV table of all spans"
    suffixes = (".tsv",)
    delimiter = "\t"


class Xlsx(Format):
    """One sheet of entities and one of quotes."""

    name = "xlsx"
    title = "Excel workbook of all spans"
    suffixes = (".xlsx",)
    writes = True
    losses = (*_LOSSES, Loss("texts longer than a cell (32,767 characters)", _long))

    def write(self, records: "Iterable[Record]", out: BinaryIO) -> None:
        openpyxl = library("openpyxl", "excel")
        cells = library("openpyxl.cell", "excel")
        book = openpyxl.Workbook(write_only=True)
        sheets = {layer: book.create_sheet(layer) for layer in ("entities", "quotes")}
        for sheet in sheets.values():
            sheet.freeze_panes = "A2"
            sheet.append(COLUMNS)
        for record in records:
            for row in _rows(record):
                sheet = sheets["entities" if row[6] == "entity" else "quotes"]
                sheet.append([_cell(cells, sheet, value) for value in row])
        book.save(out)


def _cell(cells: Any, sheet: Any, value: str | int) -> Any:
    if isinstance(value, int):
        return value
    made = cells.WriteOnlyCell(sheet, legal(value)[:_LONGEST_CELL])
    made.data_type = "s"  # else a text that starts with = is a formula
    return made


def _harmless(row: tuple[Any, ...]) -> list[Any]:
    """The row without cells that a spreadsheet would run as a formula."""
    return [
        f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
        for value in row
    ]


def _rows(record: "Record") -> Iterator[tuple[Any, ...]]:
    article, annotation = record.article, record.annotation
    if annotation is None:
        return
    common = (
        *(article.id, article.title, article.source or "", article.published or ""),
        *(record.annotator or "", annotation.head.status),
    )
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
    speakers = "; ".join(annotation.entities[id_].name for id_ in quote.speakers)
    for span in quote.spans:
        yield (
            "quote", quote.id, quote.type, span.role, speakers, "",
            span.start, span.end, span.text, quote.note,
        )  # fmt: skip
