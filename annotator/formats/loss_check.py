"""Proof of the losses that a format declares, for the formats of this program and of any other.

Two records that a format writes alike cannot be told apart by whoever reads its file. So a record
is written beside variants of it, each of which differs in one feature, such as the type of a quote
or the place of a mention. Where both are written alike, the format loses this feature, and one of
its losses has to cover it and to find something in one of the two. The other way round, a feature
that a loss covers has to be lost somewhere.

What was written is read back where the format can be read; otherwise its bytes are compared, or
what `recover` gets out of them. The features follow from the fields that `core.models` declares:
"quote.type", "entity.link"; and where it is about more than one value, "mention" and "quote" as
such, "mention.place", "quote.cue" for the spans of a role, "quote.cue.place" for where they are,
and "quote.spans" for which spans make one quote. A feature covers those below it, as "quote" does
all of quotes. Ids, the order of items, and when an annotation was changed do not count.

A test of a format of your own:

    def test_what_my_format_loses_is_declared():
        assert check_losses(MyFormat()) == []
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cache, partial
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple, TypeAlias, get_args

from annotator.core.annotation import Annotation
from annotator.core.attributes import KEY as ATTRIBUTES
from annotator.core.fields import EXTRA, Field, fields_of
from annotator.core.models import (
    ROLES,
    Article,
    Decision,
    Entity,
    Head,
    Item,
    Mention,
    Quote,
    Role,
    RoleSpan,
)
from annotator.core.record import Record
from annotator.formats.base import Context, Format, FormatError, Loss

Recover: TypeAlias = Callable[[Format, Record], object]
"""What somebody else can get out of a record that the format has written, as a comparable value."""

_STRUCTURE: Final = frozenset(
    {"id", "ordinal", "spans", "entity_id", "start", "end", "text", "role"}
    | {"speakers", "addressees", "parent"}
)
"""The fields whose values refer to the text or to other items; they get variants of their own."""
_WORDS: Final = "“x” 😀 ش"
_UNKNOWN: Final = {"x-unknown": {"é": [1, None]}}


class Contrast(NamedTuple):
    """Two records that differ in one feature alone.

    `changed` is an item before and after if nothing but a value of its own differs; of the text
    also the kinds of the spans that it has.
    """

    feature: str
    one: Record
    other: Record
    changed: object = None


def check_losses(
    format_: Format, records: Iterable[Record] = (), recover: Recover | None = None
) -> list[str]:
    """Return what is wrong with the losses that a format declares; an empty list is the proof.

    Args:
        format_: The format, with its options set.
        records: Records to try besides `samples`.
        recover: What can be got out of a written record; by default it is read back.
    """
    tried = [*samples(), *records]
    found = [*written_alike(format_, tried, recover)]
    return [*dict.fromkeys([*undeclared(format_, found), *_never_lost(format_, found, tried)])]


def undeclared_losses(
    format_: Format, records: Iterable[Record], recover: Recover | None = None
) -> list[str]:
    """Return a sentence for each feature that the format loses of these records undeclared."""
    found = written_alike(format_, records, recover)
    return undeclared(format_, found)


def read_back(format_: Format, record: Record) -> object:
    """Return the records that the format reads from what it wrote of this one.

    Of a format that is not read, or not without further information, it is the bytes by file.
    """
    if format_.reads:
        with suppress(FormatError):
            return [*_read_again(format_, [record])]
    return written(format_, [record])


def written(format_: Format, records: Iterable[Record]) -> dict[str, bytes]:
    """Return what the format writes of the records, by the name of the file."""
    if not format_.folder:
        out = BytesIO()
        format_.write(iter(records), out)
        return {f"records{format_.suffixes[0]}": out.getvalue()}
    with _folder_with(format_, records) as folder:
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@contextmanager
def _folder_with(format_: Format, records: Iterable[Record]) -> Iterator[Path]:
    """A folder with what the format writes of the records, removed at the end of the block."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        format_.write_folder(iter(records), folder)
        format_.write_cover(folder, [])
        yield folder


def _read_again(format_: Format, records: Sequence[Record]) -> Iterator[Record]:
    """Yield what the format reads from what it writes of the records. Raises FormatError."""
    if not format_.folder:
        for name, data in written(format_, records).items():
            for found in format_.read(BytesIO(data), Context(Path(name))):
                yield found.record
        return
    with _folder_with(format_, records) as folder:
        for path in format_.members(folder):
            with path.open("rb") as source:
                for found in format_.read(source, Context(path)):
                    yield found.record


