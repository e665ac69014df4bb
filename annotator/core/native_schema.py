"""The content of a line of native JSONL: the types from which the JSON Schema is made.

They are typed dicts because a line has dozens of them: pydantic validates these twice as fast as it
makes models. Fields that are missing in a line are missing in the dict; the defaults are in the
schema and are applied by `core.native_reader`. Unknown keys are kept.
"""

from functools import cache
from typing import Annotated, Any, Final, Literal, NotRequired

from pydantic import ConfigDict, Field, TypeAdapter, with_config
from typing_extensions import TypedDict

from annotator.core.models import QUOTE_TYPES, MentionKind, Outcome, Role, SpeakerStatus, Status
from annotator.core.record import FORMAT


def _default(value: object) -> Any:
    return Field(json_schema_extra={"default": value})  # type: ignore[dict-item]


_Text = Annotated[str, _default("")]
_OptionalText = Annotated[str | None, _default(None)]
_Flags = Annotated[list[str], _default([])]
_EntityIds = Annotated[list[str], Field(description="ids of entities"), _default([])]
_Object = Annotated[dict[str, Any], _default({})]
_Start = Annotated[int, Field(ge=0)]
_End = Annotated[int, Field(ge=1)]
_GivenText = _OptionalText
# Looking each string up in a cache costs more than making it again.
_CONFIG: Final = ConfigDict(extra="allow", cache_strings="keys")


@with_config(_CONFIG)
class MentionJson(TypedDict):
    """A half-open span in code points; `text` is checked against the article when given."""

    start: _Start
    end: _End
    text: NotRequired[_GivenText]
    id: NotRequired[_OptionalText]
    kind: NotRequired[Annotated[MentionKind, _default("name")]]
    note: NotRequired[_Text]
    flags: NotRequired[_Flags]


@with_config(_CONFIG)
class EntityJson(TypedDict):
    """Someone or something the article talks of."""

    id: NotRequired[_OptionalText]
    label: NotRequired[
        Annotated[str, Field(description="PERSON, ORG …; the scheme names them"), _default("")]
    ]
    name: NotRequired[_OptionalText]
    link: NotRequired[_OptionalText]
    note: NotRequired[_Text]
    flags: NotRequired[_Flags]
    mentions: NotRequired[Annotated[list[MentionJson], _default([])]]


@with_config(_CONFIG)
class RoleSpanJson(TypedDict):
    """A half-open span in code points; `text` is checked against the article when given."""

    start: _Start
    end: _End
    text: NotRequired[_GivenText]
    role: Role


@with_config(_CONFIG)
class QuoteJson(TypedDict):
    """One attribution."""

    id: NotRequired[_OptionalText]
    type: NotRequired[
        Annotated[
            str,
            Field(min_length=1, description="usually one of: " + ", ".join(QUOTE_TYPES)),
            _default("unknown"),
        ]
    ]
    type_set: NotRequired[
        Annotated[bool, Field(description="false: proposed from the quote marks"), _default(True)]
    ]
    speakers: NotRequired[_EntityIds]
    speaker_status: NotRequired[Annotated[SpeakerStatus, _default("identified")]]
    addressees: NotRequired[_EntityIds]
    parent: NotRequired[
        Annotated[
            str | None, Field(description="id of the quote this one is inside"), _default(None)
        ]
    ]
    note: NotRequired[_Text]
    flags: NotRequired[_Flags]
    attributes: NotRequired[_Object]
    spans: Annotated[list[RoleSpanJson], Field(min_length=1)]


@with_config(_CONFIG)
class DecisionJson(TypedDict):
    """What a reviewer decided on something that annotators marked; only in gold."""

    id: NotRequired[_OptionalText]
    kind: Literal["mention", "quote"]
    outcome: Outcome
    start: _Start
    end: _End
    members: NotRequired[
        Annotated[list[str], Field(description="versions that were decided on"), _default([])]
    ]
    sources: NotRequired[
        Annotated[list[str], Field(description="annotators the item comes from"), _default([])]
    ]
    item: NotRequired[
        Annotated[str | None, Field(description="id of the item in gold"), _default(None)]
    ]
    by: NotRequired[_Text]
    made_at: NotRequired[_Text]
    rule: NotRequired[_Text]
    reason: NotRequired[_Text]
    note: NotRequired[_Text]
    flags: NotRequired[_Flags]


@with_config(_CONFIG)
class ArticleJson(TypedDict):
    """A text and what is known of it."""

    id: Annotated[str, Field(min_length=1)]
    title: NotRequired[_Text]
    text: Annotated[str, Field(min_length=1)]
    language: NotRequired[_OptionalText]
    source: NotRequired[_OptionalText]
    published: NotRequired[_OptionalText]
    url: NotRequired[_OptionalText]
    meta: NotRequired[_Object]


@with_config(_CONFIG)
class RecordJson(TypedDict):
    """One line of native JSONL."""

    format: Literal["annotator/1"]
    article: ArticleJson
    annotator: Annotated[
        Annotated[str, Field(min_length=1)] | None,
        Field(description="whose work this is; null for an article without annotation"),
    ]
    status: NotRequired[Annotated[Status, _default("todo")]]
    updated: NotRequired[_OptionalText]
    seconds: NotRequired[Annotated[int, Field(ge=0, le=10**9), _default(0)]]
    notes: NotRequired[_Text]
    flags: NotRequired[_Flags]
    entities: NotRequired[Annotated[list[EntityJson], _default([])]]
    quotes: NotRequired[Annotated[list[QuoteJson], _default([])]]
    decisions: NotRequired[Annotated[list[DecisionJson], _default([])]]


@cache
def adapter() -> TypeAdapter[RecordJson]:
    """Return the validator of a line, made for the first line."""
    return TypeAdapter(RecordJson)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of one line of native JSONL."""
    schema = adapter().json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["$id"] = FORMAT
    return schema
