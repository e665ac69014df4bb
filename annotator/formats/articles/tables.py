"""Tables of articles: CSV and TSV, and JSONL with one flat object a line."""

import csv
import io
import json
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

from annotator.core.errors import AnnotatorError
from annotator.core.text import text_hash
from annotator.files import open_to_read
from annotator.formats.articles.article_builder import ArticleBuilder, located, stem_of
from annotator.formats.base import (
    Context,
    Format,
    FormatError,
    ParseProblem,
    SourceRecord,
    lines_of,
    located_message,
    whole,
)
from annotator.formats.columns import Columns, detect, resolve
from annotator.formats.text_encoding import decode

_DELIMITERS: Final = ",;\t|"
_BOM: Final = b"\xef\xbb\xbf"
_PREVIEWED: Final = 1 << 20
_EMPTY: Final = "rows without text"
# Columns that annotation tools write beside a text; a file with one is for their readers.
_ANNOTATED: Final = frozenset(
    {
        "annotations", "annotator", "answer", "cats", "completions", "entities", "entity", "label",
        "labels", "mentions", "predictions", "quotes", "relations", "span", "spans", "tokens",
    }
)  # fmt: skip


class Row(NamedTuple):
    """One row of a table: the line it starts on and its cells by column."""

    line: int
    cells: dict[str, Any]


class CsvArticles(Format):
    """One row is one article; columns by their usual names or as chosen; others go into meta."""

    name = "csv-articles"
    title = "CSV and TSV, one article per row"
    suffixes = (".csv", ".tsv", ".tab")
    reads = True
    plain = True

    def read(self, source: BinaryIO, context: Context) -> Iterator[SourceRecord]:
        raw, context.encoding = decode(whole(source, context), context.path)
        yield from _articles(csv_rows(raw, context.path), context)


class JsonlArticles(Format):
    """One line is one article; keys by their usual names or as chosen; others go into meta."""

    name = "jsonl-articles"
    title = "JSONL, one article per line, without annotations"
    suffixes = (".jsonl", ".ndjson")
    reads = True
    plain = True

    def recognises(self, head: bytes) -> bool | None:
        first, _, _ = head.removeprefix(_BOM).lstrip().partition(b"\n")
        try:
            row = json.loads(first)
        except (ValueError, RecursionError):
            return False
        if not isinstance(row, dict) or looks_annotated(row):
            return False
        text = detect([*row, ""]).text
        return text is not None and isinstance(row[text], str)

    def read(self, source: BinaryIO, context: Context) -> Iterator[SourceRecord]:
        yield from _articles(jsonl_rows(lines_of(source, context), context.path), context)


def csv_rows(raw: str, path: Path) -> Iterator[Row]:
    """Yield the rows of a CSV text by its header line, whose commonest delimiter is used.

    Raises FormatError naming the file and the line.
    """
    header = raw.lstrip("\ufeff").split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=header.count)
    # Articles are longer than the module's default limit of 128 KB a cell.
    csv.field_size_limit(min(sys.maxsize, 2**31 - 1))
    lines = csv.reader(
        io.StringIO(raw.lstrip("\ufeff"), newline=""), delimiter=delimiter, strict=True
    )
    names: list[str] | None = None
    start = 1
    try:
        for cells in lines:
            if names is None:
                names = _header(cells, path)
            elif any(cells):
                yield _row(start, names, cells, path)
            start = lines.line_num + 1
    except csv.Error as error:
        raise FormatError.in_file(
            path, [ParseProblem(start, f"this row is no CSV: {error}")]
        ) from error


def _header(cells: list[str], path: Path) -> list[str]:
    names = [cell.strip() for cell in cells]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise FormatError(f"{path}: two columns are called {twice!r}; rename one of them")
    return names


def _row(line: int, names: list[str], cells: list[str], path: Path) -> Row:
    if len(cells) > len(names):
        words = f"this row has {len(cells)} cells, the header {len(names)}; quote the commas"
        raise FormatError.in_file(path, [ParseProblem(line, words)])
    return Row(line, dict(zip(names, cells, strict=False)))


