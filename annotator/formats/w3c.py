"""W3C Web Annotation (JSON-LD): one page of annotations with position and quote selectors.

Each article's text is the body of an annotation that describes it, so the page is self-contained.
Links are annotations whose target is another annotation. Offsets are code points, as the
recommendation requires. Facts without a standard term are under `annotator:`.
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, BinaryIO, Final
from urllib.parse import quote as quoted

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
from annotator.formats.fields import Fields, objects
from annotator.formats.graph import (
    LOSSES_WITH_FACTS,
    Graph,
    Link,
    Mark,
    annotation_of,
    graph_of,
    head_facts,
    head_from,
    role_of,
)
from annotator.formats.offset_units import Unit

if TYPE_CHECKING:
    from annotator.core.record import Record

_CONTEXT: Final = ["http://www.w3.org/ns/anno.jsonld", {"annotator": "urn:annotator:"}]
_AROUND: Final = 32


class WebAnnotation(Format):
    """A tagging annotation for each mention and part of a quote, a linking one for each link."""

    name = "w3c"
    title = "W3C Web Annotation, JSON-LD"
    suffixes = (".jsonld",)
    reads = True
    writes = True
    bare = True
    losses = LOSSES_WITH_FACTS

    def recognises(self, head: bytes) -> bool | None:
        return head.lstrip()[:1] in (b"{", b"[") and b"www.w3.org/ns/anno.jsonld" in head

    def write(self, records: "Iterable[Record]", out: BinaryIO) -> None:
        import orjson

        out.write(b'{"@context":' + orjson.dumps(_CONTEXT) + b',"type":"AnnotationPage","items":[')
        first = True
        for number, record in enumerate(records, start=1):
            for item in _items(record, number):
                out.write((b"\n" if first else b",\n") + orjson.dumps(item))
                first = False
        out.write(b"\n]}\n")

    def read(self, source: BinaryIO, context: Context) -> Iterator[SourceRecord]:
        page = whole_json(source, context)
        try:
            items = page.get("items") if isinstance(page, dict) else page
            found = _Page(list(objects(items, "items")))
        except FormatError as error:
            raise FormatError(located_message(context.path, error)) from error
        if not found.texts:
            raise FormatError(
                f"{context.path}: no annotation in it has the text of an article as its body, "
                "and without the text no span can be placed"
            )
        return read_rows(found.texts, context, lambda text, n: _record(text, found, n, context))


def _items(record: "Record", number: int) -> Iterator[dict[str, Any]]:
    article, annotation = record.article, record.annotation
    source = f"urn:annotator:article:{number}:{quoted(article.id, safe='')}"
    common: dict[str, Any] = {"type": "Annotation"}
    if record.annotator is not None:
        common["creator"] = record.annotator
    about: dict[str, Any] = {
        **common,
        "id": f"{source}#text",
        "motivation": "describing",
        "body": {"type": "TextualBody", "format": "text/plain", "value": article.text},
        "target": source,
        "annotator:article": article_facts(article, None),
    }
    if annotation is None:
        yield about
        return
    graph = graph_of(annotation)
    yield about | {"annotator:head": head_facts(annotation.head)}
    for mark in graph.marks:
        facts = graph.facts.get(mark.id)
        more = {"annotator:facts": facts} if facts else {}
        tag = {"type": "TextualBody", "purpose": "tagging", "value": mark.label}
        yield {
            **common,
            "id": f"{source}#{quoted(mark.id, safe='')}",
            "motivation": "tagging",
            "body": [tag],
            "target": {"source": source, "selector": _selectors(mark, article.text)},
            **more,
        }
    for link in graph.links:
        yield {
            **common,
            "motivation": "linking",
            "body": f"{source}#{quoted(link.child, safe='')}",
            "target": f"{source}#{quoted(link.head, safe='')}",
            "annotator:relation": link.type,
        }


def _selectors(mark: Mark, text: str) -> list[dict[str, Any]]:
    return [
        {"type": "TextPositionSelector", "start": mark.start, "end": mark.end},
        {
            "type": "TextQuoteSelector",
            "exact": mark.text,
            "prefix": text[max(0, mark.start - _AROUND) : mark.start],
            "suffix": text[mark.end : mark.end + _AROUND],
        },
    ]


class _Page:
    """The items of a page by their purpose; marks and links by source or id."""

    def __init__(self, items: list[Fields]) -> None:
        self.texts: list[Fields] = []
        self.marks: dict[str, list[Fields]] = {}
        self.links: dict[str, list[Fields]] = {}
        for item in items:
            target, about = item.fields("target"), item.text("target")
            if target:
                self.marks.setdefault(target.words("source"), []).append(item)
            elif item.words("motivation") == "describing" and item.fields("body"):
                self.texts.append(item)
            elif about is not None:
                self.links.setdefault(about.partition("#")[0], []).append(item)


def _record(about: Fields, page: _Page, number: int, context: Context) -> "Record":
    from annotator.core.record import Record

    source = about.words("target")
    marked = page.marks.get(source, [])
    raw = checked_text(about.fields("body").raw("value"))
    text = ExternalText(raw, map(_said, marked), context, Unit.CODE_POINTS)
    known = about.fields("annotator:article")
    article = article_from(known, text.text, f"{context.name}-{number}")
    head = about.fields("annotator:head")
    annotator_name = annotator_of(about.words("creator"), context)
    if not marked and not head:
        return Record(article)
    graph = Graph(
        tuple(_mark(item, text) for item in marked),
        tuple(_link(item) for item in page.links.get(source, [])),
        {item.words("id"): dict(item.fields("annotator:facts").each()) for item in marked},
    )
    made = annotation_of(graph, head_from(head), context.remarks)
    return Record(article, annotator_name, made)


def _said(item: Fields) -> tuple[int, int, str | None]:
    found = list(item.fields("target").objects("selector"))
    position_selectors = [s for s in found if s.words("type") == "TextPositionSelector"]
    quotes = [s.text("exact") for s in found if s.words("type") == "TextQuoteSelector"]
    if not position_selectors:
        raise FormatError(f"{item.words('id')} has no TextPositionSelector")
    start, end = (position_selectors[0].offset(key, key) for key in ("start", "end"))
    return start, end, quotes[0] if quotes else None


def _mark(item: Fields, text: ExternalText) -> Mark:
    tags = [
        entry.words("value")
        for entry in item.objects("body")
        if "purpose" not in entry or entry.words("purpose") == "tagging"
    ]
    label = tags[0] if tags else ""
    return Mark(item.words("id"), label, *text.span(*_said(item)), role_of(label))


def _link(item: Fields) -> Link:
    return Link(item.words("annotator:relation"), item.words("target"), item.words("body"))
