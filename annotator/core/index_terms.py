"""The terms by which an index finds texts: words, signs, and the beginnings of words.

The terms of a text and those of a query come from the same functions, so that an index of them
finds exactly what a plain reading of the folded text would find (`TextQuery`, `WordFilter`).
"""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from operator import itemgetter
from typing import Final, NamedTuple
from zlib import crc32

from annotator.core.similarity import RUN
from annotator.core.text_search import (
    NO_SPACES,
    FoldedText,
    TextQuery,
    WordFilter,
    fold,
    runs_of_letters,
    without_spaces,
)

LONGEST_WORD: Final = 120
"""Bytes of UTF-8. Longer words are cut in the index."""
LONGEST_ENDING: Final = 16
"""As long are the ends of words that the index has of titles, in code points."""
_ANCHORS: Final = 8
_SAMPLING: Final = 7
"""About one word in so many begins a run that can become an anchor, by bits of its last letter."""
# Characters of private use are never part of a word: these begin the terms that are no words of the
# text itself.
LETTER, SIGN, TITLE, TITLE_SIGN, ANCHOR = (
    char.encode() for char in ("\ue000", "\ue001", "\ue002", "\ue003", "\ue004")
)
_RUN: Final = re.compile(f"[{NO_SPACES}]+")
_NOT_ASCII: Final = 128
_ASCII: Final = bytes(range(_NOT_ASCII))
_WORDS_OF_ASCII: Final = bytes(
    ord(char.lower()) if char.isalnum() else 32 for char in map(chr, range(128))
) + bytes(range(128, 256))
"""Makes ASCII letters small, and what is neither letter nor digit in ASCII a space."""
_NO_SIGNS: Final = bytes(n for n in range(256) if n > 127 or chr(n).isalnum() or chr(n).isspace())
_FEW: Final = 64
"""So many different characters are replaced one by one sooner than by folding the whole text."""


class Terms(NamedTuple):
    """The words of a text in their order, as UTF-8, and its signs: neither letters nor spaces.

    In scripts without spaces each letter begins a word, which is it and the letter after it.
    """

    words: list[bytes]
    signs: set[str]


def terms_of(text: str) -> Terms:
    """Return the terms of a text, which need not be folded; see `FoldedText`."""
    data = text.encode("utf-8", "replace")
    signs: set[str] = set()
    if not text.isascii():
        others = set(data.translate(None, _ASCII).decode())
        if len(others) > _FEW:
            text = FoldedText(text).folded
            others = {char for char in set(text) if char > "\x7f"}
        else:
            folds = {char: fold(char) for char in others}
            for char, folded in folds.items():
                text = text.replace(char, folded)
            others = {char for char in "".join(folds.values()) if char > "\x7f"}
        for char in others:
            if not char.isalnum():
                text = text.replace(char, " ")
                if not char.isspace():
                    signs.add(char)
        if any(map(without_spaces, others)):
            text = _RUN.sub(_in_pairs, text)
        data = text.encode("utf-8", "replace")
    signs.update(data.translate(None, _NO_SIGNS).decode())
    words = data.translate(_WORDS_OF_ASCII).split()
    if words and max(map(len, words)) > LONGEST_WORD:
        words = [_cut(word) for word in words]
    return Terms(words, signs)


def _cut(word: bytes) -> bytes:
    return word[:LONGEST_WORD].decode("utf-8", "ignore").encode()


class IndexEntry(NamedTuple):
    """What an index has of an article: terms in UTF-8, with a space between them."""

    terms: bytes
    """The words in their order; then the letters with which words begin, the signs, and the ends
    of words and the signs of titles, each once and after the character that says which it is."""
    anchors: bytes
    """By which near-duplicates are found (`anchors`)."""


def entry_of(text: str, titles: Sequence[str]) -> IndexEntry:
    """Return what an index has of an article with this text, and with these short texts as well.

    The same article has the same entry in any process, so that it can be removed again.
    """
    words, signs = terms_of(text)
    joined = b" ".join(words)
    parts = [joined] if words else []
    parts += [LETTER + letter.encode() for letter in sorted(_first_letters(words))]
    parts += sorted(map(sign_term, signs))
    in_titles = terms_of("\n".join(titles))
    parts += [TITLE + ending for ending in sorted(_endings(titles))]
    parts += [TITLE_SIGN + sign_term(sign) for sign in sorted(in_titles.signs)]
    return IndexEntry(b" ".join(parts), b" ".join(map(anchor_term, anchors(words))))


def sign_term(sign: str) -> bytes:
    """Return the term for a sign, which could not be a part of a word in each tokenizer."""
    return SIGN + f"{ord(sign):x}".encode()


def anchor_term(anchor: int) -> bytes:
    """Return the term for one of `anchors`."""
    return ANCHOR + f"{anchor:x}".encode()


class Phrase(NamedTuple):
    """Words that follow one another; the last one may be the beginning of a word, if `prefix`."""

    words: tuple[bytes, ...]
    prefix: bool


