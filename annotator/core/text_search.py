"""Search in a text that ignores case, accents and line breaks."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Final

_INVISIBLE: Final = "\u00ad\u061c\u0640\u200e\u200f\u202a\u202b\u202c\u202d\u202e" + (
    "\u2066\u2067\u2068\u2069"
)
"""Soft hyphen, Arabic tatweel and the marks of writing direction, which users do not type."""
_QUOTES: Final = {"’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"'}

NO_SPACES: Final = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u31ff\u3400-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
"""Thai, Lao, Burmese, Khmer, Chinese and Japanese, as a character class: scripts without spaces."""
_OF_NO_SPACES: Final = re.compile(f"[{NO_SPACES}]")

_IOTA_BELOW: Final = "\u0345"
"""The only accent that becomes a letter when it is case-folded."""

_WORDS: Final = re.compile(rf"(?:(?=[{NO_SPACES}])[^\W_])+|(?:(?![{NO_SPACES}])[^\W_])+")
"""Words, apart from those of scripts without spaces before and after them."""

_BLOCK: Final = 4096
_UNCHANGING: Final = "\u4e00-\u9fff\uac00-\ud7a3"
_OF_UNCHANGING: Final = re.compile(f"[{_UNCHANGING}]")
_SAMPLE_SIZE: Final = 4096
_SHORT_TEXT: Final = 50_000
_MAX_CHARACTERS: Final = 300
"""With more characters, sampling is slower than a set of the whole text."""


class TextQuery:
    """A text to search for. Empty `words` are found nowhere.

    Unless `exact`, the search ignores case, accents, the form of quote marks and the vowel signs of
    Arabic. White space matches any other white space, so that the search works across lines.
    `whole` finds only matches that are not followed or preceded by a letter or digit, and
    `beginnings` only those that do not begin within a word; in scripts without spaces, a word
    begins with each letter.
    """

    def __init__(
        self, words: str, *, exact: bool = False, whole: bool = False, beginnings: bool = False
    ) -> None:
        self.words = words
        self.exact = exact
        self.whole = whole
        self.beginnings = beginnings
        pieces = (words if exact else fold(words)).split()
        self._pattern = _pattern(pieces, whole, beginnings)
        self._word = pieces[0] if len(pieces) == 1 else None
        """The text of each match, if white space of any length cannot be part of it."""

    def __bool__(self) -> bool:
        return self._pattern is not None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TextQuery) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def places(self, text: "FoldedText") -> "Matches":
        """Return all matches in the text, in order and without overlaps."""
        if self._pattern is None:
            return Matches([], 0)
        searched = text.raw if self.exact else text.folded
        unfolding = None if self.exact or text.even else text
        anywhere = not (self.whole or self.beginnings)
        if self._word is not None and len(self._word) == 1 and anywhere:
            return Matches(_Letters(searched, self._word), 1, unfolding)
        found = self._pattern.finditer(searched)
        if self._word is not None:
            return Matches([match.start() for match in found], len(self._word), unfolding)
        spans = [match.span() for match in found]
        return Matches(
            [start for start, _ in spans], [end - start for start, end in spans], unfolding
        )

    def first(self, text: "FoldedText") -> tuple[int, int] | None:
        """Return the first match, or None if there is none."""
        if self._pattern is None:
            return None
        match = self._pattern.search(text.raw if self.exact else text.folded)
        if match is None:
            return None
        return match.span() if self.exact else text.original(*match.span())

    def _key(self) -> tuple[str, bool, bool, bool]:
        return self.words, self.exact, self.whole, self.beginnings


class WordFilter:
    """Words to search for in any order, as a list is filtered while they are typed.

    A text fits if it has each of the words, as the beginning of one of its own. What is typed
    without a space may be several words, which have to follow one another, whatever signs are
    between them; signs alone have to occur. Case, accents and the like do not count, as in
    `TextQuery`. Without any words, nothing fits.
    """

    def __init__(self, words: str) -> None:
        self.words = words
        self.pieces = tuple(fold(words).split())
        found = [(piece, _WORDS.findall(piece)) for piece in self.pieces]
        self._patterns = [_following(words) for _, words in found if words]
        self._signs = {sign for piece, words in found if not words for sign in piece}
        self._in_title = TextQuery(words)

    def fits_text(self, text: "FoldedText") -> bool:
        """Return whether the text has all of the words."""
        folded = text.folded
        return (
            bool(self.pieces)
            and all(sign in folded for sign in self._signs)
            and all(pattern.search(folded) for pattern in self._patterns)
        )

    def fits_title(self, title: str | None) -> bool:
        """Return whether a title, or another short value, contains what was typed."""
        return bool(title) and self._in_title.first(FoldedText(title or "")) is not None


class Matches:
    """The ranges of the matches in code points, half-open.

    Each is computed on access, since a single letter can have hundreds of thousands of them.
    """

    def __init__(
        self,
        starts: "list[int] | _Letters",
        lengths: list[int] | int,
        folded: "FoldedText | None" = None,
    ) -> None:
        """Take `starts` and `lengths` in the text itself, or in `folded` if it is given."""
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
    """The offsets of one letter: counted by blocks, and computed for one block on access."""

    def __init__(self, text: str, letter: str) -> None:
        self._text = text
        self._pattern = re.compile(re.escape(letter))
        blocks = range(0, len(text), _BLOCK)
        self._counts = list(accumulate(text.count(letter, at, at + _BLOCK) for at in blocks))
        self._block = -1
        self._starts: list[int] = []

    def __len__(self) -> int:
        return self._counts[-1] if self._counts else 0

    def __getitem__(self, number: int) -> int:
        if not 0 <= number < len(self):
            raise IndexError(number)
        block = bisect_right(self._counts, number)
        if block != self._block:
            found = self._pattern.finditer(self._text, block * _BLOCK, (block + 1) * _BLOCK)
            self._block, self._starts = block, [match.start() for match in found]
        return self._starts[number - (self._counts[block - 1] if block else 0)]


class FoldedText:
    """A text prepared for several searches. `raw` is the text itself."""

    def __init__(self, text: str) -> None:
        self.raw = text
        self._folded: str | None = None
        self._irregular: list[int] = []
        self._starts: list[int] = []
        self._shifts: list[int] = []

    @property
    def folded(self) -> str:
        """The text without case, accents and invisible characters."""
        if self._folded is None:
            self._fold()
        return self._folded or ""

    @property
    def even(self) -> bool:
        """Whether every character became exactly one, so that offsets are the same in both."""
        return bool(self.folded) and not self._irregular

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the code points of `raw` that `[start, end)` of `folded` comes from.

        Accents that follow the last letter as separate characters belong to it.
        """
        return self._original_offset(start), self._original_offset(end - 1, after=True)

    def _fold(self) -> None:
        """Fold the text and record where one character became none or several."""
        if self.raw.isascii():
            self._folded = self.raw.lower()
            return
        chars = _characters(self.raw)
        if len(chars) > _MAX_CHARACTERS:
            chars = {char for char in chars if _OF_UNCHANGING.match(char) is None}
        table = {char: _fold_character(char) for char in chars}
        self._folded = _fold_by_table(self.raw, table)
        irregular = "".join(char for char, fold in table.items() if len(fold) != 1)
        if irregular:
            self._irregular = [
                match.start() for match in re.finditer(f"[{re.escape(irregular)}]", self.raw)
            ]
            growth = [len(table[self.raw[at]]) - 1 for at in self._irregular]
            self._shifts = list(accumulate(growth))
            # The folded offset of the character after each irregular one.
            self._starts = [at + 1 + d for at, d in zip(self._irregular, self._shifts, strict=True)]

    def _original_offset(self, folded_offset: int, *, after: bool = False) -> int:
        """Return the offset in `raw` of the folded character at `place`, or that `after` it."""
        number = bisect_right(self._starts, folded_offset)
        shift = self._shifts[number - 1] if number else 0
        at = folded_offset - shift
        if number < len(self._irregular) and at > self._irregular[number]:
            at = self._irregular[number]  # inside the result of one character
        if not after:
            return at
        at += 1
        number = bisect_right(self._irregular, at - 1)
        while (
            number < len(self._irregular)
            and self._irregular[number] == at
            and self._was_removed(number)
        ):
            at, number = at + 1, number + 1
        return at

    def _was_removed(self, number: int) -> bool:
        return self._shifts[number] < (self._shifts[number - 1] if number else 0)


