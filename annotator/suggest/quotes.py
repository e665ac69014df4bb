"""All quotes of an article by rules: direct, mixed and indirect, in text order."""

from dataclasses import dataclass

from annotator.core.models import Article
from annotator.suggest.candidates import Found
from annotator.suggest.cues import Cue, find_cues
from annotator.suggest.direct import DirectFinder
from annotator.suggest.indirect import IndirectFinder
from annotator.suggest.lexicon import Lexicon, language_of, lexicon
from annotator.suggest.noun_phrases import Phrases
from annotator.suggest.quoted_fragments import FragmentFinder
from annotator.suggest.tokenized_text import Reading


@dataclass(frozen=True, slots=True)
class Read:
    """An article as read by the rules, with the quotes found; `by_cue` maps tokens of cues to
    them.
    """

    reading: Reading
    words: Lexicon
    cues: list[Cue]
    phrases: Phrases
    found: list[Found]
    by_cue: dict[int, Found]


def read(article: Article, words: Lexicon | None = None, *, attitudes: bool = False) -> Read:
    """Read the article with a lexicon, by default that of its language."""
    if words is None:
        words = lexicon(language_of(article.text, article.language))
    reading = Reading(article.text)
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
    by_cue: dict[int, Found] = {}
    for made in found:
        if made.cue is not None:
            for n in range(reading.first_at(made.cue[0]), reading.end_at(made.cue[1])):
                by_cue.setdefault(n, made)
    return Read(reading, words, cues, phrases, found, by_cue)
