"""The selection and scroll position in an article, kept to restore them."""

from typing import NamedTuple, Self


class ViewPosition(NamedTuple):
    """The ends of the selection as it was made, and where the first visible line starts.

    All in code points of the article's text.
    """

    anchor: int = 0
    caret: int = 0
    top: int = 0

    def within(self, length: int) -> Self:
        """Return the place clipped to a text of this length."""
        return type(self)(*(max(0, min(offset, length)) for offset in self))

    def to_words(self) -> str:
        """Return the place as text for the settings; `from_words` reads it back."""
        return " ".join(map(str, self))

    @classmethod
    def from_words(cls, words: str) -> Self:
        """Return the place of this text; the start of the article if it is not a place."""
        numbers = words.split()
        if len(numbers) != len(cls._fields) or not all(map(str.isdecimal, numbers)):
            return cls()
        return cls(*map(int, numbers))
