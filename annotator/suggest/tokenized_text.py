"""A text as the rules read it: tokens, sentences, paragraphs and quoted ranges.

Offsets are code points. Tokens are words, with clitics ("'s") and elisions ("l'") split off, and
single punctuation marks; white space is not part of any token.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Final, NamedTuple

from annotator.core.quotation_marks import QuotedRanges, Range

# Plain words come first and ignore case, because most tokens need no other alternative.
_TOKEN: Final = re.compile(
    r"(?=\S)(?:"  # white space is skipped without trying the other alternatives
    r"[^\W_]+(?![\w'’.·@/&–\-\u064b-\u065f\u0670])"
    r"|(?i:(?:[A-Z]\.){2,})"
    r"|(?i:Mr|Mrs|Ms|Dr|Gen|Sen|Rep|Gov|Lt|Col|Sgt|Capt|Maj|Adm|Prof|St|Jr|Sr|Hon|Rev|Cmdr|Sec)\."
    r"|(?i:[ldjnmtsc]|qu|lorsqu|puisqu|dell|nell|sull|all|un)['’](?=\w)"
    r"|['’](?i:s|re|ve|ll|d|m|t)\b"
    r"|[^\W_]+(?:(?:[-–.·@/&](?=[^\W_])|[\u064b-\u065f\u0670])[^\W_]*)*"
    r"|``|''|\.\.\.|--|[^\w\s]|_+)"
)
_PARAGRAPH: Final = re.compile(r"\n[^\S\n]*\n\s*|\n[ \t]*(?=[•\-–—*])")
_LINE: Final = re.compile(r"\n\s*")
_OPENED: Final = re.compile(r"[,:]\s+[\"“„«](?=\w)")
_CLOSING: Final = "”“\"»«›‹’‘'」』"
_STOPS: Final = frozenset(".!?…؟。！？")
_AFTER_STOP: Final = frozenset("\"'”’»“)]›」』")
_MOST_UNCLOSED: Final = 20
"""The limit of unclosed opening marks on one line; a line with more is not prose."""
_LONGEST_SENTENCE: Final = 400
"""Tokens. Sentences of news are shorter; in a table without full stops each of a thousand
reports would otherwise be searched through the whole table.
"""
_LONGEST_QUOTED: Final = 4_000
"""Tokens of a sentence that ends in quoted words, because a speech may be quoted in full."""
_SMALL: Final = frozenset(["al", "de", "da", "di", "la", "le", "van", "von", "bin", "ben"])
_ABBREVIATIONS: Final = frozenset(
    "mr mrs ms dr gen sen rep gov lt col sgt capt maj adm prof st jr sr vs etc inc corp "
    "co no nr bzw ca usw evtl ggf jan feb mar apr aug sept oct nov dec u.s d.c a.m p.m "
    "e.g i.e z.b d.h ph.d m rev hon cf art bd dipl ing mio mrd tel abs".split()
)


class QuotedSpan(NamedTuple):
    """A quoted range including its quotation marks. `parts` has one range for each paragraph."""

    parts: tuple[tuple[int, int], ...]
    closed: bool

    @property
    def start(self) -> int:
        return self.parts[0][0]

    @property
    def end(self) -> int:
        return self.parts[-1][1]


class TokenizedText:
    """The tokens of one text: `words[n]`, in lower case `lows[n]`, at `starts[n]:ends[n]`.

    `sentence_of[n]` and `paragraph_of[n]` number its sentence and paragraph, `stretch_of[n]` the
    quoted range around it (-1 for none). `sentences` are token ranges.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        found = [(m.start(), m.end()) for m in _TOKEN.finditer(text)]
        self.starts = [start for start, _ in found]
        self.ends = [end for _, end in found]
        self.words = [text[start:end] for start, end in found]
        self.lows = [word.lower() for word in self.words]
        self.quoted = QuotedRanges(text)
        self.stretches = _stretches(text, self.quoted.ranges)
        self.stretch_of = self._stretch_numbers()
        self.paragraph_of = self._paragraph_numbers()
        self.sentences: list[tuple[int, int]] = []
        self.sentence_of = [0] * len(self.words)
        self._headlines: dict[int, bool] = {}
        self._split_sentences()

    def __len__(self) -> int:
        return len(self.words)

    def first_at(self, offset: int) -> int:
        """Return the first token that ends after `offset`."""
        return bisect_right(self.ends, offset)

    def end_at(self, offset: int) -> int:
        """Return one more than the last token that starts before `offset`."""
        return bisect_left(self.starts, offset)

    def span(self, first: int, end: int) -> tuple[int, int]:
        """Return the code points from token `first` to before token `end`."""
        return self.starts[first], self.ends[end - 1]

    def capital(self, n: int) -> bool:
        """Return whether token n begins with a capital letter, or its script has no capitals."""
        first = self.words[n][0]
        return first.isalpha() and not first.islower()

    def is_word(self, n: int) -> bool:
        return self.words[n][0].isalnum()

    def is_headline(self, sentence: int) -> bool:
        """Return whether most of the longer words of a sentence are capitalised."""
        known = self._headlines.get(sentence)
        if known is None:
            tokens = range(*self.sentences[sentence])
            long = [k for k in tokens if len(self.words[k]) > 3 and self.is_word(k)]
            capitals = sum(self.words[k][0].isupper() for k in long)
            known = self._headlines[sentence] = capitals >= 0.7 * len(long)
        return known

    def _stretch_numbers(self) -> list[int]:
        numbers = [-1] * len(self.words)
        for number, stretch in enumerate(self.stretches):
            for start, end in stretch.parts:
                for n in range(self.first_at(start), self.end_at(end)):
                    numbers[n] = number
        return numbers

    def _paragraph_numbers(self) -> list[int]:
        wrapped = is_hard_wrapped(self.text)
        breaks = [m.start() for m in (_PARAGRAPH if wrapped else _LINE).finditer(self.text)]
        numbers, at = [], 0
        for start in self.starts:
            while at < len(breaks) and breaks[at] < start:
                at += 1
            numbers.append(at)
        return numbers

    def _split_sentences(self) -> None:
        first = 0
        for n in range(len(self.words)):
            if n + 1 == len(self.words) or self._ends_sentence(n) or self._is_too_long(first, n):
                self.sentences.append((first, n + 1))
                self.sentence_of[first : n + 1] = [len(self.sentences) - 1] * (n + 1 - first)
                first = n + 1

    def _is_too_long(self, first: int, n: int) -> bool:
        most = _LONGEST_SENTENCE if self.stretch_of[n] < 0 else _LONGEST_QUOTED
        return n + 1 - first >= most

    def _ends_sentence(self, n: int) -> bool:
        if self.paragraph_of[n] != self.paragraph_of[n + 1]:
            return True
        if self.stretch_of[n] >= 0 and self.stretch_of[n] == self.stretch_of[n + 1]:
            return False
        word = self.words[n]
        if word in _STOPS or word == "...":
            return self._opens_sentence(n + 1) and not self._abbreviates(n)
        if word[-1] in _AFTER_STOP and n and self.words[n - 1][-1] in _STOPS:
            # A reporting clause may follow a question or an exclamation.
            return self.words[n - 1] != "," and self._opens_sentence(n + 1)
        return False

    def _opens_sentence(self, n: int) -> bool:
        first = self.words[n][0]
        return (
            not first.islower()
            and first not in ",;:)]”’»›—–-،؛"
            and not (first in "\"'" and self.stretch_of[n] == self.stretch_of[n - 1] >= 0)
        )

    def _abbreviates(self, n: int) -> bool:
        if not n or self.words[n] != "." or self.starts[n] != self.ends[n - 1]:
            return False
        before = self.lows[n - 1]
        return (
            before in _ABBREVIATIONS
            or (len(before) == 1 and before.isalpha())
            or (
                before.isdigit()
                and len(before) <= 2
                and self.ends[n] < self.starts[n + 1]
                and self.lows[n + 1] in _MONTHS_DE
            )
        )