def written_alike(
    format_: Format, records: Iterable[Record], recover: Recover | None = None
) -> Iterator[Contrast]:
    """Yield the contrasts of the records that cannot be told apart once they are written."""
    recover = recover or read_back
    seen: set[str] = set()
    for record in records:
        if record.annotation is None and not format_.bare:
            continue
        found = [contrast for contrast in contrasts(record) if _is_new(contrast, seen)]
        kept = [one for one in found if one.feature != "article.id"]
        others = _recover_all(format_, [record, *(one.other for one in kept)], recover)
        yield from (one for one, other in zip(kept, others[1:], strict=True) if other == others[0])
        whole = cache(partial(recover, format_, record))
        for one in found:
            if one.feature == "article.id" and recover(format_, one.other) == whole():
                yield one


def _is_new(contrast: Contrast, seen: set[str]) -> bool:
    """Return whether an item with the value of this contrast was not among the records before.

    A text is tried once beside the same kinds of spans.
    """
    if contrast.changed is None:
        return True
    key = f"{contrast.feature} {contrast.changed!r}"
    new = key not in seen
    seen.add(key)
    return new


def _recover_all(format_: Format, records: Sequence[Record], recover: Recover) -> Sequence[object]:
    """Return what is recovered of each record; all together where possible, as that is quicker.

    They are told apart by the ids of their articles, which all become the same in the result.
    """
    if recover is read_back and format_.reads:
        numbered = [_with_id(record, f"r{number}") for number, record in enumerate(records)]
        ids = [record.article.id for record in numbered]
        try:
            found = {one.article.id: one for one in _read_again(format_, numbered)}
        except FormatError:
            found = {}
        if found.keys() == set(ids):
            return [_with_id(found[id_], "r") for id_ in ids]
    return [recover(format_, record) for record in records]


def _with_id(record: Record, id_: str) -> Record:
    return replace(record, article=record.article._replace(id=id_))


def undeclared(format_: Format, alike: Iterable[Contrast]) -> list[str]:
    """Return a sentence for each feature of these contrasts that no loss of the format declares."""
    lost = (
        contrast.feature
        for contrast in alike
        if not any(_declares(loss, contrast) for loss in format_.losses)
    )
    name = format_.name
    return [f"{name} loses {feature} and does not declare it" for feature in dict.fromkeys(lost)]


def _declares(loss: Loss, contrast: Contrast) -> bool:
    """Return whether the loss covers the feature of a contrast, and finds something there.

    One that does not say what it covers has to find something else in one than in the other.
    """
    one, other = ([*loss.find(record)] for record in (contrast.one, contrast.other))
    if not loss.covers:
        return one != other
    return bool(one or other) and any(_within([contrast.feature], name) for name in loss.covers)


def _never_lost(
    format_: Format, found: Sequence[Contrast], tried: Sequence[Record]
) -> Iterator[str]:
    """Yield a sentence for each feature that a loss covers and that was never lost."""
    written = (record for record in tried if record.annotation is not None or format_.bare)
    features = {contrast.feature for record in written for contrast in contrasts(record)}
    for loss in format_.losses:
        lost = {contrast.feature for contrast in found if _declares(loss, contrast)}
        for name in loss.covers:
            if not _within(lost, name) and _within(features, name):
                yield f"{format_.name} keeps {name}, of which it declares to lose {loss.words}"


def _within(features: Iterable[str], name: str) -> bool:
    return any(feature == name or feature.startswith(f"{name}.") for feature in features)


def contrasts(record: Record) -> Iterator[Contrast]:
    """Yield the record beside variants of it, each of which differs in one feature."""
    for name, article in _values("article", record.article):
        yield Contrast(name, record, replace(record, article=article), (record.article, article))
    annotation = record.annotation or Annotation()
    for name, before, item in _own_values(annotation) if record.annotation is not None else ():
        other = replace(record, annotation=_with(annotation, item))
        yield Contrast(name, record, other, (before, item))
    kinds = sorted({kind for kind, _, _ in _spans(record)})
    for text in _texts(record):
        article = record.article._replace(text=text)
        other = replace(record, article=article)
        yield Contrast("article.text", record, other, (record.article, article, kinds))
    for feature, other in _variants(record):
        if other != record:
            yield Contrast(feature, record, other)


