"""Direct speech: quoted ranges with their reporting clauses; a split quote is one quote."""

from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple

from annotator.core.message import message, verbatim
from annotator.suggest.candidates import QuoteCandidate, Span
from annotator.suggest.complements import SPEECH
from annotator.suggest.cues import Cue
from annotator.suggest.lexicon import Lexicon
from annotator.suggest.noun_phrases import Phrases, TokenRange
from annotator.suggest.tokenized_text import TokenizedText

_CLOSERS: Final = "\"”“»«›‹’‘'」』 \u00a0\u202f"
_STOPS: Final = ".!?…。！？؟"
_CLAUSE_LENGTH: Final = 30
_FAR_APART: Final = 400
"""Tokens. A quoted range further away does not continue a quote."""
_MOST_PARTS: Final = 500
"""The most parts of one quote."""


class _Clause(NamedTuple):
    """A reporting clause: tokens of cue and source.

    `side` says whether it is before or after the quoted words.
    """

    cue: Cue
    source: TokenRange | None
    side: Literal["before", "after"]
    sure: bool


@dataclass
class DirectFinder:
    """Finds the direct speech of one reading."""

    reading: TokenizedText
    words: Lexicon
    cues: list[Cue]
    phrases: Phrases
    used: set[int] = field(default_factory=set)
    """The first tokens of the cues that report direct speech."""

    def find(self) -> list[QuoteCandidate]:
        """Return the direct quotes in text order; afterwards `used` contains their cues."""
        outside = [cue for cue in self.cues if self.reading.stretch_of[cue.first] < 0]
        self._cues_by_first = {cue.first: cue for cue in outside}
        found: list[QuoteCandidate] = []
        for number in range(len(self.reading.stretches)):
            self._add_quote(number, found)
        return found

    def _add_quote(self, number: int, found: list[QuoteCandidate]) -> None:
        stretch = self.reading.stretches[number]
        shape = self._shape(number)
        last = found[-1] if found else None
        if shape.words == 0:
            return
        before = self._clause_before(number, shape)
        after = self._clause_after(number, shape)
        clause = self._choose(before, after)
        if (
            last is not None
            and self._continues(last, number, before, shape)
            and not (
                after is not None
                and after.sure
                and last.cue is not None
                and after.cue.first not in self.used
            )
        ):
            found[-1] = last._replace(
                parts=(*last.parts, *stretch.parts), stretches=(*last.stretches, number)
            )
            if after is not None and last.cue is None:
                found[-1] = self._with_clause(found[-1], after)
            return
        if clause is not None:
            quote = QuoteCandidate(
                stretch.parts,
                None,
                None,
                f"direct-{clause.side}",
                0.95 if clause.sure else 0.85,
                verbatim(""),
                stretches=(number,),
            )
            found.append(self._with_clause(quote, clause))
        elif shape.stands_alone:
            found.append(self._without_clause(number, shape, last))

    def _without_clause(
        self, number: int, shape: "_Shape", last: QuoteCandidate | None
    ) -> QuoteCandidate:
        """Return a quote for a sentence without a reporting clause.

        Its source is that of the previous quote in the sentence before, or that sentence's
        subject.
        """
        reading = self.reading
        source: Span | None = None
        if shape.first:
            sentence = reading.sentence_of[shape.first - 1]
            first, end = reading.sentences[sentence]
            is_near = reading.paragraph_of[shape.first] - reading.paragraph_of[first] <= 1
            if last is not None and last.source and last.end > reading.starts[first]:
                source = last.source
            elif is_near and reading.stretch_of[first] < 0:
                tokens = self.phrases.subject(first, end)
                source = reading.span(*tokens) if tokens else None
        return QuoteCandidate(
            reading.stretches[number].parts,
            None,
            source,
            "direct-alone",
            0.6,
            message("a whole sentence between quote marks"),
            stretches=(number,),
        )

    def _with_clause(self, quote: QuoteCandidate, clause: _Clause) -> QuoteCandidate:
        reading = self.reading
        cue = clause.cue
        self.used.add(cue.first)
        source = reading.span(*clause.source) if clause.source else None
        words = reading.text[reading.starts[cue.first] : reading.ends[cue.end - 1]]
        if clause.side == "after":
            reason = message("quoted words followed by “{1}”", words)
        else:
            reason = message("quoted words after “{1}”", words)
        second = None
        if cue.particle >= 0:
            second = (reading.starts[cue.particle], reading.ends[cue.particle])
        return quote._replace(
            cue=reading.span(cue.first, cue.end),
            source=source,
            second_cue=second,
            pattern=f"direct-{clause.side}",
            confidence=0.95 if clause.sure else 0.85,
            reason=reason,
        )

    # The text between the quotation marks

    def _shape(self, number: int) -> "_Shape":
        reading = self.reading
        stretch = reading.stretches[number]
        first, end = reading.first_at(stretch.start), reading.end_at(stretch.end)
        inner = [n for n in range(first, end) if reading.is_word(n)]
        text = reading.text[stretch.start : stretch.end]
        last = text.rstrip(_CLOSERS)[-1:]
        following = reading.text[stretch.end : stretch.end + 2]
        opens = bool(inner) and not reading.words[inner[0]][0].islower()
        before = reading.words[first - 1] if first else "."
        starts = (
            first == 0
            or reading.paragraph_of[first - 1] != reading.paragraph_of[first]
            or before in _STOPS
            or before[-1] in _CLOSERS
        )
        return _Shape(
            first,
            end,
            len(inner),
            opens,
            last in _STOPS and bool(last),
            last == "," or following[:1] in (",", "،"),
            starts,
            end == len(reading) or reading.paragraph_of[end] != reading.paragraph_of[first],
        )

    def _continues(
        self, last: QuoteCandidate, number: int, before: "_Clause | None", shape: "_Shape"
    ) -> bool:
        """Return whether the quoted range continues the last quote found."""
        reading = self.reading
        stretch = reading.stretches[number]
        first, end = reading.first_at(last.end), shape.first
        gap = range(first, end)
        if reading.paragraph_of[max(first - 1, 0)] != reading.paragraph_of[shape.first]:
            return self._continues_from_above(last, first, before, shape)
        if before is not None and before.cue.first not in self.used:
            return False
        if last.cue is None:
            return not any(reading.is_word(n) for n in gap) and shape.words > 2
        cue_offset = last.cue[0]
        if not any(reading.is_word(n) for n in gap):
            return shape.words > 2 or cue_offset < last.start
        if not reading.starts[first] <= cue_offset < stretch.start:
            return False
        # Check that only the reporting clause is between both ranges.
        if shape.first - first > _FAR_APART or len(last.parts) >= _MOST_PARTS:
            return False
        clause_end = max(
            last.cue[1],
            last.source[1] if last.source else 0,
            last.second_cue[1] if last.second_cue else 0,
        )
        rest = reading.text[clause_end : stretch.start].strip()
        if self._reports_more(reading.first_at(clause_end), shape.first):
            return False
        tail = rest.rstrip(_CLOSERS)
        if not tail or tail[-1] in ",:،–—-":
            return True
        if tail[-1] in _STOPS:
            sentences = tail[:-1].count(". ")
            return sentences == 0 and (shape.opens or shape.words > 3)
        return shape.words > 3 and len(rest.split()) < 12

    def _reports_more(self, first: int, end: int) -> bool:
        """Return whether the tokens contain another verb of speech with a clause of its own."""
        lows = self.reading.lows
        return any(
            (cue := self._cues_by_first.get(n)) is not None
            and cue.end < end
            and lows[cue.end] in self.words.that
            for n in range(first, end)
        )

    def _continues_from_above(
        self, last: QuoteCandidate, first: int, before: "_Clause | None", shape: "_Shape"
    ) -> bool:
        """Return whether the paragraph is entirely quoted and continues the quote of the one
        above.
        """
        reading = self.reading
        above = reading.paragraph_of[shape.first] - 1
        return (
            before is None
            and shape.starts
            and shape.opens
            and shape.ends_paragraph
            and last.cue is not None
            and reading.paragraph_of[first - 1] == above
            and not any(
                reading.is_word(n)
                for n in range(
                    reading.first_at(max(last.end, last.cue[1], (last.source or last.cue)[1])),
                    shape.first,
                )
            )
        )

    def _choose(self, before: _Clause | None, after: _Clause | None) -> _Clause | None:
        if before is not None and before.cue.first in self.used:
            before = None
        if after is not None and (before is None or (after.sure and not before.sure)):
            return after
        return before

    # The reporting clause

    def _clause_after(self, number: int, shape: "_Shape") -> _Clause | None:
        """Return the clause after the quoted words: “…,” Lee said. / “…,” said Lee."""
        reading = self.reading
        first = shape.end
        if first >= len(reading):
            return None
        if not (shape.comma or shape.stops or reading.words[first] in ",–—-،"):
            return None
        if reading.paragraph_of[first] != reading.paragraph_of[shape.end - 1]:
            return None
        if reading.words[first] in (",", "–", "—", "-", "--", "،"):
            first += 1
        end = self._clause_end(first)
        if shape.stops and not shape.comma and self._leads_to_next(end):
            return None
        for n in range(first, end):
            cue = self._cues_by_first.get(n)
            if cue is not None and cue.form != "noun" and cue.kinds & SPEECH:
                quote = self._clause_around(cue, first, end, shape)
                if quote is not None:
                    return quote
        return None

    def _leads_to_next(self, end: int) -> bool:
        """Return whether the clause up to `end` reports the words after it ("Lee added: “…”)."""
        reading = self.reading
        return end + 1 < len(reading) and (
            reading.words[end] == ":"
            or (reading.words[end - 1] == "," and reading.stretch_of[end] >= 0)
        )

    def _clause_around(self, cue: Cue, first: int, end: int, shape: "_Shape") -> _Clause | None:
        if cue.form == "participle":
            return _Clause(cue, None, "after", sure=False) if cue.first == first else None
        if cue.form == "according":
            source = self.phrases.after(cue.end, end) if cue.first == first else None
            return _Clause(cue, source, "after", sure=True) if source and shape.words > 1 else None
        if cue.first == first or self._are_auxiliaries(first, cue.first):
            source_start = cue.particle + 1 if cue.particle == cue.end else cue.end
            source = self.phrases.after(source_start, end)
            sure = "say" in cue.kinds or shape.comma
            return _Clause(cue, source, "after", sure=sure) if source else None
        return self._subject_first(cue, first, shape)

    def _subject_first(self, cue: Cue, first: int, shape: "_Shape") -> _Clause | None:
        """Return the clause "Lee said" after the quoted words."""
        source = self.phrases.before(cue, first)
        if source is None or self.words.order == "v2":
            return None
        if not self._leads_in(first, source[0]):
            if not self._is_one_phrase(first, source[0]):
                return None
            source = first, source[1]
        if shape.words < 3 and not (shape.stops or shape.comma):
            return None
        if not shape.stops or shape.comma or not self.reading.words[first][0].isupper():
            return _Clause(cue, source, "after", sure=True)
        # After a full stop a new sentence may begin; a reporting clause has to end with the verb.
        following = self.reading.lows[cue.end] if cue.end < len(self.reading) else "."
        circumstance = following in self.words.prepositions or following in self.words.times
        if following not in (".", ",", ":", ";") and not circumstance:
            return None
        return _Clause(cue, source, "after", sure="say" in cue.kinds)

    def _are_auxiliaries(self, first: int, end: int) -> bool:
        return all(
            self.reading.lows[n] in self.words.auxiliaries
            or self.reading.lows[n] in self.words.adverbs
            for n in range(first, end)
        )

    def _leads_in(self, first: int, source: int) -> bool:
        """Return whether only function words are between the quoted words and the source."""
        words = self.words
        lows = self.reading.lows
        return (
            all(
                lows[n] in words.adverbs
                or lows[n] in words.joins
                or lows[n] in words.breaks
                or lows[n] in words.prepositions
                or lows[n] in words.determiners
                or lows[n] in words.times
                or not self.reading.is_word(n)
                or lows[n] in words.speech
                for n in range(first, source)
            )
            and source - first < 8
        )

    def _is_one_phrase(self, first: int, source: int) -> bool:
        """Return whether the words between belong to the source, without a verb, comma or
        clause.
        """
        lows, words = self.reading.lows, self.words
        return source - first < 12 and all(
            (self.reading.is_word(n) or lows[n] in ("(", ")", "'s", "’s", ".", "-"))
            and lows[n] not in words.auxiliaries - {"'s"}
            and not words.kinds(lows[n])
            for n in range(first, source)
        )

    def _clause_end(self, first: int) -> int:
        reading = self.reading
        n = first
        while n < len(reading) and n - first < _CLAUSE_LENGTH:
            if reading.stretch_of[n] >= 0 and self._is_long(reading.stretch_of[n]):
                break
            if reading.words[n] in ";:" or (
                n and reading.paragraph_of[n] != reading.paragraph_of[first]
            ):
                break
            if reading.sentence_of[n] != reading.sentence_of[first]:
                break
            n += 1
        return n

    def _is_long(self, number: int) -> bool:
        stretch = self.reading.stretches[number]
        return stretch.end - stretch.start > 30

    def _clause_before(self, number: int, shape: "_Shape") -> _Clause | None:
        """Return the clause before the quoted words: Lee said: “…” / Lee said, “…”"""
        reading = self.reading
        n = shape.first - 1
        if n < 0 or (
            reading.paragraph_of[n] != reading.paragraph_of[shape.first]
            and reading.words[n] not in (":", ",")
        ):
            return None
        mark = reading.words[n]
        if mark in _STOPS or reading.stretch_of[n] >= 0:
            return None
        first = reading.sentences[reading.sentence_of[n]][0]
        if mark == ":":
            return self._before_colon(n, first, shape)
        if mark == "," and (shape.opens or self._cue_ending(n) or shape.words > 4):
            cue = self._last_cue(n, first, reach=14)
            if cue is not None and cue.first not in self.used:
                source = self._source_before(cue, first)
                return _Clause(cue, source, "before", sure=True)
            return None
        cue = self._cue_ending(n + 1)
        if cue is not None and self._is_speech(shape):
            return _Clause(cue, self._source_before(cue, first), "before", sure=shape.opens)
        return None

    def _is_speech(self, shape: "_Shape") -> bool:
        """Return whether words right after a verb are speech rather than a single quoted word."""
        if shape.opens:
            return shape.words > 2 or shape.stops
        return shape.stops and shape.words > 5

    def _before_colon(self, n: int, first: int, shape: "_Shape") -> _Clause | None:
        cue = self._last_cue(n, first, reach=25)
        if cue is not None:
            is_near = n - cue.end < 8
            return _Clause(cue, self._source_before(cue, first), "before", sure=is_near)
        if shape.words < 3:
            return None
        colon = Cue(n, n + 1, "verb", frozenset({"say"}))
        if n - first > 12:
            return _Clause(colon, self.phrases.subject(first, n), "before", sure=False)
        return _Clause(colon, (first, n) if n > first else None, "before", sure=n - first <= 6)

    def _last_cue(self, n: int, first: int, reach: int) -> Cue | None:
        for k in range(n - 1, max(first, n - reach) - 1, -1):
            cue = self._cues_by_first.get(k)
            if cue is not None and cue.end <= n and cue.kinds & SPEECH:
                return cue
        return None

    def _cue_ending(self, end: int) -> Cue | None:
        for k in range(end - 1, max(end - 5, -1), -1):
            cue = self._cues_by_first.get(k)
            if cue is not None and cue.end == end and cue.form != "noun":
                return cue
        return None

    def _shared_subject(self, cue: Cue, first: int) -> TokenRange | None:
        """Return the subject that the verb shares with an earlier one: "Lee smiled and said,
        “…”".
        """
        lows, words = self.reading.lows, self.words
        n = cue.first - 1
        while n > first and (lows[n] in words.adverbs or lows[n] in words.auxiliaries):
            n -= 1
        if lows[n] not in words.joins and lows[n] not in ("but", ","):
            return None
        for k in range(n, first, -1):
            before = self._cues_by_first.get(k)
            if before is not None and before.form == "verb":
                return self.phrases.before(before, first) or self.phrases.subject(first, k)
        return self.phrases.subject(first, n)

    def _source_before(self, cue: Cue, first: int) -> TokenRange | None:
        if cue.form == "participle":
            return self.phrases.subject(first, cue.first)
        if cue.form == "according":
            return self.phrases.after(cue.end, cue.end + 20)
        source = self.phrases.before(cue, first)
        if source is None:
            stop = self.reading.sentences[self.reading.sentence_of[cue.first]][1]
            source = (
                self._shared_subject(cue, first)
                or self.phrases.after(cue.end, stop)
                or self.phrases.subject(first, cue.first)
            )
        return source


class _Shape(NamedTuple):
    """The properties of a quoted range: tokens, number of words, capital, stops and position."""

    first: int
    end: int
    words: int
    opens: bool
    stops: bool
    comma: bool
    starts: bool
    ends_paragraph: bool

    @property
    def stands_alone(self) -> bool:
        return self.starts and self.opens and self.words >= 4 and self.stops