_MONTHS_DE: Final = frozenset(
    "januar februar märz april mai juni juli august september oktober november dezember".split()
)


def is_hard_wrapped(text: str) -> bool:
    """Return whether single line breaks only wrap lines, and do not end paragraphs."""
    if "\n\n" not in text:
        return False
    lines = [line for block in text.split("\n\n") for line in block.split("\n")[:-1]]
    if len(lines) < 5:
        return False
    full = sum(40 <= len(line) <= 100 for line in lines)
    broken = sum(line.rstrip()[-1:] not in '.!?:"”»' for line in lines)
    return full >= 0.7 * len(lines) and broken >= 0.6 * len(lines)


def _stretches(text: str, ranges: list[Range]) -> list[QuotedSpan]:
    """Return the quoted ranges; one that is reopened in the next paragraph continues there."""
    found: list[tuple[list[Range], bool]] = []
    for start, end in ranges:
        closed = text[end - 1] in _CLOSING and end - start > 1
        if found and not found[-1][1] and not text[found[-1][0][-1][1] : start].strip():
            found[-1][0].append((start, end))
            found[-1] = found[-1][0], closed
        else:
            found.append(([(start, end)], closed))
    closing = [QuotedSpan(tuple(parts), closed) for parts, closed in found]
    return sorted([*closing, *_unclosed(text, ranges)])


def _unclosed(text: str, taken: list[Range]) -> Iterator[QuotedSpan]:
    """Yield the unclosed quoted ranges after a comma or colon, up to the end of the line."""
    ends = [end for _, end in taken]
    line, end, opened = -1, -1, 0
    for match in _OPENED.finditer(text):
        start = match.end() - 1
        if start >= line:
            line = text.find("\n", start)
            line = len(text) if line < 0 else line
            end, opened = start + len(text[start:line].rstrip()), 0
        following = bisect_right(ends, start)
        apart = following == len(taken) or taken[following][0] >= end
        if apart and opened < _MOST_UNCLOSED:
            opened += 1
            yield QuotedSpan(((start, end),), closed=False)
