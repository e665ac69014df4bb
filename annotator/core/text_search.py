"""Finding words in a text as people type them: case, accents and line breaks do not count."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate
from typing import Final

_INVISIBLE: Final = "\u00ad\u061c\u0640\u200e\u200f\u202a\u202b\u202c\u202d\u202e" + (
    "\u2066\u2067\u2068\u2069"
)
"""Soft hyphen, Arabic tatweel and the marks of writing direction: nobody types them."""
_QUOTES: Final = {"’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"'}

_IOTA_BELOW: Final = "\u0345"
"""The one accent that becomes a letter without case."""

_BLOCK: Final = 4096
_UNCHANGING: Final = "\u4e00-\u9fff\uac00-\ud7a3"
_LOOK: Final = 4096
_SHORT: Final = 50_000
_MOST: Final = 300
"""More characters make the looks slower than a set of the whole text."""


class TextQuery:
    """Words to look for. Empty `words` are found nowhere.

    Unless `exact`, neither case nor accents count, nor the shape of quote marks and the vowel
    signs of Arabic. White space fits any other white space, so words are found across lines.
    `whole` finds only what no letter or digit goes on at either end.
    """

    def __init__(self, words: str, *, exact: bool = False, whole: bool = False) -> None:
        self.words = words
        self.exact = exact
        self.whole = whole
        pieces = (words if exact else _folded(words)).split()
        self._pattern = _pattern(pieces, whole)
        self._word = pieces[0] if len(pieces) == 1 else None
        """What each place holds, where white space of any length cannot be part of it."""

    def __bool__(self) -> bool:
        return self._pattern is not None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TextQuery) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def places(self, text: "FoldedText") -> "Places":
        """All places in the text in their order, none inside another."""
        if self._pattern is None:
            return Places([], 0)
        searched = text.raw if self.exact else text.folded
        unfolding = None if self.exact or text.even else text
        if self._word is not None and len(self._word) == 1 and not self.whole:
            return Places(_Letters(searched, self._word), 1, unfolding)
        found = self._pattern.finditer(searched)
        if self._word is not None:
            return Places([match.start() for match in found], len(self._word), unfolding)
        spans = [match.span() for match in found]
        return Places(
            [start for start, _ in spans], [end - start for start, end in spans], unfolding
        )

    def first(self, text: "FoldedText") -> tuple[int, int] | None:
        """The first place, None if there is none."""
        if self._pattern is None:
            return None
        match = self._pattern.search(text.raw if self.exact else text.folded)
        if match is None:
            return None
        return match.span() if self.exact else text.original(*match.span())

    def _key(self) -> tuple[str, bool, bool]:
        return self.words, self.exact, self.whole


class Places:
    """Where something was found: code points, half-open.

    Each place is worked out when it is asked for, since one letter has hundreds of thousands.
    """

    def __init__(
        self,
        starts: "list[int] | _Letters",
        lengths: list[int] | int,
        folded: "FoldedText | None" = None,
    ) -> None:
        """`starts` and `lengths` are those in the text as it is, or in `folded`."""
        self._starts = starts
        self._lengths = lengths
        self._folded = folded

    def __len__(self) -> int:
        return len(self._starts)

    def __getitem__(self, number: int) -> tuple[int, int]:
        start, lengths = self._starts[number], self._lengths
        end = start + (lengths if isinstance(lengths, int) else lengths[number])
        return (start, end) if self._folded is None else self._folded.original(start, end)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return map(self.__getitem__, range(len(self)))


class _Letters:
    """Where one letter stands: counted in blocks, and looked for in one when it is asked for."""

    def __init__(self, text: str, letter: str) -> None:
        self._text = text
        self._pattern = re.compile(re.escape(letter))
        blocks = range(0, len(text), _BLOCK)
        self._until = list(accumulate(text.count(letter, at, at + _BLOCK) for at in blocks))
        self._block = -1
        self._starts: list[int] = []

    def __len__(self) -> int:
        return self._until[-1] if self._until else 0

    def __getitem__(self, number: int) -> int:
        if not 0 <= number < len(self):
            raise IndexError(number)
        block = bisect_right(self._until, number)
        if block != self._block:
            found = self._pattern.finditer(self._text, block * _BLOCK, (block + 1) * _BLOCK)
            self._block, self._starts = block, [match.start() for match in found]
        return self._starts[number - (self._until[block - 1] if block else 0)]


class FoldedText:
    """A text made ready for several searches. `raw` is the text itself."""

    def __init__(self, text: str) -> None:
        self.raw = text
        self._folded: str | None = None
        self._odd: list[int] = []
        self._starts: list[int] = []
        self._drift: list[int] = []

    @property
    def folded(self) -> str:
        """The text without case, accents and what is invisible."""
        if self._folded is None:
            self._fold()
        return self._folded or ""

    @property
    def even(self) -> bool:
        """Whether every character became just one, so that offsets are the same in both."""
        return bool(self.folded) and not self._odd

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The code points of `raw` that `[start, end)` of `folded` comes from.

        Accents that follow the last letter as characters of their own belong to it.
        """
        return self._origin(start), self._origin(end - 1, after=True)

    def _fold(self) -> None:
        """Fold, and note where one character became none or several."""
        if self.raw.isascii():
            self._folded = self.raw.lower()
            return
        table = {char: _folded_char(char) for char in _characters(self.raw)}
        self._folded = _all_folded(self.raw, table)
        odd = "".join(char for char, fold in table.items() if len(fold) != 1)
        if odd:
            self._odd = [match.start() for match in re.finditer(f"[{re.escape(odd)}]", self.raw)]
            growth = [len(table[self.raw[at]]) - 1 for at in self._odd]
            self._drift = list(accumulate(growth))
            # Where in the folded text the next character after each odd one stands.
            self._starts = [at + 1 + d for at, d in zip(self._odd, self._drift, strict=True)]

    def _origin(self, place: int, *, after: bool = False) -> int:
        """Where in `raw` the folded character at `place` stands, or what comes `after` it."""
        number = bisect_right(self._starts, place)
        drift = self._drift[number - 1] if number else 0
        at = place - drift
        if number < len(self._odd) and at > self._odd[number]:
            at = self._odd[number]  # inside what one character became
        if not after:
            return at
        at += 1
        number = bisect_right(self._odd, at - 1)
        while number < len(self._odd) and self._odd[number] == at and self._vanished(number):
            at, number = at + 1, number + 1
        return at

    def _vanished(self, number: int) -> bool:
        return self._drift[number] < (self._drift[number - 1] if number else 0)


