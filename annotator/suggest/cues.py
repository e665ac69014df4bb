"""Detection of cues: finite verbs, participles, nouns, and phrases such as "according to"."""

from typing import Final, Literal, NamedTuple

from annotator.suggest.lexicon import Lexicon
from annotator.suggest.tokenized_text import TokenizedText

CueForm = Literal["verb", "participle", "noun", "according", "following"]
_PREVIOUS_OF_NOUN: Final = frozenset(["'s", "’s"])
_OPENERS: Final = frozenset(':“"”»«,')
_ONLY_AFTER_COMMA: Final = frozenset(("so", "wörtlich"))
_MOST_ADVERBS: Final = 30
_BE: Final = frozenset(["is", "are", "was", "were", "be", "been", "being", "'re"])


class Cue(NamedTuple):
    """The tokens from `first` to before `end` report speech; `kinds` are the verb's complements.

    `particle` is the token of a separated particle ("teilte … mit"), or -1.
    """

    first: int
    end: int
    form: CueForm
    kinds: frozenset[str]
    particle: int = -1


def find_cues(reading: TokenizedText, words: Lexicon) -> list[Cue]:
    """Return all cues in text order, including those inside quoted ranges."""
    found: list[Cue] = []
    phrases = _by_first((*words.phrases,))
    accordings = _by_first(words.according)
    followings = _by_first(words.following)
    lows = reading.lows
    cue_starts = {*phrases, *accordings, *followings, *words.verbs, *words.nouns}
    may_report = [low in cue_starts or words.order == "vso" for low in lows]
    n = 0
    while n < len(lows):
        cue = None
        if may_report[n]:
            cue = (
                _according(reading, n, accordings)
                or _phrase(lows, n, followings, "following")
                or _phrase(lows, n, phrases, "verb")
                or _verb(reading, words, n)
                or _noun(reading, words, n)
            )
        if cue is None:
            n += 1
            continue
        found.append(cue)
        n = cue.end
    return found


_Phrases = dict[str, list[tuple[str, ...]]]


def _by_first(phrases: tuple[tuple[str, ...], ...]) -> _Phrases:
    found: _Phrases = {}
    for phrase in phrases:
        found.setdefault(phrase[0], []).append(phrase)
    return found


def _phrase(lows: list[str], n: int, phrases: _Phrases, form: CueForm) -> Cue | None:
    for phrase in phrases.get(lows[n], ()):
        if tuple(lows[n : n + len(phrase)]) == phrase:
            return Cue(n, n + len(phrase), form, frozenset({"that", "object", "phrase"}))
    return None


def _according(reading: TokenizedText, n: int, phrases: _Phrases) -> Cue | None:
    """Return a phrase such as "according to"; one small word ("so Lee") only after a comma."""
    cue = _phrase(reading.lows, n, phrases, "according")
    if cue is None or cue.end - cue.first > 1 or reading.lows[n] not in _ONLY_AFTER_COMMA:
        return cue
    before = reading.words[n - 1] if n else "."
    return cue if before in (",", "–", "—") or (reading.stretch_of[n - 1] >= 0 and n) else None


def _verb(reading: TokenizedText, words: Lexicon, n: int) -> Cue | None:
    word = reading.lows[n]
    kinds = words.kinds(word)
    if not kinds:
        return _prefixed(reading, words, n) if words.order == "vso" else None
    if word in words.particles:
        particle = _particle(reading, words, n)
        if particle < 0:
            return None
        return Cue(n, n + 1, "verb", kinds, particle)
    if words.language != "en":
        return Cue(n, n + 1, "verb", kinds)
    before = reading.lows[n - 1] if n else ""
    if _is_other(reading, words, n, before):
        return None
    participle = word.endswith("ing") and before not in words.auxiliaries
    return Cue(n, n + 1, "participle" if participle else "verb", kinds)


