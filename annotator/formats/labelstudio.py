"""Label Studio: a list of tasks with regions and relations, and the labelling configuration.

Offsets are code points. What a region alone cannot hold is in per-region choices and text fields
that the configuration declares, so people can see and change it there.
"""

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final
from xml.sax.saxutils import quoteattr

from annotator.core.models import (
    MENTION_KINDS,
    QUOTE_TYPES,
    SPEAKER_STATUSES,
    Entity,
    Mention,
    Quote,
)
from annotator.formats.base import Context, Format, FormatError, SourceRecord, located_message
from annotator.formats.external_text import (
    ExternalText,
    annotator_of,
    article_facts,
    article_from,
    checked_text,
    read_rows,
    whole_json,
)
from annotator.formats.fields import Fields, needed_fields
from annotator.formats.graph import (
    LOSSES_WITH_FACTS,
    ROLE_OF,
    Graph,
    Link,
    Mark,
    annotation_of,
    graph_of,
    head_facts,
    head_from,
    later_names,
    role_of,
)
from annotator.formats.offset_units import Unit

if TYPE_CHECKING:
    from annotator.core.record import Record

TASKS: Final = "tasks.json"
CONFIG: Final = "config.xml"
_CHOICES: Final = {
    "type": QUOTE_TYPES,
    "speaker_status": SPEAKER_STATUSES,
    "kind": MENTION_KINDS,
    "type_set": ("no",),
}
_TEXTS: Final = (
    *("entity", "name", "link", "entity_note", "entity_flags", "entity_attributes"),
    *("quote", "note", "flags", "attributes"),
    *later_names(Entity),
    *later_names(Mention),
    *later_names(Quote),
)
_RELATIONS: Final = ("SAME_ENTITY", *ROLE_OF, "SPEAKER", "ADDRESSED", "PARENT")
_COLOURS: Final = ("#f2c14e", "#7fb7be", "#d3a4c6", "#9bc53d", "#e07a5f", "#8d99ae", "#c9ada7")


class LabelStudio(Format):
    """Regions for mentions and parts of quotes, relations between them."""

    name = "labelstudio"
    title = "Label Studio JSON with its labelling configuration"
    suffixes = (".json",)
    reads = True
    writes = True
    bare = True
    folder = True
    losses = LOSSES_WITH_FACTS

    def recognises(self, head: bytes) -> bool | None:
        return (
            head.lstrip()[:1] in (b"[", b"{")
            and b'"annotations"' in head
            and (b'"from_name"' in head or b'"data"' in head)
        )

    def write_folder(self, records: "Iterable[Record]", folder: Path) -> None:
        import orjson

        labels: dict[str, None] = {}
        with (folder / TASKS).open("xb") as out:
            out.write(b"[")
            tasks = groupby(records, key=lambda record: record.article.id)
            for number, (_, group) in enumerate(tasks, start=1):
                out.write(b",\n" if number > 1 else b"\n")
                out.write(orjson.dumps(_task(list(group), number, labels)))
            out.write(b"\n]\n")
        (folder / CONFIG).write_text(_config(labels), encoding="utf-8")

    def read(self, source: BinaryIO, context: Context) -> Iterator[SourceRecord]:
        found = whole_json(source, context)
        tasks = found if isinstance(found, list) else [found]
        rows = ((task, number) for number, task in enumerate(tasks, start=1))
        try:
            pairs = [pair for task, number in rows for pair in _annotations(task, number)]
        except FormatError as error:
            raise FormatError(located_message(context.path, error)) from error
        return read_rows(pairs, context, lambda pair, _: _record(pair, context))


def _task(records: "list[Record]", number: int, labels: dict[str, None]) -> dict[str, Any]:
    annotated = [record for record in records if record.annotation is not None]
    article = records[0].article
    data: dict[str, Any] = {"text": article.text, **article_facts(article, None)}
    data["heads"] = [
        {"annotator": record.annotator, **head_facts(record.annotation.head)}
        for record in annotated
        if record.annotation
    ]
    annotations = [_annotation(record, labels) for record in annotated]
    return {"id": number, "annotations": annotations, "data": data}


def _annotation(record: "Record", labels: dict[str, None]) -> dict[str, Any]:
    assert record.annotation is not None
    graph = graph_of(record.annotation)
    labels.update(dict.fromkeys(mark.label for mark in graph.marks if mark.role is None))
    results = [result for mark in graph.marks for result in _results(mark, graph)]
    results += [
        {
            "from_id": link.head,
            "to_id": link.child,
            "type": "relation",
            "direction": "right",
            "labels": [link.type],
        }
        for link in graph.links
    ]
    head = record.annotation.head
    return {
        "was_cancelled": head.status == "skipped",
        "lead_time": head.seconds,
        "result": results,
    }


