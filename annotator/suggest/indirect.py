"""Indirect and mixed speech: what verbs and nouns report, and "according to"."""

from bisect import bisect_left
from dataclasses import dataclass
from typing import Final

from annotator.core.message import message, tr_later
from annotator.suggest.candidates import QuoteCandidate, Span
from annotator.suggest.complements import Complements
from annotator.suggest.cues import Cue
from annotator.suggest.lexicon import Lexicon
from annotator.suggest.noun_phrases import Phrases, TokenRange
from annotator.suggest.tokenized_text import TokenizedText

_STOPS: Final = ".!?…。！？؟"
_DASHES: Final = ("–", "—", "--", "-")


@dataclass
class IndirectFinder:
    """Finds the indirect and mixed speech of one reading, where no direct speech was found."""

    reading: TokenizedText
    words: Lexicon
    cues: list[Cue]
    phrases: Phrases
    used: set[int]
    sources: list[Span]
    attitudes: bool = False

    def find(self) -> list[QuoteCandidate]:
        """Return the quotes in the order of their cues."""
        found: list[QuoteCandidate] = []
        self._firsts = {cue.first: cue for cue in self.cues}
        self._spoken = _Sources(self.sources)
        self._complements = Complements(
            self.reading, self.words, self.phrases, self._firsts, self.attitudes
        )
        for cue in self.cues:
            if cue.first in self.used or self.reading.stretch_of[cue.first] >= 0:
                continue
            quote = self._report(cue, found)
            if quote is not None:
                found.append(quote)
        return found

    def _report(self, cue: Cue, found: list[QuoteCandidate]) -> QuoteCandidate | None:
        first, end = self.reading.sentences[self.reading.sentence_of[cue.first]]
        if cue.form == "according":
            return self._according(cue, first, end)
        if cue.form == "noun":
            return self._noun(cue, first, end)
        if found and self._is_inside_report(cue, found[-1]):
            return None
        source = self._source(cue, first, found)
        after = self._complements.after(cue, end)
        if after is not None:
            if after.pattern != "that" and self._is_bare_infinitive(cue):
                return None
            return self._quote(cue, source, [after.tokens], after.pattern, after.confidence)
        if cue.form == "participle":
            return None
        return self._final(cue, source, first, end)

    def _is_inside_report(self, cue: Cue, last: QuoteCandidate) -> bool:
        """Return whether the cue is inside words that are already reported; only the outer one
        counts.
        """
        at = self.reading.starts[cue.first]
        return any(start <= at < end for start, end in last.parts)

    def _is_bare_infinitive(self, cue: Cue) -> bool:
        lows = self.reading.lows
        if not cue.first:
            return False
        before = lows[cue.first - 1]
        if before == "to":
            return cue.first < 2 or lows[cue.first - 2] not in (
                "went",
                "used",
                "has",
                "have",
                "had",
            )
        return cue.form == "participle" and before in self.words.prepositions and before != "by"

    def _quote(
        self,
        cue: Cue,
        source: Span | None,
        ranges: list[TokenRange],
        pattern: str,
        confidence: float,
    ) -> QuoteCandidate | None:
        if source is None:
            confidence *= 0.6
            pattern += "-nosource"
        reading = self.reading
        parts = []
        for first, end in ranges:
            if trimmed := self._trimmed(first, end):
                parts.append(trimmed)
        if not parts:
            return None
        words = reading.text[reading.starts[cue.first] : reading.ends[cue.end - 1]]
        second = None
        if cue.particle >= 0:
            second = reading.starts[cue.particle], reading.ends[cue.particle]
        return QuoteCandidate(
            tuple(parts),
            reading.span(cue.first, cue.end),
            source,
            pattern,
            confidence,
            message(_REASONS.get(pattern.split("-")[0], _OTHER_REASON), words),
            second,
        )

    def _trimmed(self, first: int, end: int) -> Span | None:
        """Return the span without outer punctuation, except for a quoted full stop."""
        reading = self.reading
        while first < end and reading.words[first] in (",", ":", ";", ".", *_DASHES, "،", ")"):
            first += 1
        while (
            end > first
            and reading.stretch_of[end - 1] < 0
            and (reading.words[end - 1] in (",", ":", ";", ".", *_DASHES, "،", "(", "؛"))
        ):
            end -= 1
        if end <= first or not any(reading.is_word(n) for n in range(first, end)):
            return None
        return reading.span(first, end)

    # The source

    def _source(self, cue: Cue, first: int, found: list[QuoteCandidate]) -> Span | None:
        reading = self.reading
        if cue.form == "participle":
            return self._source_of_participle(cue, first, found)
        if reading.lows[cue.first - 1] == "to" and cue.first > first:
            tokens = self.phrases.subject(first, cue.first - 1)
        else:
            tokens = self.phrases.before(cue, first)
        if tokens is None and cue.first > first:
            joined = self._shared_source(cue, first, found)
            if joined is not None:
                return joined
            tokens = self.phrases.subject(first, cue.first) if cue.form == "verb" else None
        return reading.span(*tokens) if tokens else None

    def _source_of_participle(
        self, cue: Cue, first: int, found: list[QuoteCandidate]
    ) -> Span | None:
        """Return the source of a participle.

        It is the noun phrase directly before it ("Lee saying that"), else the earlier speaker of
        reported or quoted words in the sentence, else its subject.
        """
        starts = self.reading.starts
        if cue.first > first and self.reading.is_word(cue.first - 1):
            nearest = self.phrases.before(cue, first)
            if nearest is not None and nearest[1] == cue.first and self._is_source(*nearest):
                return self.reading.span(*nearest)
        if (source := self._source_of_last(found, first, cue.first)) is not None:
            return source
        if (span := self._spoken.last_in(starts[first], starts[cue.first])) is not None:
            return span
        if cue.first == first:
            return self._subject_after(cue, first)
        tokens = self.phrases.subject(first, cue.first)
        return self.reading.span(*tokens) if tokens else None

    def _subject_after(self, cue: Cue, first: int) -> Span | None:
        """Return the subject after the clause that a participle introduces: "Citing …, Lee"."""
        lows = self.reading.lows
        end = self.reading.sentences[self.reading.sentence_of[first]][1]
        for n in range(cue.end, end - 1):
            if lows[n] == "," and (tokens := self.phrases.after(n + 1, end)) is not None:
                return self.reading.span(*tokens)
        return None

    def _is_source(self, first: int, end: int) -> bool:
        """Return whether a phrase before a participle is its source, not the object of another
        verb.
        """
        reading, words = self.reading, self.words
        if any(reading.lows[n] in words.pronouns for n in range(first, end)):
            return True
        return any(reading.lows[n] in words.persons for n in range(first, end)) or all(
            reading.capital(n) for n in range(first, end) if reading.is_word(n)
        )

    def _shared_source(self, cue: Cue, first: int, found: list[QuoteCandidate]) -> Span | None:
        """Return the source of the previous verb, in "said … and added …"."""
        n = cue.first - 1
        while n > first and (
            self.reading.lows[n] in self.words.adverbs
            or self.reading.lows[n] in self.words.auxiliaries
        ):
            n -= 1
        if self.reading.lows[n] not in self.words.joins and self.reading.lows[n] not in (
            "but",
            ",",
        ):
            return None
        if (source := self._source_of_last(found, first, len(self.reading))) is not None:
            return source
        tokens = self.phrases.subject(first, n)
        return self.reading.span(*tokens) if tokens else None

    def _source_of_last(self, found: list[QuoteCandidate], first: int, end: int) -> Span | None:
        """Return the source of the last report whose cue is in these tokens.

        The quotes found are in the order of their cues.
        """
        starts = self.reading.starts
        for quote in reversed(found):
            if quote.cue is None:
                continue
            if quote.cue[0] < starts[first]:
                return None
            if quote.source and (end == len(starts) or quote.cue[0] < starts[end]):
                return quote.source
        return None

    # The content before the verb

    def _final(self, cue: Cue, source: Span | None, first: int, end: int) -> QuoteCandidate | None:
        """Return the words before "…, Lee said." and "…, said Lee, and will not come back."."""
        reading = self.reading
        if not cue.kinds & {"say", "that"} or ("attitude" in cue.kinds and "say" not in cue.kinds):
            return None
        begin = reading.first_at(source[0]) if source else cue.first
        inverted = begin > cue.first or source is None
        if cue.first > first and reading.lows[cue.first - 1] in (",", *_DASHES, "،"):
            tokens = self.phrases.after(cue.end, end)
            source = reading.span(*tokens) if tokens else None
            begin, inverted = cue.first, True
        if source is None or begin <= first + 2:
            return None
        clause = self._clause_begin(begin, first)
        if clause is None or self._is_subordinate(first, begin):
            return None
        if not inverted and not ("say" in cue.kinds and begin == clause):
            return None
        if not inverted and not self._ends_clause(cue.end, end):
            return None
        tail = reading.end_at(source[1]) if inverted else cue.end
        tail = self._complements.over_circumstances(tail, end)
        ranges = [(self._content_start(clause - 1, first), clause - 1)]
        if tail + 2 < end and reading.lows[tail] == "," and not self._report_follows(tail + 1, end):
            ranges.append((tail + 1, self._complements.content_end(tail + 1, end)))
        return self._quote(cue, source, ranges, "final", 0.85)

    def _clause_begin(self, begin: int, first: int) -> int | None:
        """Return the token after the comma before the reporting clause, if one is near."""
        lows = self.reading.lows
        clause = begin
        while clause > first and lows[clause - 1] not in (",", *_DASHES, "،"):
            if begin - clause > 6:
                return None
            clause -= 1
        return clause if clause > first + 2 else None

    def _is_subordinate(self, first: int, begin: int) -> bool:
        """Return whether the words before the comma are only an introduction: "In Paris, Lee
        said …".
        """
        lows = self.reading.lows
        introduced = lows[first] in self.words.prepositions or lows[first] in _SUBORDINATORS
        return introduced and lows[first:begin].count(",") < 2

    def _ends_clause(self, n: int, end: int) -> bool:
        n = self._complements.over_circumstances(n, end)
        return n >= end or not self.reading.is_word(n)

    def _report_follows(self, n: int, end: int) -> bool:
        cue = self._firsts.get(n) or self._firsts.get(n + 1)
        return cue is not None and (
            cue.form == "participle" or self._complements.takes_clause(cue, end)
        )

    def _content_start(self, clause: int, first: int) -> int:
        """Return the first token of the words before a final reporting clause."""
        reading = self.reading
        start = first
        for k in range(clause - 1, first, -1):
            if reading.words[k] in ";" and reading.stretch_of[k] < 0:
                start = k + 1
                break
        return start

    # Reports without a verb

    def _according(self, cue: Cue, first: int, end: int) -> QuoteCandidate | None:
        reading = self.reading
        lows = reading.lows
        tokens = self.phrases.after(cue.end, end)
        if tokens is None:
            return None
        source = reading.span(*tokens)
        stop = self._after_source(tokens[1], end)
        if cue.first <= first + 1 or lows[cue.first - 1] in self.words.that:
            if stop < end and lows[stop] == ",":
                return self._quote(cue, source, [(stop + 1, end)], "according", 0.9)
            begin = next((k + 1 for k in range(stop, min(stop + 12, end)) if lows[k] == ","), None)
            return self._quote(cue, source, [(begin or tokens[1], end)], "according", 0.8)
        ranges = [(first, cue.first)]
        if stop + 2 < end and lows[stop] == "," and reading.is_word(stop + 1):
            ranges.append((stop + 1, end))
        return self._quote(cue, source, ranges, "according", 0.85)

    def _after_source(self, n: int, end: int) -> int:
        lows = self.reading.lows
        while n < end and lows[n] != "," and lows[n] not in _STOPS:
            n += 1
        return n

    def _noun(self, cue: Cue, first: int, end: int) -> QuoteCandidate | None:
        """Return a report by a noun with an owner and a clause: "Lee's claim that …"."""
        lows, n = self.reading.lows, cue.end
        if n < end and lows[n] in self.words.prepositions:
            return self._noun_about(cue, first, end)
        if n >= end or lows[n] not in self.words.that or lows[n] in _QUESTIONS:
            return None
        source = self._owner(cue, first)
        if source is None:
            return None
        return self._quote(cue, source, [(n, self._complements.content_end(n, end))], "noun", 0.6)

    def _noun_about(self, cue: Cue, first: int, end: int) -> QuoteCandidate | None:
        """Return a report such as "Lee's statements on the "complementarity" of …".

        Only one with quoted words counts.
        """
        source = self._owner(cue, first)
        stop = next(
            (
                k
                for k in range(cue.end + 1, end)
                if self.reading.lows[k] in (",", ";") and self.reading.stretch_of[k] < 0
            ),
            end,
        )
        quoted = any(
            self.reading.stretch_of[k] >= 0 for k in range(cue.end + 1, min(cue.end + 6, stop))
        )
        if source is None or not quoted:
            return None
        return self._quote(cue, source, [(cue.end + 1, stop)], "noun", 0.65)

    def _owner(self, cue: Cue, first: int) -> Span | None:
        """Return the owner of a statement: "Lee's", "her"."""
        lows = self.reading.lows
        for k in range(cue.first - 1, max(first, cue.first - 4) - 1, -1):
            if lows[k] in ("'s", "’s", "’", "'"):
                tokens = self.phrases.ending(k - 1, first)
                return self.reading.span(*tokens) if tokens else None
            if lows[k] in ("his", "her", "their", "its", "my", "our", "your"):
                return self.reading.span(k, k + 1)
        return None