class IndexQuery(NamedTuple):
    """What to ask an index for: texts with all of these.

    Unless `is_exact`, it finds more than what fits, so that the texts have to be read.
    """

    phrases: tuple[Phrase, ...] = ()
    letters: frozenset[str] = frozenset()
    """Letters with which words begin."""
    signs: frozenset[str] = frozenset()
    is_exact: bool = True

    def __bool__(self) -> bool:
        return bool(self.phrases or self.letters or self.signs)


def phrase_query(sought: TextQuery) -> IndexQuery:
    """Return the query for texts in which a `TextQuery` with `beginnings` may be found."""
    folded = " ".join(fold(sought.words).split())
    found = terms_of(folded)
    signs = frozenset(found.signs)
    if not found.words:
        return IndexQuery(signs=signs, is_exact=False)
    phrase = Phrase(tuple(found.words), prefix=False)
    if folded[-1].isalnum():
        phrase = _open_end(folded, phrase.words)
    if sought.whole:
        phrase = phrase._replace(prefix=False)
    query = _of_phrase(phrase, exact=False)
    return query._replace(signs=signs, is_exact=False)


def filter_query(wanted: WordFilter) -> IndexQuery:
    """Return the query for the texts that fit a `WordFilter`."""
    phrases: list[Phrase] = []
    letters: set[str] = set()
    signs: set[str] = set()
    cut = False
    for piece in wanted.pieces:
        found = terms_of(piece)
        if not found.words:
            signs |= found.signs
            continue
        cut = cut or len(piece.encode("utf-8", "replace")) > LONGEST_WORD
        query = _of_phrase(_open_end(piece, tuple(found.words)), exact=True)
        phrases += query.phrases
        letters |= query.letters
    return IndexQuery(tuple(phrases), frozenset(letters), frozenset(signs), not cut)


def title_query(wanted: WordFilter) -> IndexQuery:
    """Return the query for titles that contain what was typed: each phrase ends a word, or begins
    the end of one (`endings`)."""
    words = [word for piece in wanted.pieces for word in runs_of_letters(piece)]
    phrases = tuple(Phrase((word[:LONGEST_ENDING].encode(),), prefix=True) for word in words)
    signs = frozenset(char for piece in wanted.pieces for char in terms_of(piece).signs)
    whole = len(words) == 1 and wanted.pieces == (words[0],) and len(words[0]) <= LONGEST_ENDING
    return IndexQuery(phrases, signs=signs, is_exact=whole)


def _open_end(text: str, words: tuple[bytes, ...]) -> Phrase:
    """Return the phrase of a text that may go on with any letter."""
    last = runs_of_letters(text)[-1]
    if not without_spaces(last[0]):
        return Phrase(words, prefix=True)
    # The last letter alone is only there if nothing follows it.
    return Phrase(words[:-1], prefix=False) if len(last) > 1 else Phrase(words, prefix=True)


def _of_phrase(phrase: Phrase, *, exact: bool) -> IndexQuery:
    """Return the query for a phrase; all words that begin with one letter are never asked for,
    unless `exact` and other words come before it."""
    *before, last = phrase.words
    letter = last.decode("utf-8", "ignore")
    if not phrase.prefix or len(letter) > 1 or (before and exact):
        return IndexQuery((phrase,))
    phrases = (Phrase(tuple(before), prefix=False),) if before else ()
    return IndexQuery(phrases, frozenset(letter), is_exact=not before)


def _first_letters(words: Sequence[bytes]) -> set[str]:
    """Return the letters with which words begin."""
    firsts = set(map(itemgetter(0), words))
    letters = {chr(first) for first in firsts if first < _NOT_ASCII}
    if len(letters) < len(firsts):
        others = {word[:4] for word in words if word[0] >= _NOT_ASCII}
        letters.update(word.decode("utf-8", "ignore")[0] for word in others)
    return letters


def _endings(titles: Iterable[str]) -> set[bytes]:
    """Return all ends of the words in titles, cut: each part of a word begins one of them."""
    return {
        word[at : at + LONGEST_ENDING].encode()
        for title in titles
        for word in runs_of_letters(title.lower() if title.isascii() else fold(title))
        for at in range(len(word))
    }


def anchors(words: Sequence[bytes]) -> list[int]:
    """Return eight numbers that a text shares with its near-duplicates, and with few other texts.

    They are the smallest hashes of its runs of five words (a MinHash). Of two texts that have half
    of their runs in common, one pair in thirty shares fewer than two of them.
    """
    starts = range(len(words) - RUN + 1)
    sampled = [at for at, word in enumerate(words) if not word[-1] & _SAMPLING]
    found = _hashes(words, [at for at in sampled if at < len(starts)])
    if len(found) >= _ANCHORS:
        return sorted(found)[:_ANCHORS]
    others = _hashes(words, starts) - found  # they come after the sampled ones, in any text
    return [*sorted(found), *sorted(others)[: _ANCHORS - len(found)]]


def _hashes(words: Sequence[bytes], starts: Iterable[int]) -> set[int]:
    return {crc32(b" ".join(words[at : at + RUN])) for at in starts}


def _in_pairs(run: re.Match[str]) -> str:
    letters = run[0]
    pairs = map("".join, pairwise(letters))
    return f" {' '.join(pairs)} {letters[-1]} "