def _results(mark: Mark, graph: Graph) -> Iterator[dict[str, Any]]:
    position = {"start": mark.start, "end": mark.end}
    common = {"id": mark.id, "to_name": "text"}
    value = {**position, "text": mark.text, "labels": [mark.label]}
    yield {**common, "from_name": "label", "type": "labels", "value": value}
    for name, stated in graph.facts.get(mark.id, {}).items():
        if name in _CHOICES:
            value = {**position, "text": mark.text, "choices": [stated]}
            yield {**common, "from_name": name, "type": "choices", "value": value}
        else:
            value = {**position, "text": [stated]}
            yield {**common, "from_name": name, "type": "textarea", "value": value}


def _config(labels: Iterable[str]) -> str:
    """Return the labelling configuration for the labels and for all that `_results` writes."""
    names = [*dict.fromkeys([*labels]), *ROLE_OF]
    lines = ["<View>", '  <Labels name="label" toName="text">']
    for number, label in enumerate(names):
        colour = _COLOURS[number % len(_COLOURS)]
        lines.append(f'    <Label value={quoteattr(label)} background="{colour}"/>')
    lines += ["  </Labels>", "  <Relations>"]
    lines += [f'    <Relation value="{name}"/>' for name in _RELATIONS]
    lines += ["  </Relations>", '  <Text name="text" value="$text"/>']
    for name, choices in _CHOICES.items():
        lines.append(f'  <Choices name="{name}" toName="text" perRegion="true">')
        lines += [f'    <Choice value="{choice}"/>' for choice in choices]
        lines.append("  </Choices>")
    lines += [
        f'  <TextArea name="{name}" toName="text" perRegion="true" placeholder="{name}"/>'
        for name in _TEXTS
    ]
    return "\n".join([*lines, "</View>", ""])


_Pair = tuple[Fields, Fields | None, Fields, int]


def _annotations(task: object, number: int) -> Iterator[_Pair]:
    """Yield each annotation of a task with the facts from our own export; None for a bare task."""
    no_data = f"entry {number} is no task of Label Studio: it has no data"
    found = needed_fields(task, no_data)
    data = needed_fields(found.raw("data"), no_data)
    annotations = list(found.objects("annotations"))
    heads = list(data.objects("heads"))
    for position, annotation in enumerate(annotations):
        yield found, annotation, heads[position] if position < len(heads) else Fields({}), number
    if not annotations:
        yield found, None, Fields({}), number


def _record(pair: _Pair, context: Context) -> "Record":
    from annotator.core.record import Record

    task, annotation, facts, number = pair
    data = task.fields("data")
    raw = checked_text(data.raw("text"))
    results = list(annotation.objects("result")) if annotation is not None else []
    regions = [one for one in results if one.words("type") in ("labels", "hypertextlabels")]
    text = ExternalText(raw, map(_said, regions), context, Unit.CODE_POINTS)
    article = article_from(data, text.text, f"{context.name}-{number}")
    if task.raw("predictions"):
        context.remarks.append("predictions, which are nobody's annotation")
    if annotation is None:
        return Record(article)
    graph = Graph(
        tuple(_mark(region, text) for region in regions),
        tuple(_links(results)),
        _facts(results),
    )
    usual = "skipped" if annotation.is_true("was_cancelled") else "done"
    made = annotation_of(graph, head_from(facts, usual), context.remarks)
    annotator_name = annotator_of(facts.words("annotator") or _completed_by(annotation), context)
    return Record(article, annotator_name, made)


def _completed_by(annotation: Fields) -> str:
    return annotation.words("completed_by") or annotation.fields("completed_by").words("email")


def _said(region: Fields) -> tuple[int, int, str | None]:
    value = needed_fields(region.raw("value"), "a region has no value")
    start, end = (value.offset(key, f"{key} of a region") for key in ("start", "end"))
    return start, end, value.text("text")


def _mark(region: Fields, text: ExternalText) -> Mark:
    label = _first(region.fields("value").texts("labels"))
    return Mark(region.words("id"), label, *text.span(*_said(region)), role_of(label))


def _first(texts: list[str]) -> str:
    return texts[0] if texts else ""


def _links(results: list[Fields]) -> Iterator[Link]:
    for result in results:
        if result.words("type") == "relation":
            ends = (result.words("from_id"), result.words("to_id"))
            backward = result.words("direction") == "left"
            yield Link(_first(result.texts("labels")), *(reversed(ends) if backward else ends))


def _facts(results: list[Fields]) -> dict[str, dict[str, str]]:
    """Return the facts in per-region choices and text fields, by the region's id."""
    facts: dict[str, dict[str, str]] = {}
    for result in results:
        key = {"choices": "choices", "textarea": "text"}.get(result.words("type"))
        stated = result.fields("value").texts(key) if key else []
        if stated:
            inner = facts.setdefault(result.words("id"), {})
            inner[result.words("from_name")] = "\n".join(stated)
    return facts
