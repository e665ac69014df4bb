"""JSON that somebody else may have written, read so that nothing later stumbles over it.

Python's own reader takes what no writer of JSON takes back: half surrogate pairs, which no file
can hold, nesting so deep that the next step over it ends in a RecursionError, and NaN and Infinity,
which are no JSON, so that SQLite stumbles over them.
"""

import json
import re
from collections.abc import Iterable
from typing import Any, Final

DEEPEST: Final = 200
"""How deep lists and objects may lie in one another: as deep as an import lets them."""
_HALF: Final = re.compile(r"\\u[dD][89a-fA-F]")
_BRACKETS: Final = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]', re.DOTALL)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


_DECODER: Final = json.JSONDecoder(parse_constant=_refuse)


def read_json(text: str) -> Any:
    """What the text says. Raises ValueError, in words, for what is no JSON or cannot be kept."""
    if len(text) > DEEPEST and _depth(text) > DEEPEST:
        raise ValueError(f"it is nested more than {DEEPEST} deep")
    found = _DECODER.decode(text)
    if "\\u" in text and _HALF.search(text) is not None:
        try:
            json.dumps(found, ensure_ascii=False).encode()
        except UnicodeEncodeError as error:
            raise ValueError("it holds half a surrogate pair") from error
    return found


def read_object(text: str) -> dict[str, Any]:
    """The object that the text says. Raises ValueError for anything else."""
    found = read_json(text)
    if not isinstance(found, dict):
        raise ValueError("it is no object")
    return found


def read_texts(text: str) -> tuple[str, ...]:
    """The list of texts that the text says. Raises ValueError for anything else."""
    found = read_json(text)
    if not isinstance(found, list) or not are_texts(found):
        raise ValueError("it is no list of texts")
    return tuple(found)


def are_texts(values: Iterable[object]) -> bool:
    """Whether each of the values is a text."""
    return all(isinstance(value, str) for value in values)


def _depth(text: str) -> int:
    """How deep the text is nested, DEEPEST + 1 for deeper; 0 where it cannot be so deep."""
    if text.count("[") + text.count("{") <= DEEPEST:
        return 0
    depth = deepest = 0
    for found in _BRACKETS.finditer(text):
        sign = found[0]
        if sign in "[{":
            depth += 1
            deepest = max(deepest, depth)
            if depth > DEEPEST:
                break
        elif sign in "]}":
            depth -= 1
    return deepest
