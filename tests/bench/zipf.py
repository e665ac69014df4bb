"""`python -m tests.bench.zipf COUNT FILE`: articles like news with a Zipf vocabulary, in JSONL.

What makes an index, a list or a filter dear is how real words are spread, so these texts have it:
a few words in nearly every article, a long tail that is in one (Zipf's law with Mandelbrot's
offset, G. K. Zipf 1949), lengths that are log-normal around 3 KB with a tail up to 1 MB, several
scripts, and annotations of people who speak. Article `n` is the same in every corpus.
"""

import argparse
import math
import random
from collections.abc import Iterator
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Final, NamedTuple

from annotator.core.annotation import Annotation
from annotator.core.models import Article, Entity, Head, Mention, Quote, RoleSpan
from annotator.core.record import Record
from annotator.formats import find_format

VOCABULARY: Final = 150_000
_OFFSET: Final = 2.7
_MIDDLE, _SPREAD, _SHORTEST, _LONGEST = 3_000, 0.8, 200, 1_000_000
_ONE_LONG_IN: Final = 20_000
_LETTERS_A_SPAN: Final = 220
_COMMON: Final = (
    "the of and to in a is that for on with was as at by he from it said his are be has an have "
    "not this were will but they which who been their would its had or more one she after up "
    "about out her when there new also all year than two over last other people some first into "
    "if we can so could years time no what him only between them police government minister "
    "state city country president during against before where most told three because under "
    "million while made many those down being world such through company national week court "
    "report may then since group party around war well officials support including day home"
)
_SYLLABLES: Final = (
    "ba ren tor mi sel ka dun phi lor est ing er ound ight ver con pre dis al om ur ti na ash ell "
    "gro ste pla mer vo zu wick ham ford ber ley son"
).split()
_ARABIC: Final = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
_LABELS: Final = ("PERSON", "PERSON", "ORG", "GPE")
_SOURCES: Final = ("Harbour Post", "The Daily Ledger", "City Wire", "Al Bayan", "Abendblatt")
_SHARES: Final = (("en", 90), ("de", 3), ("ar", 3), ("zh", 2), ("ja", 1), ("th", 1))


class _Language(NamedTuple):
    """Its words from the most frequent on, their summed weights, and how sentences are written."""

    words: list[str]
    weights: list[float]
    space: str
    stop: str
    marks: tuple[str, str]
    said: str


def record(number: int, *, size: int | None = None, spans: int | None = None) -> Record:
    """Article `number` with its annotation.

    Args:
        number: Which one; its id is `n` and this number.
        size: Its length in code points, about; as chance wants without.
        spans: How many mentions and role spans it has, about; one in 220 letters without.
    """
    chance = random.Random(number * 7_919 + 1)
    language = chance.choices([code for code, _ in _SHARES], [share for _, share in _SHARES])[0]
    article = _Writer(chance, language if size is None else "en")
    letters = size or _length(chance)
    article.write(letters, letters / max(1, spans) if spans else _LETTERS_A_SPAN)
    published = f"20{chance.randint(10, 26)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    return Record(
        Article(
            f"n{number}",
            article.text,
            title=article.title(number),
            source=chance.choice(_SOURCES),
            published=published,
            language=article.language_code,
        ),
        chance.choice(("ada", "ada", "ada", "ben")),
        article.annotation(chance.choice(("done", "todo", "doing"))),
    )


def records(count: int, first: int = 0) -> Iterator[Record]:
    """Articles `first` to `first + count - 1`."""
    return (record(number) for number in range(first, first + count))


def _length(chance: random.Random) -> int:
    if not chance.randrange(_ONE_LONG_IN):
        return int(math.exp(chance.uniform(math.log(50_000), math.log(_LONGEST))))
    letters = int(chance.lognormvariate(math.log(_MIDDLE), _SPREAD))
    return min(max(letters, _SHORTEST), _LONGEST)