def _variants(record: Record) -> Iterator[tuple[str, Record]]:
    if record.annotation is None:
        yield "record.extra", replace(record, extra=None if record.extra else _UNKNOWN)
        return
    yield "annotator", replace(record, annotator="someone else")
    for name, annotation in _annotations(record.article.text, record.annotation):
        yield name, replace(record, annotation=annotation)


def _texts(record: Record) -> Iterator[str]:
    """Yield texts of the same length that differ in a character outside of all spans."""
    text = record.article.text
    covered = {place for _, start, end in _spans(record) for place in range(start, end)}
    for place, character in enumerate(text):
        if place not in covered:
            for other in {" ": "\n", "\n": " ", "\x07": "\ufffd", "x": "y"}.get(character, ""):
                yield text[:place] + other + text[place + 1 :]


def _spans(record: Record) -> Iterator[tuple[str, int, int]]:
    """Yield the kind of each span of the record, where it begins, and where it ends."""
    annotation = record.annotation or Annotation()
    for mention in annotation.mentions.values():
        yield "mention", mention.start, mention.end
    for decision in annotation.decisions.values():
        yield "decision", decision.start, decision.end
    for quote in annotation.quotes.values():
        yield from ((span.role, span.start, span.end) for span in quote.spans)


def _values(kind: str, item: Any) -> Iterator[tuple[str, Any]]:
    """Yield the item with other values of each field that stands for itself."""
    for field in fields_of(type(item)):
        structure = field.name in _STRUCTURE and (kind, field.name) != ("article", "id")
        if not structure:
            for value in _other_values(field, item[field.place]):
                yield f"{kind}.{field.name}", item._replace(**{field.name: value})
    if isinstance(item, Entity):
        extra = dict(item.extra or {})
        extra[ATTRIBUTES] = {"gender": "other" if ATTRIBUTES in extra else "female"}
        yield "entity.attributes", item._replace(extra=extra)


def _other_values(field: Field, value: Any) -> Iterator[Any]:
    """Yield values of a field that are not this one."""
    usual: tuple[Any, ...] = get_args(field.type)
    others: list[Any]
    if field.name == EXTRA:
        kept = {key: kept for key, kept in (value or {}).items() if key == ATTRIBUTES}
        others = [kept | _UNKNOWN, kept or None]
    elif field.is_list:
        others = [("discuss", "très 😀"), ()]
    elif field.is_object:
        others = [{"mood": "calm"}, {"mood": "angry"}, None]
    elif field.type is bool:
        others = [not value]
    elif field.type is int:
        others = [61, 0]
    elif usual and type(None) not in usual:
        others = [*usual]
    else:
        others = [_WORDS, "ORG", "ENTITY" if field.name == "label" else field.default]
    for other in others:
        if other != value and field.shape.holds(other):
            yield other


def _annotations(text: str, annotation: Annotation) -> Iterator[tuple[str, Annotation]]:
    for name, item in _moved(text, annotation):
        yield name, _with(annotation, item)
    for entity in annotation.entities.values():
        if not annotation.mentions_of(entity.id) and not annotation.quotes_of(entity.id):
            yield "entity", _without(annotation, entity)
    for mention in annotation.mentions.values():
        yield "mention", _without(annotation, mention)
    for quote in annotation.quotes.values():
        yield from _regrouped(annotation, quote)
        if not any(other.parent == quote.id for other in annotation.quotes.values()):
            yield "quote", _without(annotation, quote)
    for decision in annotation.decisions.values():
        yield "decision", _without(annotation, decision)


def _own_values(annotation: Annotation) -> Iterator[tuple[str, Item, Item]]:
    """Yield each item, and the same with another value of one of its own fields."""
    kinds: dict[str, Iterable[Item]] = {
        "head": [annotation.head],
        "entity": annotation.entities.values(),
        "mention": annotation.mentions.values(),
        "quote": annotation.quotes.values(),
        "decision": annotation.decisions.values(),
    }
    for kind, items in kinds.items():
        for item in items:
            for name, other in _values(kind, item):
                yield name, item, other
    for quote in annotation.quotes.values():
        for number, span in enumerate(quote.spans):
            for name, other in _values("span", span):
                spans = (*quote.spans[:number], other, *quote.spans[number + 1 :])
                yield name, quote, quote._replace(spans=spans)


