"""Features of tokens for training: word, form, position, and the results of the rules."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from annotator.suggest.candidates import QuoteCandidate
from annotator.suggest.crf import Features
from annotator.suggest.cues import Cue
from annotator.suggest.lexicon import Lexicon
from annotator.suggest.names import Named
from annotator.suggest.quotes import RuleResult

_DISTANCES: Final = (1, 2, 3, 5, 8, 13, 21, 34, 55)
_FAR: Final = 99
_STEPS: Final = (
    *(next(step for step in _DISTANCES if away <= step) for away in range(_DISTANCES[-1] + 1)),
    _FAR,
)
"""The distance bucket for each number of tokens."""
_LEFT: Final = tuple(f"d=L{step}" for step in _STEPS)
_RIGHT: Final = tuple(f"d=R{step}" for step in _STEPS)
_MARKS: Final = frozenset(",;:.—–")
_PLAIN: Final = 12
"""The number of features in a row of `word_features` that all models use.

The position in quoted words follows.
"""
_BEGINS: Final = ("-w=^", "-c=^")
_ENDS: Final = ("+w=$", "+c=$")


def word_features(read: RuleResult) -> Features:
    """Return the features of every token that are independent of the task."""
    reading, words = read.reading, read.words
    word_cache = {word: _features_of_word(words, word) for word in set(reading.words)}
    here = [word_cache[word] for word in reading.words]
    lows, quoted, tags = reading.lows, _quoted(read), _rule_tags(read)
    rows: Features = []
    last = len(reading) - 1
    for n, (low, own) in enumerate(zip(lows, here, strict=True)):
        before, after = (lows[n - 1] if n else "^"), (lows[n + 1] if n < last else "$")
        row = [
            *own.own,
            *(here[n - 1].before if n else _BEGINS),
            *(here[n + 1].after if n < last else _ENDS),
            f"w+w={low}|{after}",
            f"-w+w={before}|{low}",
            f"r={tags[n]}",
            f"q={quoted[n]}",
        ]
        if n > 1:
            row.append(here[n - 2].long_before)
        if n < last - 1:
            row.append(here[n + 2].long_after)
        if own.kinds:
            kind_after = here[n + 1].kind if n < last else "$"
            for kind in own.kinds:
                row.append(f"k={kind}")
                row.append(f"k+c={kind}|{kind_after}")
        rows.append(row)
    return rows


def cue_features(read: RuleResult, base: Features) -> Iterator[Features]:
    """Yield the features for finding cues, for the tokens of each sentence."""
    cues = {n: cue for cue in read.cues for n in range(cue.first, cue.end)}
    for first, end in read.reading.sentences:
        rows = []
        for n in range(first, end):
            row = base[n]
            if (cue := cues.get(n)) is not None:
                row = [*row, f"cue={cue.form}"]
            rows.append([*row, "first"] if n == first else row)
        yield rows


def part_features(
    read: RuleResult, base: Features, cue: tuple[int, int], window: tuple[int, int]
) -> Features:
    """Return the features for finding content and source of one cue, for the tokens of a window.

    `cue` and `window` are token ranges, the cue inside the window.
    """
    reading = read.reading
    own = _found_for(read, cue)
    tags = _tags_of(read, own)
    verb = reading.lows[cue[0]]
    kinds = "".join(sorted(kind[0] for kind in read.words.kinds(verb))) or "0"
    following = reading.lows[cue[1]] if cue[1] < len(reading) else "$"
    here = reading.sentence_of[cue[0]]
    missing = "O" if own else "?"
    marks = _marks_between(read, cue, window)
    speaking = _likely_sources(read, cue)
    word_cache: dict[tuple[str, str, str, int], tuple[str, ...]] = {}
    rows = []
    for n in range(*window):
        side, distance = _distance(n, cue)
        between, sentence = marks[n - window[0]], _clip(reading.sentence_of[n] - here)
        tag = tags.get(n, missing)
        key = side, tag, between, sentence
        if (common := word_cache.get(key)) is None:
            common = word_cache[key] = (
                f"side={side}",
                f"rule={tag}",
                f"rule+d={tag}|{side}",
                f"sent={sentence}",
                f"p={between}|{side}",
                f"kind={kinds}|{side}|{sentence}",
                f"next={following}|{side}|{between}",
                f"verb={verb}|{side}",
            )
        row = [*base[n][:_PLAIN], distance, f"{base[n][_PLAIN]}|{side}", *common]
        if n in speaking:
            row.append(f"np={speaking[n]}")
            row.append(f"np={speaking[n]}|{tag}")
        if n == cue[1]:
            row.append("after")
            row.append(f"verb+next={verb}|{following}")
        if n + 1 == cue[0]:
            row.append("before")
        rows.append(row)
    return rows


def name_features(
    read: RuleResult, base: Features, named: Sequence[Named], remembered: Sequence[Named]
) -> Features:
    """Return the features for finding names, for all tokens."""
    reading = read.reading
    rules, memory = _name_tags(read, named), _name_tags(read, remembered)
    rows = []
    for n, row in enumerate(base):
        word = reading.words[n]
        neighbours = [
            f"{k:+}f={_form(reading.words[n + k])}"
            for k in (-2, -1, 1, 2)
            if 0 <= n + k < len(reading)
        ]
        rows.append(
            [
                *row[:_PLAIN],
                *neighbours,
                f"p2={word[:2]}",
                f"p3={word[:3]}",
                f"s2={word[-2:]}",
                f"s4={word[-4:]}",
                f"W={word}",
                f"rule={rules.get(n, 'O')}",
                f"+rule={rules.get(n + 1, 'O')}",
                f"-rule={rules.get(n - 1, 'O')}",
                f"mem={memory.get(n, 'O')}",
                f"known={read.words.language == 'en' and reading.lows[n] in read.words.persons}",
                "begins" if n == reading.sentences[reading.sentence_of[n]][0] else "inside",
            ]
        )
    return rows


class _WordFeatures(NamedTuple):
    """The features of a word for itself and for the words around it."""

    kind: str
    kinds: tuple[str, ...]
    own: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]
    long_before: str
    long_after: str


def _features_of_word(words: Lexicon, word: str) -> _WordFeatures:
    low, kind = word.lower(), _class(words, word)
    return _WordFeatures(
        kind,
        tuple(sorted(words.kinds(low))),
        ("b", f"w={low}", f"s={low[-3:]}", f"f={_form(word)}", f"c={kind}"),
        (f"-w={low}", f"-c={kind}"),
        (f"+w={low}", f"+c={kind}"),
        f"--w={low}",
        f"++w={low}",
    )


def _class(words: Lexicon, word: str) -> str:
    """Return a coarse part of speech from the word lists."""
    low = word.lower()
    if not word[0].isalnum():
        return low if len(low) == 1 else "punct"
    for name, members in (
        ("pro", words.pronouns),
        ("det", words.determiners),
        ("that", words.that),
        ("prep", words.prepositions),
        ("aux", words.auxiliaries),
        ("conj", words.breaks),
        ("adv", words.adverbs),
        ("time", words.times),
        ("title", words.titles),
        ("person", words.persons),
        ("speech", words.speech),
    ):
        if low in members:
            return name
    if words.kinds(low):
        return "cue"
    if low[0].isdigit():
        return "num"
    if word[0].isalpha() and not word[0].islower():
        return "Cap"
    return low[-2:]


@lru_cache(maxsize=1 << 16)  # most words of an article also occur in others
def _form(word: str) -> str:
    """Return the shape of a word: X for capitals, x for small letters, 0 for digits, runs cut to
    two.
    """
    shape = ""
    for char in word[:12]:
        mark = "X" if char.isupper() else "x" if char.isalpha() else "0" if char.isdigit() else char
        if not shape.endswith(mark * 2):
            shape += mark
    return shape


def _quoted(read: RuleResult) -> list[str]:
    """Return whether each token opens, closes or is inside quoted words, and how long they are."""
    reading = read.reading
    sizes = [
        "S" if (size := stretch.end - stretch.start) < 25 else "M" if size < 80 else "L"
        for stretch in reading.stretches
    ]
    positions, last = [], len(reading) - 1
    for n, number in enumerate(reading.stretch_of):
        if number < 0:
            positions.append("out")
        elif n == 0 or reading.stretch_of[n - 1] != number:
            positions.append(f"open{sizes[number]}")
        elif n == last or reading.stretch_of[n + 1] != number:
            positions.append(f"close{sizes[number]}")
        else:
            positions.append(f"in{sizes[number]}")
    return positions


def _rule_tags(read: RuleResult) -> list[str]:
    tags = ["O"] * len(read.reading)
    for quote in read.found:
        for n, tag in _tags_of(read, quote).items():
            tags[n] = tag + quote.pattern[:4] if tag == "K" else tag
    return tags


def _tags_of(read: RuleResult, quote: QuoteCandidate | None) -> dict[int, str]:
    if quote is None:
        return {}
    tags: dict[int, str] = {}
    reading = read.reading
    for spans, tag in ((quote.parts, "C"), ((quote.source,), "S"), ((quote.cue,), "K")):
        for span in spans:
            if span is not None:
                for n in range(reading.first_at(span[0]), reading.end_at(span[1])):
                    tags[n] = tag
    return tags


def _likely_sources(read: RuleResult, cue: tuple[int, int]) -> dict[int, str]:
    """Return the noun phrases that may be the source for this cue, regardless of the rules."""
    reading, phrases = read.reading, read.phrases
    first, end = reading.sentences[reading.sentence_of[cue[0]]]
    tags: dict[int, str] = {}
    for name, found in (
        ("subject", phrases.subject(first, cue[0])),
        ("after", phrases.after(cue[1], end)),
        ("before", phrases.before(Cue(*cue, "verb", frozenset()), first)),
    ):
        if found is not None:
            tags.update(dict.fromkeys(range(*found), name))
    return tags


def _found_for(read: RuleResult, cue: tuple[int, int]) -> QuoteCandidate | None:
    return next((read.by_cue[n] for n in range(*cue) if n in read.by_cue), None)


def _distance(n: int, cue: tuple[int, int]) -> tuple[str, str]:
    """Return the side of the cue on which token n is, and the feature of its distance."""
    if cue[0] <= n < cue[1]:
        return "K", "d=K0"
    if n < cue[0]:
        return "L", _LEFT[min(cue[0] - n, len(_LEFT) - 1)]
    return "R", _RIGHT[min(n - cue[1] + 1, len(_RIGHT) - 1)]


def _marks_between(read: RuleResult, cue: tuple[int, int], window: tuple[int, int]) -> list[str]:
    """Return for each token of the window the punctuation between it and the cue.

    Marks outside of quotation marks count, in text order: the first three in at most 120 tokens.
    """
    lows, stretch = read.reading.lows, read.reading.stretch_of
    at = [n for n in range(*window) if stretch[n] < 0 and lows[n] in _MARKS]
    marks = "".join([lows[n] for n in at])  # each is one letter
    between = []
    for n in range(*window):
        low, high = (n + 1, cue[0]) if n < cue[0] else (cue[1], n)
        first = bisect_left(at, low)
        end = bisect_left(at, min(high, low + 120), first, min(first + 3, len(at)))
        between.append(marks[first:end])
    return between


def _clip(number: int) -> int:
    return max(-2, min(2, number))


def _name_tags(read: RuleResult, named: Sequence[Named]) -> dict[int, str]:
    tags: dict[int, str] = {}
    for name in named:
        first, end = read.reading.first_at(name.start), read.reading.end_at(name.end)
        for n in range(first, end):
            tags[n] = ("B-" if n == first else "I-") + name.label
    return tags
