"""Names by rules: gazetteers, titles, first names, and runs of capitals; dates by their form."""

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from annotator.core.message import Message, message
from annotator.core.models import MentionKind
from annotator.core.suggestion import Origin
from annotator.suggest.gazetteer import Gazetteer, gazetteer
from annotator.suggest.lexicon import Lexicon
from annotator.suggest.tokenized_text import TokenizedText

_MONTHS: Final = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
    "|Jan\\.|Feb\\.|Mar\\.|Apr\\.|Aug\\.|Sept\\.|Oct\\.|Nov\\.|Dec\\."
)
_DATE: Final = re.compile(
    r"\b\d{4}-\d\d-\d\d\b"
    r"|\b\d{1,2}[./]\d{1,2}[./](?:\d{4}|\d\d)\b"
    rf"|\b(?:{_MONTHS})(?: \d{{1,2}}(?:st|nd|rd|th)?)?(?:,? \d{{4}})?(?!\w)"
    rf"|\b\d{{1,2}} (?:{_MONTHS})(?: \d{{4}})?(?!\w)"
    r"|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?\b"
    r"|\b(?:yesterday|today|tomorrow|tonight)\b"
    r"|\b(?:19|20)\d\ds?\b"
    r"|\b\d{1,2}\. (?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November"
    r"|Dezember)(?: \d{4})?\b"
    r"|\b(?:Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|Sonntag|gestern|heute|morgen)\b"
)
_MONTH_WORD: Final = re.compile(r"(?:May|March)$")
_JOINS: Final = frozenset("of de la du von van bin ibn al el der den di da dos ben &".split())
_LONGEST: Final = 8


class Named(NamedTuple):
    """A name in code points `[start, end)`; `name` is the same for mentions of the same entity."""

    start: int
    end: int
    label: str
    name: str
    confidence: float
    reason: Message
    kind: MentionKind = "name"
    origin: Origin = "rule"


