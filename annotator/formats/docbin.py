"""spaCy's DocBin: documents with entities, span groups and the facts about quotes.

`doc.spans["mentions"]` and `doc.spans["quotes"]` hold every span with the id of its mark;
`doc.ents` holds the mentions that do not overlap. `doc._.quotes` (after `Doc.set_extension(
"quotes", default=None)`) lists the quotes with type, speakers and parts in code points. Tokens are
those of spaCy's tokenizer, cut where a span begins or ends, so no span is lost or widened.
"""

import zlib
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from annotator.formats.base import (
    Context,
    Format,
    FormatError,
    Loss,
    LostItem,
    SourceRecord,
    library,
    located_message,
    whole,
)
from annotator.formats.external_text import ExternalText, annotator_of, article_facts, article_from
from annotator.formats.fields import fields, words
from annotator.formats.graph import (
    LOSSES_WITH_FACTS,
    Graph,
    Link,
    Mark,
    annotation_of,
    graph_of,
    head_facts,
    head_from,
    marks_of,
    role_of,
)
from annotator.formats.offset_units import Unit

if TYPE_CHECKING:
    from annotator.core.annotation import Annotation
    from annotator.core.record import Record

_MENTIONS: Final = "mentions"
_QUOTES: Final = "quotes"
_OURS: Final = ("._.", "annotator", None, None)
_LIST: Final = ("._.", "quotes", None, None)
_LARGEST_UNPACKED: Final = 1 << 30


def _apart(marks: Iterable[Mark]) -> tuple[list[Mark], list[Mark]]:
    """Return the mentions that can be `doc.ents`, the longest first, and those that cannot."""
    kept: list[Mark] = []
    left: list[Mark] = []
    occupied: set[int] = set()
    for mark in sorted(marks, key=lambda m: (m.start - m.end, m.start)):
        inside = range(mark.start, mark.end)
        free = mark.text == mark.text.strip() and occupied.isdisjoint(inside)
        (kept if free else left).append(mark)
        if free:
            occupied.update(inside)
    return kept, left


def _overlaps(record: "Record") -> Iterator[LostItem]:
    if record.annotation is not None:
        marks = (m for m in marks_of(record.annotation) if m.role is None)
        for mark in _apart(marks)[1]:
            yield LostItem(f"mention {mark.id}", mark.text, mark.start, mark.end)


class DocBin(Format):
    """Everything in span groups; a training pipeline finds `doc.ents` and `doc.spans`."""

    name = "spacy"
    title = "spaCy DocBin"
    suffixes = (".spacy",)
    reads = True
    writes = True
    bare = True
    losses = (
        *LOSSES_WITH_FACTS,
        Loss("in doc.ents: mentions inside others (doc.spans has them)", _overlaps),
    )

    def __init__(self) -> None:
        self._pipelines: dict[str, Any] = {}

    def recognises(self, head: bytes) -> bool | None:
        return None if head[:1] == b"\x78" else False  # zlib

    def write(self, records: "Iterable[Record]", out: BinaryIO) -> None:
        spacy = library("spacy", "spacy")
        tokens = library("spacy.tokens", "spacy")
        attributes = ["ENT_IOB", "ENT_TYPE", "ENT_KB_ID", "ENT_ID"]
        made = tokens.DocBin(attrs=attributes, store_user_data=True)
        known: dict[int, set[str]] = {}
        with _converters_found_once():
            for record in records:
                pipeline = self._pipeline(spacy, record.article.language)
                doc, words = _doc(record, tokens, pipeline)
                made.add(_NewWords(doc, words, known.setdefault(id(pipeline), set())))
            out.write(made.to_bytes())

    def read(self, source: BinaryIO, context: Context) -> Iterator[SourceRecord]:
        tokens = library("spacy.tokens", "spacy")
        vocab = library("spacy.vocab", "spacy").Vocab()
        data = whole(source, context)
        _refuse_bomb(data, context)
        try:
            with _converters_found_once():
                docs = list(tokens.DocBin().from_bytes(data).get_docs(vocab))
        except Exception as error:  # whatever msgpack and numpy raise
            raise FormatError(f"{context.path}: this is no DocBin: {error}") from error
        for number, doc in enumerate(docs, start=1):
            yield SourceRecord(_record_or_fault(doc, number, context))

    def _pipeline(self, spacy: Any, language: str | None) -> Any:
        """Return a blank pipeline; unknown languages share a neutral one."""
        attrs = library("spacy.attrs", "spacy")
        code = (language or "xx").partition("-")[0].lower()
        if code not in self._pipelines:
            try:
                made = spacy.blank(code)
            except (ImportError, ValueError, OSError):
                made = spacy.blank("xx")
            # Nothing else of a word is read here, and it would take most of the time.
            getters = made.vocab.lex_attr_getters
            made.vocab.lex_attr_getters = {
                attr: getters[attr] for attr in (attrs.IS_SPACE, attrs.NORM) if attr in getters
            }
            self._pipelines[code] = made
        return self._pipelines[code]