def _pattern(pieces: list[str], whole: bool) -> re.Pattern[str] | None:
    if not pieces:
        return None
    middle = r"\s+".join(map(re.escape, pieces))
    return re.compile(rf"(?<!\w){middle}(?!\w)" if whole else middle)


def _characters(text: str) -> set[str]:
    """All characters of the text but the ideographs and Korean syllables, which never change.

    Mostly some dozens, which a few looks into the text bring up; making a set of it all takes
    five times as long.
    """
    if len(text) < _SHORT:
        return set(text)
    known = set(text[:_LOOK])
    at = 0
    while len(known) < _MOST:
        others = re.compile(f"[^{re.escape(''.join(known))}{_UNCHANGING}]")
        new = others.search(text, at + _LOOK)
        if new is None:
            return known
        at = new.start()
        known.update(text[at : at + _LOOK])
    return known.union(text[at:])


def _all_folded(text: str, table: dict[str, str]) -> str:
    """The text with each character replaced as the table of all its characters has it.

    Character by character takes four times as long in any script but Latin.
    """
    left: dict[str, str] = {}
    for char, fold in table.items():
        lower = char.casefold()
        if lower == fold:
            continue
        if len(lower) == 1 and char != _IOTA_BELOW:
            left[lower] = fold
        else:
            text = text.replace(char, fold)
    text = text.casefold()
    for lower, fold in left.items():
        text = text.replace(lower, fold)
    return text


def _folded(text: str) -> str:
    return "".join(map(_folded_char, text))


def _folded_char(char: str) -> str:
    if char in _INVISIBLE:
        return ""
    if char in _QUOTES:
        return _QUOTES[char]
    apart = unicodedata.normalize("NFD", char)
    if "\uac00" <= char <= "\ud7a3":
        return char  # a Korean syllable is no letter with accents
    return "".join(c for c in apart if unicodedata.category(c) != "Mn").casefold()
