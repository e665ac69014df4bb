"""Messages: texts for people, written once in English and translated where they are shown.

A message is an id, which is its English text with {1}, {2} … for values, and these values. The
command line and the logs write `str(message)`, which is English. The window translates the id and
then fills in the values, so that the words of an article, names and paths stay as they are.

`message` and `count_message` are the functions from whose calls babel extracts the texts to
translate, so that their texts have to be literals. `make translations` collects them.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from os import PathLike, fspath
from typing import Final, Union

PLACEHOLDER: Final = re.compile(r"\{([1-9])\}")
"""The place of a value in a text, by its number."""
VERBATIM: Final = "{1}"
"""The id of a message that is the same in every language: its only value."""
Value = Union[str, int, "Message", tuple[Union[str, "Message"], ...]]
"""What a message may contain.

A str is shown as it is, an int with the thousands separators of the language, a message in the
language, and a tuple as a list with commas.
"""
_Given = Union[str, int, PathLike[str], "Message", Sequence[Union[str, "Message"]]]


@dataclass(frozen=True, slots=True)
class Message:
    """A text for people with its values; equal if both are, and the same in another process.

    `one` is the English text where the first value, a count, is 1; None if there is no count.
    `hint` is what only the command line adds, such as "; see: annotator stats".
    """

    id: str
    values: tuple[Value, ...] = ()
    one: str | None = None
    hint: str = ""

    def __str__(self) -> str:
        """Return the message in English, with its hint."""
        return self._english(str) + self.hint

    def without_hints(self) -> str:
        """Return the message in English as the window shows it."""
        return self._english(Message.without_hints)

    def hints(self) -> str:
        """Return the hints of the messages in this one, and its own, each of them once."""
        return "".join(dict.fromkeys(self._each_hint()))

    def _each_hint(self) -> Iterator[str]:
        for value in self.values:
            for part in _parts(value):
                if isinstance(part, Message):
                    yield from part._each_hint()
        yield self.hint

    def _english(self, written: "Callable[[Message], str]") -> str:
        text = self.one if self.one is not None and self.values[0] == 1 else self.id
        if not self.values:
            return text
        texts = [
            f"{value:,}"
            if isinstance(value, int)
            else ", ".join(written(p) if isinstance(p, Message) else p for p in _parts(value))
            for value in self.values
        ]
        return PLACEHOLDER.sub(lambda place: texts[int(place[1]) - 1], text)

    def __lt__(self, other: "Message") -> bool:
        """Order messages by their English."""
        return str(self) < str(other)

    def with_hint(self, hint: str) -> "Message":
        """Return the message with a hint that the command line adds and the window leaves out."""
        return replace(self, hint=hint)


def message(text: str, *values: _Given) -> Message:
    """Return the message with this English text, a literal, and the values of {1}, {2} …"""
    return Message(text, tuple(map(_value, values)))


def count_message(count: int, one: str, many: str, *values: _Given) -> Message:
    """Return the message for a count: `one` is its English text for 1, and `many` for others.

    {1} is the count, {2} the first of the values.
    """
    return Message(many, (count, *map(_value, values)), one)


def verbatim(text: str) -> Message:
    """Return a message that is shown as it is in every language.

    For what a system or a library says, and for messages whose English is meant to be looked up:
    what is wrong inside a file that cannot be read, and what only the command line shows.
    """
    return Message(VERBATIM, (_encodable(text),))


def as_message(text: Message | str) -> Message:
    """Return the message, or that of a text which is shown as it is."""
    return text if isinstance(text, Message) else verbatim(text)


def tr_later(text: str) -> str:
    """Return `text`, marked for translation where it is shown, as by a table's column titles."""
    return text


def _value(value: _Given) -> Value:
    if isinstance(value, Message | int):
        return value
    if isinstance(value, str):
        return _encodable(value)
    if isinstance(value, PathLike):
        return _encodable(fspath(value))
    return tuple(part if isinstance(part, Message) else _encodable(part) for part in value)


def _encodable(text: str) -> str:
    """Return the text so that it can be written anywhere; the name of a file may not be UTF-8."""
    return text.encode("utf-8", "backslashreplace").decode()


def _parts(value: Value) -> tuple[str | Message, ...]:
    if isinstance(value, str | Message):
        return (value,)
    return () if isinstance(value, int) else value