@contextmanager
def _converters_found_once() -> Iterator[None]:
    """Look once in the block for what other packages add to MessagePack.

    srsly would read the metadata of all installed packages again for each value.
    """
    srsly = library("srsly", "spacy")
    registries = [srsly.msgpack_encoders, srsly.msgpack_decoders]
    for registry in registries:
        registry.get_all = partial(dict, registry.get_all())
    try:
        yield
    finally:
        for registry in registries:
            del registry.get_all


class _NewWords:
    """A Doc that a DocBin goes through to collect the strings of each token.

    It shows one token of each entity, and those with words that it has not shown before.
    """

    def __init__(self, doc: Any, words: list[str], known: set[str]) -> None:
        self._doc = doc
        self._words = words
        self._known = known

    def __getattr__(self, name: str) -> Any:
        return getattr(self._doc, name)

    def __iter__(self) -> Iterator[Any]:
        yield from (entity[0] for entity in self._doc.ents)
        for place, word in enumerate(self._words):
            if word not in self._known:
                self._known.add(word)
                yield self._doc[place]


def _doc(record: "Record", tokens: Any, nlp: Any) -> tuple[Any, list[str]]:
    """Return the Doc and the text of each of its tokens."""
    text = record.article.text
    graph = graph_of(record.annotation) if record.annotation else Graph()
    cuts = {offset for mark in graph.marks for offset in (mark.start, mark.end)}
    made = nlp.make_doc(text) if len(text) < nlp.max_length else None
    starts, words, spaced = _pieces(made, text, cuts)
    doc = tokens.Doc(nlp.vocab, words=words, spaces=spaced)

    def span(mark: Mark) -> Any:
        link = graph.facts.get(mark.id, {}).get("link", "")
        first, last = bisect_left(starts, mark.start), bisect_left(starts, mark.end)
        return tokens.Span(doc, first, last, mark.label, kb_id=link, span_id=mark.id)

    mentions = [mark for mark in graph.marks if mark.role is None]
    doc.spans[_MENTIONS] = [span(mark) for mark in mentions]
    doc.spans[_QUOTES] = [span(mark) for mark in graph.marks if mark.role is not None]
    doc.ents = [span(mark) for mark in sorted(_apart(mentions)[0], key=lambda m: m.start)]
    doc.user_data[_OURS] = {
        "article": article_facts(record.article, record.annotator),
        "head": head_facts(record.annotation.head) if record.annotation else None,
        "links": [list(link) for link in graph.links],
        "facts": {mark: dict(facts) for mark, facts in graph.facts.items()},
    }
    if record.annotation is not None:
        doc.user_data[_LIST] = _quote_list(record.annotation)
    return doc, words


