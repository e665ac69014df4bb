"""Where somebody was in an article, to come back to it."""

from typing import NamedTuple, Self


class Place(NamedTuple):
    """The ends of the selection as it was made, and where the first line in sight starts.

    All in code points of the article's text.
    """

    anchor: int = 0
    caret: int = 0
    top: int = 0

    def within(self, length: int) -> Self:
        """The same in a text of this length."""
        return type(self)(*(max(0, min(offset, length)) for offset in self))

    def to_words(self) -> str:
        """As the settings keep it; `from_words` reads it back."""
        return " ".join(map(str, self))

    @classmethod
    def from_words(cls, words: str) -> Self:
        """The start of the article where the words are no place."""
        numbers = words.split()
        if len(numbers) != len(cls._fields) or not all(map(str.isdecimal, numbers)):
            return cls()
        return cls(*map(int, numbers))
