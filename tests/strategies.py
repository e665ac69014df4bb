"""Hypothesis strategies for the values of `annotator.core`, shared by all tests.

Everything generated is valid, and hard: astral characters, combining marks, Arabic and Hebrew,
odd spaces, quote marks and line ends are far more common than in any newspaper.
"""

from functools import cache
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from annotator.core.annotation import Annotation
from annotator.core.fields import fields_of, later_fields
from annotator.core.models import (
    MENTION_KINDS,
    QUOTE_TYPES,
    ROLES,
    SPEAKER_STATUSES,
    STATUSES,
    Article,
    Entity,
    Head,
    Mention,
    Quote,
    RoleSpan,
)
from annotator.core.record import Record
from annotator.core.scheme import ATTRIBUTE_TYPES, TONES, Attribute, Conventions, Label, Scheme
from annotator.core.text import normalize

WORDS = (
    "Ann Lee", "said", "he", "Zoë", "Zoe\u0308", "o'clock", "don’t", "U.S.", "1,234.56",
    "محمد", "قال", "وزير الدفاع", "שלום", "伊朗国防部长", "ภาษาไทย", "😀", "👩‍👩‍👧", "𝒜𝒷", "é",
    "e\u0301", "\u0301", "\u200f", "\u200d", "\ufe0f", "\ufeff", "\t", "\\", "<b>", "&amp;", "#",
)  # fmt: skip
MARKS = tuple("\"'“”„«»‹›‘’「」,.:;!?—…()[]")
SPACES = (" ", "  ", "\n", "\n\n", "\u00a0", "\u2028", "\u0085", "\u3000")
LINE_ENDS = ("\r\n", "\r", "\n", "\r\n\r\n", "\n\r")

_KNOWN_KEYS = frozenset(
    {"format", "article", "annotator", "status", "updated", "seconds", "notes", "flags"}
    | {"entities", "quotes", "id", "title", "text", "language", "source", "published", "url"}
    | {"meta", "label", "name", "link", "note", "mentions", "start", "end", "kind", "type"}
    | {"type_set", "speakers", "speaker_status", "addressees", "parent", "attributes", "spans"}
    | {"role"}
    | {f.name for kind in (Head, Entity, Mention, Quote, RoleSpan) for f in fields_of(kind)}
)


@cache  # building a strategy takes longer than drawing from it
def characters() -> SearchStrategy[str]:
    """Any character that a file can hold: no NUL, no half of a surrogate pair."""
    return st.characters(exclude_categories=["Cs"], exclude_characters="\0")


@cache
def lines(*, max_size: int = 12) -> SearchStrategy[str]:
    """Short strings for names, notes and other remarks; may be empty."""
    return st.one_of(st.sampled_from(WORDS), st.text(characters(), max_size=max_size))


@cache
def texts(*, max_pieces: int = 30) -> SearchStrategy[str]:
    """Texts as files hold them, not settled: any line ends, perhaps a byte-order mark."""
    piece = st.one_of(
        st.sampled_from(WORDS),
        st.sampled_from(SPACES),
        st.sampled_from(MARKS),
        st.sampled_from(LINE_ENDS),
        characters(),
    )
    body = st.lists(piece, min_size=1, max_size=max_pieces).map("".join)
    return st.builds(str.__add__, st.sampled_from(["", "", "\ufeff"]), body).filter(
        lambda text: text.strip("\ufeff") != ""
    )


@cache
def settled_texts(*, max_pieces: int = 30) -> SearchStrategy[str]:
    """Texts as the product keeps them."""
    return texts(max_pieces=max_pieces).map(lambda text: normalize(text).text)


@cache
def json_values() -> SearchStrategy[Any]:
    """Values that every JSON library reads back equal."""
    leaf = st.one_of(st.none(), st.booleans(), st.integers(-(2**53), 2**53), lines())
    return leaf | st.lists(leaf, max_size=2) | st.dictionaries(lines(), leaf, max_size=2)


@cache
def extras() -> SearchStrategy[dict[str, Any] | None]:
    """Keys that the product does not know, or None; never an empty dict."""
    keys = st.one_of(lines(max_size=6), st.sampled_from(["unknown", "model_extra", "extra", "id2"]))
    row = st.dictionaries(
        keys.filter(lambda key: key not in _KNOWN_KEYS), json_values(), min_size=1, max_size=2
    )
    usual: SearchStrategy[Any] = st.sampled_from([None, None, None, {"x": {"é": [1, None, {}]}}])
    return st.one_of(usual, usual, usual, row)


