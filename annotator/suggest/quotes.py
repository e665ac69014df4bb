"""All quotes of an article by rules: direct, mixed and indirect, in the order of the text."""

from dataclasses import dataclass

from annotator.core.models import Article
from annotator.suggest.candidates import QuoteCandidate
from annotator.suggest.cues import Cue, find_cues
from annotator.suggest.direct import DirectFinder
from annotator.suggest.indirect import IndirectFinder
from annotator.suggest.lexicon import Lexicon, language_of, lexicon
from annotator.suggest.noun_phrases import Phrases
from annotator.suggest.quoted_fragments import FragmentFinder
from annotator.suggest.tokenized_text import TokenizedText


@dataclass(frozen=True, slots=True)
class RuleResult:
    """An article as the rules read it, and what they found; `by_cue` has it by the tokens of its
    cue."""

    reading: TokenizedText
    words: Lexicon
    cues: list[Cue]
    phrases: Phrases
    found: list[QuoteCandidate]
    by_cue: dict[int, QuoteCandidate]


def read(article: Article, words: Lexicon | None = None, *, attitudes: bool = False) -> RuleResult:
    """Read the article with a lexicon, by default that of its language."""
    if words is None:
        words = lexicon(language_of(article.text, article.language))
    reading = TokenizedText(article.text)
    cues = find_cues(reading, words)
    phrases = Phrases(reading, words)
    direct = DirectFinder(reading, words, cues, phrases)
    found = direct.find()
    sources = [made.source for made in found if made.source]
    indirect = IndirectFinder(reading, words, cues, phrases, direct.used, sources, attitudes)
    reported = indirect.find()
    if words.fragments == "direct":
        taken = {number for made in found for number in made.stretches}
        reported += FragmentFinder(reading, words, cues, phrases).find(taken)
    found = sorted([*found, *reported], key=lambda made: (made.start, -made.end))
    by_cue: dict[int, QuoteCandidate] = {}
    for made in found:
        if made.cue is not None:
            for n in range(reading.first_at(made.cue[0]), reading.end_at(made.cue[1])):
                by_cue.setdefault(n, made)
    return RuleResult(reading, words, cues, phrases, found, by_cue)
