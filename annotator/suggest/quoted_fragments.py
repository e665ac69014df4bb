"""Quoted words inside a report, for languages where they are annotated as direct speech."""

from dataclasses import dataclass
from typing import Final

from annotator.core.message import message
from annotator.suggest.candidates import QuoteCandidate, Span
from annotator.suggest.cues import Cue
from annotator.suggest.lexicon import Lexicon
from annotator.suggest.noun_phrases import Phrases
from annotator.suggest.tokenized_text import TokenizedText

_REPORTED: Final = frozenset(
    "sei seien habe hätte hätten wäre werde müsse könne solle wolle dürfe".split()
)


@dataclass
class FragmentFinder:
    """Finds the quoted fragments that the text attributes to a person."""

    reading: TokenizedText
    words: Lexicon
    cues: list[Cue]
    phrases: Phrases

    def find(self, used_ranges: set[int]) -> list[QuoteCandidate]:
        """Return a quote for each quoted range not in `taken` whose sentence is a report."""
        by_sentence: dict[int, list[Cue]] = {}
        for cue in self.cues:
            if self.reading.stretch_of[cue.first] < 0 and cue.form != "noun":
                by_sentence.setdefault(self.reading.sentence_of[cue.first], []).append(cue)
        found = []
        reported = self._reporting()
        for number, stretch in enumerate(self.reading.stretches):
            first = self.reading.first_at(stretch.start)
            if number in used_ranges or first >= len(self.reading) or self._is_title(number):
                continue
            sentence = self.reading.sentence_of[first]
            cues = by_sentence.get(sentence, [])
            if cues:
                found.append(self._made(number, self._nearest(cues, first), sentence))
            elif sentence in reported:
                found.append(
                    QuoteCandidate(
                        stretch.parts,
                        None,
                        None,
                        "direct-reported",
                        0.6,
                        message("quoted words in reported speech"),
                        stretches=(number,),
                    )
                )
        return found

    def _made(self, number: int, cue: Cue, sentence: int) -> QuoteCandidate:
        reading = self.reading
        first, end = reading.sentences[sentence]
        tokens = None
        if cue.form == "verb":
            tokens = self.phrases.before(cue, first) or self.phrases.after(cue.end, end)
        elif cue.form == "according":
            tokens = self.phrases.after(cue.end, end)
        source: Span | None = reading.span(*tokens) if tokens else None
        words = reading.text[reading.starts[cue.first] : reading.ends[cue.end - 1]]
        return QuoteCandidate(
            reading.stretches[number].parts,
            reading.span(cue.first, cue.end),
            source,
            "direct-fragment",
            0.75,
            message("quoted words in a report with “{1}”", words),
            stretches=(number,),
        )

    def _nearest(self, cues: list[Cue], token: int) -> Cue:
        return min(cues, key=lambda cue: (cue.first > token, abs(cue.first - token)))

    def _reporting(self) -> set[int]:
        """Return the sentences with a verb in the form of reported speech outside of quoted
        words.
        """
        reading = self.reading
        return {
            reading.sentence_of[n]
            for n, low in enumerate(reading.lows)
            if low in _REPORTED and reading.stretch_of[n] < 0
        }

    def _is_title(self, number: int) -> bool:
        """Return whether the range is the title of a paper, film or team: capitals after an
        article.
        """
        reading = self.reading
        stretch = reading.stretches[number]
        first, end = reading.first_at(stretch.start), reading.end_at(stretch.end)
        words = [n for n in range(first, end) if reading.is_word(n)]
        if not words:
            return True
        before = reading.lows[first - 1] if first else ""
        after = reading.words[end] if end < len(reading) else ""
        if after.startswith("-") or before in _NAMING:
            return True
        capitals = reading.capital(words[0]) and reading.capital(words[-1])
        return len(words) <= 5 and capitals and before not in _JUDGING


_NAMING: Final = frozenset(["genannten", "genannte", "motto", "titel", "namen", "name", "film"])
_JUDGING: Final = frozenset(
    "als ein eine einen einem einer keine keinen zu zum wegen mit dies".split()
)
