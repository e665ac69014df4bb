"""Detection of sources: the noun phrase before or after a reporting verb, without a parser."""

from dataclasses import dataclass
from typing import Final

from annotator.suggest.cues import Cue
from annotator.suggest.lexicon import Lexicon
from annotator.suggest.tokenized_text import TokenizedText

TokenRange = tuple[int, int]
_ENDS: Final = frozenset(".;:!?()[]{}…—–*|·•،؛؟")
_COMMAS: Final = frozenset((",", "،", "–", "—", "--", "-"))
_DASHES: Final = frozenset(("–", "—", "--", "-"))
_INNER: Final = frozenset({"'s", "’s", "'", "’", "&", "-", "/", "#", "@", "%", "$", "_"})
_POSSESSIVE: Final = frozenset({"'s", "’s"})
_LONGEST: Final = 25


@dataclass(frozen=True, slots=True)
class Phrases:
    """Finds noun phrases in one reading with the lexicon of its language."""

    reading: TokenizedText
    words: Lexicon

    def before(self, cue: Cue, first: int) -> TokenRange | None:
        """Return the subject before the verb, from token `first` on, without auxiliaries."""
        n = self._before_auxiliaries(cue.first - 1, first)
        if n < first:
            return None
        lows = self.reading.lows
        if lows[n] in _COMMAS or lows[n] == ")":
            return self._before_insertion(n, first)
        found = self.ending(n, first)
        if found is not None and found[0] > first + 1:
            preposition, auxiliary = lows[found[0] - 1], lows[found[0] - 2]
            if preposition in self.words.prepositions and auxiliary in self.words.auxiliaries:
                return self.before(cue._replace(first=found[0] - 1), first)
        return found

    def subject(self, first: int, end: int) -> TokenRange | None:
        """Return the likely subject of a sentence.

        It is the first noun phrase from token `first` up to token `end` without a preposition.
        """
        lows, words = self.reading.lows, self.words
        n = self._after_dateline(first, end)
        while n < end and lows[n] in words.adverbs:
            n += 1
        if n < end and (lows[n] in words.prepositions or lows[n] in words.breaks):
            comma = next((k for k in range(n, end) if lows[k] == ","), None)
            n = comma + 1 if comma is not None else n + 1
        while n < end and (
            lows[n] in words.adverbs
            or lows[n] in words.breaks
            or not self.reading.is_word(n)
            or (lows[n].endswith("ing") and not self.reading.is_word(n - 1))
        ):
            n += 1
        return self.after(n, end) if n < end else None

    def _after_dateline(self, first: int, end: int) -> int:
        """Return the token after "NEW YORK (AP) —", or `first`."""
        reading = self.reading
        for n in range(first + 1, min(first + 10, end)):
            if reading.words[n] in _DASHES:
                named = all(reading.capital(k) or not reading.is_word(k) for k in range(first, n))
                return n + 1 if named else first
        return first

    def after(self, cue_end: int, end: int) -> TokenRange | None:
        """Return the noun phrase that starts at `cue_end`, as after an inverted verb ("said
        Lee").
        """
        n = cue_end
        lows, words = self.reading.lows, self.words
        while n < end and lows[n] in words.adverbs:
            n += 1
        if n >= end or not self._may_start(n):
            return None
        stop = n + 1
        if lows[n] in words.pronouns and not (
            lows[n] in words.determiners and stop < end and self._continues_right(stop)
        ):
            return n, stop
        while stop < end and stop - n < _LONGEST and self._continues_right(stop):
            stop += 1
        stop = self._with_apposition(n, stop, end)
        while stop > n + 1 and self._is_dangling(stop - 1):
            stop -= 1
        return n, stop

    def _with_apposition(self, n: int, stop: int, end: int) -> int:
        """Return the end of a name with its apposition: ", a spokesman for the city,"."""
        lows, reading = self.reading.lows, self.reading
        if stop + 1 >= end or lows[stop] != "," or reading.stretch_of[stop + 1] >= 0:
            return stop
        k = stop + 1
        while k < end and k - stop < 16 and (lows[k] == "and" or self._continues_right(k)):
            k += 1
        inside = lows[stop + 1 : k]
        described = any(word in self.words.persons or word in self.words.titles for word in inside)
        ends = k == end or not self.reading.is_word(k)
        return k if described and ends else stop

    def _may_start(self, n: int) -> bool:
        low = self.reading.lows[n]
        if not self.reading.is_word(n) and low not in ("“", '"', "„", "«", "@", "#"):
            return False
        if low in self.words.pronouns or low in self.words.determiners:
            return True
        return not (
            low in self.words.breaks
            or low in self.words.prepositions
            or low in self.words.auxiliaries
            or low in self.words.times
        )

    def _continues_right(self, n: int) -> bool:
        """Return whether token n can continue a noun phrase to the right."""
        reading, words = self.reading, self.words
        low = reading.lows[n]
        if low in words.joins:
            return n + 1 < len(reading) and reading.capital(n + 1)
        if low in _POSSESSIVE:
            return True
        if low in words.breaks or low in words.auxiliaries or low in words.times:
            return False
        if low in words.adverbs or (low in words.pronouns and low not in words.determiners):
            return False
        if words.kinds(low) and not reading.capital(n):
            return False
        if low in words.prepositions and low not in (
            "of",
            "for",
            "at",
            "de",
            "du",
            "des",
            "del",
            "della",
            "von",
            "der",
            "da",
            "do",
            "van",
        ):
            return (
                low in ("from", "with", "in")
                and n + 1 < len(reading)
                and (reading.capital(n + 1) and reading.lows[n + 1] not in words.times)
            )
        return reading.is_word(n) or low in _INNER or (low == "." and self._inside_name(n))

    def _inside_name(self, n: int) -> bool:
        return (
            self.reading.starts[n] == self.reading.ends[n - 1]
            and len(self.reading.words[n - 1]) == 1
        )

    def _is_dangling(self, n: int) -> bool:
        low = self.reading.lows[n]
        return (
            low in self.words.prepositions
            or low in self.words.determiners
            or (low in _INNER and low not in ("'s", "’s"))
        )

    def _before_auxiliaries(self, n: int, first: int) -> int:
        """Return the last token of the subject, left of auxiliaries, adverbs and times."""
        lows, words = self.reading.lows, self.words
        while n >= first:
            low = lows[n]
            if (
                low in words.auxiliaries
                or low in words.adverbs
                or (words.language == "en" and low.endswith("ly") and not self.reading.capital(n))
                or low in ("'", "’", "t")
            ):
                n -= 1
            elif low in words.times or (
                low.isdigit() and n - 1 >= first and lows[n - 1] in words.times
            ):
                n -= 1
                while n >= first and (
                    lows[n] in words.prepositions
                    or lows[n] in words.times
                    or lows[n] in ("last", "this", "the", "earlier", "next", ".")
                ):
                    n -= 1
            else:
                break
        return n

    def _before_insertion(self, comma: int, first: int) -> TokenRange | None:
        """Return the subject before ", who was there," or ", in a statement,".

        It is two commas back or more.
        """
        reading, words = self.reading, self.words
        lows = reading.lows
        if lows[comma] == ")":
            return self._before_bracket(comma, first)
        at = self._comma_before(comma, first)
        if at is None:
            return self.ending(comma - 1, first)
        # Insertions may follow each other: "Lee, 58, who lives in Paris, said".
        while (earlier := self._comma_before(at, first)) is not None and self._inserts(at + 1, at):
            if not self._inserts(earlier + 1, at):
                break
            at = earlier
        before = self._before_bracket if lows[at - 1] == ")" else self.ending
        head = before(at - 1, first) if at > first else None
        if head is None:
            return self.ending(comma - 1, first)
        inner = lows[at + 1]
        if inner in words.prepositions or inner in words.times:
            return self.ending(comma - 1, first) if self._is_clause_start(head, first) else head
        return head[0], comma

    def _before_bracket(self, closing: int, first: int) -> TokenRange | None:
        """Return the subject before "(D-Ohio)"."""
        lows = self.reading.lows
        opening = next((k for k in range(closing, first - 1, -1) if lows[k] == "("), None)
        head = self.ending(opening - 1, first) if opening is not None and opening > first else None
        return (head[0], closing + 1) if head else None

    def _comma_before(self, comma: int, first: int) -> int | None:
        """Return the comma or dash before `comma` in the same clause, skipping brackets."""
        lows = self.reading.lows
        depth = 0
        for n in range(comma - 1, max(first, comma - 40), -1):
            if lows[n] == ")":
                depth += 1
            elif lows[n] == "(":
                depth -= 1
            elif depth <= 0 and lows[n] in _COMMAS:
                return n
            elif depth <= 0 and lows[n] in _ENDS and not self._inside_name(n):
                return None
        return None

    def _inserts(self, n: int, end: int) -> bool:
        """Return whether the words from token n on describe the name before them."""
        low, words = self.reading.lows[n], self.words
        return (
            words.pronouns.get(low) == "r"
            or low == "whose"
            or low in words.determiners
            or low.isdigit()
            or low in words.titles
            or low in words.persons
        )

    def _is_clause_start(self, head: TokenRange, first: int) -> bool:
        return self.reading.lows[head[0]] in self.words.prepositions

    def ending(self, n: int, first: int) -> TokenRange | None:
        """Return the noun phrase whose last token is n."""
        reading, words = self.reading, self.words
        lows = reading.lows
        if n < first or (not reading.is_word(n) and lows[n] not in ("'s", "”", '"', "’", ".")):
            return None
        if lows[n] in words.pronouns:
            return n, n + 1
        if lows[n] in words.breaks and lows[n] not in words.pronouns:
            return None
        start = n
        while start > first and n - start < _LONGEST and self._continues_left(start - 1, n):
            start -= 1
        start = self._without_lead(start, n)
        if start <= n and (head := self._head_of_relative(start, first)) is not None:
            return head
        if start > n or (
            words.kinds(lows[n]) and not reading.capital(n) and lows[n] not in words.persons
        ):
            return None if start > n else (start, n + 1)
        return start, n + 1

    def _head_of_relative(self, start: int, first: int) -> TokenRange | None:
        """Return the noun that a relative clause such as "who spoke with" modifies.

        The clause has to lead up to the phrase at `start`.
        """
        reading, words = self.reading, self.words
        for n in range(start - 1, max(first, start - 10), -1):
            low = reading.lows[n]
            if low in ("who", "which") and n < start - 1:
                return None if words.kinds(reading.lows[start - 1]) else self.ending(n - 1, first)
            if not reading.is_word(n) or low in words.breaks or low in words.pronouns:
                return None
        return None

    def _continues_left(self, k: int, last: int) -> bool:
        reading, words = self.reading, self.words
        low = reading.lows[k]
        if low in words.joins:
            return (
                k > 0
                and reading.is_word(k - 1)
                and (reading.capital(k + 1) and reading.capital(k - 1))
                and reading.lows[k - 1] not in words.times
            )
        if low in _INNER:
            return True
        if low in words.breaks or low in words.auxiliaries:
            return False
        if (
            words.kinds(low)
            and not reading.capital(k)
            and reading.lows[k - 1] not in words.determiners
            and low not in words.persons
        ):
            return False
        if low == ",":
            return False
        if low in words.pronouns and low not in words.determiners:
            return False
        if reading.is_word(k) or low in _INNER:
            return True
        if low == ".":
            return self._inside_name(k) or reading.lows[k - 1] in words.titles
        return low in ("”", '"', "“") and reading.stretch_of[k] >= 0

    def _without_lead(self, start: int, last: int) -> int:
        """Return the start of the subject without introductions such as "In Paris" or "But
        then".
        """
        lows, words = self.reading.lows, self.words
        while start <= last and (
            lows[start] in words.breaks
            or lows[start] in words.adverbs
            or lows[start] in words.joins
            or lows[start] in _INNER
        ):
            start += 1
        if start <= last and lows[start] in words.prepositions:
            for k in range(start + 1, last + 1):
                if lows[k] in words.determiners and k > start + 1:
                    return k
                if lows[k] in words.times and k < last:
                    return k + 1
            return start + 1 if start + 1 <= last else start
        return start