@cache
def flags() -> SearchStrategy[tuple[str, ...]]:
    return st.sampled_from([(), (), ("discuss",), ("très 😀", "unsure")])


def articles(text: SearchStrategy[str] | None = None) -> SearchStrategy[Article]:
    """Articles with a settled text."""
    return st.builds(
        Article,
        id=lines().filter(bool),
        text=settled_texts() if text is None else text,
        title=lines(),
        language=st.sampled_from([None, "en", "de", "ar"]),
        source=st.none() | lines(),
        published=st.sampled_from([None, "2023-02-26", "yesterday"]),
        url=st.none() | lines(),
        meta=extras(),
        extra=extras(),
    )


@st.composite
def spans_of(draw: DrawFn, text: str) -> tuple[int, int]:
    """A span of `text` that covers something, anywhere."""
    start = draw(st.integers(0, len(text) - 1))
    return start, draw(st.integers(start + 1, len(text)))


@st.composite
def annotations_of(draw: DrawFn, article: Article, *, max_items: int = 4) -> Annotation:
    """Annotations of `article` that keep every rule: ordinals from 1 in the order of the lists,
    speakers, addressees and parents that exist, no overlap among the spans of a role."""
    entities = [
        draw(_entities(id_, ordinal))
        for ordinal, id_ in enumerate(draw(_ids("e", max_items)), start=1)
    ]
    mentions: list[Mention] = []
    ids = draw(_ids("m", max_items)) if entities else []
    owners = [draw(st.sampled_from(entities)) for _ in ids]
    owners.sort(key=lambda entity: entity.ordinal)
    for id_, owner in zip(ids, owners, strict=True):
        start, end = draw(spans_of(article.text))
        if (owner.id, start, end) not in [(m.entity_id, m.start, m.end) for m in mentions]:
            span = start, end, article.text[start:end]
            mentions.append(draw(_mentions(id_, owner.id, span, len(mentions) + 1)))
    quotes: list[Quote] = []
    for ordinal, id_ in enumerate(draw(_ids("q", max_items)), start=1):
        parents = [None, *(quote.id for quote in quotes)]
        entity_ids = [entity.id for entity in entities]
        quotes.append(draw(_quotes(id_, ordinal, article.text, entity_ids, parents)))
    return Annotation(
        head=draw(heads()),
        entities=entities,
        mentions=mentions,
        quotes=quotes,
        updated=draw(st.sampled_from([None, "2026-11-23T10:00:00Z"])),
    )


@st.composite
def annotated_articles(draw: DrawFn) -> tuple[Article, Annotation]:
    """An article and an annotation of it."""
    article = draw(articles())
    return article, draw(annotations_of(article))


@st.composite
def records(draw: DrawFn) -> Record:
    """Records, most of them with an annotation."""
    article = draw(articles())
    if draw(st.integers(0, 4)) == 0:
        return Record(article, extra=draw(extras()))
    annotator = draw(lines().filter(bool))
    return Record(article, annotator, draw(annotations_of(article)))


@cache
def heads() -> SearchStrategy[Head]:
    return st.builds(
        Head,
        status=st.sampled_from(STATUSES),
        notes=lines(),
        flags=flags(),
        seconds=st.integers(0, 10**6),
        extra=extras(),
    )


@st.composite
def _ids(draw: DrawFn, prefix: str, max_size: int) -> list[str]:
    """Different ids: mostly those the product gives, some that an import brought."""
    count = draw(st.integers(0, max_size))
    if draw(st.booleans()):
        return [f"{prefix}{number}" for number in range(1, count + 1)]
    foreign = st.sampled_from([f"{prefix}2", f"{prefix}7", f"{prefix}x", "T1", "1", "é 😀", "a/b"])
    return draw(st.lists(foreign, min_size=count, max_size=count, unique=True))


@cache
def _notes() -> SearchStrategy[str]:
    return st.sampled_from(["", "", "", "see 😀\nagain", "  ", "\u2028"])


