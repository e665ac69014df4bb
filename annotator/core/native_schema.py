"""The content of a line of native JSONL: the types from which the JSON Schema is made.

They are typed dicts because a line has dozens of them: pydantic validates these twice as fast as it
makes models. Fields that are missing in a line are missing in the dict; the defaults are in the
schema and are applied by `core.native_reader`. Unknown keys are kept.
"""

from functools import cache
from types import GenericAlias
from typing import Annotated, Any, Final, Literal, NotRequired

from pydantic import ConfigDict, Field, TypeAdapter, with_config
from typing_extensions import TypedDict

from annotator.core import fields
from annotator.core.fields import REQUIRED, Kind, fields_of
from annotator.core.models import Decision, Entity, Head, Mention, Quote, RoleSpan
from annotator.core.record import FORMAT

# Looking each string up in a cache costs more than making it again.
_CONFIG: Final = ConfigDict(extra="allow", cache_strings="keys")
_typed_dict: Any = TypedDict  # a type checker wants its keys written out


def _default(value: object) -> Any:
    return Field(json_schema_extra={"default": value})  # type: ignore[dict-item]


def _object(name: str, words: str, keys: dict[str, Any]) -> Any:
    made = _typed_dict(name, keys)
    made.__doc__ = words
    return with_config(_CONFIG)(made)


def _list_of(made: Any) -> Any:
    return GenericAlias(list, (made,))


def _keys(kind: Kind, **nested: Any) -> dict[str, Any]:
    """Return the types of the keys that a line has for the fields of an item."""
    found = {
        field.name: _type(field)
        for field in fields_of(kind)
        if field.in_line and field.name not in nested
    }
    return found | nested


def _type(field: fields.Field) -> Any:
    missing, type_ = field.missing, field.type
    if field.is_list:
        type_, missing = list[str], [] if missing == () else missing
    elif field.is_object:
        type_, missing = dict[str, Any], {}
    elif missing is None and None not in getattr(type_, "__args__", ()):
        type_ = type_ | None
    limits: dict[str, Any] = dict(field.declared.limits)
    if field.declared.description:
        limits["description"] = field.declared.description
    type_ = Annotated[type_, Field(**limits)] if limits else type_
    return type_ if missing is REQUIRED else NotRequired[Annotated[type_, _default(missing)]]


_SPAN: Final = "A half-open span in code points; `text` is checked against the article when given."
MentionJson: Final = _object("MentionJson", _SPAN, _keys(Mention))
EntityJson: Final = _object(
    "EntityJson",
    "Someone or something the article talks of.",
    _keys(Entity, mentions=NotRequired[Annotated[_list_of(MentionJson), _default([])]]),
)
RoleSpanJson: Final = _object("RoleSpanJson", _SPAN, _keys(RoleSpan))
QuoteJson: Final = _object(
    "QuoteJson",
    "One attribution.",
    _keys(Quote, spans=Annotated[_list_of(RoleSpanJson), Field(min_length=1)]),
)
DecisionJson: Final = _object(
    "DecisionJson",
    "What a reviewer decided on something that annotators marked; only in gold.",
    _keys(Decision),
)
_Text = Annotated[str, _default("")]
_OptionalText = Annotated[str | None, _default(None)]


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
    meta: NotRequired[Annotated[dict[str, Any], _default({})]]


RecordJson: Final = _object(
    "RecordJson",
    "One line of native JSONL.",
    {
        "format": Literal["annotator/1"],
        "article": ArticleJson,
        "annotator": Annotated[
            Annotated[str, Field(min_length=1)] | None,
            Field(description="whose work this is; null for an article without annotation"),
        ],
        "updated": NotRequired[_OptionalText],
        **_keys(Head),
        "entities": NotRequired[Annotated[_list_of(EntityJson), _default([])]],
        "quotes": NotRequired[Annotated[_list_of(QuoteJson), _default([])]],
        "decisions": NotRequired[Annotated[_list_of(DecisionJson), _default([])]],
    },
)


@cache
def adapter() -> TypeAdapter[dict[str, Any]]:
    """Return the validator of a line, made for the first line."""
    return TypeAdapter(RecordJson)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of one line of native JSONL."""
    schema = adapter().json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["$id"] = FORMAT
    return schema