def _moved(text: str, annotation: Annotation) -> Iterator[tuple[str, Item]]:
    """Yield each item with other references to the text and to other items."""
    for mention in annotation.mentions.values():
        yield from _mentions(text, annotation, mention)
    for quote in annotation.quotes.values():
        yield from _quotes(text, annotation, quote)


def _with(annotation: Annotation, *items: Item) -> Annotation:
    """Return the annotation with these items in place of those with their ids."""
    head, kept = annotation.head, {(type(item), item.id): item for item in _inner(annotation)}
    for item in items:
        if isinstance(item, Head):
            head = item
        else:
            kept[type(item), item.id] = item
    return Annotation.of(head, kept.values(), annotation.updated)


def _inner(annotation: Annotation) -> Iterator[Entity | Mention | Quote | Decision]:
    yield from (item for item in annotation.items() if not isinstance(item, Head))


def _without(annotation: Annotation, item: Item) -> Annotation:
    others = (other for other in annotation.items() if other is not item)
    return Annotation.of(annotation.head, others, annotation.updated)


def _mentions(text: str, annotation: Annotation, mention: Mention) -> Iterator[tuple[str, Mention]]:
    for place in _places(text, mention):
        yield "mention.place", mention._replace(**place)
    mentioned = {other.entity_id for other in annotation.mentions.values()}
    for entity in mentioned:
        yield "mention.entity_id", mention._replace(entity_id=entity)


def _places(text: str, span: Mention | RoleSpan) -> Iterator[dict[str, Any]]:
    """Yield the next span with the same words, and the one that ends a character earlier."""
    again = text.find(span.text, span.end)
    if again >= 0:
        yield {"start": again, "end": again + len(span.text)}
    if len(span.text) > 1:
        yield {"end": span.end - 1, "text": span.text[:-1]}


def _quotes(text: str, annotation: Annotation, quote: Quote) -> Iterator[tuple[str, Quote]]:
    for number, span in enumerate(quote.spans):
        before, after = quote.spans[:number], quote.spans[number + 1 :]
        feature = f"quote.{span.role}"
        if before or after:
            yield feature, quote._replace(spans=(*before, *after))
        for place in _places(text, span):
            yield (
                f"{feature}.place",
                quote._replace(spans=(*before, span._replace(**place), *after)),
            )
        for role in _other_roles(span.role):
            yield feature, quote._replace(spans=(*before, span._replace(role=role), *after))
    for ids in ((), *((id_,) for id_ in annotation.entities)):
        yield "quote.speakers", quote._replace(speakers=ids)
        yield "quote.addressees", quote._replace(addressees=ids)
    for parent in (None, *annotation.quotes):
        if parent is None or _is_free(annotation, parent, quote.id):
            yield "quote.parent", quote._replace(parent=parent)


def _other_roles(role: Role) -> Iterator[Role]:
    """Yield the roles but this one; what has content keeps it, as no quote is without."""
    if role != "content":
        yield from (other for other in ROLES if other not in (role, "content"))


def _is_free(annotation: Annotation, parent: str, id_: str) -> bool:
    """Return whether the quote `parent` is neither this one nor inside of it."""
    above: str | None = parent
    while above is not None and above != id_:
        above = annotation.quotes[above].parent
    return above is None


def _regrouped(annotation: Annotation, quote: Quote) -> Iterator[tuple[str, Annotation]]:
    """Yield the annotation with the last span of a quote in a quote of its own."""
    if len(quote.spans) > 1:
        id_, ordinal = annotation.next_id(Quote)
        rest = quote._replace(spans=quote.spans[:-1])
        yield "quote.spans", _with(annotation, rest, Quote(id_, ordinal, quote.spans[-1:]))


_TEXT: Final = (
    "Ann Lee said: “yes”. Ben Ek told us. Ann Lee said: “yes”.\n\nx Ben Ek \x07 told us 😀 ش.\n"
)