@st.composite
def _entities(draw: DrawFn, id_: str, ordinal: int) -> Entity:
    return Entity(
        id=id_,
        label=draw(st.sampled_from(["PERSON", "ORG", "GPE", "LOC"])),
        name=draw(lines()),
        ordinal=ordinal,
        link=draw(st.sampled_from([None, "Q42"])),
        note=draw(_notes()),
        flags=draw(flags()),
        extra=draw(st.one_of(extras(), st.just({"attributes": {"gender": "female", "n": 2}}))),
        **draw(_later(Entity)),
    )


@st.composite
def _mentions(
    draw: DrawFn, id_: str, entity_id: str, span: tuple[int, int, str], ordinal: int
) -> Mention:
    return Mention(
        id_,
        entity_id,
        *span,
        ordinal=ordinal,
        kind=draw(st.sampled_from(MENTION_KINDS)),
        note=draw(_notes()),
        flags=draw(flags()),
        extra=draw(extras()),
        **draw(_later(Mention)),
    )


@st.composite
def _role_spans(draw: DrawFn, text: str) -> tuple[RoleSpan, ...]:
    """Disjoint spans in text order, at least one of them content."""
    count = draw(st.integers(1, 3))
    edges = sorted({draw(st.integers(0, len(text))) for _ in range(2 * count)})
    bounds = list(zip(edges[::2], edges[1::2], strict=False)) or [(0, len(text))]
    roles = ["content", *(draw(st.sampled_from(ROLES)) for _ in bounds[1:])]
    if draw(st.booleans()):
        roles.reverse()
    return tuple(
        RoleSpan(role, start, end, text[start:end], draw(extras()))
        for role, (start, end) in zip(roles, bounds, strict=True)
    )


@st.composite
def _quotes(
    draw: DrawFn,
    id_: str,
    ordinal: int,
    text: str,
    entity_ids: list[str],
    parents: list[str | None],
) -> Quote:
    some = st.sampled_from([(), *((id_,) for id_ in entity_ids), tuple(entity_ids[:2])])
    return Quote(
        id=id_,
        ordinal=ordinal,
        spans=draw(_role_spans(text)),
        type=draw(st.sampled_from((*QUOTE_TYPES, "reported speech"))),
        type_set=draw(st.booleans()),
        speakers=draw(some),
        speaker_status=draw(st.sampled_from(SPEAKER_STATUSES)),
        addressees=draw(some),
        parent=draw(st.sampled_from(parents)),
        note=draw(_notes()),
        flags=draw(flags()),
        attributes=draw(extras()),
        extra=draw(extras()),
        **draw(_later(Quote)),
    )


@st.composite
def _later(draw: DrawFn, kind: type[Any]) -> dict[str, Any]:
    """Values of the fields that were added to a kind of item later."""
    others = (0, 7, True, False, "calm 😀", ("x", "é"), {"x": [1]}, *MENTION_KINDS)
    return {
        field.name: draw(st.sampled_from([field.default, *filter(field.shape.holds, others)]))
        for field in later_fields(kind)
    }


@st.composite
def schemes(draw: DrawFn) -> Scheme:
    """Schemes that keep every rule."""
    some = lines().filter(bool)
    names = st.lists(some, min_size=1, max_size=4, unique=True)
    keys = iter(draw(st.permutations(["1", "2", "0", "Alt+1", "", ""])))
    return Scheme(
        name=draw(some),
        title=draw(some),
        labels=tuple(
            Label(name, draw(some), draw(some), draw(st.sampled_from(TONES)), next(keys),
                  draw(lines()), draw(lines()), draw(st.booleans()))
            for name in draw(names)
        ),
        quote_types=tuple(draw(names)),
        attributes=tuple(draw(_attributes(name)) for name in draw(names)),
        conventions=Conventions(
            draw(st.sampled_from(["in", "out"])), draw(st.sampled_from(["one", "several"]))
        ),
        guidelines=draw(st.sampled_from(["", "# Names\n\n* every name 😀\n"])),
    )  # fmt: skip


@st.composite
def _attributes(draw: DrawFn, name: str) -> Attribute:
    of, type_ = draw(st.sampled_from(["entity", "quote"])), draw(st.sampled_from(ATTRIBUTE_TYPES))
    choices = ("a", "b 😀") if type_ == "choice" else ()
    return Attribute(name, draw(lines().filter(bool)), of, type_, choices)
