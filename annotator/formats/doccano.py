"""doccano JSONL: spans in UTF-16 units, which is what doccano counts, and without their text.

There are two shapes: with relations (`entities`, `relations`), which keeps quotes together, and the
plain one (`label`) for projects without relations. The article's data have columns of their own.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Self

from annotator.core.offsets import Utf16Offsets
from annotator.formats import losses
from annotator.formats.base import Context, Format, Option, SourceRecord
from annotator.formats.external_text import (
    ExternalText,
    all_article_facts,
    annotator_of,
    article_from,
    checked_text,
    parsed,
    read_lines,
)
from annotator.formats.fields import Fields, needed_fields, whole_number, words
from annotator.formats.graph import (
    LOSSES_WITHOUT_FACTS,
    Graph,
    Link,
    Mark,
    annotation_of,
    graph_of,
    head_from,
    role_of,
)

if TYPE_CHECKING:
    from annotator.core.record import Record

_RELATIONS: Final = "relations"
_PLAIN: Final = "plain"


class Doccano(Format):
    """Each part of a quote and each mention is a labelled span; relations connect them."""

    name = "doccano"
    title = "doccano JSONL (UTF-16 offsets)"
    suffixes = (".jsonl",)
    reads = True
    by_line = True
    writes = True
    bare = True
    losses = LOSSES_WITHOUT_FACTS
    options = (
        Option(
            "shape",
            "with relations, or plain [start, end, label]",
            _RELATIONS,
            (_RELATIONS, _PLAIN),
        ),
    )

    def with_options(self, values: Mapping[str, str]) -> Self:
        made = super().with_options(values)
        if made.option("shape") == _PLAIN:
            made.losses = (*LOSSES_WITHOUT_FACTS, losses.QUOTE_TIES, losses.TIES)
        return made

    def recognises(self, head: bytes) -> bool | None:
        first = head.partition(b"\n")[0]
        if b'"spans"' in first or b'"annotator/' in first:
            return False
        text = b'"text"' in first or b'"data"' in first
        return text and any(
            key in first for key in (b'"start_offset"', b'"label":[', b'"label": [', b'"labels"')
        )

    def write(self, records: "Iterable[Record]", out: BinaryIO) -> None:
        import orjson

        plain = self.option("shape") == _PLAIN
        for number, record in enumerate(records, start=1):
            row = _row(record, number, plain=plain)
            out.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))

    def read(self, source: BinaryIO, context: Context) -> Iterator[SourceRecord]:
        return read_lines(source, context, lambda line, number: _record(line, number, context))


def _row(record: "Record", number: int, *, plain: bool) -> dict[str, Any]:
    # doccano reads the lines into a table, and its database rejects a cell without a value.
    row: dict[str, Any] = {"id": number, "text": record.article.text, "Comments": [], "status": ""}
    if record.annotation is not None:
        graph = graph_of(record.annotation)
        offsets = Utf16Offsets(record.article.text)
        marks = sorted(graph.marks, key=lambda mark: (mark.start, mark.end))
        spans = [(offsets.to_units(mark.start), offsets.to_units(mark.end), mark) for mark in marks]
        if plain:
            row["label"] = [[start, end, mark.label] for start, end, mark in spans]
        else:
            row |= _with_relations(spans, graph.links)
        if record.annotation.head.notes:
            row["Comments"] = [record.annotation.head.notes]
        row["status"] = record.annotation.head.status
    return row | all_article_facts(record.article, record.annotator)


def _with_relations(
    spans: list[tuple[int, int, Mark]], links: Iterable[Link]
) -> dict[str, list[dict[str, Any]]]:
    numbers = {mark.id: number for number, (_, _, mark) in enumerate(spans, start=1)}
    return {
        "entities": [
            {"id": n, "label": mark.label, "start_offset": start, "end_offset": end}
            for n, (start, end, mark) in enumerate(spans, start=1)
        ],
        "relations": [
            {
                "id": n,
                "from_id": numbers[link.head],
                "to_id": numbers[link.child],
                "type": link.type,
            }
            for n, link in enumerate(links, start=1)
        ],
    }


def _record(line: bytes, number: int, context: Context) -> "Record":
    from annotator.core.record import Record

    row = needed_fields(parsed(line), "this is no example of doccano")
    raw = checked_text(row.raw("text" if "text" in row else "data"))
    spans = list(_spans(row))
    text = ExternalText(raw, ((start, end, None) for _, start, end, _ in spans), context, None)
    article = article_from(row, text.text, f"{context.name}-{number}")
    labelled = any(key in row for key in ("label", "labels", "entities"))
    annotator_name = annotator_of(row.words("annotator"), context)
    if not labelled or (annotator_name is None and not spans):
        return Record(article)
    marks = [
        Mark(id_, label, *text.span(start, end), role_of(label)) for id_, start, end, label in spans
    ]
    links = [
        Link(tie.words("type"), tie.words("from_id"), tie.words("to_id"))
        for tie in row.objects("relations")
    ]
    notes = "\n".join(row.texts("Comments"))
    head = head_from(Fields({"status": row.words("status"), "notes": notes}))
    annotation = annotation_of(Graph(tuple(marks), tuple(links)), head, context.remarks)
    return Record(article, annotator_name, annotation)


def _spans(row: Fields) -> Iterator[tuple[str, int, int, str]]:
    """Yield the id, start, end and label of each span, in either shape."""
    what = "offset of a span"
    for number, span in enumerate([*row.entries("label", "labels"), *row.entries("entities")]):
        if isinstance(span, list) and len(span) == 3:
            start, end = (whole_number(offset, what) for offset in span[:2])
            yield f"label {number}", start, end, words(span[2])
            continue
        found = needed_fields(span, "a label is neither [start, end, name] nor an object")
        id_ = found.words("id") or f"label {number}"
        start, end = (found.offset(f"{end}_offset", what) for end in ("start", "end"))
        yield id_, start, end, found.words("label")
