"""Prodigy and spaCy JSONL: one task per annotation, spans counted in code points.

The tokens are cut where spans begin and end. The keys `entity`, `quote`, `role`, `type` and
`speakers` of a span are our own; Prodigy keeps them. They hold everything that the relations hold.
The relations are only for display in Prodigy and have the key `ours`; reading ignores them.
Otherwise tasks of any recipe are read: relations between parts of quotes make quotes.
"""

import hashlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import count
from operator import add
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from annotator.core.models import Head, Mention, Quote, RoleSpan
from annotator.formats import losses
from annotator.formats.base import Context, Format, SourceRecord
from annotator.formats.external_text import (
    ExternalText,
    annotator_of,
    article_facts,
    article_from,
    checked_text,
    parsed,
    read_lines,
)
from annotator.formats.fields import Fields, needed_fields
from annotator.formats.graph import Graph, Link, Mark, annotation_of, role_of
from annotator.formats.offset_units import Unit
from annotator.formats.tokens import spaced_tokens

if TYPE_CHECKING:
    from annotator.core.annotation import Annotation
    from annotator.core.record import Record

_Span = dict[str, Any]
_UNLABELLED: Final = "ENTITY"  # Prodigy and spaCy reject an empty label


class Prodigy(Format):
    """Mentions under their entity's label, parts of quotes as CONTENT, CUE, SOURCE, ADDRESSEE."""

    name = "prodigy"
    title = "Prodigy and spaCy JSONL (spans by characters)"
    suffixes = (".jsonl",)
    reads = True
    by_line = True
    writes = True
    losses = (
        losses.UNLABELLED,
        losses.ENTITY_DETAILS,
        losses.ENTITY_NAMES,
        losses.UNMENTIONED,
        losses.MENTION_DETAILS,
        losses.QUOTE_DETAILS,
        losses.SPEAKER_STATUSES,
        losses.SILENT_SPEAKERS,
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

    def read(self, source: BinaryIO, context: Context) -> Iterator[SourceRecord]:
        return read_lines(source, context, lambda line, number: _record(line, number, context))


def _task(record: "Record") -> dict[str, Any]:
    import orjson

    text = record.article.text
    meta = article_facts(record.article, record.annotator)
    meta.pop("meta", None)
    task: dict[str, Any] = {"text": text, "meta": meta, "_input_hash": _hash(text.encode())}
    spans: list[_Span] = []
    if record.annotation is not None:
        made = _Spans(record.annotation)
        spans = sorted(made.spans, key=lambda span: (span["start"], span["end"]))
        task["tokens"] = _put_on_tokens(text, spans)
        task["spans"] = spans
        task["relations"] = [_relation(*tie) for tie in made.ties()]
        skipped = record.annotation.head.status == "skipped"
        task["answer"] = "ignore" if skipped else "accept"
    task["_task_hash"] = _hash(text.encode() + orjson.dumps(spans))
    return task


def _hash(data: bytes) -> int:
    """Return a signed number of 32 bits, the same for the same data on every system."""
    return int.from_bytes(hashlib.sha256(data).digest()[:4], "big", signed=True)


def _put_on_tokens(text: str, spans: list[_Span]) -> list[dict[str, Any]]:
    """Return the tokens of a text, and set the first and last (inclusive) token of each span."""
    texts, starts, spaced = spaced_tokens(text, ((span["start"], span["end"]) for span in spans))
    for span in spans:
        span["token_start"] = bisect_left(starts, span["start"])
        span["token_end"] = bisect_left(starts, span["end"]) - 1
    ends = map(add, starts, map(len, texts))
    columns = zip(texts, starts, ends, count(), spaced, strict=False)
    return [
        {"text": token, "start": start, "end": end, "id": id_, "ws": ws}
        for token, start, end, id_, ws in columns
    ]


def _relation(head: _Span, child: _Span, label: str) -> dict[str, Any]:
    keys = ("start", "end", "token_start", "token_end", "label")
    return {
        "head": head["token_end"],
        "child": child["token_end"],
        "head_span": {key: head[key] for key in keys},
        "child_span": {key: child[key] for key in keys},
        "label": label,
        "ours": True,
    }


class _Spans:
    """The spans of an annotation, and the links between them."""

    def __init__(self, annotation: "Annotation") -> None:
        self._quotes = annotation.ordered_quotes()
        self._mentions: dict[str, list[_Span]] = {}
        for mention in annotation.ordered_mentions():
            label = annotation.entities[mention.entity_id].label
            self._mentions.setdefault(mention.entity_id, []).append(_mention(mention, label))
        self._parts = {q.id: [_part(q, span) for span in q.spans] for q in self._quotes if q.spans}

    @property
    def spans(self) -> list[_Span]:
        return [
            span for table in (self._mentions, self._parts) for s in table.values() for span in s
        ]

    def ties(self) -> Iterator[tuple[_Span, _Span, str]]:
        """Yield head, child and label of each link: quote parts, speakers, coreferent mentions."""
        for first, *others in self._mentions.values():
            for other in others:
                yield other, first, "SAME_ENTITY"
        for quote in self._quotes:
            parts = self._parts.get(quote.id, ())
            for part in parts:
                if part is not self._head(quote.id):
                    yield self._head(quote.id), part, part["label"]
            for label, ids in (("SPEAKER", quote.speakers), ("ADDRESSED", quote.addressees)):
                for id_ in ids if parts else ():
                    if id_ in self._mentions:
                        yield self._head(quote.id), self._mentions[id_][0], label
            if parts and quote.parent in self._parts:
                yield self._head(quote.id), self._head(quote.parent), "PARENT"

    def _head(self, quote: str) -> _Span:
        parts = self._parts[quote]
        return next((part for part in parts if part["role"] == "content"), parts[0])


def _mention(mention: Mention, label: str) -> _Span:
    return {
        "start": mention.start,
        "end": mention.end,
        "label": label or _UNLABELLED,
        "text": mention.text,
        "entity": mention.entity_id,
    }


def _part(quote: Quote, span: RoleSpan) -> _Span:
    part: _Span = {
        "start": span.start,
        "end": span.end,
        "label": span.role.upper(),
        "text": span.text,
        "quote": quote.id,
        "role": span.role,
    }
    if span.role == "content":
        part |= {"type": quote.type, "speakers": list(quote.speakers)}
    return part


def _record(line: bytes, number: int, context: Context) -> "Record":
    from annotator.core.record import Record

    task = needed_fields(parsed(line), "this is no task")
    facts = task.fields("meta")
    spans = list(task.objects("spans"))
    text = ExternalText(
        checked_text(task.raw("text")), map(_said, spans), context, Unit.CODE_POINTS
    )
    article = article_from(facts, text.text, f"{context.name}-{number}")
    if "spans" not in task and "answer" not in task:
        return Record(article)
    if task.words("answer") == "reject":
        context.remarks.append(f"line {number}: the spans of a rejected task")
        return Record(article)
    head = Head("skipped" if task.words("answer") == "ignore" else "done")
    annotation = annotation_of(_graph(task, spans, text), head, context.remarks)
    annotator_name = facts.words("annotator") or task.words("_annotator_id")
    return Record(article, annotator_of(annotator_name, context), annotation)


def _said(span: Fields) -> tuple[int, int, str | None]:
    start, end = (span.offset(key, f"{key} of a span") for key in ("start", "end"))
    return start, end, span.text("text")


def _graph(task: Fields, spans: list[Fields], text: ExternalText) -> Graph:
    marks: list[Mark] = []
    links: list[Link] = []
    facts: dict[str, dict[str, str]] = {}
    heads: dict[str, str] = {}
    firsts: dict[str, str] = {}
    for number, span in enumerate(spans):
        id_, label, entity = str(number), span.words("label"), span.text("entity")
        role = role_of(span.words("role") or label) if entity is None else None
        marks.append(Mark(id_, label, *text.span(*_said(span)), role))
        if entity is not None:
            firsts.setdefault(entity, id_)
            facts[id_] = {"entity": entity}
        elif role and (quote := span.text("quote")) is not None:
            links.append(Link("PART", heads.setdefault(quote, id_), id_))
            if span.words("type"):
                facts[id_] = {"type": span.words("type")}
    for number, span in enumerate(spans):
        named = span.texts("speakers")
        links += [Link("SPEAKER", str(number), firsts[id_]) for id_ in named if id_ in firsts]
    links += _relations(task, spans)
    return Graph(tuple(marks), tuple(links), facts)


def _relations(task: Fields, spans: list[Fields]) -> Iterator[Link]:
    """Yield the relations. They name their spans by offsets, in older files by their last token."""
    at = {_place(span): str(n) for n, span in enumerate(spans)}
    by_token = {span.number("token_end"): str(n) for n, span in enumerate(spans)}
    by_token.pop(None, None)
    for relation in task.objects("relations"):
        if relation.is_true("ours"):
            continue
        ends = []
        for end in ("head", "child"):
            known = by_token.get(relation.number(end))
            place = _place(relation.fields(f"{end}_span"))
            ends.append(at.get(place) or known or "")
        yield Link(relation.words("label"), *ends)


def _place(span: Fields) -> tuple[int | None, int | None]:
    return span.number("start"), span.number("end")
