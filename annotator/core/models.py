"""Articles, annotations and their items as immutable values.

They are plain named tuples because a window has to open an article with 10,000 spans without a
noticeable delay, and neither importing pydantic nor validating each span again fits into that time.
Data from outside is validated by the pydantic models in `core.native_schema`, which also give the
JSON Schema.

A field is declared here and nowhere else: `core.fields` reads its name, type and default for the
store, the native format and everything else that treats the fields of an item alike. A new field
goes after `extra`, with a default.

All offsets are Unicode code points of `Article.text`, half-open: `text[start:end]`.
"""

from typing import Annotated, Any, Final, Literal, NamedTuple

from annotator.core.fields import Declared
from annotator.core.shapes import ORDINAL, PLACE, SECONDS, TEXT

ItemId = Annotated[str, Declared(missing=None)]
Ordinal = Annotated[int, Declared(ORDINAL, in_line=False)]
Start = Annotated[int, Declared(PLACE, limits={"ge": 0})]
End = Annotated[int, Declared(PLACE, limits={"ge": 1})]
CoveredText = Annotated[str, Declared(missing=None)]
EntityIds = Annotated[tuple[str, ...], Declared(description="ids of entities")]

Extra = dict[str, Any] | None
"""Keys that an import brought and the program does not know; written back on export."""

MentionKind = Literal["name", "nominal", "pronoun"]
MENTION_KINDS: Final[tuple[MentionKind, ...]] = ("name", "nominal", "pronoun")

QUOTE_TYPES: Final = ("direct", "indirect", "mixed", "free_indirect", "reported", "unknown")
"""The usual quote types. A scheme may have others, and imports keep the types they bring."""

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
    """A normalized text, which never changes, with its metadata. `id` is unique in a project."""

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
    """The properties of an annotation as a whole. `seconds` is the time spent on it."""

    status: Status = "todo"
    notes: str = ""
    flags: tuple[str, ...] = ()
    seconds: Annotated[int, Declared(SECONDS, limits={"ge": 0, "le": 10**9})] = 0
    extra: Extra = None


make_item: Final = tuple.__new__
"""Make a value from all its fields: `new_item(Mention, (…))`.

It takes half the time of the value's own constructor, for code that makes ten thousand values while
the user waits.
"""


class Entity(NamedTuple):
    """A person or thing that the article mentions.

    `ordinal` is its position in the list of entities.
    """

    id: ItemId
    label: Annotated[str, Declared(missing="", description="PERSON, ORG …; the scheme names them")]
    name: Annotated[str, Declared(missing=None)]
    ordinal: Ordinal
    link: str | None = None
    note: str = ""
    flags: tuple[str, ...] = ()
    extra: Extra = None


class Mention(NamedTuple):
    """A span that names the entity `entity_id`; `text` is the article's text in that span."""

    id: ItemId
    entity_id: Annotated[str, Declared(column="entity", in_line=False)]
    start: Start
    end: End
    text: CoveredText
    ordinal: Ordinal
    kind: MentionKind = "name"
    note: Annotated[str, Declared(omitted=True)] = ""
    flags: Annotated[tuple[str, ...], Declared(omitted=True)] = ()
    extra: Extra = None


class RoleSpan(NamedTuple):
    """A span with a role in a quote."""

    role: Annotated[Role, Declared(TEXT)]  # the window can delete a span with any role
    start: Start
    end: End
    text: CoveredText
    extra: Extra = None


class Quote(NamedTuple):
    """One quotation: what is said, who says it, and which spans of the text express it.

    `type_set` is true if a person or an import has set the type; until then the type follows the
    quote marks. `speakers` and `addressees` are entity ids, `parent` is a quote id.
    """

    id: ItemId
    ordinal: Ordinal
    spans: tuple[RoleSpan, ...]
    type: Annotated[
        str,
        Declared(limits={"min_length": 1}, description=f"usually one of: {', '.join(QUOTE_TYPES)}"),
    ] = "unknown"
    type_set: Annotated[
        bool, Declared(omitted=True, description="false: proposed from the quote marks")
    ] = True
    speakers: EntityIds = ()
    speaker_status: SpeakerStatus = "identified"
    addressees: EntityIds = ()
    parent: Annotated[str | None, Declared(description="id of the quote this one is inside")] = None
    note: str = ""
    flags: tuple[str, ...] = ()
    attributes: dict[str, Any] | None = None
    extra: Extra = None

    def parts(self, role: Role) -> tuple[RoleSpan, ...]:
        """Return the spans of one role, in text order."""
        return tuple(sorted((s for s in self.spans if s.role == role), key=lambda span: span.start))

    @property
    def start(self) -> int:
        """The start of the first content span, or of the first span if there is no content."""
        starts = [s.start for s in self.spans if s.role == "content"]
        return min(starts or [s.start for s in self.spans], default=0)


Outcome = Literal["agreed", "taken", "changed", "rejected"]
OUTCOMES: Final[tuple[Outcome, ...]] = ("agreed", "taken", "changed", "rejected")


class Decision(NamedTuple):
    """A decision on one group of items that annotators marked, kept in the gold annotation.

    `members` are the versions that were decided on (see `core.adjudication`), `sources` the
    annotators that the gold item comes from, and `item` its id, or None if the group was rejected.
    `by` is who decided; for an agreed item, `rule` is the rule that accepted it. `made_at` is in
    UTC.
    """

    id: ItemId
    ordinal: Ordinal
    kind: Literal["mention", "quote"]
    outcome: Outcome
    start: Start
    end: End
    members: Annotated[tuple[str, ...], Declared(description="versions that were decided on")] = ()
    sources: Annotated[tuple[str, ...], Declared(description="annotators the item comes from")] = ()
    item: Annotated[str | None, Declared(description="id of the item in gold")] = None
    by: Annotated[str, Declared(column="decided_by")] = ""
    made_at: Annotated[str, Declared(column="decided_at")] = ""
    rule: str = ""
    reason: str = ""
    note: str = ""
    flags: tuple[str, ...] = ()
    extra: Extra = None


Item = Head | Entity | Mention | Quote | Decision
