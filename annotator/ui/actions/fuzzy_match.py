"""Fuzzy matching of a typed text with a title."""

import unicodedata
from functools import lru_cache

_EXACT, _START, _INITIALS, _INSIDE, _MOST_LETTERS = 7, 6, 4, 3, 1


def match_score(typed: str, title: str) -> int | None:
    """Return the score of a title; None if it does not fit at all.

    Each typed word has to begin a word of the title, be inside one, be initials of the title, or
    have most letters of one word in their order. Case, accents and dots do not count.
    """
    words = _words(title)
    score = 0
    for piece in _words(typed):
        found = _score_of(piece, words)
        if found is None:
            return None
        score += found
    return score


def closeness(typed: str, title: str) -> int:
    """Return 0 for a title that is what was typed, 1 for one that begins so, 2 for all others."""
    wanted, words = " ".join(_words(typed)), " ".join(_words(title))
    if not wanted:
        return 2
    return 0 if words == wanted else 1 if words.startswith(wanted) else 2


@lru_cache(maxsize=4096)  # each key that is typed asks for the words of every title
def _words(text: str) -> tuple[str, ...]:
    """Return the words without accents, and without signs around them as in "Trash…"."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    words = (word.strip(".…,:;()“”\"'’&") or word for word in plain.split())
    return tuple(word for word in words if word.strip(".…"))


def _score_of(piece: str, words: tuple[str, ...]) -> int | None:
    if piece in words:
        return _EXACT
    if any(word.startswith(piece) for word in words):
        return _START
    if _initials(piece, words):
        return _INITIALS
    if any(piece in word for word in words):
        return _INSIDE
    return _MOST_LETTERS if any(_most_letters(piece, word) for word in words) else None


def _initials(piece: str, words: tuple[str, ...]) -> bool:
    return len(piece) > 1 and "".join(word[0] for word in words).startswith(piece)


def _most_letters(piece: str, word: str) -> bool:
    """Return whether the piece is the word with less than half of its letters left out."""
    if not word.startswith(piece[0]) or 2 * len(piece) <= len(word):
        return False
    letters = iter(word)
    return all(char in letters for char in piece)
