"""All quotes of an article by rules: direct, mixed and indirect, in text order."""

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
    """An article as read by the rules, with the quotes found; `by_cue` maps tokens of cues to
    them.
    """

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
    sources = [quote.source for quote in found if quote.source]
    indirect = IndirectFinder(reading, words, cues, phrases, direct.used, sources, attitudes)
    reported = indirect.find()
    if words.fragments == "direct":
        used_ranges = {number for quote in found for number in quote.stretches}
        reported += FragmentFinder(reading, words, cues, phrases).find(used_ranges)
    found = sorted([*found, *reported], key=lambda quote: (quote.start, -quote.end))
    by_cue: dict[int, QuoteCandidate] = {}
    for quote in found:
        if quote.cue is not None:
            for n in range(reading.first_at(quote.cue[0]), reading.end_at(quote.cue[1])):
                by_cue.setdefault(n, quote)
    return RuleResult(reading, words, cues, phrases, found, by_cue)
