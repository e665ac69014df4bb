"""Who speaks: aliases of one person together, descriptions and pronouns to the likeliest person."""

from dataclasses import dataclass, field
from typing import Final, NamedTuple

from annotator.core.models import SpeakerStatus
from annotator.core.suggestion import Speaker
from annotator.suggest.found import Found, Span
from annotator.suggest.gazetteer import Gazetteer, gazetteer
from annotator.suggest.lexicon import Lexicon
from annotator.suggest.names import Named
from annotator.suggest.reading import Reading

_DESCRIPTION_ENDS: Final = frozenset((".", ";", ":", "his", "her", "and", "/"))
_POSSESSIVE: Final = frozenset(("'s", "’s"))
_MOST_ALTERNATIVES: Final = 3


class Attributed(NamedTuple):
    """The likeliest speaker of a quote, the next likely ones, and how sure that is."""

    speaker: Speaker | None
    alternatives: tuple[Speaker, ...]
    status: SpeakerStatus
    confidence: float
    nominal: Span | None = None


@dataclass
class _Person:
    name: str
    label: str
    gender: str = "?"
    described: set[str] = field(default_factory=set)
    places: list[int] = field(default_factory=list)

    @property
    def speaker(self) -> Speaker:
        return Speaker(self.name, self.label)