def samples() -> list[Record]:
    """Return the records that formats are tried on: plain ones, and one with everything.

    Where little else is said, the loss of one thing is not excused by that of another.
    """
    ann = Entity("e1", "PERSON", "Ann Lee", 1)
    ben = Entity("e2", "PERSON", "Ben Ek", 2)
    of_ann, of_ben = _mention("m1", ann, 1), _mention("m2", ben, 2)
    plain = Quote("q1", 1, (_part("content", "“yes”"),), "direct")
    parts = (
        _part("content", "“yes”"),
        _part("source", "Ann Lee"),
        _part("cue", "said"),
        _part("addressee", "us"),
    )
    whole = plain._replace(spans=parts)
    said = whole._replace(speakers=("e1",))
    return [
        Record(_article()),
        Record(_article()._replace(title="news-1")),
        _sample(),
        Record(Article("news-1", " \n"), "ada", Annotation(head=Head("done"))),
        _sample(ann, of_ann),
        _sample(plain),
        _sample(whole),
        _sample(ann, ben, of_ann, of_ben, said),
        _sample(ann, ben, of_ann, of_ben, said._replace(addressees=("e2",))),
        _sample(plain, Quote("q2", 2, (_part("content", "yes"),), "direct", parent="q1")),
        # A quote that nobody is named for in the text, an entity that is nowhere in it.
        _sample(ann, ben, of_ann, plain._replace(speakers=("e2",), addressees=("e2",))),
        _sample(Entity("e3", "ORG", "ACME", 3)),
        _sample(ann, of_ann, Entity("e3", "ORG", "ACME", 3)),
        _sample(plain, Quote("q2", 2, (), "direct")),
        _sample(ann._replace(label=""), of_ann),
        # Entities that share their label and words, and one of several names.
        _sample(ann, of_ann, ann._replace(id="e3", ordinal=3), _mention("m3", ann, 3, 2, "e3")),
        _sample(ann, of_ann, _mention("m2", ben, 2, 1, "e1")),
        _sample(
            ann, of_ann, Entity("e3", "ORG", "Lee", 3), _mention("m3", None, 3, 1, "e3", "Lee")
        ),
        _sample(plain, whole._replace(id="q2", ordinal=2, type="mixed")),
        _everything(ann, ben, (of_ann, of_ben), said),
    ]


def _article() -> Article:
    return Article("news-1", _TEXT)


def _sample(*items: Item, head: Head | None = None) -> Record:
    return Record(_article(), "ada", Annotation.of(head or Head("done"), items))


def _everything(ann: Entity, ben: Entity, mentions: Sequence[Mention], said: Quote) -> Record:
    """Return a record in which every field has a value that is not its default."""
    meta: dict[str, Any] = {"page": 3, "x": {"é": [1, None, 2.5]}}
    article = Article(
        "news-1", _TEXT, "Yes 😀", "en", "The Herald", "2026-11-30", "https://example.org/1", meta,
        _UNKNOWN,
    )  # fmt: skip
    first, second = mentions
    items: list[Item] = [
        ann._replace(
            link="Q42", note="who?", flags=("discuss",), extra=_UNKNOWN | {ATTRIBUTES: {"n": 2}}
        ),
        ben._replace(name="Benjamin Ek"),
        first._replace(kind="pronoun", note="odd", flags=("unsure",), extra=_UNKNOWN),
        second,
        said._replace(
            spans=tuple(span._replace(extra=_UNKNOWN) for span in said.spans),
            type_set=False, speaker_status="group", addressees=("e2",), note="see\n😀",
            flags=("très 😀", "unsure"), attributes={"mood": "calm"}, extra=_UNKNOWN,
        ),
        Quote(
            "q2", 2, (_part("content", "yes"),), "indirect", speaker_status="unnamed", parent="q1"
        ),
        Decision(
            "d1", 1, "mention", "taken", *_span("Ann Lee"), members=("ada:m1:0",), sources=("ada",),
            item="m1", by="ada", made_at="2026-11-30T10:00:00Z", rule="all", reason="double",
            note="why", flags=("discuss",), extra=_UNKNOWN,
        ),
    ]  # fmt: skip
    head = Head("doing", "a note", ("discuss",), 90, _UNKNOWN)
    return Record(article, "ada", Annotation.of(head, items, "2026-11-30T10:00:00Z"))


def _span(words: str, nth: int = 1) -> tuple[int, int]:
    start = -1
    for _ in range(nth):
        start = _TEXT.index(words, start + 1)
    return start, start + len(words)


def _part(role: Role, words: str) -> RoleSpan:
    return RoleSpan(role, *_span(words), words)


def _mention(
    id_: str, named: Entity | None, ordinal: int, nth: int = 1, owner: str = "", words: str = ""
) -> Mention:
    """Return a mention by the name of an entity, or by `words`; `owner` is another entity."""
    text = words or (named.name if named else "")
    return Mention(id_, owner or (named.id if named else ""), *_span(text, nth), text, ordinal)