def without_spaces(text: str) -> bool:
    """Return whether a text has a letter or sign of a script without spaces between words."""
    return _OF_NO_SPACES.search(text) is not None


def _pattern(pieces: list[str], whole: bool, beginnings: bool) -> re.Pattern[str] | None:
    if not pieces:
        return None
    middle = r"\s+".join(map(re.escape, pieces))
    if whole:
        return re.compile(rf"(?<!\w){middle}(?!\w)")
    return re.compile(_start(pieces[0]) + middle if beginnings else middle)


def _start(words: str) -> str:
    """Return the pattern before words that have to begin a word."""
    if not words[0].isalnum() or without_spaces(words[0]):
        return ""
    return rf"(?:(?<![^\W_])|(?<=[{NO_SPACES}]))"


def _following(words: list[str]) -> re.Pattern[str]:
    """Return the pattern for words that follow one another; the last one may go on."""
    pattern = _start(words[0]) + re.escape(words[0])
    for before, word in pairwise(words):
        near = without_spaces(before[0]) != without_spaces(word[0])
        pattern += rf"[\W_]{'*' if near else '+'}{re.escape(word)}"
    return re.compile(pattern)


def runs_of_letters(text: str) -> list[str]:
    """Return the words of a text, those of scripts without spaces apart from others beside them."""
    return _WORDS.findall(text)


def _characters(text: str) -> set[str]:
    """Return all characters of the text except ideographs and Korean syllables, which never change.

    Usually these are some dozens, which a few samples of the text find; a set of the whole text
    takes five times as long.
    """
    if len(text) < _SHORT_TEXT:
        return set(text)
    known = set(text[:_SAMPLE_SIZE])
    at = 0
    while len(known) < _MAX_CHARACTERS:
        others = re.compile(f"[^{re.escape(''.join(known))}{_UNCHANGING}]")
        new = others.search(text, at + _SAMPLE_SIZE)
        if new is None:
            return known
        at = new.start()
        known.update(text[at : at + _SAMPLE_SIZE])
    return known.union(text[at:])


def _fold_by_table(text: str, table: dict[str, str]) -> str:
    """Return the text with each character replaced as in the table of all its characters.

    Replacing character by character takes four times as long in any script but Latin.
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


def fold(text: str) -> str:
    """Return a short text as `FoldedText` folds a long one."""
    return "".join(map(_fold_character, text))


@lru_cache(maxsize=4096)
def _fold_character(char: str) -> str:
    if char in _INVISIBLE:
        return ""
    if char in _QUOTES:
        return _QUOTES[char]
    apart = unicodedata.normalize("NFD", char)
    if "\uac00" <= char <= "\ud7a3":
        return char  # a Korean syllable is not a letter with accents
    return "".join(c for c in apart if unicodedata.category(c) != "Mn").casefold()
