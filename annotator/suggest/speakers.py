"""Attribution of quotes: aliases are grouped, pronouns and descriptions resolved to a person."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, NamedTuple

from annotator.core.models import SpeakerStatus
from annotator.core.suggestion import Speaker
from annotator.suggest.candidates import QuoteCandidate, Span
from annotator.suggest.gazetteer import Gazetteer, gazetteer
from annotator.suggest.lexicon import Lexicon
from annotator.suggest.names import Named
from annotator.suggest.tokenized_text import TokenizedText

_DESCRIPTION_ENDS: Final = frozenset((".", ";", ":", "his", "her", "and", "/"))
_POSSESSIVE: Final = frozenset(("'s", "’s"))
_MOST_ALTERNATIVES: Final = 3
_NAMES_BACK: Final = 200
"""The number of names before a pronoun that are considered."""
_SPEAKERS_BACK: Final = 50
"""The number of previous speakers that are considered."""
_MOST_DESCRIBED: Final = 50
"""The limit of people considered for one descriptive word."""


class Attributed(NamedTuple):
    """The likeliest speaker of a quote, the alternatives, and the confidence."""

    speaker: Speaker | None
    alternatives: tuple[Speaker, ...]
    status: SpeakerStatus
    confidence: float
    nominal: Span | None = None


@dataclass(eq=False)
class _Person:
    name: str
    label: str
    number: int
    gender: str = "?"
    described: set[str] = field(default_factory=set)
    countries: set[str] = field(default_factory=set)
    starts: list[int] = field(default_factory=list)

    @property
    def speaker(self) -> Speaker:
        return Speaker(self.name, self.label)


@dataclass
class SpeakerFinder:
    """Attributes the quotes of one reading in order; a pronoun may refer to an earlier speaker."""

    reading: TokenizedText
    words: Lexicon
    names: list[Named]
    known: Gazetteer = field(default_factory=gazetteer)

    def attribute(self, found: list[QuoteCandidate]) -> list[Attributed]:
        """Return one attribution for each quote, in the same order."""
        self._ordered = sorted(self.names)
        self._starts = [named.start for named in self._ordered]
        self._people = self._clusters()
        self._index()
        self._spoken: dict[str, _Person] = {}
        answers = []
        reached = 0
        for quote in found:
            answer, person = self._attributed(quote)
            outer = quote.pattern != "noun" and quote.start >= reached
            reached = max(reached, quote.end)
            if person is not None and outer:
                self._spoken.pop(person.name, None)
                self._spoken[person.name] = person  # moves the last speaker to the end
            answers.append(answer)
        return answers

    # Grouping

    def _clusters(self) -> dict[str, _Person]:
        people: dict[str, _Person] = {}
        for named in self._ordered:
            if named.label not in ("PERSON", "ORG"):
                continue
            if (person := people.get(named.name)) is None:
                person = people[named.name] = _Person(named.name, named.label, len(people))
            person.starts.append(named.start)
            first = self.reading.first_at(named.start)
            self._learn(person, named, first)
        return people

    def _index(self) -> None:
        """Index people by surname and by descriptive word, in the order in which they appear."""
        self._surnames: dict[str, _Person] = {}
        self._described_by: dict[str, list[_Person]] = {}
        for person in self._people.values():
            person.countries = self._countries(person.described)
            if person.label == "PERSON":
                self._surnames.setdefault(person.name.split()[-1], person)
                for word in person.described:
                    same_word = self._described_by.setdefault(word, [])
                    if len(same_word) < _MOST_DESCRIBED:
                        same_word.append(person)

    def _names_from(self, start: int, end: int) -> Iterator[Named]:
        """Yield the names that begin in `[start, end)`, in text order."""
        for n in range(bisect_left(self._starts, start), len(self._starts)):
            if self._starts[n] >= end:
                return
            yield self._ordered[n]

    def _learn(self, person: _Person, named: Named, first: int) -> None:
        """Record what the context of a name says: title, first name, apposition."""
        if person.gender == "?":
            gender = self.known.gender_of.get(named.name.split()[0], "?")
            person.gender = "?" if gender == "n" else gender
        title = first - 1
        if title > 0 and self.reading.lows[title] == ".":
            title -= 1
        if title >= 0:
            gender = self.words.titles.get(self.reading.lows[title], "n")
            person.gender = person.gender if gender == "n" else gender
        if person.label == "PERSON":
            person.described |= self._content(self._before(first))
            person.described |= self._content(
                self._apposition_after(self.reading.end_at(named.end))
            )

    def _before(self, first: int) -> list[str]:
        """Return the description before a name: "Iran's defense minister, General"."""
        lows = self.reading.lows
        words: list[str] = []
        n = first - 1
        while n >= 0 and first - n < 12:
            low = lows[n]
            if self.reading.sentence_of[n] != self.reading.sentence_of[first]:
                break
            if low not in _POSSESSIVE and (low in _DESCRIPTION_ENDS or self._is_verbal(low)):
                break
            if low == "," and n != first - 1 and lows[n + 1] not in self.words.titles:
                break
            words.append(low)
            n -= 1
        return words

    def _is_verbal(self, low: str) -> bool:
        words = self.words
        return (
            bool(words.kinds(low))
            or low in words.auxiliaries
            or (low in words.prepositions and low not in ("of", "for"))
        )

    def _apposition_after(self, end: int) -> list[str]:
        """Return the description after a name: ", a spokesman for the city,"."""
        lows = self.reading.lows
        if end + 1 >= len(lows) or lows[end] != ",":
            return []
        stop = end + 1
        while stop < len(lows) and stop - end < 14 and lows[stop] not in (",", ".", ";"):
            stop += 1
        words = lows[end + 1 : stop]
        begins = bool(words) and (
            words[0] in self.words.determiners
            or words[0] in self.words.persons
            or words[0] in self.words.titles
            or words[0] in self.known.country_of
        )
        described = begins and any(word in self.words.persons for word in words)
        return words if described else []

    def _content(self, words: list[str]) -> set[str]:
        """Return the descriptive words, with nationalities as their countries."""
        found = set()
        for word in words:
            if country := self.known.country_of.get(word):
                found.add(country.lower())
            elif (
                word.isalpha()
                and len(word) > 2
                and not (
                    word in self.words.determiners
                    or word in self.words.prepositions
                    or word in self.words.breaks
                    or word in self.words.times
                )
            ):
                found.add(word)
        return found

    # Attribution of one quote

    def _attributed(self, quote: QuoteCandidate) -> tuple[Attributed, _Person | None]:
        if quote.source is None:
            return self._implicit()
        first, end = self.reading.first_at(quote.source[0]), self.reading.end_at(quote.source[1])
        lows = self.reading.lows[first:end]
        gender = next(
            (self.words.pronouns[low] for low in lows if low in self.words.pronouns), None
        )
        if lows and (lows[0] in self.words.pronouns) and len(lows) <= 2:
            return self._pronoun(str(gender), quote)
        if person := self._named(quote.source, lows):
            return self._answer(person, [], 0.95), person
        if person := self._by_description(lows):
            return self._answer(person, self._others(person, quote), 0.7), person
        return self._unknown(quote, lows), None

    def _named(self, source: Span, lows: list[str]) -> _Person | None:
        inside = [n for n in self._names_from(*source) if n.end <= source[1]]
        people = [n for n in inside if n.label == "PERSON" and n.name in self._people]
        if people:
            return self._people[people[0].name]
        words = self.reading.text[slice(*source)].split()
        if by_surname := [self._surnames[word] for word in words if word in self._surnames]:
            return min(by_surname, key=lambda person: person.number)
        organisations = [n for n in inside if n.label == "ORG" and n.name in self._people]
        if organisations and not any(low in self.words.persons for low in lows):
            return self._people[organisations[0].name]
        return None

    def _by_description(self, lows: list[str]) -> _Person | None:
        """Return the person whose description shares the most with "the Iranian defense
        minister".
        """
        description = self._content(lows)
        heads = {low for low in lows if low in self.words.persons or low in self.words.titles}
        if not heads:
            return None
        best, most = None, 0.0
        likely = {p for word in description | heads for p in self._described_by.get(word, ())}
        for person in sorted(likely, key=lambda person: person.number):
            if self._is_foreign(description, person):
                continue
            common = len(description & person.described)
            score = common + 0.5 * bool(heads & person.described)
            if "counterpart" in person.described and self._shares_country(description, person):
                score += 1
            if score > most:
                best, most = person, score
        return best if most >= 1.5 or (most >= 1 and len(description) == 1) else None

    def _is_foreign(self, description: set[str], person: _Person) -> bool:
        """Return whether both have a country, and not the same one."""
        mine, theirs = self._countries(description), person.countries
        return bool(mine and theirs and not mine & theirs)

    def _shares_country(self, description: set[str], person: _Person) -> bool:
        return bool(self._countries(description) & person.described)

    def _countries(self, words: set[str]) -> set[str]:
        return {word for word in words if word in self.known.country_of}

    def _pronoun(self, gender: str, quote: QuoteCandidate) -> tuple[Attributed, _Person | None]:
        status: SpeakerStatus = "group" if gender == "p" else "identified"
        candidates = list(islice(self._candidates(gender, quote), 1 + _MOST_ALTERNATIVES))
        if not candidates:
            return Attributed(None, (), status, 0.3), None
        best = candidates[0]
        others = tuple(p.speaker for p in candidates[1:])
        confidence_of_best = 0.8 if best is next(reversed(self._spoken.values()), None) else 0.6
        return Attributed(best.speaker, others, "identified", confidence_of_best), best

    def _candidates(self, gender: str, quote: QuoteCandidate) -> Iterator[_Person]:
        """Yield the candidates for a pronoun.

        The subject just before comes first, then the latest speakers, then the latest names.
        """
        at = (quote.source or (quote.start, 0))[0]
        seen: set[_Person] = set()
        for person in self._recent(at):
            fits = (
                (person.label == "PERSON" or gender in ("p", "n"))
                and person.starts[0] < at
                and (gender not in ("m", "f") or person.gender in ("?", gender))
            )
            if fits and person not in seen:
                seen.add(person)
                yield person

    def _recent(self, at: int) -> Iterator[_Person]:
        if (subject := self._subject_before(at)) is not None:
            yield subject
        yield from islice(reversed(self._spoken.values()), _SPEAKERS_BACK)
        last = bisect_left(self._starts, at) - 1
        for n in range(last, max(-1, last - _NAMES_BACK), -1):
            if (person := self._people.get(self._ordered[n].name)) is not None:
                yield person

    def _subject_before(self, at: int) -> _Person | None:
        """Return the person near the beginning of this or a previous sentence, outside quoted
        words.
        """
        token = self.reading.first_at(at)
        if token >= len(self.reading):
            return None
        sentence = self.reading.sentence_of[token]
        paragraph = self.reading.paragraph_of[token]
        for number in range(sentence, max(sentence - 3, -1), -1):
            first, end = self.reading.sentences[number]
            if self.reading.paragraph_of[first] != paragraph and number != sentence:
                break
            start, stop = self.reading.starts[first], self.reading.ends[end - 1]
            for named in self._names_from(start, min(stop, at)):
                if named.label == "PERSON":
                    if named.start - start < 60 and not self._is_quoted(named.start):
                        return self._people.get(named.name)
                    break
        return None

    def _is_quoted(self, offset: int) -> bool:
        token = self.reading.first_at(offset)
        return token < len(self.reading) and self.reading.stretch_of[token] >= 0

    def _implicit(self) -> tuple[Attributed, _Person | None]:
        if not self._spoken:
            return Attributed(None, (), "none", 0.3), None
        last, *others = islice(reversed(self._spoken.values()), 1 + _MOST_ALTERNATIVES)
        return Attributed(last.speaker, tuple(p.speaker for p in others), "implicit", 0.5), last

    def _others(self, person: _Person, quote: QuoteCandidate) -> list[_Person]:
        others = (p for p in self._candidates("?", quote) if p is not person)
        return list(islice(others, _MOST_ALTERNATIVES))

    def _answer(self, person: _Person, others: list[_Person], confidence: float) -> Attributed:
        alternatives = tuple(p.speaker for p in others)
        return Attributed(person.speaker, alternatives, "identified", confidence)

    def _unknown(self, quote: QuoteCandidate, lows: list[str]) -> Attributed:
        """Return an attribution to a person without a name, with the description as the speaker."""
        assert quote.source is not None
        name = " ".join(self.reading.text[slice(*quote.source)].split()).strip(",;:–— ")
        plural = (
            bool(lows)
            and lows[-1].endswith("s")
            and any(low.endswith("s") and low in self.words.persons for low in lows)
        )
        label = "PERSON" if any(low in self.words.persons for low in lows) else "ORG"
        status: SpeakerStatus = "group" if plural else "unnamed"
        return Attributed(Speaker(name, label), (), status, 0.5, quote.source)
