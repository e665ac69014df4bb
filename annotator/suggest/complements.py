"""The complement of a reporting verb: a clause, an infinitive, quoted words, a noun phrase."""

from dataclasses import dataclass
from typing import Final, NamedTuple

from annotator.suggest.cues import Cue
from annotator.suggest.lexicon import Lexicon
from annotator.suggest.noun_phrases import Phrases, TokenRange
from annotator.suggest.tokenized_text import TokenizedText

SPEECH: Final = frozenset(("say", "that", "to", "object", "phrase"))
_STOPS: Final = ".!?…。！？؟"
_ADDRESSED: Final = frozenset(
    "tell tells told telling inform informs informed informing assure assures assured assuring "
    "remind reminds reminded warn warned warns notify notified persuade ask asked asks".split()
)
_BEGIN_CLAUSE: Final = frozenset(("there", "his", "her", "their", "its", "my", "our"))
_AFTER_DETERMINER: Final = frozenset(
    "same night day week month year time point way kind sort approach assessment idea term one "
    "category moment evening morning".split()
)
_ENDS: Final = frozenset((";", "؛", ",", "but"))
"""Where the reported words may end, besides at a word that joins."""


class Complement(NamedTuple):
    """The tokens of the reported words, the rule that found them, and its confidence."""

    tokens: TokenRange
    pattern: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Complements:
    """Finds the complements to the right of cues.

    `firsts` are the cues of the reading by their first token.
    """

    reading: TokenizedText
    words: Lexicon
    phrases: Phrases
    firsts: dict[int, Cue]
    attitudes: bool = False

    def after(self, cue: Cue, end: int) -> Complement | None:
        """Return the complement to the right of the cue, before token `end` of its sentence."""
        n = self.over_circumstances(self._after_addressee(cue, end), end)
        if n >= end or self.reading.lows[n] in (",", "،"):
            return None
        stop = self.content_end(n, end)
        if marked := self._marked(cue, n, stop, end):
            return marked
        low = self.reading.lows[n]
        if not cue.kinds & SPEECH or low == "to" or low in _STOPS:
            return None
        return self._unmarked(cue, n, stop)

    def _after_addressee(self, cue: Cue, end: int) -> int:
        """Return the token after the addressee, as in "told reporters that"."""
        n, lows = cue.end, self.reading.lows
        if lows[cue.first] not in _ADDRESSED or n >= end or self.reading.stretch_of[n] >= 0:
            return n
        if lows[n] in self.words.that or lows[n] in (":", ","):
            return n
        addressee = self.phrases.after(n, end)
        return addressee[1] if addressee else n

    def _marked(self, cue: Cue, n: int, stop: int, end: int) -> Complement | None:
        """Return the words introduced by a conjunction, a colon, a quote mark or "to"."""
        low, kinds = self.reading.lows[n], cue.kinds
        if low in self.words.that and n + 1 < end and not self._is_determiner_that(n):
            only_thought = "attitude" in kinds and not kinds & {"say", "that"}
            if only_thought and not self.attitudes:
                return None
            return Complement((n, stop), "that", 0.9)
        if low == ":" and n + 1 < end:
            return Complement((n + 1, stop), "colon", 0.9)
        if self.reading.stretch_of[n] >= 0 and kinds & SPEECH:
            return Complement((n, stop), "quoted", 0.85)
        if low == "to" and "to" in kinds and cue.form != "noun":
            return Complement((n, stop), "to", 0.8)
        return None

    def _unmarked(self, cue: Cue, n: int, stop: int) -> Complement | None:
        """Return a clause without a conjunction, or the object of a verb of speech."""
        low, kinds = self.reading.lows[n], cue.kinds
        pronoun = low in self.words.pronouns or low in _BEGIN_CLAUSE
        nominal = pronoun or low in self.words.determiners or self.reading.capital(n)
        if "say" in kinds and (pronoun or "bare" in kinds or self._has_verb(n, stop)):
            return Complement((n, stop), "clause", 0.8 if nominal else 0.6)
        if "phrase" in kinds or "object" in kinds:
            return self._object(cue, n, stop)
        if "that" in kinds and nominal:
            return Complement((n, stop), "clause", 0.65 if pronoun else 0.5)
        if low in ("of", "about") and "say" in kinds:
            return Complement((n + 1, stop), "about", 0.6)
        return None

    def _object(self, cue: Cue, n: int, stop: int) -> Complement | None:
        if self.reading.lows[n] in self.words.prepositions:
            phrase = "phrase" in cue.kinds
            return Complement((n + 1, stop), "object", 0.45) if phrase else None
        return Complement((n, stop), "object", 0.7) if self._says_enough(n, stop) else None

    def _says_enough(self, n: int, stop: int) -> bool:
        """Return whether the object of a verb is more than a name: four words, or quoted ones."""
        words = sum(self.reading.is_word(k) for k in range(n, stop))
        return words > 3 or any(self.reading.stretch_of[k] >= 0 for k in range(n, stop))

    def _is_determiner_that(self, n: int) -> bool:
        """Return whether "that" is a determiner: "that night", "that same day"."""
        following = self.reading.lows[n + 1]
        return (
            self.words.language == "en"
            and self.reading.lows[n] == "that"
            and (
                following in _AFTER_DETERMINER
                or (following in self.words.times and not self.reading.capital(n + 1))
            )
        )

    def _has_verb(self, n: int, stop: int) -> bool:
        """Return whether a clause seems to begin at n: an auxiliary follows soon."""
        lows, words = self.reading.lows, self.words
        for k in range(n + 1, min(n + 12, stop)):
            if lows[k] in words.auxiliaries:
                return True
            if lows[k] in words.breaks or lows[k] in ("to", ","):
                return False
        return False

    def over_circumstances(self, n: int, end: int) -> int:
        """Return the token after phrases such as "on Sunday", "in an interview with CNN"."""
        lows, words = self.reading.lows, self.words
        for _ in range(3):
            k = n
            while k < end and (lows[k] in words.adverbs or lows[k] in words.times):
                k += 1
            if k + 1 < end and lows[k] in words.prepositions:
                phrase_end = self._after_prepositional_phrase(k, end)
                if phrase_end is None:
                    break
                k = phrase_end
            if k + 1 < end and lows[k] == "," and lows[k + 1] in words.that:
                k += 1
            if k == n:
                break
            n = k
        return n

    def _after_prepositional_phrase(self, k: int, end: int) -> int | None:
        """Return the end of a phrase of time or occasion that begins at token k, else None."""
        reading, words, lows = self.reading, self.words, self.reading.lows
        j = k + 1
        while j < end and j - k < 12 and lows[j] not in words.that:
            if not reading.is_word(j) and lows[j] not in ("'s", "’s"):
                break
            if lows[j] in words.pronouns and j > k + 1:
                break
            j += 1
        clause_follows = j < end and (lows[j] in words.that or lows[j] == ":")
        occasions = [
            i for i in range(k + 1, j) if lows[i] in words.times or lows[i] in words.speech
        ]
        if clause_follows and (occasions or lows[j] != ":"):
            return j
        return occasions[-1] + 1 if occasions else None

    def content_end(self, n: int, end: int) -> int:
        """Return the end of reported words: the end of the sentence, or the next report."""
        lows, stretches, joins = self.reading.lows, self.reading.stretch_of, self.words.joins
        for k in range(n + 1, end):
            ends = lows[k] in _ENDS or lows[k] in joins
            if ends and stretches[k] < 0 and self._ends_before(k, end):
                return k
        return end

    def _ends_before(self, k: int, end: int) -> bool:
        """Return whether the reported words end at token k, which is in `_ENDS` or joins."""
        low = self.reading.lows[k]
        if low in (";", "؛"):
            return True
        if low == "," and k + 1 < end:
            cue = self.firsts.get(k + 1)
            another = cue is not None and cue.form in ("participle", "according")
            return another or self._tail_report(k + 1, end)
        return self._another_report(k, end)

    def _another_report(self, k: int, end: int) -> bool:
        """Return whether "and said that" begins at token k."""
        cue = self.firsts.get(k + 1) or self.firsts.get(k + 2)
        if cue is None or cue.form != "verb" or not cue.kinds & {"say", "that"}:
            return False
        is_adjacent = cue.first == k + 1 or self.reading.lows[k + 1] in self.words.adverbs
        return is_adjacent and self.takes_clause(cue, end)

    def takes_clause(self, cue: Cue, end: int) -> bool:
        lows = self.reading.lows
        return cue.end < end and (
            lows[cue.end] in self.words.that
            or lows[cue.end] in self.words.pronouns
            or lows[cue.end] in self.words.determiners
            or self.reading.stretch_of[cue.end] >= 0
        )

    def _tail_report(self, n: int, end: int) -> bool:
        """Return whether ", Lee said." begins at n: a short clause with a cue at its end."""
        for k in range(n, min(n + 14, end)):
            cue = self.firsts.get(k)
            if cue is not None and cue.form == "verb" and "say" in cue.kinds:
                after = self.reading.lows[cue.end] if cue.end < end else "."
                return after in (".", ",") and self.phrases.before(cue, n) is not None
            if self.reading.lows[k] == ",":
                return False
        return False