@dataclass
class NameFinder:
    """Finds the names of one reading."""

    reading: TokenizedText
    words: Lexicon
    known: Gazetteer = field(default_factory=gazetteer)

    def find(self) -> list[Named]:
        """Return the names in text order, none inside another."""
        self._used = [False] * len(self.reading)
        self._lower = Counter(
            low for n, low in enumerate(self.reading.lows) if self.reading.words[n] == low
        )
        found = self._dates()
        if self.words.language != "de":  # German capitalises every noun
            found += self._runs()
        found += self._listed()
        found += self._aliases(found)
        return sorted(found)

    def _dates(self) -> list[Named]:
        found = []
        for match in _DATE.finditer(self.reading.text):
            start, end = match.span()
            if _MONTH_WORD.match(match.group()) and not self._is_month(start, end):
                continue
            first, stop = self.reading.first_at(start), self.reading.end_at(end)
            if any(self._used[first:stop]):
                continue
            self._used[first:stop] = [True] * (stop - first)
            found.append(
                Named(start, end, "DATE", match.group(), 0.85, message("the form of a date"))
            )
        return found

    def _is_month(self, start: int, end: int) -> bool:
        before = self.reading.text[max(0, start - 4) : start].strip().lower()
        return before in ("in", "last", "of", "this", "next")

    def _runs(self) -> list[Named]:
        """Return capitalised names: runs of two words or more, or one with a title before it."""
        found = []
        end = 0
        for n, word in enumerate(self.reading.words):
            if n < end or not word[0].isupper() or self._used[n] or not self._opens(n):
                continue
            end = self._run_end(n)
            first = self._without_lead(n, end)
            named = self._classified(first, end) if first < end else None
            if named is not None:
                self._mark_used(first, end)
                found.append(named)
        return found

    def _opens(self, n: int) -> bool:
        word = self.reading.words[n]
        return word[0].isupper() and word[0].isalpha() and (len(word) > 1 or word in "AX")

    def _run_end(self, n: int) -> int:
        reading = self.reading
        k = n + 1
        while k < len(reading) and k - n < _LONGEST and not self._used[k]:
            if reading.sentence_of[k] != reading.sentence_of[n]:
                break
            word = reading.words[k]
            if (
                (word[0].isupper() and word[0].isalpha())
                or (word == "." and len(reading.words[k - 1]) == 1)
                or (
                    reading.lows[k] in _JOINS
                    and k + 1 < len(reading)
                    and (reading.words[k + 1][0].isupper())
                )
                or (word == "-" and reading.ends[k - 1] == reading.starts[k])
            ):
                k += 1
            else:
                break
        while k > n + 1 and (reading.words[k - 1] in "-." or reading.lows[k - 1] in _JOINS):
            k -= 1
        return k

    def _without_lead(self, n: int, end: int) -> int:
        """Return the first token after words capitalised only because they begin a sentence."""
        words, reading = self.words, self.reading
        while n < end:
            low = reading.lows[n]
            small = (
                low in words.determiners
                or low in words.breaks
                or low in words.prepositions
                or low in words.pronouns
                or low in words.adverbs
                or low in words.auxiliaries
                or low in words.times
            )
            begins = (
                n == reading.sentences[reading.sentence_of[n]][0] or reading.words[n - 1] in '“"«„‘'
            )
            if small or (begins and self._lower[low] and low not in words.titles):
                n += 1
            else:
                break
        return n

    def _classified(self, first: int, end: int) -> Named | None:
        """Return the name in a run of capitalised words, by the lists and by the words in it."""
        words = self.reading.words[first:end]
        if label := self.known.labels.get(tuple(words)):
            return self._named(first, end, label, 0.85, message("a name from the lists"))
        body = first
        while body < end - 1 and (
            self.reading.lows[body] in self.words.titles or self.reading.words[body] == "."
        ):
            body += 1
        if body > first:
            rest = tuple(self.reading.words[body:end])
            if self.known.labels.get(rest) not in ("GPE", "NORP"):
                return self._named(
                    body, end, "PERSON", 0.85, message("a title before it: “{1}”", words[0])
                )
        if end - body == 1:
            return self._single(body, end)
        return self._by_words(body, end) or self._by_form(body, end)

    def _by_words(self, first: int, end: int) -> Named | None:
        words, known = self.reading.words[first:end], self.known
        last = words[-1]
        if last in known.organisation_words or words[0] in known.organisation_words:
            return self._named(first, end, "ORG", 0.75, message("a body, by “{1}”", last))
        if last in known.place_words:
            return self._named(first, end, "LOC", 0.65, message("a place, by “{1}”", last))
        if last in known.event_words:
            return self._named(first, end, "EVENT", 0.5, message("an event, by “{1}”", last))
        if any(word in known.gender_of for word in words[:-1]):
            return self._named(first, end, "PERSON", 0.8, message("a first name and a surname"))
        if known.labels.get((words[0],)) == "NORP":
            return self._named(first, first + 1, "NORP", 0.7, message("a people from the lists"))
        return None

    def _by_form(self, first: int, end: int) -> Named | None:
        words = self.reading.words[first:end]
        if any(word.lower() in _JOINS for word in words):
            return self._named(first, end, "ORG", 0.45, message("several capitals joined"))
        plain = all(word.isalpha() or word == "." or "-" in word for word in words)
        if not plain or len(words) > 4 or all(word.isupper() for word in words):
            return None
        return self._named(first, end, "PERSON", 0.5, message("two capitals or more"))

    def _single(self, first: int, end: int) -> Named | None:
        word = self.reading.words[first]
        before = self.reading.lows[first - 1] if first else ""
        if (
            2 <= len(word) <= 6
            and word.isupper()
            and word.isalpha()
            and word not in ("I", "TV", "OK")
        ):
            return self._named(first, end, "ORG", 0.55, message("an abbreviation in capitals"))
        if before in self.words.persons:
            return self._named(first, end, "PERSON", 0.6, message("after “{1}”", before))
        if word.startswith(("Al-", "al-")):
            return self._named(first, end, "PERSON", 0.45, message("an Arabic surname"))
        return None

    def _listed(self) -> list[Named]:
        """Return the names from the lists outside of all runs, the longest first."""
        found: list[Named] = []
        words, longest = self.reading.words, self.known.longest
        n = 0
        while n < len(words):
            for size in range(min(longest.get(words[n], 0), len(words) - n), 0, -1):
                label = self.known.labels.get(tuple(words[n : n + size]))
                if label and not any(self._used[n : n + size]):
                    found.append(
                        self._named(n, n + size, label, 0.85, message("a name from the lists"))
                    )
                    self._mark_used(n, n + size)
                    n += size - 1
                    break
            n += 1
        return found

    def _aliases(self, found: list[Named]) -> list[Named]:
        """Return single words that refer to a person named in full elsewhere."""
        full: dict[str, Named] = {}
        for named in found:
            if named.label == "PERSON" and " " in named.name:
                full.setdefault(named.name.split()[-1], named)
        more = []
        for n, word in enumerate(self.reading.words):
            if not self._used[n] and (whole := full.get(word)) is not None:
                self._mark_used(n, n + 1)
                start, end = self.reading.span(n, n + 1)
                more.append(
                    Named(
                        start,
                        end,
                        whole.label,
                        whole.name,
                        0.8,
                        message("the surname of {1}", whole.name),
                    )
                )
        return more

    def _mark_used(self, first: int, end: int) -> None:
        self._used[first:end] = [True] * (end - first)

    def _named(self, first: int, end: int, label: str, confidence: float, reason: Message) -> Named:
        start, stop = self.reading.span(first, end)
        name = " ".join(self.reading.text[start:stop].split())
        return Named(start, stop, label, name, confidence, reason)
