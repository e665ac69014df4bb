"""TEI P5: a corpus with one document per annotation, marked up inline.

Content of quotes is `<said>`, their other parts are `<seg>`; mentions are `<persName>`,
`<orgName>`, `<placeName>` or `<name>`. Where marks overlap, one is cut into pieces that `@next` and
`@prev` chain. Relations are in `<standOff>`: `<link>` for links, `<span>` for the facts about a
mark. White space in the text is kept.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, BinaryIO, Final
from xml.etree.ElementTree import Element, ParseError
from xml.sax.saxutils import escape

from annotator.core.errors import AnnotatorError
from annotator.formats.base import (
    LARGEST_WHOLE,
    Context,
    Format,
    FormatError,
    SourceRecord,
    located_message,
)
from annotator.formats.external_text import ExternalText, annotator_of, article_facts, article_from
from annotator.formats.fields import Fields
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
    role_of,
)
from annotator.formats.nested_markup import nested
from annotator.formats.offset_units import Unit
from annotator.formats.xml import ILLEGAL, legal

if TYPE_CHECKING:
    from annotator.core.record import Record

NAMESPACE: Final = "http://www.tei-c.org/ns/1.0"
_NS: Final = f"{{{NAMESPACE}}}"
_ID: Final = "{http://www.w3.org/XML/1998/namespace}id"
_NAMES: Final = {
    "PERSON": "persName", "PER": "persName", "ORG": "orgName", "GPE": "placeName",
    "LOC": "placeName", "FAC": "placeName",
}  # fmt: skip
_LABELS: Final = {"persName": "PERSON", "orgName": "ORG", "placeName": "GPE", "name": "MISC"}
_PLAIN: Final = re.compile(r"[\n -%'-;=?-~\xa0-\ud7ff]*+")
"""Text that is the same in XML."""
_WORD: Final = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)


class Tei(Format):
    """Quotes and names inline, links and details in standOff."""

    name = "tei"
    title = "TEI P5 XML"
    suffixes = (".xml", ".tei")
    reads = True
    writes = True
    bare = True
    losses = (*LOSSES_WITH_FACTS, ILLEGAL)

    def recognises(self, head: bytes) -> bool | None:
        return NAMESPACE.encode() in head

    def write(self, records: "Iterable[Record]", out: BinaryIO) -> None:
        out.write(
            f'<?xml version="1.0" encoding="UTF-8"?>\n<teiCorpus xmlns="{NAMESPACE}">\n'
            f"{_header('Annotated articles', '', '')}\n".encode()
        )
        for number, record in enumerate(records, start=1):
            out.write(_document(record, f"d{number}").encode())
        out.write(b"</teiCorpus>\n")

    def read(self, source: BinaryIO, context: Context) -> Iterator[SourceRecord]:
        from defusedxml.ElementTree import iterparse

        number = 0
        try:
            # Entities and document types are rejected without being expanded.
            bounded = _Bounded(source, context)
            for _, element in iterparse(bounded, events=("end",), forbid_dtd=True):
                if element.tag == f"{_NS}TEI":
                    number += 1
                    yield SourceRecord(_record(element, number, context))
                    element.clear()
                    bounded.left = LARGEST_WHOLE
        except (ParseError, ValueError, LookupError) as error:  # defusedxml, encodings
            raise FormatError(f"{context.path}: this XML cannot be read: {error}") from error
        except TooLarge:
            raise
        except AnnotatorError as error:
            raise FormatError(
                located_message(f"{context.path}: document {number}", error)
            ) from error


class TooLarge(FormatError):
    """A document that is too large to be held in memory."""


class _Bounded:
    """A file whose reads are limited to the size that one document may have."""

    def __init__(self, source: BinaryIO, context: Context) -> None:
        self._source = source
        self._path = context.path
        self.left = LARGEST_WHOLE

    def read(self, size: int = -1, /) -> bytes:
        data = self._source.read(size)
        self.left -= len(data)
        if self.left < 0:
            raise TooLarge(f"{self._path}: a document is larger than {LARGEST_WHOLE >> 20} MB")
        return data


def _header(title: str, about: str, notes: str) -> str:
    return (
        f"<teiHeader><fileDesc><titleStmt><title>{title}</title></titleStmt>"
        "<publicationStmt><p>Annotated with Annotator.</p></publicationStmt>"
        f"{notes}<sourceDesc>{about or '<p>Articles</p>'}</sourceDesc></fileDesc></teiHeader>"
    )


def _document(record: "Record", prefix: str) -> str:
    facts = dict(article_facts(record.article, record.annotator))
    if record.annotation is not None:
        facts |= {f"head_{name}": v for name, v in head_facts(record.annotation.head).items()}
    notes = "".join(f'<note type="{name}">{_text(value)}</note>' for name, value in facts.items())
    header = _header(
        _text(record.article.title or record.article.id),
        f"<bibl><title>{_text(record.article.title or record.article.id)}</title></bibl>",
        f"<notesStmt>{notes}</notesStmt>",
    )
    graph = graph_of(record.annotation) if record.annotation else Graph()
    ids = {mark.id: f"{prefix}.s{number}" for number, mark in enumerate(graph.marks, start=1)}
    markup = _markup(record.article.text, graph, ids)
    return (
        f"<TEI>{header}\n"
        f'<text><body><ab xml:space="preserve">{markup}</ab></body></text>\n'
        f"{_stand_off(graph, ids)}</TEI>\n"
    )


def _text(value: str) -> str:
    return value if _PLAIN.fullmatch(value) else escape(legal(value))


def _stand_off(graph: Graph, ids: dict[str, str]) -> str:
    links = [
        f'<link type="{link.type}" target="#{ids[link.head]} #{ids[link.child]}"/>'
        for link in graph.links
    ]
    spans = [
        f'<span type="{name}" target="#{ids[mark]}">{_text(value)}</span>'
        for mark, facts in graph.facts.items()
        for name, value in facts.items()
    ]
    spans += [
        f'<span type="label" target="#{ids[mark.id]}">{_text(mark.label)}</span>'
        for mark in graph.marks
        if mark.role is None and not _WORD.fullmatch(mark.label)
    ]
    parts = [f"<linkGrp>{''.join(links)}</linkGrp>"] if links else []
    parts += [f"<spanGrp>{''.join(spans)}</spanGrp>"] if spans else []
    return f"<standOff>{''.join(parts)}</standOff>\n" if parts else ""


def _markup(text: str, graph: Graph, ids: dict[str, str]) -> str:
    """Return the text with its marks as elements, their pieces chained."""
    steps = list(nested(text, graph.marks))
    last = Counter(mark.id for sign, mark in steps if mark is not None and sign == "<")
    pieces: Counter[str] = Counter()
    parts: list[str] = []
    for words, mark in steps:
        if mark is None:
            parts.append(_text(words))
        elif words == ">":
            parts.append(f"</{_element(mark)}>")
        else:
            pieces[mark.id] += 1
            parts.append(_start(mark, ids[mark.id], pieces[mark.id], last[mark.id]))
    return "".join(parts)


def _start(mark: Mark, id_: str, piece: int, last: int) -> str:
    attributes = {"xml:id": id_ if piece == 1 else f"{id_}.{piece}"}
    if mark.role is not None and mark.role != "content":
        attributes["type"] = mark.role
    elif mark.role is None and _WORD.fullmatch(mark.label):
        attributes["type"] = mark.label
    if piece > 1:
        attributes["prev"] = f"#{id_}" if piece == 2 else f"#{id_}.{piece - 1}"
    if piece < last:
        attributes["next"] = f"#{id_}.{piece + 1}"
    # No value holds anything that would have to be escaped.
    span_facts = " ".join([f'{name}="{value}"' for name, value in attributes.items()])
    return f"<{_element(mark)} {span_facts}>"


def _element(mark: Mark) -> str:
    if mark.role is not None:
        return "said" if mark.role == "content" else "seg"
    return _NAMES.get(mark.label, "name")


class _Found:
    """The text of a document and the pieces of marks in it, in document order."""

    def __init__(self, body: Element) -> None:
        self.text: list[str] = []
        self._length = 0
        self.pieces: dict[str, tuple[Element, int, int]] = {}
        self._walk(body)

    def _walk(self, body: Element) -> None:
        """Collect text and pieces without recursion: a malicious file may nest deeper than the
        stack.
        """
        stack: list[tuple[Element, int, Iterator[Element]]] = [(body, 0, iter(body))]
        self._add_text(body.text)
        while stack:
            element, start, children = stack[-1]
            child = next(children, None)
            if child is not None:
                stack.append((child, self._length, iter(child)))
                self._add_text(child.text)
                continue
            stack.pop()
            if stack:
                id_ = element.get(_ID) or f"unnamed {len(self.pieces)}"
                self.pieces[id_] = (element, start, self._length)
                self._add_text(element.tail)

    def _add_text(self, words: str | None) -> None:
        self.text.append(words or "")
        self._length += len(words or "")

    def marks(self) -> Iterator[tuple[str, str, int, int, str]]:
        """Yield id, label, start, end and element of each mark, its pieces put together."""
        for id_, (element, start, end) in self.pieces.items():
            label = _label(element)
            if label is None or element.get("prev") or start == end:
                continue
            last, seen = id_, {id_}
            while (after := self.pieces[last][0].get("next", "").lstrip("#")) in self.pieces:
                if after in seen:
                    raise FormatError(f"the pieces of {id_} go round in a circle")
                seen.add(after)
                last = after
            yield id_, label, start, max(end, self.pieces[last][2]), element.tag


def _label(element: Element) -> str | None:
    """Return the label of an element that marks something; None for other elements."""
    tag, type_ = element.tag.removeprefix(_NS), element.get("type", "")
    if tag in ("said", "quote", "q"):
        return "CONTENT"
    if tag == "seg":
        return type_.upper() if type_.upper() in ROLE_OF else None
    return (type_ or _LABELS[tag]) if tag in _LABELS else None


def _record(document: Element, number: int, context: Context) -> "Record":
    from annotator.core.record import Record

    notes = document.iterfind(f".//{_NS}notesStmt/{_NS}note")
    note_texts = {note.get("type", ""): note.text or "" for note in notes}
    facts = Fields(note_texts)
    body = document.find(f"./{_NS}text/{_NS}body")
    if body is None:
        raise FormatError("it has no body")
    found = _Found(body)
    text = ExternalText("".join(found.text), (), context, Unit.CODE_POINTS)
    article = article_from(facts, text.text, f"{context.name}-{number}")
    head = {k.removeprefix("head_"): v for k, v in note_texts.items() if k.startswith("head_")}
    span_facts = _span_facts(document)
    marks = []
    for id_, label, start, end, tag in found.marks():
        named = span_facts.get(id_, {}).pop("label", label)
        role = (
            role_of(label) if tag in (f"{_NS}said", f"{_NS}seg", f"{_NS}q", f"{_NS}quote") else None
        )
        marks.append(Mark(id_, named, *text.span(start, end), role))
    if not marks and not head:
        return Record(article)
    links = (
        Link(link.get("type", ""), *_ends(link.get("target", "")))
        for link in document.iterfind(f".//{_NS}standOff//{_NS}link")
    )
    graph = Graph(tuple(marks), tuple(links), span_facts)
    made = annotation_of(graph, head_from(Fields(head)), context.remarks)
    return Record(article, annotator_of(facts.words("annotator"), context), made)


def _ends(target: str) -> tuple[str, str]:
    one, _, other = target.replace("#", "").partition(" ")
    return one, other


def _span_facts(document: Element) -> dict[str, dict[str, str]]:
    facts: dict[str, dict[str, str]] = {}
    for span in document.iterfind(f".//{_NS}standOff//{_NS}span"):
        mark = span.get("target", "").lstrip("#")
        facts.setdefault(mark, {})[span.get("type", "")] = span.text or ""
    return facts
