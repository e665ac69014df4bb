"""UIMA CAS as XMI or JSON through dkpro-cassis, for INCEpTION and other UIMA tools.

The types are custom layers as INCEpTION names them: `Mention` and `QuotePart` are spans, `Link` a
relation between two of them, `ArticleData` holds the facts about the article. cassis converts our
code points to the UTF-16 units of UIMA, and back.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, NamedTuple

from annotator.core.file_names import FileNames
from annotator.core.models import Entity, Mention, Quote
from annotator.core.offsets import Utf16Offsets
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
_NAMESPACE: Final = "webanno.custom."
_MENTION: Final = f"{_NAMESPACE}Mention"
_PART: Final = f"{_NAMESPACE}QuotePart"
_LINK: Final = f"{_NAMESPACE}Link"
_DATA: Final = f"{_NAMESPACE}ArticleData"
_PREFIX: Final = len(_NAMESPACE)
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
_FIRST_ID: Final = 2
"""The id of the first feature structure after the Sofa, which holds the text."""
_REFERENCES: Final = {"Governor": "@Governor", "Dependent": "@Dependent"}
_SPECIAL: Final = re.compile('[&<>"\n\t]')
_SPECIAL_BUT_QUOTES: Final = re.compile("[&<>\n\t]")
_ESCAPES: Final = (
    ("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("\n", "&#10;"), ("\t", "&#9;"),
)  # fmt: skip
_XMI: Final = (
    "<?xml version='1.0' encoding='UTF-8'?>\n"
    '<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore" '
    'xmlns:custom="http:///webanno/custom.ecore" xmi:version="2.0"><cas:NULL xmi:id="0"/>'
)
_encode: Final = json.JSONEncoder(ensure_ascii=False).encode


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
    _types_as_json = ""

    def recognises(self, head: bytes) -> bool | None:
        return b"http://www.omg.org/XMI" in head

    def write_folder(self, records: "Iterable[Record]", folder: Path) -> None:
        cassis = library("cassis", "uima")
        types, names = _type_system(cassis), FileNames()
        types.to_xml(folder / TYPES)
        self._types_as_json = _types_as_json(cassis, types)
        for record in records:
            stem = names.stem(record.article.id, record.annotator or "nobody")
            content = self._content(_structures(record))
            (folder / f"{stem}{self.suffixes[0]}").write_bytes(content.encode())

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

    def _content(self, found: "_Structures") -> str:
        """Return the file that cassis would write, as text; see `_Structures`."""
        structures = "".join(
            [
                f'<custom:{name[_PREFIX:]} xmi:id="{id_}" sofa="1"{_attributes(features)}/>'
                for id_, (name, features) in enumerate(found.all, start=_FIRST_ID)
            ]
        )
        members = " ".join(map(str, range(_FIRST_ID, len(found.all) + _FIRST_ID)))
        text = _in_attribute(found.text)
        return (
            f"{_XMI}{structures}"
            f'<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" mimeType="text/plain" '
            f'sofaString="{text}"/><cas:View sofa="1" members="{members}"/></xmi:XMI>'
        )

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

    def _content(self, found: "_Structures") -> str:
        structures: list[dict[str, Any]] = [
            {
                "%ID": 1, "%TYPE": "uima.cas.Sofa", "sofaNum": 1, "sofaID": "_InitialView",
                "mimeType": "text/plain", "sofaString": found.text,
            }
        ]  # fmt: skip
        for id_, (name, features) in enumerate(found.all, start=_FIRST_ID):
            structure = {"%ID": id_, "%TYPE": name, "@sofa": 1}
            for feature, value in features.items():
                structure[_REFERENCES.get(feature, feature)] = value
            structures.append(structure)
        members = [*range(_FIRST_ID, len(found.all) + _FIRST_ID)]
        views = {"_InitialView": {"%SOFA": 1, "%MEMBERS": members}}
        return (
            f'{{"%TYPES": {self._types_as_json}, "%FEATURE_STRUCTURES": {_encode(structures)}, '
            f'"%VIEWS": {_encode(views)}}}'
        )

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


def _types_as_json(cassis: Any, types: Any) -> str:
    """Return the types as a file of CAS JSON has them."""
    empty = cassis.Cas(typesystem=types).to_json()
    return json.dumps(json.loads(empty)["%TYPES"], ensure_ascii=False)


class _Structures(NamedTuple):
    """The text of a CAS and its feature structures, as the name of a type and features.

    They are what cassis would write for the same CAS, features in the order of their types, ids
    counted from 2. Building the CAS takes 20 times as long; a test compares both byte by byte.
    """

    text: str
    all: list[tuple[str, dict[str, Any]]]


def _structures(record: "Record") -> _Structures:
    text = legal(record.article.text)
    facts: dict[str, str] = dict(article_facts(record.article, record.annotator))
    graph = Graph()
    if record.annotation is not None:
        facts["head"] = json.dumps(head_facts(record.annotation.head))
        graph = graph_of(record.annotation)
    units = Utf16Offsets(text)
    # A text without wide characters has the same offsets in UTF-16.
    unit = units.to_units if units.units != len(text) else int
    data = {"begin": 0, "end": units.units} | _in_order(_ARTICLE_FACTS, facts)
    found: list[tuple[str, dict[str, Any]]] = [(_DATA, data)]
    places = {mark.id: (unit(mark.start), unit(mark.end)) for mark in graph.marks}
    first = _FIRST_ID + 1 + len(graph.links)
    ids = {mark.id: id_ for id_, mark in enumerate(graph.marks, start=first)}
    for type_, head, child in graph.links:
        start, end = places[child]
        ends = {"Governor": ids[head], "Dependent": ids[child], "relation": type_}
        found.append((_LINK, {"begin": start, "end": end} | ends))
    for id_, label, _, _, _, role in graph.marks:
        start, end = places[id_]
        mark_facts = graph.facts.get(id_, {})
        features: dict[str, Any] = {"begin": start, "end": end}
        if role is None:
            features["label"] = legal(label)
            features |= _in_order(_MENTION_FACTS, mark_facts)
            found.append((_MENTION, features))
        else:
            features["role"] = role
            if mark_facts:
                quote_facts = {_feature(name): value for name, value in mark_facts.items()}
                features |= _in_order(_QUOTE_FACTS, quote_facts)
            found.append((_PART, features))
    return _Structures(text, found)


def _in_order(names: Iterable[str], facts: Mapping[str, str]) -> dict[str, str]:
    if len(facts) == 1:
        return {name: legal(value) for name, value in facts.items()}
    return {name: legal(facts[name]) for name in names if name in facts}


def _attributes(features: Mapping[str, Any]) -> str:
    made = "".join([f' {name}="{value}"' for name, value in features.items()])
    if made.count('"') == 2 * len(features) and _SPECIAL_BUT_QUOTES.search(made) is None:
        return made
    return "".join([f' {name}="{_in_attribute(str(v))}"' for name, v in features.items()])


def _in_attribute(value: str) -> str:
    """Return the value of an attribute as libxml2 writes it."""
    if _SPECIAL.search(value) is None:
        return value
    for sign, escaped in _ESCAPES:
        value = value.replace(sign, escaped)
    return value


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
