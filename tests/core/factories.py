"""Small articles and annotations, written down by their words."""

from annotator.core import edits
from annotator.core.annotation import Annotation
from annotator.core.edit import Edit
from annotator.core.models import Article, Entity, Mention, Quote, Role, RoleSpan

TEXT = (
    '😀 "We are ready," Ann Lee said, "to go." Lee met ACME in Paris.\n\n'
    'She told Bo Ek that ACME would "pay" soon. Ann Lee left Paris.'
)


def article(text: str = TEXT) -> Article:
    return Article("a1", text)


def place(words: str, nth: int = 1, text: str = TEXT) -> tuple[int, int]:
    """Where `words` stand for the nth time."""
    at = -1
    for _ in range(nth):
        at = text.index(words, at + 1)
    return at, at + len(words)


def mention(id_: str, entity_id: str, words: str, nth: int = 1) -> Mention:
    return Mention(id_, entity_id, *place(words, nth), text=words, ordinal=int(id_[1:]))


def part(role: Role, words: str, nth: int = 1) -> RoleSpan:
    return RoleSpan(role, *place(words, nth), text=words)


def annotation() -> Annotation:
    """Ann Lee (two mentions, speaks in q1), ACME (one mention, addressed in q1), Paris (one)."""
    spans = (
        part("content", '"We are ready,"'),
        part("content", '"to go."'),
        part("cue", "said"),
        part("source", "Ann Lee"),
    )
    return Annotation(
        entities=[
            Entity("e1", "PERSON", "Ann Lee", 1, note="CEO"),
            Entity("e2", "ORG", "ACME", 2),
            Entity("e3", "GPE", "Paris", 3),
        ],
        mentions=[
            mention("m1", "e1", "Ann Lee"),
            mention("m2", "e1", "Lee", 2),
            mention("m3", "e2", "ACME"),
            mention("m4", "e3", "Paris"),
        ],
        quotes=[Quote("q1", 1, spans, "direct", False, ("e1",), addressees=("e2",))],
    )


def done(before: Annotation, edit: Edit) -> Annotation:
    """The annotation after the edit, which undoing takes back to `before`."""
    after = copy(before)
    after.apply(edit)
    undone = copy(after)
    undone.apply(edit.inverse())
    assert undone == before
    return after


def copy(annotation: Annotation) -> Annotation:
    return Annotation(
        head=annotation.head,
        entities=annotation.entities.values(),
        mentions=annotation.mentions.values(),
        quotes=annotation.quotes.values(),
        updated=annotation.updated,
    )


def marked(words: str, label: str, nth: int = 1) -> Annotation:
    before = annotation()
    return done(before, edits.mark(article(), before, *place(words, nth), label))
