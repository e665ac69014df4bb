"""Strict reading of JSON from other programs.

Python's own reader accepts what cannot be written or read elsewhere: half surrogate pairs, which no
file can hold, nesting so deep that the next operation ends in a RecursionError, and NaN and
Infinity, which are not JSON and which SQLite rejects.
"""

import json
import re
from collections.abc import Iterable
from typing import Any, Final

MAX_DEPTH: Final = 200
"""The deepest nesting of lists and objects that is accepted, the same as for imports."""
_HALF: Final = re.compile(r"\\u[dD][89a-fA-F]")
_BRACKETS: Final = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]', re.DOTALL)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


_DECODER: Final = json.JSONDecoder(parse_constant=_refuse)


def read_json(text: str) -> Any:
    """Return the value of the JSON text.

    Raises:
        ValueError: The text is not JSON or cannot be stored; the message says why.
    """
    if len(text) > MAX_DEPTH and _depth(text) > MAX_DEPTH:
        raise ValueError(f"it is nested more than {MAX_DEPTH} deep")
    found = _DECODER.decode(text)
    if "\\u" in text and _HALF.search(text) is not None:
        try:
            json.dumps(found, ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            raise ValueError("it holds half a surrogate pair") from error
    return found


def read_object(text: str) -> dict[str, Any]:
    """Return the object in the JSON text.

    Raises:
        ValueError: The text is something else.
    """
    found = read_json(text)
    if not isinstance(found, dict):
        raise ValueError("it is no object")
    return found


def read_texts(text: str) -> tuple[str, ...]:
    """Return the list of strings in the JSON text.

    Raises:
        ValueError: The text is something else.
    """
    found = read_json(text)
    if not isinstance(found, list) or not are_texts(found):
        raise ValueError("it is no list of texts")
    return tuple(found)


def are_texts(values: Iterable[object]) -> bool:
    """Return whether each of the values is a string."""
    return all(isinstance(value, str) for value in values)


def _depth(text: str) -> int:
    """Return the depth of nesting: 0 if it cannot exceed DEEPEST, DEEPEST + 1 if it does."""
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return 0
    depth = deepest = 0
    for found in _BRACKETS.finditer(text):
        sign = found[0]
        if sign in "[{":
            depth += 1
            deepest = max(deepest, depth)
            if depth > MAX_DEPTH:
                break
        elif sign in "]}":
            depth -= 1
    return deepest
