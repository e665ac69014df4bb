"""Records of the native format, version 1: one annotator's annotation of one article.

`core.native_reader` reads them; it loads pydantic, which this module does not need.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from annotator.core.annotation import Annotation
from annotator.core.errors import AnnotatorError
from annotator.core.field_code import function, unpacked
from annotator.core.fields import Field, Kind, fields_of
from annotator.core.models import Article, Decision, Entity, Head, Mention, Quote, RoleSpan

FORMAT: Final = "annotator/1"


class RecordError(AnnotatorError):
    """An invalid record; the message names the position in the record."""


@dataclass(frozen=True, slots=True)
class Record:
    """An article with one annotator's annotation of it, if there is one.

    `annotator` and `annotation` are both None for an article without an annotation.
    """

    article: Article
    annotator: str | None = None
    annotation: Annotation | None = None
    extra: dict[str, Any] | None = None


def dump(record: Record) -> dict[str, Any]:
    """Return the record as the JSON object of one line; `parse` reads it back equal."""
    article, annotation = record.article, record.annotation
    row: dict[str, Any] = {
        "format": FORMAT,
        "article": {
            "id": article.id,
            "title": article.title,
            "text": article.text,
            "language": article.language,
            "source": article.source,
            "published": article.published,
            "url": article.url,
            "meta": article.meta or {},
        },
        "annotator": record.annotator,
    }
    row["article"] = _with_extra(row["article"], article.extra)
    if annotation is not None:
        row.update(_dump_annotation(annotation))
        row = _with_extra(row, annotation.head.extra)
    return _with_extra(row, record.extra)


def _with_extra(row: dict[str, Any], extra: dict[str, Any] | None) -> dict[str, Any]:
    """Return the row with the keys that an import brought; they never replace a key of the row."""
    if not extra:
        return row
    return row | {key: value for key, value in extra.items() if key not in row}


def _dump_annotation(annotation: Annotation) -> dict[str, Any]:
    # The time of the last change has its place among the keys of the head.
    row: dict[str, Any] = {"status": "", "updated": annotation.updated, "seconds": 0}
    row.update(_heads((annotation.head,))[0])
    row["entities"] = _dump_entities(annotation)
    quotes = annotation.ordered_quotes()
    row["quotes"] = _quotes(quotes, {quote.id: _spans(quote.spans) for quote in quotes})
    if annotation.decisions:
        decisions = annotation.decisions.values()
        row["decisions"] = _decisions(sorted(decisions, key=lambda decision: decision.ordinal))
    return row


def _dump_entities(annotation: Annotation) -> list[dict[str, Any]]:
    mentions: dict[str, list[dict[str, Any]]] = {id_: [] for id_ in annotation.entities}
    ordered = annotation.ordered_mentions()
    for mention, row in zip(ordered, _mentions(ordered), strict=True):
        mentions[mention.entity_id].append(row)
    return _entities(annotation.ordered_entities(), mentions)


def _writer(kind: Kind, inside: str = "") -> Callable[..., list[dict[str, Any]]]:
    """Return a function of items to the objects of a line.

    If there are lists `inside` them, they are its second argument, by id. They come after the keys
    that every line has, and before those that most lines omit and the unknown ones.
    """
    fields = [field for field in fields_of(kind) if field.in_line and field.name != inside]
    always = "".join(f"{f.name!r}: {_in_json(f)}, " for f in fields if not f.omitted)
    row, each = f"{{{always}}}", f"{unpacked(kind)} in _items"
    if inside:
        row = f"{{{always}{inside!r}: _lists[id]}}"
    omitted = [field for field in fields if field.omitted]
    if not omitted and kind is not Head:
        row = f"{row} if not extra else _with_extra({row}, extra)"
        return function(
            "_items, _lists={}", [f"return [{row} for {each}]"], _with_extra=_with_extra
        )
    body = ["_rows = []", f"for {each}:", f"    _row = {row}"]
    for field in omitted:
        changed = f"{field.name} != {field.default!r}" if field.default else field.name
        body.append(f"    if {changed}: _row[{field.name!r}] = {_in_json(field)}")
    if kind is not Head:  # its unknown keys are those of the whole line
        body.append("    if extra: _row = _with_extra(_row, extra)")
    body += ["    _rows.append(_row)", "return _rows"]
    return function("_items, _lists={}", body, _with_extra=_with_extra)


def _in_json(field: Field) -> str:
    if field.is_list:
        return f"[*{field.name}]"
    return f"{field.name} or {{}}" if field.is_object else field.name


_heads: Final = _writer(Head)
_entities: Final = _writer(Entity, "mentions")
_mentions: Final = _writer(Mention)
_quotes: Final = _writer(Quote, "spans")
_spans: Final = _writer(RoleSpan)
_decisions: Final = _writer(Decision)
