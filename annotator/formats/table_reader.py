"""Reading tables of spans: the rows of one article and annotator make one record."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO, Final, NamedTuple

from annotator.core.errors import AnnotatorError
from annotator.core.message import Message
from annotator.formats.articles.tables import csv_rows
from annotator.formats.articles.zip_document import Package
from annotator.formats.base import (
    NOBODY,
    Context,
    FormatError,
    ParseProblem,
    SourceRecord,
    library,
    located_message,
    whole,
)
from annotator.formats.external_text import ExternalText
from annotator.formats.fields import whole_number
from annotator.formats.offset_units import Unit
from annotator.formats.table_writer import COLUMNS, LONGEST_CELL, SEPARATOR, as_it_was
from annotator.formats.text_encoding import decode

if TYPE_CHECKING:
    from annotator.core.record import Record

_NEEDED: Final = ("article", "annotator", "layer", "id", "start", "end", "text")
_NO_TEXT: Final = (
    "its text is not in the table; export with the option texts=yes to read a table again"
)


class _Row(NamedTuple):
    """One row: its line, or its sheet and row as text, and its cells by column."""

    line: int | None
    location: str
    cells: dict[str, str]

    def fault(self, words: Message) -> ParseProblem:
        located_words = located_message(self.location, words) if self.location else words
        return ParseProblem(self.line, located_words)


def read_csv(source: BinaryIO, context: Context) -> Iterator[SourceRecord]:
    raw, context.encoding = decode(whole(source, context), context.path)
    rows = (
        _Row(row.line, "", {name: as_it_was(cell) for name, cell in row.cells.items()})
        for row in csv_rows(raw, context.path)
    )
    return _records(rows, context)


def read_xlsx(source: BinaryIO, context: Context) -> Iterator[SourceRecord]:
    try:
        found = context.call(read_workbook, whole(source, context))
    except AnnotatorError as error:
        raise FormatError(located_message(context.path, error)) from error
    rows = (_Row(None, f"sheet {sheet}, row {n}", cells) for sheet, n, cells in found)
    return _records(rows, context)


def read_workbook(data: bytes) -> list[tuple[str, int, dict[str, str]]]:
    """Return sheet, number and cells of each row. Raises AnnotatorError for unsafe content."""
    openpyxl = library("openpyxl", "excel")
    package = Package(data)
    for name in package:
        if name.endswith((".xml", ".rels")):
            package.xml(name)  # rejects a DTD
    book = openpyxl.load_workbook(BytesIO(data), read_only=True, data_only=True)
    found = []
    for sheet in book.worksheets:
        rows = sheet.iter_rows(values_only=True)
        names = [_cell_text(value) for value in next(rows, ())]
        if not set(_NEEDED) <= set(names):
            continue
        for number, values in enumerate(rows, start=2):
            cells = dict(zip(names, map(_cell_text, values), strict=False))
            if any(cells.values()):
                found.append((str(sheet.title), number, cells))
    book.close()
    return found


def _cell_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


@dataclass(slots=True)
class _Group:
    """The rows of one article and annotator."""

    first: _Row
    pieces: dict[int, str] = field(default_factory=dict)
    facts: dict[str, str] = field(default_factory=dict)
    items: list[_Row] = field(default_factory=list)


def _records(rows: Iterable[_Row], context: Context) -> Iterator[SourceRecord]:
    """Yield the records, and report all faults at the end."""
    faults: list[ParseProblem] = []
    groups: dict[tuple[str, str], _Group] = {}
    for row in rows:
        cells = row.cells
        missing = [name for name in _NEEDED if name not in cells]
        if missing:
            raise FormatError(f"{context.path}: there is no column {missing[0]!r}")
        group = groups.setdefault((cells["article"], cells["annotator"]), _Group(row))
        try:
            _add_row(row, group)
        except FormatError as error:
            faults.append(row.fault(error.message))
    if not groups:
        columns = ", ".join(COLUMNS)
        raise FormatError(f"{context.path}: there is no row with the columns {columns}")
    for group in groups.values():
        try:
            record = _record(group, context)
        except AnnotatorError as error:
            where = f"article {group.first.cells['article']}"
            faults.append(group.first.fault(located_message(where, error)))
            continue
        if not faults:
            yield SourceRecord(record, group.first.line)
    if faults:
        raise FormatError.in_file(context.path, faults)


def _add_row(row: _Row, group: _Group) -> None:
    layer = row.cells["layer"]
    if layer == "article":
        group.pieces[_number(row, "start")] = row.cells["text"]
        group.facts = {
            "language": row.cells.get("label", ""),
            "url": row.cells.get("link", ""),
            "meta": row.cells.get("note", ""),
        }
    elif layer in ("entity", "quote"):
        group.items.append(row)
    else:
        raise FormatError(f"the layer is {layer!r}, not article, entity or quote")


def _number(row: _Row, column: str) -> int:
    cell = row.cells[column]
    return whole_number(int(cell) if cell.isdecimal() and len(cell) < 20 else cell, column)


def _record(group: _Group, context: Context) -> "Record":
    from annotator.core.native_reader import parse

    cells = group.first.cells
    raw = "".join(text for _, text in sorted(group.pieces.items()))
    if not raw:
        raise FormatError(_NO_TEXT)
    annotator_name = context.annotator if group.items or cells["annotator"] else None
    annotator = annotator_name or cells["annotator"] or None
    if group.items and annotator is None:
        raise FormatError(NOBODY)
    stated = [_span_of(row) for row in group.items]
    text = ExternalText(raw, stated, context, Unit.CODE_POINTS)
    row: dict[str, Any] = {
        "format": "annotator/1",
        "article": _article(cells, group.facts, text.text),
        "annotator": annotator,
    }
    if annotator is not None:
        row["status"] = cells.get("status") or "done"
        row |= _Items(text, context, cells["article"]).of(group.items)
    return parse(json.dumps(row))


def _article(cells: dict[str, str], facts: dict[str, str], text: str) -> dict[str, Any]:
    meta = facts.get("meta")
    return {
        "id": cells["article"],
        "title": cells.get("title", ""),
        "source": cells.get("source") or None,
        "published": cells.get("published") or None,
        "language": facts.get("language") or None,
        "url": facts.get("url") or None,
        "text": text,
        "meta": _meta(meta) if meta else {},
    }


def _meta(cell: str) -> dict[str, Any]:
    try:
        found = json.loads(cell)
    except (ValueError, RecursionError):
        return {"note": cell}
    return found if isinstance(found, dict) else {"note": cell}


def _span_of(row: _Row) -> tuple[int, int, str | None]:
    """Return start, end and text; the text is None where a cell may have cut it."""
    words = row.cells["text"]
    complete = words if 0 < len(words) < LONGEST_CELL else None
    try:
        return _number(row, "start"), _number(row, "end"), complete
    except FormatError as error:
        location = row.location or (f"line {row.line}" if row.line else "")
        raise FormatError(
            located_message(location, error) if location else error.message
        ) from error


class _Items:
    """Builds the entities and quotes of one record from their rows."""

    def __init__(self, text: ExternalText, context: Context, article: str) -> None:
        self._text = text
        self._context = context
        self._article = article
        self._entities: dict[str, dict[str, Any]] = {}
        self._quotes: dict[str, dict[str, Any]] = {}
        self._speakers: dict[str, tuple[str, str]] = {}

    def of(self, rows: list[_Row]) -> dict[str, list[dict[str, Any]]]:
        for row in rows:
            start, end, words = self._text.span(*_span_of(row))
            span = {"start": start, "end": end, "text": words}
            if row.cells["layer"] == "entity":
                self._mention(row.cells, span)
            else:
                self._part(row.cells, span)
        ids_by_name = {str(entity["name"]): id_ for id_, entity in reversed(self._entities.items())}
        in_one = sorted((id_ for id_ in self._entities if SEPARATOR in id_), key=len, reverse=True)
        for id_, (ids, names) in self._speakers.items():
            # Without a name nobody is meant, least of all an entity that has none.
            named = [ids_by_name.get(name, name) for name in names.split(SEPARATOR) if name]
            stated = self._split(ids, in_one) if ids else named
            self._quotes[id_]["speakers"] = self._known_speakers(id_, stated)
        return {"entities": [*self._entities.values()], "quotes": [*self._quotes.values()]}

    def _mention(self, cells: dict[str, str], span: dict[str, Any]) -> None:
        stated = {
            "label": cells.get("label", ""),
            "name": cells.get("name", ""),
            "link": cells.get("link") or None,
            "note": cells.get("note", ""),
        }
        entity = self._item(self._entities, "entity", cells["id"], stated, "mentions")
        entity["mentions"].append({**span, "kind": cells.get("role") or "name"})

    def _part(self, cells: dict[str, str], span: dict[str, Any]) -> None:
        stated = {"type": cells.get("label") or "unknown", "note": cells.get("note", "")}
        quote = self._item(self._quotes, "quote", cells["id"], stated, "spans")
        quote["spans"].append({**span, "role": cells.get("role") or "content"})
        self._speakers.setdefault(cells["id"], (cells.get("link", ""), cells.get("name", "")))

    def _item(
        self,
        table: dict[str, dict[str, Any]],
        what: str,
        id_: str,
        stated: dict[str, Any],
        parts: str,
    ) -> dict[str, Any]:
        """Return the item with this id. Where its rows disagree, the first one is used."""
        if id_ not in table:
            table[id_] = {"id": id_, **stated, parts: []}
        differing = [key for key, value in stated.items() if table[id_][key] != value]
        if differing:
            self._remark(f"the rows of {what} {id_} differ in {differing[0]}; the first was taken")
        return table[id_]

    def _known_speakers(self, quote: str, speaker_ids: list[str]) -> list[str]:
        """Return the speakers that are entities of the table, each once."""
        found = [id_ for id_ in speaker_ids if id_ in self._entities]
        for id_ in speaker_ids:
            if id_ and id_ not in found:
                self._remark(f"the speaker {id_} of quote {quote} is no entity of the table")
        return list(dict.fromkeys(found))

    def _split(self, ids: str, in_one: list[str]) -> list[str]:
        """Return the ids in a cell; those in `in_one`, the longest first, hold the separator."""
        pieces = ids.split(SEPARATOR)
        if not in_one or all(id_ in self._entities for id_ in pieces):
            return pieces
        found, left = [], ids + SEPARATOR
        while left:
            shortest = left.partition(SEPARATOR)[0]
            found.append(next((i for i in in_one if left.startswith(i + SEPARATOR)), shortest))
            left = left[len(found[-1]) + len(SEPARATOR) :]
        return found

    def _remark(self, words: str) -> None:
        self._context.remarks.append(f"article {self._article}: {words}")