def _pieces(doc: Any, text: str, cuts: set[int]) -> tuple[list[int], list[str], list[bool]]:
    """Return spaCy's tokens, split at the cuts: starts, texts, and whether a space follows each."""
    edges = {0, len(text), *cuts}
    if doc is not None:
        found = doc.to_array(["IDX", "LENGTH"])
        edges.update(found[:, 0].tolist(), found.sum(axis=1).tolist())
    ordered = sorted(edges)
    starts: list[int] = []
    words: list[str] = []
    spaced: list[bool] = []
    for start, word in zip(ordered, [text[a:b] for a, b in pairwise(ordered)], strict=False):
        free = word == " " and start not in cuts and start + 1 not in cuts
        if free and words and not spaced[-1] and not words[-1][0].isspace():
            spaced[-1] = True
        else:
            starts.append(start)
            words.append(word)
            spaced.append(False)
    return starts, words, spaced


def _quote_list(annotation: "Annotation") -> list[dict[str, Any]]:
    return [
        {
            "id": quote.id,
            "type": quote.type,
            "speakers": [annotation.entities[id_].name for id_ in quote.speakers],
            "speaker_status": quote.speaker_status,
            "parts": [[span.role, span.start, span.end] for span in quote.spans],
        }
        for quote in annotation.ordered_quotes()
    ]


def _refuse_bomb(data: bytes, context: Context) -> None:
    """Raise FormatError for data that would fill the memory once it is unpacked."""
    unpacker = zlib.decompressobj()
    size = 0
    try:
        while data and size <= _LARGEST_UNPACKED:
            size += len(unpacker.decompress(data, 1 << 24))
            data = unpacker.unconsumed_tail
    except zlib.error as error:
        raise FormatError(f"{context.path}: this is no DocBin: {error}") from error
    if size > _LARGEST_UNPACKED:
        raise FormatError(f"{context.path}: more than 1 GB once it is unpacked; split it first")


def _record_or_fault(doc: Any, number: int, context: Context) -> "Record":
    """Return the record. Raises FormatError, also for errors that spaCy finds only in a span."""
    position = f"{context.path}: document {number}"
    try:
        return _record(doc, number, context)
    except FormatError as error:
        raise FormatError(located_message(position, error)) from error
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        why = " ".join(f"{type(error).__name__}: {error}".split())[:200]
        raise FormatError(f"{position} is damaged ({why}); write the DocBin anew") from error


def _record(doc: Any, number: int, context: Context) -> "Record":
    from annotator.core.record import Record

    known = fields(doc.user_data.get(_OURS))
    if not doc.text:
        raise FormatError("the text is empty")
    text = ExternalText(doc.text, (), context, Unit.CODE_POINTS)
    facts = known.fields("article")
    article = article_from(facts, text.text, f"{context.name}-{number}")
    if known and known.raw("head") is None:
        return Record(article)
    marks = list(_marks(doc, text, ours=bool(known)))
    links = [
        Link(*map(words, link))
        for link in known.entries("links")
        if isinstance(link, list | tuple) and len(link) == 3
    ]
    said = known.fields("facts")
    details = {mark: dict(found.each()) for mark, found in said.each_fields()}
    graph = Graph(tuple(marks), tuple(links), details)
    made = annotation_of(graph, head_from(known.fields("head")), context.remarks)
    return Record(article, annotator_of(facts.words("annotator"), context), made)


def _marks(doc: Any, text: ExternalText, *, ours: bool) -> Iterator[Mark]:
    """Yield the spans of all groups, and of `doc.ents` where no group of mentions has them."""
    seen: set[tuple[int, int, str]] = set()
    for key, group in doc.spans.items():
        for number, span in enumerate(group):
            role = role_of(span.label_) if not (ours and key == _MENTIONS) else None
            id_ = span.id_ if ours else f"{key} {number}"
            seen.add((span.start_char, span.end_char, span.label_))
            yield Mark(id_, span.label_, *text.span(span.start_char, span.end_char), role)
    for number, span in enumerate(() if ours else doc.ents):
        if (span.start_char, span.end_char, span.label_) not in seen:
            position = text.span(span.start_char, span.end_char)
            yield Mark(f"ent {number}", span.label_, *position, role_of(span.label_))