class _Sources:
    """The sources of direct speech, indexed by their start."""

    def __init__(self, sources: list[Span]) -> None:
        # Of several sources with the same start the last counts.
        by_start = {span[0]: (number, span) for number, span in enumerate(sources)}
        self._starts = sorted(by_start)
        self._ordered = [by_start[start] for start in self._starts]

    def last_in(self, start: int, end: int) -> Span | None:
        """Return the source with its start in `[start, end)` that was found last."""
        nearest = self._ordered[bisect_left(self._starts, start) : bisect_left(self._starts, end)]
        return max(nearest)[1] if nearest else None


_QUESTIONS: Final = frozenset(("what", "how", "why", "if"))
_SUBORDINATORS: Final = frozenset(
    ["if", "when", "while", "although", "though", "because", "as", "since", "after", "before"]
)
_REASONS: Final = {
    "that": tr_later("a clause after “{1}”"),
    "clause": tr_later("a clause after “{1}”"),
    "colon": tr_later("what follows the colon after “{1}”"),
    "quoted": tr_later("quoted words after “{1}”"),
    "to": tr_later("an infinitive after “{1}”"),
    "object": tr_later("what stands after “{1}”"),
    "about": tr_later("what stands after “{1}”"),
    "final": tr_later("the words before “{1}”"),
    "according": tr_later("reported with “{1}”"),
    "noun": tr_later("a clause after the noun “{1}”"),
}
_OTHER_REASON: Final = tr_later("words reported “{1}”")