def _is_other(reading: TokenizedText, words: Lexicon, n: int, before: str) -> bool:
    """Return whether an English form that could be a verb is a noun, a name or a passive here."""
    word = reading.lows[n]
    if _is_name(reading, n):
        return True
    if word.endswith("ing"):
        return before in words.determiners
    if before in _PREVIOUS_OF_NOUN:
        return True
    if before in words.determiners:
        return not (before == "that" and word not in words.also_nouns and _is_relative(reading, n))
    if before in words.prepositions and before != "to":
        return True
    if _is_passive(reading, words, n):
        return True
    following = reading.lows[n + 1] if n + 1 < len(reading) else ""
    if word in words.also_nouns and following in words.titles:
        return True
    return (
        word in words.also_nouns
        and following not in words.that
        and not _follows_subject(reading, words, n)
    )


def _is_relative(reading: TokenizedText, n: int) -> bool:
    """Return whether the word before token n is a relative pronoun: "a message that said"."""
    return n > 1 and reading.is_word(n - 2) and reading.sentence_of[n - 2] == reading.sentence_of[n]


def _is_name(reading: TokenizedText, n: int) -> bool:
    """Return whether a capital inside a sentence marks token n as a part of a name."""
    if not reading.words[n][0].isupper() or reading.stretch_of[n] >= 0:
        return False
    first, _end = reading.sentences[reading.sentence_of[n]]
    if n == first or reading.words[n - 1] in _OPENERS:
        return False
    return not reading.is_headline(reading.sentence_of[n])


def _is_passive(reading: TokenizedText, words: Lexicon, n: int) -> bool:
    if reading.lows[n].endswith("s"):
        return False
    k = _before_adverbs(reading, words, n)
    return k >= 0 and reading.lows[k] in _BE


def _before_adverbs(reading: TokenizedText, words: Lexicon, n: int) -> int:
    """Return the token before n and its preceding adverbs, limited to a plausible number."""
    k = n - 1
    while k >= max(0, n - _MOST_ADVERBS) and (
        reading.lows[k] in words.adverbs or reading.lows[k].endswith("ly")
    ):
        k -= 1
    return k


def _follows_subject(reading: TokenizedText, words: Lexicon, n: int) -> bool:
    """Return whether a word that may be a noun ("report", "claims") comes after a subject."""
    k = _before_adverbs(reading, words, n)
    if k < 0 or reading.sentence_of[k] != reading.sentence_of[n]:
        return False
    before = reading.lows[k]
    if before in words.pronouns or before in words.auxiliaries or before == "to":
        return True
    if before == "," or before in words.persons:
        return True
    if reading.lows[n].endswith("s"):
        return reading.capital(k) and not reading.capital(n)
    return before.endswith("s")


def _particle(reading: TokenizedText, words: Lexicon, n: int) -> int:
    """Return the token of a separable verb's particle in the rest of the clause, or -1."""
    particles = words.particles[reading.lows[n]]
    for k in range(n + 1, min(n + 25, len(reading))):
        if reading.words[k] in ".;:" or reading.sentence_of[k] != reading.sentence_of[n]:
            return -1
        if reading.lows[k] in particles and (k + 1 == len(reading) or not reading.is_word(k + 1)):
            return k
    return -1


def _prefixed(reading: TokenizedText, words: Lexicon, n: int) -> Cue | None:
    """Return an Arabic verb with a prefixed "and", "so" or "will"."""
    word = reading.lows[n]
    for prefix in ("و", "ف", "س"):
        if word.startswith(prefix) and (kinds := words.kinds(word[1:])):
            return Cue(n, n + 1, "verb", kinds)
    return None


def _noun(reading: TokenizedText, words: Lexicon, n: int) -> Cue | None:
    if reading.lows[n] not in words.nouns or not n or n + 1 >= len(reading):
        return None
    following = reading.lows[n + 1]
    if following not in words.that and following not in words.prepositions:
        return None
    return Cue(n, n + 1, "noun", frozenset({"noun"}))