def jsonl_rows(source: Iterable[bytes], path: Path) -> Iterator[Row]:
    """Yield the objects of the lines.

    Raises FormatError naming the file and the first faulty line.
    """
    for number, line in enumerate(source, start=1):
        data = line.removeprefix(_BOM) if number == 1 else line
        if not data.strip():
            continue
        try:
            # Some tools write NaN for missing values, which JSON does not have.
            row = json.loads(data, parse_constant=lambda _constant: None)
        except (ValueError, RecursionError) as error:
            words = f"this is no JSON in UTF-8 ({error})"
            raise FormatError.in_file(path, [ParseProblem(number, words)]) from error
        if not isinstance(row, dict):
            raise FormatError.in_file(path, [ParseProblem(number, "this is no JSON object")])
        yield Row(number, row)


def _articles(rows: Iterator[Row], context: Context) -> Iterator[SourceRecord]:
    """Yield the articles of the rows, and report all faults in them at the end."""
    columns: Columns | None = None
    faults: list[ParseProblem] = []
    for row in rows:
        if columns is None:
            try:
                columns = resolve(context.columns, list(row.cells))
            except AnnotatorError as error:
                raise FormatError(located_message(context.path, error)) from error
        found = _article(row, columns, context, faults)
        if found is not None and not faults:
            yield found
    if columns is None:
        raise FormatError(f"{context.path}: there is no row in it")
    if faults:
        raise FormatError.in_file(context.path, faults)


def _article(
    row: Row, columns: Columns, context: Context, faults: list[ParseProblem]
) -> SourceRecord | None:
    chosen = columns.chosen()
    values = {part: row.cells.get(name) for part, name in chosen.items()}
    rest = {name: value for name, value in row.cells.items() if name not in chosen.values()}
    text = values.pop("text", None)
    if text is None or (isinstance(text, str) and not text.strip()):
        context.left_out[_EMPTY] += 1
        return None
    if not isinstance(text, str):
        faults.append(ParseProblem(row.line, f"{columns.text}: this is no text"))
        return None
    facts = {part: _words(value) for part, value in values.items()}
    draft = ArticleBuilder(
        text,
        title=facts.get("title") or "",
        published=facts.get("published"),
        source=facts.get("source"),
        url=facts.get("url"),
        language=facts.get("language"),
        meta=_meta(rest),
    )
    id_ = facts.get("id") or f"{stem_of(context)}-{_hash(text)}"
    try:
        return located(context, draft, id_, line=row.line)
    except FormatError as error:
        faults.append(
            ParseProblem(row.line, error.message.without_hints().removeprefix(f"{context.path}: "))
        )
        return None


def _meta(rest: dict[str, Any]) -> dict[str, Any]:
    """Return the other columns; a column `meta` that holds an object is merged into them."""
    inner = rest.get("meta")
    if not isinstance(inner, dict):
        return rest
    return inner | {name: value for name, value in rest.items() if name != "meta"}


def _hash(text: str) -> str:
    """Return the start of the text's hash, for an id; lone surrogates in the text are allowed."""
    return text_hash(text.encode("utf-8", "replace").decode())[:10]


def _words(value: Any) -> str | None:
    if value is None or isinstance(value, dict | list):
        return None
    return str(value).strip() or None


class Preview(NamedTuple):
    """The columns of a table and its first rows, as text."""

    names: list[str]
    rows: list[list[str]]


def preview(path: Path, count: int = 5) -> Preview:
    """Return the first rows of a CSV, TSV or JSONL file.

    Raises FormatError if no row can be read, and OSError.
    """
    with open_to_read(path) as source:
        if path.suffix.lower() in JsonlArticles.suffixes:
            rows = list(islice(jsonl_rows(lines_of(source, Context(path)), path), count))
        else:
            data = source.read(_PREVIEWED)
            cut = data if len(data) < _PREVIEWED else data[: data.rfind(b"\n") + 1]
            rows = list(islice(csv_rows(decode(cut, path)[0], path), count))
    names = list(dict.fromkeys(name for row in rows for name in row.cells))
    if not names:
        raise FormatError(f"{path}: there is no row in it")
    return Preview(names, [[_shown(row.cells.get(name)) for name in names] for row in rows])


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def looks_annotated(names: Iterable[str]) -> bool:
    """Return whether columns of these names hold what annotation tools write beside a text."""
    return "format" in names or not _ANNOTATED.isdisjoint(names)
