"""Prodigy and spaCy JSONL: one task per annotation, spans counted in code points.

Tasks are as in Prodigy's character mode: no tokens, since the annotations are not bound to any.
The keys `entity`, `quote`, `role`, `type` and `speakers` of a span are ours; Prodigy keeps them.
Reading takes tasks of any recipe: relations between parts of quotes make quotes.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from annotator.core.models import Head, Quote
from annotator.formats import losses
from annotator.formats.base import Context, Format, FormatError, Located
from annotator.formats.foreign import (
    ForeignText,
    annotator_of,
    article_facts,
    article_from,
    checked_text,
    objects,
    parsed,
    read_lines,
    whole_number,
    words,
)
from annotator.formats.graph import Graph, Link, Mark, annotation_of, role_of
from annotator.formats.units import Unit

if TYPE_CHECKING:
    from annotator.core.annotation import Annotation
    from annotator.core.record import Record

_UNLABELLED: Final = "ENTITY"  # Prodigy and spaCy refuse an empty label


class Prodigy(Format):
    """Mentions under their entity's label, parts of quotes as CONTENT, CUE, SOURCE, ADDRESSEE."""

    name = "prodigy"
    title = "Prodigy and spaCy JSONL (spans by characters)"
    suffixes = (".jsonl",)
    reads = True
    writes = True
    losses = (
        losses.ENTITY_DETAILS,
        losses.ENTITY_NAMES,
        losses.UNMENTIONED,
        losses.MENTION_DETAILS,
        losses.QUOTE_DETAILS,
        losses.SPEAKER_STATUSES,
        losses.WITHOUT_SPANS,
        losses.HEAD_DETAILS,
        losses.UNFINISHED,
        losses.ARTICLE_DETAILS,
        losses.DECISIONS,
        losses.UNKNOWN_KEYS,
    )

    def recognises(self, head: bytes) -> bool | None:
        first = head.partition(b"\n")[0]
        return b'"spans"' in first and b'"text"' in first and b'"annotator/' not in first

    def write(self, records: "Iterable[Record]", out: BinaryIO) -> None:
        import orjson

        for record in records:
            out.write(orjson.dumps(_task(record), option=orjson.OPT_APPEND_NEWLINE))

    def read(self, source: BinaryIO, context: Context) -> Iterator[Located]:
        return read_lines(source, context, lambda line, number: _record(line, number, context))


def _task(record: "Record") -> dict[str, Any]:
    meta = article_facts(record.article, record.annotator)
    meta.pop("meta", None)
    task: dict[str, Any] = {"text": record.article.text, "meta": meta}
    if record.annotation is not None:
        spans = [*_mentions(record.annotation), *_parts(record.annotation)]
        spans.sort(key=lambda span: (span["start"], span["end"]))
        task["spans"] = spans
        skipped = record.annotation.head.status == "skipped"
        task["answer"] = "ignore" if skipped else "accept"
    return task


def _mentions(annotation: "Annotation") -> Iterator[dict[str, Any]]:
    for mention in annotation.ordered_mentions():
        yield {
            "start": mention.start,
            "end": mention.end,
            "label": annotation.entities[mention.entity_id].label or _UNLABELLED,
            "text": mention.text,
            "entity": mention.entity_id,
        }


def _parts(annotation: "Annotation") -> Iterator[dict[str, Any]]:
    for quote in annotation.ordered_quotes():
        for span in quote.spans:
            part: dict[str, Any] = {
                "start": span.start,
                "end": span.end,
                "label": span.role.upper(),
                "text": span.text,
                "quote": quote.id,
                "role": span.role,
            }
            yield part | _attribution(quote) if span.role == "content" else part


def _attribution(quote: Quote) -> dict[str, Any]:
    return {"type": quote.type, "speakers": list(quote.speakers)}


def _record(line: bytes, number: int, context: Context) -> "Record":
    from annotator.core.record import Record

    task = parsed(line)
    if not isinstance(task, dict):
        raise FormatError("this is no task")
    meta = task.get("meta")
    facts = meta if isinstance(meta, dict) else {}
    spans = list(objects(task.get("spans")))
    text = ForeignText(checked_text(task.get("text")), map(_said, spans), context, Unit.CODE_POINTS)
    article = article_from(facts, text.text, f"{context.path.stem}-{number}")
    if "spans" not in task and "answer" not in task:
        return Record(article)
    if task.get("answer") == "reject":
        context.remarks.append(f"line {number}: the spans of a rejected task")
        return Record(article)
    head = Head("skipped" if task.get("answer") == "ignore" else "done")
    annotation = annotation_of(_graph(task, spans, text), head, context.remarks)
    who = facts.get("annotator") or task.get("_annotator_id")
    return Record(article, annotator_of(who, context), annotation)


def _said(span: Mapping[str, Any]) -> tuple[int, int, str | None]:
    said = span.get("text")
    start, end = (whole_number(span.get(key), f"{key} of a span") for key in ("start", "end"))
    return start, end, said if isinstance(said, str) else None


def _graph(task: dict[str, Any], spans: list[dict[str, Any]], text: ForeignText) -> Graph:
    marks: list[Mark] = []
    links: list[Link] = []
    facts: dict[str, dict[str, str]] = {}
    heads: dict[str, str] = {}
    firsts: dict[str, str] = {}
    for number, span in enumerate(spans):
        id_, label = str(number), words(span.get("label"))
        mention = isinstance(span.get("entity"), str)
        role = None if mention else role_of(words(span.get("role")) or label)
        marks.append(Mark(id_, label, *text.span(*_said(span)), role))
        if mention:
            firsts.setdefault(span["entity"], id_)
            facts[id_] = {"entity": span["entity"]}
        elif role and isinstance(quote := span.get("quote"), str):
            links.append(Link("PART", heads.setdefault(quote, id_), id_))
            if words(span.get("type")):
                facts[id_] = {"type": words(span.get("type"))}
    for number, span in enumerate(spans):
        speakers = span.get("speakers")
        named = map(words, speakers if isinstance(speakers, list) else ())
        links += [Link("SPEAKER", str(number), firsts[id_]) for id_ in named if id_ in firsts]
    links += _relations(task, spans)
    return Graph(tuple(marks), tuple(links), facts)


def _relations(task: dict[str, Any], spans: list[dict[str, Any]]) -> Iterator[Link]:
    """A relation names its spans by their offsets, older ones by their last token."""
    at = {(span.get("start"), span.get("end")): str(n) for n, span in enumerate(spans)}
    by_token = {span.get("token_end"): str(n) for n, span in enumerate(spans)}
    for relation in objects(task.get("relations")):
        ends = []
        for end in ("head", "child"):
            span = relation.get(f"{end}_span")
            place = (span.get("start"), span.get("end")) if isinstance(span, dict) else None
            token = relation.get(end)
            known = by_token.get(token) if isinstance(token, int) else None
            ends.append(at.get(place) or known if place else known)
        yield Link(words(relation.get("label")), ends[0] or "", ends[1] or "")