@dataclass
class SpeakerFinder:
    """Attributes the quotes of one reading, in their order: a pronoun looks back at who spoke."""

    reading: Reading
    words: Lexicon
    names: list[Named]
    known: Gazetteer = field(default_factory=gazetteer)

    def attribute(self, found: list[Found]) -> list[Attributed]:
        """One answer for each quote found, in the same order."""
        self._people = self._clusters()
        self._spoken: list[_Person] = []
        answers = []
        reached = 0
        for made in found:
            answer, person = self._attributed(made)
            outer = made.pattern != "noun" and made.start >= reached
            reached = max(reached, made.end)
            if (
                person is not None
                and outer
                and (not self._spoken or self._spoken[-1] is not person)
            ):
                self._spoken.append(person)
            answers.append(answer)
        return answers

    # Clusters

    def _clusters(self) -> dict[str, _Person]:
        people: dict[str, _Person] = {}
        for named in self.names:
            if named.label not in ("PERSON", "ORG"):
                continue
            person = people.setdefault(named.name, _Person(named.name, named.label))
            person.places.append(named.start)
            first = self.reading.first_at(named.start)
            self._learn(person, named, first)
        return people

    def _learn(self, person: _Person, named: Named, first: int) -> None:
        """What stands around a name: title, first name, the description in apposition."""
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
            person.described |= self._content(self._behind(self.reading.end_at(named.end)))

    def _before(self, first: int) -> list[str]:
        """The description that leads up to a name: "Iran's defense minister, General"."""
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

    def _behind(self, end: int) -> list[str]:
        """The description after a name: ", a spokesman for the city,"."""
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
        """The words that describe, a nationality under its country."""
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

    # One quote

    def _attributed(self, made: Found) -> tuple[Attributed, _Person | None]:
        if made.source is None:
            return self._implicit()
        first, end = self.reading.first_at(made.source[0]), self.reading.end_at(made.source[1])
        lows = self.reading.lows[first:end]
        gender = next(
            (self.words.pronouns[low] for low in lows if low in self.words.pronouns), None
        )
        if lows and (lows[0] in self.words.pronouns) and len(lows) <= 2:
            return self._pronoun(str(gender), made)
        if person := self._named(made.source, lows):
            return self._answer(person, [], 0.95), person
        if person := self._described(lows):
            return self._answer(person, self._others(person, made), 0.7), person
        return self._unknown(made, lows), None

    def _named(self, source: Span, lows: list[str]) -> _Person | None:
        inside = [n for n in self.names if source[0] <= n.start and n.end <= source[1]]
        people = [n for n in inside if n.label == "PERSON" and n.name in self._people]
        if people:
            return self._people[people[0].name]
        text = self.reading.text[slice(*source)]
        for person in self._people.values():
            if person.label == "PERSON" and person.name.split()[-1] in text.split():
                return person
        bodies = [n for n in inside if n.label == "ORG" and n.name in self._people]
        if bodies and not any(low in self.words.persons for low in lows):
            return self._people[bodies[0].name]
        return None

    def _described(self, lows: list[str]) -> _Person | None:
        """The person whose description shares the most with "the Iranian defense minister"."""
        wanted = self._content(lows)
        heads = {low for low in lows if low in self.words.persons or low in self.words.titles}
        if not heads:
            return None
        best, most = None, 0.0
        for person in self._people.values():
            if person.label != "PERSON":
                continue
            if self._is_foreign(wanted, person):
                continue
            common = len(wanted & person.described)
            score = common + 0.5 * bool(heads & person.described)
            if "counterpart" in person.described and self._shares_country(wanted, person):
                score += 1
            if score > most:
                best, most = person, score
        return best if most >= 1.5 or (most >= 1 and len(wanted) == 1) else None

    def _is_foreign(self, wanted: set[str], person: _Person) -> bool:
        """Whether both are of a country, and not of the same one."""
        mine, theirs = (
            wanted & set(self.known.country_of),
            person.described & set(self.known.country_of),
        )
        return bool(mine and theirs and not mine & theirs)

    def _shares_country(self, wanted: set[str], person: _Person) -> bool:
        return any(word in person.described for word in wanted & set(self.known.country_of))

    def _pronoun(self, gender: str, made: Found) -> tuple[Attributed, _Person | None]:
        status: SpeakerStatus = "group" if gender == "p" else "identified"
        candidates = self._candidates(gender, made)
        if not candidates:
            return Attributed(None, (), status, 0.3), None
        best = candidates[0]
        others = tuple(p.speaker for p in candidates[1 : 1 + _MOST_ALTERNATIVES])
        sure = 0.8 if self._spoken and best is self._spoken[-1] else 0.6
        return Attributed(best.speaker, others, "identified", sure), best

    def _candidates(self, gender: str, made: Found) -> list[_Person]:
        """Who a pronoun may mean: the subject just before, who spoke last, who was named last."""
        at = (made.source or (made.start, 0))[0]
        fitting = [
            p
            for p in self._people.values()
            if (p.label == "PERSON" or gender in ("p", "n"))
            and p.places[0] < at
            and (gender not in ("m", "f") or p.gender in ("?", gender))
        ]
        if gender in ("p", "n"):
            fitting.sort(key=lambda p: p.label == "PERSON")
        recent = list(reversed(self._spoken))
        subject = self._subject_before(at)

        def rank(person: _Person) -> tuple[int, int]:
            if person is subject:
                return 0, 0
            if person in recent:
                return 1, recent.index(person)
            return 2, -max((place for place in person.places if place < at), default=0)

        return sorted(fitting, key=rank)

    def _subject_before(self, at: int) -> _Person | None:
        """Whoever the sentence before, or this one, begins with, outside of quoted words."""
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
            for named in self.names:
                if start <= named.start < min(stop, at) and named.label == "PERSON":
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
        last = self._spoken[-1]
        others = tuple(p.speaker for p in reversed(self._spoken[:-1]))
        return Attributed(last.speaker, others[:_MOST_ALTERNATIVES], "implicit", 0.5), last

    def _others(self, person: _Person, made: Found) -> list[_Person]:
        return [p for p in self._candidates("?", made) if p is not person]

    def _answer(self, person: _Person, others: list[_Person], confidence: float) -> Attributed:
        alternatives = tuple(p.speaker for p in others[:_MOST_ALTERNATIVES])
        return Attributed(person.speaker, alternatives, "identified", confidence)

    def _unknown(self, made: Found, lows: list[str]) -> Attributed:
        """Somebody without a name: the description itself is the speaker."""
        assert made.source is not None
        name = " ".join(self.reading.text[slice(*made.source)].split()).strip(",;:–— ")
        plural = (
            bool(lows)
            and lows[-1].endswith("s")
            and any(low.endswith("s") and low in self.words.persons for low in lows)
        )
        label = "PERSON" if any(low in self.words.persons for low in lows) else "ORG"
        status: SpeakerStatus = "group" if plural else "unnamed"
        return Attributed(Speaker(name, label), (), status, 0.5, made.source)