class _Writer:
    """Writes one article, and keeps where its people are named and quoted."""

    def __init__(self, chance: random.Random, language: str) -> None:
        self.language_code = language
        self._chance = chance
        self._language = _language(language)
        self._parts: list[str] = []
        self._length = 0
        self._people = [_name(chance, language) for _ in range(4)]
        self._mentions: list[tuple[int, int]] = []
        """The person and the beginning."""
        self._quotes: list[tuple[int, int, int, int]] = []
        """The person, and where words, cue and source begin; the words end before the cue."""
        self._words_end: list[int] = []

    @property
    def text(self) -> str:
        return "".join(self._parts)

    def title(self, number: int) -> str:
        words = self._language.space.join(self._draw(4))
        return f"{self._people[number % 4]}: {words}"

    def write(self, letters: int, letters_a_span: float) -> None:
        """Write about so many letters, with a span in each stretch of `letters_a_span`."""
        due, sentences = letters_a_span / 2, 0
        while self._length < letters:
            if self._length >= due:
                self._write_sentence_with_person()
                due += letters_a_span * (3 if self._quotes and self._last_is_quote else 1)
            else:
                want = min(self._chance.randint(8, 26), max(2, int((due - self._length) / 6)))
                self._append(self._language.space.join(self._draw(want)).capitalize())
                self._append(self._language.stop)
            sentences += 1
            self._append("\n\n" if not sentences % 5 else self._language.space)

    def annotation(self, status: str) -> Annotation:
        """Return what is marked: names, and direct quotes with cue, source and speaker."""
        text, entities, mentions, quotes = self.text, [], [], []
        for number, name in enumerate(self._people, start=1):
            entities.append(Entity(f"e{number}", _LABELS[number - 1], name, number))
        for number, (person, start) in enumerate(self._mentions, start=1):
            end = start + len(self._people[person])
            mentions.append(
                Mention(f"m{number}", f"e{person + 1}", start, end, text[start:end], number)
            )
        cue_length = len(self._language.said)
        for number, (quote, words_end) in enumerate(
            zip(self._quotes, self._words_end, strict=True), start=1
        ):
            person, words, cue, source = quote
            places = (
                ("content", words, words_end),
                ("cue", cue, cue + cue_length),
                ("source", source, source + len(self._people[person])),
            )
            spans = tuple(RoleSpan(role, a, b, text[a:b]) for role, a, b in places)
            quotes.append(
                Quote(f"q{number}", number, spans, "direct", speakers=(f"e{person + 1}",))
            )
        return Annotation(
            head=Head(status=status), entities=entities, mentions=mentions, quotes=quotes
        )

    @property
    def _last_is_quote(self) -> bool:
        return self._quotes[-1][3] == self._mentions[-1][1]

    def _write_sentence_with_person(self) -> None:
        person, language = self._chance.randrange(4), self._language
        if self._chance.random() < 0.3:
            opening, closing = language.marks
            words = self._length
            said = language.space.join(self._draw(self._chance.randint(5, 22)))
            self._append(f"{opening}{said.capitalize()},{closing}")
            self._words_end.append(self._length)
            self._append(" ")
            cue = self._length
            self._append(f"{language.said} ")
            self._quotes.append((person, words, cue, self._length))
        else:
            self._append(language.space.join(self._draw(3)).capitalize() + " ")
        self._mentions.append((person, self._length))
        self._append(self._people[person])
        self._append(" " + language.space.join(self._draw(4)) + language.stop)

    def _draw(self, count: int) -> list[str]:
        words = self._chance.choices(
            self._language.words, cum_weights=self._language.weights, k=count
        )
        if not self._chance.randrange(200):
            words[-1] += " 👍🏽"
        return words

    def _append(self, part: str) -> None:
        self._parts.append(part)
        self._length += len(part)


def _name(chance: random.Random, language: str) -> str:
    if language in {"zh", "ja", "th"}:
        words, weights = _language(language)[:2]
        return "".join(chance.choices(words[:2_000], cum_weights=weights[:2_000], k=2))
    first, last = (
        "".join(chance.choices(_ARABIC, k=5))
        if language == "ar"
        else "".join(chance.choices(_SYLLABLES, k=count)).capitalize()
        for count in (2, 3)
    )
    return f"{first} {last}"


@cache
def _language(code: str) -> _Language:
    chance = random.Random(f"words of {code}")
    if code == "en":
        return _made(_latin(chance, _COMMON.split(), "", VOCABULARY), " ", ".", "“”", "said")
    if code == "de":
        words = _latin(chance, ["der", "die", "und", "größte", "für"], "äöüß", VOCABULARY)
        return _made(words, " ", ".", "„“", "sagte")
    if code == "ar":
        words = dict.fromkeys(
            ("ال" if chance.random() < 0.4 else "") + "".join(chance.choices(_ARABIC, k=length))
            for length in chance.choices(range(2, 8), k=VOCABULARY)
        )
        return _made(list(words), " ", ".", "«»", "قال")
    first, count, marks, said = {
        "zh": (0x4E00, 6_000, "「」", "说"),
        "ja": (0x3042, 80, "「」", "述べた"),
        "th": (0x0E01, 46, "“”", "กล่าว"),
    }[code]
    letters = [chr(first + step) for step in range(count)]
    chance.shuffle(letters)
    longest = 1 if code == "zh" else 4
    words = [
        "".join(chance.choices(letters, k=chance.randint(1, longest))) for _ in range(count * 20)
    ]
    stop = " " if code == "th" else "。"
    return _made(list(dict.fromkeys(words)), "", stop, marks, said)


def _latin(chance: random.Random, common: list[str], letters: str, count: int) -> list[str]:
    words = dict.fromkeys(common)
    while len(words) < count:
        word = "".join(chance.choices(_SYLLABLES, k=chance.randint(2, 5)))
        if letters and chance.random() < 0.3:
            place = chance.randrange(len(word))
            word = word[:place] + chance.choice(letters) + word[place + 1 :]
        words[word.capitalize() if chance.random() < 0.12 else word] = None
    return list(words)


def _made(words: list[str], space: str, stop: str, marks: str, said: str) -> _Language:
    weights = list(accumulate(1 / (rank + _OFFSET) for rank in range(len(words))))
    return _Language(words, weights, space, stop, (marks[0], marks[1]), said)


def main() -> None:
    """Write the corpus."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.zipf", description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("file", type=Path)
    parser.add_argument("--first", type=int, default=0, help="the number of the first article")
    chosen = parser.parse_args()
    with chosen.file.open("wb") as out:
        find_format("native").write(records(chosen.count, chosen.first), out)


if __name__ == "__main__":
    main()
