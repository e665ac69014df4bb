"""What a line of native JSONL may hold: the contract that the JSON Schema is made from.

Typed dicts, since a line has some dozens of them: pydantic checks these twice as fast as it
makes models. What a line leaves out is left out of the dict; the defaults stand in the schema
and are applied by `core.record`. Keys that are not named here are kept.
"""

from functools import cache
from typing import Annotated, Any, Final, Literal, NotRequired

from pydantic import ConfigDict, Field, TypeAdapter, with_config
from typing_extensions import TypedDict

from annotator.core.models import QUOTE_TYPES, MentionKind, Outcome, Role, SpeakerStatus, Status
from annotator.core.record import FORMAT


def _default(value: object) -> Any:
    return Field(json_schema_extra={"default": value})  # type: ignore[dict-item]


_Words = Annotated[str, _default("")]
_MaybeWords = Annotated[str | None, _default(None)]
_Flags = Annotated[list[str], _default([])]
_EntityIds = Annotated[list[str], Field(description="ids of entities"), _default([])]
_Object = Annotated[dict[str, Any], _default({})]
_Start = Annotated[int, Field(ge=0)]
_End = Annotated[int, Field(ge=1)]
_Said = _MaybeWords
# Looking each text up among the last ones costs more than making it anew.
_Whole: Final = ConfigDict(extra="allow", cache_strings="keys")


@with_config(_Whole)
class MentionJson(TypedDict):
    """A half-open span in code points; `text` is checked against the article when given."""

    start: _Start
    end: _End
    text: NotRequired[_Said]
    id: NotRequired[_MaybeWords]
    kind: NotRequired[Annotated[MentionKind, _default("name")]]
    note: NotRequired[_Words]
    flags: NotRequired[_Flags]


@with_config(_Whole)
class EntityJson(TypedDict):
    """Someone or something the article talks of."""

    id: NotRequired[_MaybeWords]
    label: NotRequired[
        Annotated[str, Field(description="PERSON, ORG …; the scheme names them"), _default("")]
    ]
    name: NotRequired[_MaybeWords]
    link: NotRequired[_MaybeWords]
    note: NotRequired[_Words]
    flags: NotRequired[_Flags]
    mentions: NotRequired[Annotated[list[MentionJson], _default([])]]


@with_config(_Whole)
class RoleSpanJson(TypedDict):
    """A half-open span in code points; `text` is checked against the article when given."""

    start: _Start
    end: _End
    text: NotRequired[_Said]
    role: Role


@with_config(_Whole)
class QuoteJson(TypedDict):
    """One attribution."""

    id: NotRequired[_MaybeWords]
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
    note: NotRequired[_Words]
    flags: NotRequired[_Flags]
    attributes: NotRequired[_Object]
    spans: Annotated[list[RoleSpanJson], Field(min_length=1)]


@with_config(_Whole)
class DecisionJson(TypedDict):
    """What a reviewer decided on something that annotators marked; only in gold."""

    id: NotRequired[_MaybeWords]
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
    by: NotRequired[_Words]
    made_at: NotRequired[_Words]
    rule: NotRequired[_Words]
    reason: NotRequired[_Words]
    note: NotRequired[_Words]
    flags: NotRequired[_Flags]


@with_config(_Whole)
class ArticleJson(TypedDict):
    """A text and what is known of it."""

    id: Annotated[str, Field(min_length=1)]
    title: NotRequired[_Words]
    text: Annotated[str, Field(min_length=1)]
    language: NotRequired[_MaybeWords]
    source: NotRequired[_MaybeWords]
    published: NotRequired[_MaybeWords]
    url: NotRequired[_MaybeWords]
    meta: NotRequired[_Object]


@with_config(_Whole)
class RecordJson(TypedDict):
    """One line of native JSONL."""

    format: Literal["annotator/1"]
    article: ArticleJson
    annotator: Annotated[
        Annotated[str, Field(min_length=1)] | None,
        Field(description="whose work this is; null for an article without annotation"),
    ]
    status: NotRequired[Annotated[Status, _default("todo")]]
    updated: NotRequired[_MaybeWords]
    seconds: NotRequired[Annotated[int, Field(ge=0, le=10**9), _default(0)]]
    notes: NotRequired[_Words]
    flags: NotRequired[_Flags]
    entities: NotRequired[Annotated[list[EntityJson], _default([])]]
    quotes: NotRequired[Annotated[list[QuoteJson], _default([])]]
    decisions: NotRequired[Annotated[list[DecisionJson], _default([])]]


@cache
def adapter() -> TypeAdapter[RecordJson]:
    """What checks a line. Made once, at the first line."""
    return TypeAdapter(RecordJson)


def json_schema() -> dict[str, Any]:
    """The JSON Schema of one line of native JSONL."""
    schema = adapter().json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["$id"] = FORMAT
    return schema
