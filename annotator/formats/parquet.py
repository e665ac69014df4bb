"""Hugging Face: Parquet files with a dataset card, and directories for `load_from_disk`.

A row is a record with the fields of native JSONL, fully typed, so `datasets` infers its Features
from the file. `meta` and `attributes`, which may hold anything, are JSON.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from annotator.core.errors import AnnotatorError
from annotator.core.fields import EXTRA, Field, Kind, fields_of, later_fields
from annotator.core.models import Entity, Head, Mention, Quote, RoleSpan
from annotator.core.shapes import SPANS
from annotator.formats import losses
from annotator.formats.base import (
    Context,
    Format,
    FormatError,
    SourceRecord,
    library,
    located_message,
    whole,
)
from annotator.formats.dataset_card import card
from annotator.formats.external_text import parsed

if TYPE_CHECKING:
    from annotator.core.record import Record

DATA: Final = "data.parquet"
ARROW: Final = "data-00000-of-00001.arrow"
_BATCH: Final = 500
_ARTICLE: Final = ("id", "title", "text", "language", "source", "published", "url", "meta")


class Parquet(Format):
    """A folder that can be uploaded to the hub unchanged: data and README."""

    name = "parquet"
    title = "Parquet with a dataset card (Hugging Face)"
    suffixes = (".parquet",)
    reads = True
    writes = True
    bare = True
    folder = True
    losses = (losses.DECISIONS, losses.UNKNOWN_KEYS)

    def recognises(self, head: bytes) -> bool | None:
        return head.startswith(b"PAR1")

    def write_folder(self, records: "Iterable[Record]", folder: Path) -> None:
        library("pyarrow", "parquet")
        parquet = library("pyarrow.parquet", "parquet")
        with parquet.ParquetWriter(folder / DATA, _schema(), compression="zstd") as writer:
            for batch in _batches(records):
                writer.write_batch(batch)

    def write_cover(self, folder: Path, parts: Sequence[str]) -> None:
        parquet = library("pyarrow.parquet", "parquet")
        rows = {
            part: parquet.ParquetFile(folder / part / DATA).metadata.num_rows
            for part in parts or ("",)
        }
        paths = {part or "train": f"{part}/{DATA}".lstrip("/") for part in rows}
        (folder / "README.md").write_text(card(rows, paths), encoding="utf-8")

    def read(self, source: BinaryIO, context: Context) -> Iterator[SourceRecord]:
        library("pyarrow", "parquet")
        return _read(_parquet_batches, source, context)


class Datasets(Format):
    """A folder for `datasets.load_from_disk`; with a split, a DatasetDict."""

    name = "datasets"
    title = "Hugging Face datasets directory (load_from_disk)"
    suffixes = (".arrow",)
    reads = True
    writes = True
    bare = True
    folder = True
    losses = (losses.DECISIONS, losses.UNKNOWN_KEYS)

    def recognises(self, head: bytes) -> bool | None:
        return None if head[:4] == b"\xff\xff\xff\xff" else False

    def write_folder(self, records: "Iterable[Record]", folder: Path) -> None:
        arrow = library("pyarrow", "parquet")
        with (
            (folder / ARROW).open("xb") as out,
            arrow.ipc.new_stream(out, _schema()) as writer,
        ):
            for batch in _batches(records):
                writer.write_batch(batch)
        state: dict[str, Any] = {
            "_data_files": [{"filename": ARROW}],
            "_fingerprint": "annotator",
            "_format_columns": None,
            "_format_kwargs": {},
            "_format_type": None,
            "_output_all_columns": False,
            "_split": folder.name if folder.name in ("train", "dev", "test") else None,
        }
        (folder / "state.json").write_text(json.dumps(state), encoding="utf-8")
        (folder / "dataset_info.json").write_text("{}", encoding="utf-8")

    def write_cover(self, folder: Path, parts: Sequence[str]) -> None:
        if parts:
            splits = json.dumps({"splits": list(parts)})
            (folder / "dataset_dict.json").write_text(splits, encoding="utf-8")
        rows = {part: _count(folder / part / ARROW) for part in parts or ("",)}
        (folder / "README.md").write_text(card(rows, None), encoding="utf-8")

    def read(self, source: BinaryIO, context: Context) -> Iterator[SourceRecord]:
        library("pyarrow", "parquet")
        return _read(_arrow_batches, source, context)


def _count(path: Path) -> int:
    arrow = library("pyarrow", "parquet")
    with path.open("rb") as source:
        return sum(batch.num_rows for batch in arrow.ipc.open_stream(source))


def _schema() -> Any:
    arrow = library("pyarrow", "parquet")
    text, number = arrow.string(), arrow.int64()

    def struct(**fields: Any) -> Any:
        return arrow.struct(list(fields.items()))

    texts = arrow.list_(text)
    mention = struct(**_columns(Mention))
    entity = struct(**_columns(Entity), attributes=text, mentions=arrow.list_(mention))
    quote = struct(**_columns(Quote), spans=arrow.list_(struct(**_columns(RoleSpan))))
    fields = [(name, text) for name in (*_ARTICLE, "annotator", "status", "updated")]
    fields += [("seconds", number), ("notes", text), ("flags", texts)]
    fields += [(field.name, _type(field)) for field in later_fields(Head)]
    fields += [("entities", arrow.list_(entity)), ("quotes", arrow.list_(quote))]
    return arrow.schema(fields)


def _columns(kind: Kind) -> dict[str, Any]:
    """Return the types of the columns for the fields that an item has of its own."""
    fields = (field for field in fields_of(kind) if field.in_line and field.shape is not SPANS)
    return {field.name: _type(field) for field in fields}


def _type(field: Field) -> Any:
    """Return the type of a column; an object is text, as JSON."""
    arrow = library("pyarrow", "parquet")
    if field.is_list:
        return arrow.list_(arrow.string())
    plain = {int: arrow.int64(), bool: arrow.bool_()}
    return plain.get(field.type, arrow.string())


def _batches(records: "Iterable[Record]") -> Iterator[Any]:
    arrow = library("pyarrow", "parquet")
    schema, rows = _schema(), map(_row, records)
    while batch := list(islice(rows, _BATCH)):
        yield arrow.RecordBatch.from_pylist(batch, schema=schema)


def _row(record: "Record") -> dict[str, Any]:
    from annotator.core.record import dump

    row = dump(record)
    row |= row.pop("article")
    row["meta"] = json.dumps(record.article.meta) if record.article.meta else None
    for entity in row.get("entities", ()):
        attributes = entity.get("attributes")
        entity["attributes"] = json.dumps(attributes) if attributes else None
        for mention in entity["mentions"]:
            _complete(mention, Mention)
    for quote in row.get("quotes", ()):
        _complete(quote, Quote)
    return row


def _complete(row: dict[str, Any], kind: Kind) -> None:
    """Give the row of an item what a line omits, and its objects as JSON."""
    for field in fields_of(kind):
        if field.omitted:
            row.setdefault(field.name, [] if field.is_list else field.default)
        if field.is_object and field.name != EXTRA:
            row[field.name] = json.dumps(row[field.name]) if row[field.name] else None


def _parquet_batches(source: Any) -> Iterable[Any]:
    parquet = library("pyarrow.parquet", "parquet")
    batches: Iterable[Any] = parquet.ParquetFile(source).iter_batches(_BATCH)
    return batches


def _arrow_batches(source: Any) -> Iterable[Any]:
    arrow = library("pyarrow", "parquet")
    batches: Iterable[Any] = arrow.ipc.open_stream(source)
    return batches


def try_out(name: str, file: str | bytes) -> int:
    """Decode every batch of a file, validate all its offsets, and return the number of rows."""
    batches = {function.__name__: function for function in (_parquet_batches, _arrow_batches)}[name]
    rows = 0
    for batch in batches(BytesIO(file) if isinstance(file, bytes) else file):
        batch.validate(full=True)
        rows += batch.num_rows
    return rows


def _read(
    batches: Callable[[Any], Iterable[Any]], source: BinaryIO, context: Context
) -> Iterator[SourceRecord]:
    arrow = library("pyarrow", "parquet")
    # A damaged file can crash the whole process, so it is first read in a disposable one.
    file: str | bytes = str(context.path)
    if not _is_at(context.path, source):  # it is in an archive
        file = whole(source, context)
        source = BytesIO(file)
    try:
        context.call(try_out, batches.__name__, file)
    except AnnotatorError as error:
        raise FormatError(located_message(context.path, error)) from error
    if isinstance(file, str) and not _is_at(context.path, source):
        raise FormatError(f"{context.path}: it was replaced while it was read; import it again")
    number = 0
    try:
        for batch in batches(source):
            for row in batch.to_pylist():
                number += 1
                yield SourceRecord(_record(row, context))
    except (arrow.ArrowException, OSError) as error:
        why = " ".join(str(error).split())
        raise FormatError(f"{context.path}: this cannot be read: {why}") from error
    except AnnotatorError as error:
        raise FormatError(located_message(f"{context.path}: row {number}", error)) from error
    except (ValueError, TypeError, AttributeError) as error:
        raise FormatError(f"{context.path}: row {number}: {error}") from error


def _is_at(path: Path, source: BinaryIO) -> bool:
    """Return whether this path still names the open file."""
    try:
        return os.path.samestat(path.stat(), os.fstat(source.fileno()))
    except (OSError, AttributeError):
        return False


def _record(row: dict[str, Any], context: Context) -> "Record":
    from annotator.core.native_reader import parse
    from annotator.core.record import FORMAT

    row = _without_nothing(row)
    article = {name: row.pop(name) for name in _ARTICLE if name in row}
    if "meta" in article:
        article["meta"] = _unpacked(article["meta"], "meta")
    for key in ("entities", "quotes"):
        items = row.get(key, [])
        for item in items if isinstance(items, list) else ():
            if isinstance(item, dict) and "attributes" in item:
                item["attributes"] = _unpacked(item["attributes"], "attributes")
    row |= {"format": FORMAT, "article": article}
    row["annotator"] = row.get("annotator") and (context.annotator or row["annotator"])
    return parse(json.dumps(row))


def _unpacked(value: object, what: str) -> Any:
    if not isinstance(value, str):
        raise FormatError(f"{what}: this is no JSON in a column of text")
    return parsed(value)


def _without_nothing(value: Any) -> Any:
    """Return the value without the empty fields that each row of a table has."""
    if isinstance(value, dict):
        return {k: _without_nothing(v) for k, v in value.items() if v is not None}
    return [_without_nothing(v) for v in value] if isinstance(value, list) else value
