"""Native JSONL: lossless; one line is one annotator's annotation of one article."""

import json
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from annotator.core.message import verbatim
from annotator.formats.base import Context, Format, FormatError, SourceRecord
from annotator.formats.external_text import read_lines
from annotator.formats.offset_units import OffsetConverter, Unit, matching_units

if TYPE_CHECKING:
    from annotator.core.record import Record

_BOM: Final = b"\xef\xbb\xbf"
_MARK: Final = re.compile(rb'"format"\s*:\s*"annotator/')
_WHOSE: Final = "; say whose they are with --as NAME"
_WORK: Final = ("entities", "quotes", "notes", "flags", "seconds")


class Native(Format):
    """Every field of every record, unknown keys included."""

    name = "native"
    title = "Annotator JSONL, lossless"
    suffixes = (".jsonl", ".ndjson")
    reads = True
    by_line = True
    writes = True
    bare = True

    def recognises(self, head: bytes) -> bool | None:
        first, end_of_line, _ = head.removeprefix(_BOM).lstrip().partition(b"\n")
        if _MARK.search(first):
            return True
        # The key may come after a long text; then the name of the file decides.
        return None if first.startswith(b"{") and not end_of_line else False

    def read(self, source: BinaryIO, context: Context) -> Iterator[SourceRecord]:
        from annotator.core.native_reader import parse
        from annotator.core.record import RecordError

        def record_of(line: bytes, _number: int) -> "Record":
            own = _adapted(line, context)
            try:
                record = parse(own)
            except RecordError as error:
                hint = _hint(_object(own) or {}, context)
                raise RecordError(error.message.with_hint(hint)) from error
            if record.annotation is None:
                _refuse_nobodys_work(_object(own) or {})
            return record

        return read_lines(source, context, record_of)

    def write(self, records: "Iterable[Record]", out: BinaryIO) -> None:
        from annotator.core.record import dump

        for record in records:
            out.write(_encode(dump(record)))


def _encode(row: dict[str, Any]) -> bytes:
    import orjson

    try:
        return orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)
    except TypeError:  # an unknown key may hold a number beyond 64 bits
        return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _refuse_nobodys_work(row: dict[str, Any]) -> None:
    from annotator.core.record import RecordError

    if _has_work(row):
        text = "annotator: says null, but there are notes, flags, time or a status"
        raise RecordError(verbatim(text).with_hint(_WHOSE))


def _adapted(line: bytes, context: Context) -> bytes:
    """Return the line with the annotator and the unit of offsets that a person has named."""
    if context.annotator is None and context.offsets in (None, Unit.CODE_POINTS):
        return line
    row = _object(line)
    if row is None:
        return line
    if context.annotator is not None:
        named = row.get("annotator") is not None or _has_work(row)
        row["annotator"] = context.annotator if named else None
    if context.offsets is not None and context.offsets is not Unit.CODE_POINTS:
        _convert(row, context.offsets)
    return json.dumps(row).encode()  # escapes what `parse` has yet to reject


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return row if isinstance(row, dict) else None


def _has_work(row: dict[str, Any]) -> bool:
    return any(row.get(key) for key in _WORK) or row.get("status", "todo") != "todo"


def _convert(row: dict[str, Any], unit: Unit) -> None:
    """Convert the spans to code points.

    Raises for a span outside the text or inside a character.
    """
    text = _text(row)
    if text is None:
        return
    counted = OffsetConverter(text, unit)
    for span in _spans(row):
        for key in ("start", "end"):
            offset = span.get(key)
            if not isinstance(offset, int):
                continue
            span[key] = counted.code_point(offset)
            if span[key] is None:
                raise FormatError(
                    f"{key} {offset} is not between two characters of the text, "
                    f"counted in {unit.title}"
                )


def _hint(row: dict[str, Any], context: Context) -> str:
    """Return the option that would fix a fault, or an empty text."""
    if row.get("annotator") is None and _has_work(row):
        return _WHOSE
    unit = _foreign_unit(row) if context.offsets in (None, Unit.CODE_POINTS) else None
    if unit is None:
        return ""
    return f" (the spans count {unit.title}; import with --offsets {unit.value})"


def _foreign_unit(row: dict[str, Any]) -> Unit | None:
    """Return the unit other than code points in which all spans match the text, if there is one."""
    text, spans = _text(row), [_quoted(span) for span in _spans(row)]
    if text is None:
        return None
    units = matching_units(text, [span for span in spans if span is not None])
    return units[0] if units and Unit.CODE_POINTS not in units else None


def _text(row: dict[str, Any]) -> str | None:
    article = row.get("article")
    text = article.get("text") if isinstance(article, dict) else None
    return text if isinstance(text, str) else None


def _quoted(span: dict[str, Any]) -> tuple[int, int, str] | None:
    start, end, text = span.get("start"), span.get("end"), span.get("text")
    if isinstance(start, int) and isinstance(end, int) and isinstance(text, str):
        return start, end, text
    return None


def _spans(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for group, key in (("entities", "mentions"), ("quotes", "spans")):
        for item in _dicts(row.get(group)):
            yield from _dicts(item.get(key))


def _dicts(values: object) -> Iterator[dict[str, Any]]:
    if isinstance(values, list):
        yield from (value for value in values if isinstance(value, dict))
