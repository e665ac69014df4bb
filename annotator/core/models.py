"""Articles and what annotators say of them, as values.

Plain named tuples: a window must open an article with 10,000 spans in a blink, and neither
importing pydantic nor validating each span again fits in that time. Data from outside
is validated by the pydantic models in `core.record`, which also give the JSON Schema.

All offsets are Unicode code points of `Article.text`, half-open: `text[start:end]`.
"""

from typing import Any, Final, Literal, NamedTuple

Extra = dict[str, Any] | None
"""Keys that an import brought and the product does not know; written back on export."""

MentionKind = Literal["name", "nominal", "pronoun"]
MENTION_KINDS: Final[tuple[MentionKind, ...]] = ("name", "nominal", "pronoun")

QUOTE_TYPES: Final = ("direct", "indirect", "mixed", "free_indirect", "reported", "unknown")
"""The usual types. A scheme may have others, and imports keep what they bring."""

Role = Literal["content", "cue", "source", "addressee"]
ROLES: Final[tuple[Role, ...]] = ("content", "cue", "source", "addressee")

SpeakerStatus = Literal["identified", "group", "unnamed", "implicit", "none"]
SPEAKER_STATUSES: Final[tuple[SpeakerStatus, ...]] = (
    "identified",
    "group",
    "unnamed",
    "implicit",
    "none",
)

Status = Literal["todo", "doing", "done", "skipped"]
STATUSES: Final[tuple[Status, ...]] = ("todo", "doing", "done", "skipped")


class Article(NamedTuple):
    """A settled text that never changes. `id` is unique in a project."""

    id: str
    text: str
    title: str = ""
    language: str | None = None
    source: str | None = None
    published: str | None = None
    url: str | None = None
    meta: dict[str, Any] | None = None
    extra: Extra = None


class Head(NamedTuple):
    """What is said of an annotation as a whole. `seconds` is the time spent on it."""

    status: Status = "todo"
    notes: str = ""
    flags: tuple[str, ...] = ()
    seconds: int = 0
    extra: Extra = None


new_item: Final = tuple.__new__
"""`new_item(Mention, (…))` makes a value of all its fields in half the time that its own
constructor takes, for those who make ten thousand while somebody waits."""


class Entity(NamedTuple):
    """Someone or something the article talks of. `ordinal` keeps the order of the list."""

    id: str
    label: str
    name: str
    ordinal: int
    link: str | None = None
    note: str = ""
    flags: tuple[str, ...] = ()
    extra: Extra = None


class Mention(NamedTuple):
    """A span that names the entity `entity_id`; `text` is the article's text there."""

    id: str
    entity_id: str
    start: int
    end: int
    text: str
    ordinal: int
    kind: MentionKind = "name"
    note: str = ""
    flags: tuple[str, ...] = ()
    extra: Extra = None


class RoleSpan(NamedTuple):
    """A span that plays a role in a quote."""

    role: Role
    start: int
    end: int
    text: str
    extra: Extra = None


class Quote(NamedTuple):
    """One attribution: who says what, with which words of the text.

    `type_set` is true once a person (or an import) stated the type; until then the type
    follows the quote marks. `speakers` and `addressees` are entity ids, `parent` a quote id.
    """

    id: str
    ordinal: int
    spans: tuple[RoleSpan, ...]
    type: str = "unknown"
    type_set: bool = True
    speakers: tuple[str, ...] = ()
    speaker_status: SpeakerStatus = "identified"
    addressees: tuple[str, ...] = ()
    parent: str | None = None
    note: str = ""
    flags: tuple[str, ...] = ()
    attributes: dict[str, Any] | None = None
    extra: Extra = None

    def parts(self, role: Role) -> tuple[RoleSpan, ...]:
        """The spans of one role, in the order of the text."""
        return tuple(sorted((s for s in self.spans if s.role == role), key=lambda span: span.start))

    @property
    def start(self) -> int:
        """Where the first content part starts (or the first span, if there is no content)."""
        starts = [s.start for s in self.spans if s.role == "content"]
        return min(starts or [s.start for s in self.spans], default=0)


Outcome = Literal["agreed", "taken", "changed", "rejected"]
OUTCOMES: Final[tuple[Outcome, ...]] = ("agreed", "taken", "changed", "rejected")


class Decision(NamedTuple):
    """What became of one thing that annotators marked, in the gold annotation that holds this.

    `members` are the versions that were decided on (see `core.reviewing`), `sources` the
    annotators the gold item comes from, and `item` its id: None if it was rejected. `by` is who
    decided; for what was agreed on, `rule` says by which rule. `made_at` is UTC.
    """

    id: str
    ordinal: int
    kind: Literal["mention", "quote"]
    outcome: Outcome
    start: int
    end: int
    members: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    item: str | None = None
    by: str = ""
    made_at: str = ""
    rule: str = ""
    reason: str = ""
    note: str = ""
    flags: tuple[str, ...] = ()
    extra: Extra = None


Item = Head | Entity | Mention | Quote | Decision
