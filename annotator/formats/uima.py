"""UIMA CAS as XMI or JSON through dkpro-cassis, for INCEpTION and other UIMA tools.

The types are custom layers as INCEpTION names them: `Mention` and `QuotePart` are spans, `Link` a
relation between two of them, `ArticleData` holds the facts about the article. cassis converts our
code points to the UTF-16 units of UIMA, and back.
"""

import json
from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from annotator.core.file_names import FileNames
from annotator.core.models import Entity, Mention, Quote
from annotator.files import is_readable_file, open_to_read
from annotator.formats.base import (
    Context,
    Format,
    FormatError,
    SourceRecord,
    library,
    located_message,
    whole,
)
from annotator.formats.external_text import (
    ExternalText,
    annotator_of,
    article_facts,
    article_from,
    parsed,
)
from annotator.formats.fields import Fields, fields, words
from annotator.formats.graph import (
    LOSSES_WITH_FACTS,
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
from annotator.formats.xml import ILLEGAL, legal

if TYPE_CHECKING:
    from annotator.core.record import Record

TYPES: Final = "TypeSystem.xml"
_MENTION: Final = "webanno.custom.Mention"
_PART: Final = "webanno.custom.QuotePart"
_LINK: Final = "webanno.custom.Link"
_DATA: Final = "webanno.custom.ArticleData"
_STRING: Final = "uima.cas.String"
_ANNOTATION: Final = "uima.tcas.Annotation"
_MENTION_FACTS: Final = (
    *(
        "entity",
        "name",
        "link",
        "entity_note",
        "entity_flags",
        "entity_attributes",
        "kind",
        "note",
        "flags",
    ),
    *later_names(Entity),
    *later_names(Mention),
)
_QUOTE_FACTS: Final = (
    *("quote", "quote_type", "speaker_status", "note", "flags", "attributes", "type_set"),
    *later_names(Quote),
)
_ARTICLE_FACTS: Final = (
    *("article", "title", "source", "published", "language", "url", "annotator", "meta", "head"),
)


class Xmi(Format):
    """One `.xmi` for each annotation, and the type system."""

    name = "uima"
    title = "UIMA CAS XMI with its type system (dkpro-cassis)"
    suffixes = (".xmi",)
    reads = True
    writes = True
    bare = True
    folder = True
    losses = (*LOSSES_WITH_FACTS, ILLEGAL)
    _last_types: tuple[bytes, Any] | None = None
    """The type system of the last file that was read, and what it was made of: files that were
    written together have the same, and to make it takes longer than to read most of them."""

    def recognises(self, head: bytes) -> bool | None:
        return b"http://www.omg.org/XMI" in head

    def write_folder(self, records: "Iterable[Record]", folder: Path) -> None:
        cassis = library("cassis", "uima")
        types, names = _type_system(cassis), FileNames()
        types.to_xml(folder / TYPES)
        for record in records:
            stem = names.stem(record.article.id, record.annotator or "nobody")
            self._save(_cas(cassis, types, record), folder / f"{stem}{self.suffixes[0]}")

    def read(self, source: BinaryIO, context: Context) -> Iterator[SourceRecord]:
        cassis = library("cassis", "uima")
        data = whole(source, context)
        try:
            cas = self._load(cassis, data, context.path)
        except FormatError:
            raise
        except Exception as error:  # cassis raises whatever its parsers raise
            raise FormatError(f"{context.path}: this CAS cannot be read: {error}") from error
        try:
            yield SourceRecord(_record(cas, context))
        except FormatError as error:
            raise FormatError(located_message(context.path, error)) from error

    def _save(self, cas: Any, path: Path) -> None:
        cas.to_xmi(path)

    def _load(self, cassis: Any, data: bytes, path: Path) -> Any:
        _refuse_entities(data, path)
        return cassis.load_cas_from_xmi(BytesIO(data), typesystem=self._types_beside(cassis, path))

    def _types_beside(self, cassis: Any, path: Path) -> Any:
        for folder in path.absolute().parents[:2]:
            if is_readable_file(beside := folder / TYPES):
                with open_to_read(beside) as source:
                    data = whole(source, Context(beside))
                types = self._known_types(data)
                if types is None:
                    _refuse_entities(data, beside)
                    types = cassis.load_typesystem(BytesIO(data))
                    self._last_types = data, types
                return types
        return _type_system(cassis)

    def _known_types(self, made_of: bytes) -> Any:
        return self._last_types[1] if self._last_types and self._last_types[0] == made_of else None


class CasJson(Xmi):
    """One `.json` for each annotation, with the types inside."""

    name = "uima-json"
    title = "UIMA CAS JSON (dkpro-cassis)"
    suffixes = (".json",)

    def recognises(self, head: bytes) -> bool | None:
        return head.lstrip()[:1] == b"{" and b'"%TYPES"' in head

    def _save(self, cas: Any, path: Path) -> None:
        cas.to_json(path)

    def _load(self, cassis: Any, data: bytes, path: Path) -> Any:
        made_of = json.dumps(json.loads(data).get("%TYPES")).encode()
        types = self._known_types(made_of)
        if types is not None:
            return cassis.load_cas_from_json(BytesIO(data), types, merge_typesystem=False)
        cas = cassis.load_cas_from_json(BytesIO(data))
        self._last_types = made_of, cas.typesystem
        return cas


def _type_system(cassis: Any) -> Any:
    types = cassis.TypeSystem()
    spans = ((_MENTION, ("label", *_MENTION_FACTS)), (_PART, ("role", *_QUOTE_FACTS)))
    for name, features in (*spans, (_DATA, _ARTICLE_FACTS)):
        made = types.create_type(name=name, supertypeName=_ANNOTATION)
        for feature in features:
            types.create_feature(domainType=made, name=feature, rangeType=_STRING)
    link = types.create_type(name=_LINK, supertypeName=_ANNOTATION)
    types.create_feature(domainType=link, name="Governor", rangeType=_ANNOTATION)
    types.create_feature(domainType=link, name="Dependent", rangeType=_ANNOTATION)
    types.create_feature(domainType=link, name="relation", rangeType=_STRING)
    return types


def _cas(cassis: Any, types: Any, record: "Record") -> Any:
    text = legal(record.article.text)
    cas = cassis.Cas(typesystem=types)
    cas.sofa_string, cas.sofa_mime = text, "text/plain"
    facts: dict[str, str] = dict(article_facts(record.article, record.annotator))
    graph = Graph()
    if record.annotation is not None:
        facts["head"] = json.dumps(head_facts(record.annotation.head))
        graph = graph_of(record.annotation)
    data = {name: legal(value) for name, value in facts.items()}
    cas.add(types.get_type(_DATA)(begin=0, end=len(text), **data))
    made: dict[str, Any] = {}
    for mark in graph.marks:
        label = {"label": legal(mark.label)} if mark.role is None else {"role": mark.role}
        features = {_feature(k): legal(value) for k, value in graph.facts.get(mark.id, {}).items()}
        type_ = types.get_type(_MENTION if mark.role is None else _PART)
        made[mark.id] = type_(begin=mark.start, end=mark.end, **label, **features)
    for link in graph.links:
        head, child = made[link.head], made[link.child]
        ends = {"Governor": head, "Dependent": child, "relation": link.type}
        cas.add(types.get_type(_LINK)(begin=child.begin, end=child.end, **ends))
    cas.add_all(made.values())
    return cas


def _feature(fact: str) -> str:
    """Return the name of a feature; `type` is already the type of a feature structure."""
    return "quote_type" if fact == "type" else fact


def _refuse_entities(data: bytes, path: Path) -> None:
    """Raise FormatError for XML with a document type, whose entities cassis would expand."""
    from defusedxml.ElementTree import iterparse

    try:
        for _, element in iterparse(BytesIO(data), events=("end",), forbid_dtd=True):
            element.clear()
    except (ValueError, SyntaxError) as error:
        raise FormatError(f"{path}: this XML cannot be read: {error}") from error


def _record(cas: Any, context: Context) -> "Record":
    from annotator.core.record import Record

    if not isinstance(cas.sofa_string, str):
        raise FormatError("there is no text in it")
    text = ExternalText(cas.sofa_string, (), context, Unit.CODE_POINTS)
    known = {type_.name for type_ in cas.typesystem.get_types()}
    data = next(iter(cas.select(_DATA)), None) if _DATA in known else None
    facts = Fields({name: getattr(data, name, "") for name in _ARTICLE_FACTS})
    article = article_from(facts, text.text, context.name)
    made = {}
    for name in (_MENTION, _PART):
        for element in cas.select(name) if name in known else ():
            made[str(element.xmiID)] = element
    head_json = facts.words("head")
    if _DATA in known and not head_json and not made:
        return Record(article)
    graph = Graph(
        tuple(_mark(id_, element, text) for id_, element in made.items()),
        tuple(_links(cas, known)),
        {id_: _facts(element) for id_, element in made.items()},
    )
    _remark(cas, known, context)
    head = fields(parsed(head_json) if head_json else None)
    annotation = annotation_of(graph, head_from(head), context.remarks)
    return Record(article, annotator_of(facts.words("annotator"), context), annotation)


def _mark(id_: str, element: Any, text: ExternalText) -> Mark:
    part = element.type.name == _PART
    label = words(element.role if part else element.label)
    role = role_of(label) if part else None
    return Mark(id_, label, *text.span(element.begin, element.end), role)


def _links(cas: Any, known: set[str]) -> Iterator[Link]:
    for link in cas.select(_LINK) if _LINK in known else ():
        if link.Governor is not None and link.Dependent is not None:
            ends = (str(link.Governor.xmiID), str(link.Dependent.xmiID))
            yield Link(words(link.relation), *ends)


def _facts(element: Any) -> dict[str, str]:
    names = _QUOTE_FACTS if element.type.name == _PART else _MENTION_FACTS
    found = {name: getattr(element, name, None) for name in names}
    if "quote_type" in found:
        found["type"] = found.pop("quote_type")
    # An entity with an empty name is not the same as one without a name.
    return {k: words(v) for k, v in found.items() if v or (k == "name" and v is not None)}


def _remark(cas: Any, known: set[str], context: Context) -> None:
    """Report the layers of other tools that were not read."""
    ours = {_MENTION, _PART, _LINK, _DATA, _ANNOTATION, "uima.tcas.DocumentAnnotation"}
    for name in sorted(known - ours):
        if not name.startswith("uima.") and (count := len(cas.select(name))):
            context.remarks.append(f"{count} annotations of the type {name}")
