"""Messages as JSON: in the history of a project, and on the way between two processes."""

import json
from typing import Any, Final

from annotator.core.message import PLACEHOLDER, Message, Value, verbatim
from annotator.core.strict_json import read_json

_DEEPEST: Final = 8
_LARGEST: Final = 2**53
"""The largest number that every reader of JSON, and Qt, takes as it is."""


def message_to_json(value: Message) -> str:
    """Return the message as JSON; `message_from_json` reads it back equal."""
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))


def message_from_json(text: str) -> Message:
    """Return the message that was written as JSON; a text that is none is a message verbatim.

    For titles in a project, which may have been written before there were messages, or by anybody.
    """
    if not text.startswith('{"id":'):
        return verbatim(text)
    try:
        return _read(read_json(text), _DEEPEST)
    except ValueError:
        return verbatim(text)


def _plain(value: Value) -> Any:
    if isinstance(value, str | int):
        return value
    if not isinstance(value, Message):
        return [_plain(part) for part in value]
    fields: dict[str, Any] = {"id": value.id}
    if value.values:
        fields["values"] = [_plain(inner) for inner in value.values]
    if value.one is not None:
        fields["one"] = value.one
    if value.hint:
        fields["hint"] = value.hint
    return fields


def _read(fields: object, deepest: int) -> Message:
    if not isinstance(fields, dict) or not fields.keys() <= {"id", "values", "one", "hint"}:
        raise ValueError("this is no message")
    one, hint = fields.get("one"), fields.get("hint", "")
    given = fields.get("values", [])
    if not isinstance(given, list) or not isinstance(hint, str) or not deepest:
        raise ValueError("this is no message")
    values = tuple(_read_value(value, deepest - 1) for value in given)
    if one is not None and not (values and isinstance(values[0], int)):
        raise ValueError("this message has no count")
    id_, one = _read_text(fields.get("id")), one if one is None else _read_text(one)
    if any(int(place) > len(values) for place in PLACEHOLDER.findall(f"{id_}{one or ''}")):
        raise ValueError("a value of this message is missing")
    return Message(id_, values, one, hint)


def _read_text(text: object) -> str:
    """Return the text if it can be looked up in a catalogue."""
    if not isinstance(text, str) or not text or "\0" in text:
        raise ValueError("this is no text of a message")
    return text


def _read_value(value: object, deepest: int) -> Value:
    if isinstance(value, list):
        parts = tuple(_read_value(part, deepest) for part in value)
        if all(isinstance(part, str | Message) for part in parts):
            return parts  # type: ignore[return-value]  # as was just checked
    elif isinstance(value, dict):
        return _read(value, deepest)
    elif isinstance(value, str) or (type(value) is int and abs(value) <= _LARGEST):
        return value
    raise ValueError("this is no value of a message")
