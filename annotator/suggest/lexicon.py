"""The words that report speech, by language: from the program's lists, or a project's own.

A lexicon is a JSON file. Its `verbs` are lists of forms, grouped by complement: `say` (a clause
without a conjunction), `that` (a clause with a conjunction, or quoted words), `to` (an
infinitive), `object` (a noun phrase: "denied the charge") and `attitude` (no speech: "hopes
that"; off by default). A form may be in several lists.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from annotator.core.message import verbatim
from annotator.core.models import Article
from annotator.resources import resource
from annotator.suggest.base import SuggestError

KINDS: Final = ("say", "bare", "that", "to", "object", "attitude")
_SCRIPTS: Final = (
    ("ar", "\u0621", "\u064a"),
    ("he", "\u05d0", "\u05ea"),
    ("ru", "\u0430", "\u044f"),
    ("el", "\u03b1", "\u03c9"),
)
_SAMPLE: Final = 4_000


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The words of one language, all in lower case.

    `order` is svo, v2 (German) or vso (Arabic). `fragments` is direct where quoted words inside
    a report count as direct speech.
    """

    language: str
    title: str
    order: str
    fragments: str
    verbs: Mapping[str, frozenset[str]]
    phrases: tuple[tuple[str, ...], ...]
    particles: Mapping[str, frozenset[str]]
    nouns: frozenset[str]
    also_nouns: frozenset[str]
    according: tuple[tuple[str, ...], ...]
    following: tuple[tuple[str, ...], ...]
    that: frozenset[str]
    pronouns: Mapping[str, str]
    auxiliaries: frozenset[str]
    adverbs: frozenset[str]
    times: frozenset[str]
    determiners: frozenset[str]
    prepositions: frozenset[str]
    breaks: frozenset[str]
    joins: frozenset[str]
    titles: Mapping[str, str]
    persons: frozenset[str]
    speech: frozenset[str]
    common: frozenset[str] = field(default_factory=frozenset)

    def kinds(self, word: str) -> frozenset[str]:
        """Return the complements of a verb with this form; empty if it is not a verb of speech."""
        return self.verbs.get(word, frozenset())


_CODE: Final = 2


def languages() -> list[str]:
    """Return the codes of the languages for which the program has a lexicon."""
    return sorted(path.stem for path in resource("resources", "lexicons").glob("??.json"))


@cache  # a constant file of the program, which is read once
def lexicon(language: str) -> Lexicon:
    """Return the lexicon of a language ("en"), or of English where there is none."""
    path = resource("resources", "lexicons", f"{language}.json")
    if len(language) != _CODE or not path.exists():  # it may come from the user's file
        return lexicon("en")
    return lexicon_from_json(path.read_text(encoding="utf-8"))


def lexicon_from_json(text: str) -> Lexicon:
    """Read a lexicon. Raises SuggestError describing the errors in it."""
    try:
        return _read(json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise SuggestError(verbatim(f"this lexicon cannot be read: {error!r}")) from error


def words_for(article: Article, changed: Mapping[str, Lexicon]) -> Lexicon:
    """Return the lexicon for the article's language: the changed one, else the program's."""
    language = language_of(article.text, article.language)
    return changed.get(language) or lexicon(language)


_WORD: Final = re.compile(r"[^\W\d_]+")


def language_of(text: str, stated: str | None = None) -> str:
    """Return the language code: as stated, or detected by script and function words."""
    if stated and (code := stated.lower().replace("_", "-").split("-")[0]):
        return code
    sample = text[:_SAMPLE].lower()
    for code, first, last in _SCRIPTS:
        if sum(first <= char <= last for char in sample) > len(sample) // 4:
            return code
    words = _WORD.findall(sample)
    counts = {code: sum(word in _small(code) for word in words) for code in languages()}
    best = max(counts, key=lambda code: (counts[code], code == "en"), default="en")
    return best if counts.get(best) else "en"


@cache
def _small(language: str) -> frozenset[str]:
    known = lexicon(language)
    function_words = known.determiners | known.prepositions | known.that | known.breaks
    return function_words | known.auxiliaries | frozenset((*known.pronouns, *known.verbs))


def _read(row: dict[str, Any]) -> Lexicon:
    kinds: dict[str, set[str]] = {}
    for kind in KINDS:
        for line in row["verbs"].get(kind, ()):
            for form in line.split():
                kinds.setdefault(form, set()).add(kind)
    return Lexicon(
        language=row["language"],
        title=row["title"],
        order=row.get("order", "svo"),
        fragments=row.get("fragments", "mixed"),
        verbs={form: frozenset(found) for form, found in kinds.items()},
        phrases=_phrases(row, "phrases"),
        particles={
            form: frozenset(particles.split())
            for line, particles in row.get("particles", {}).items()
            for form in line.split()
        },
        according=_phrases(row, "according"),
        following=_phrases(row, "following"),
        pronouns=dict(row.get("pronouns", {})),
        titles={
            title: gender for gender, titles in row.get("titles", {}).items() for title in titles
        },
        **{name: frozenset(row.get(name, ())) for name in _SETS},
    )


_SETS: Final = (
    "nouns", "also_nouns", "that", "auxiliaries", "adverbs", "times", "determiners",
    "prepositions", "breaks", "joins", "persons", "speech", "common",
)  # fmt: skip


def _phrases(row: dict[str, Any], name: str) -> tuple[tuple[str, ...], ...]:
    """Return the phrases, the longest first, as tuples of words."""
    found = (tuple(phrase.split()) for phrase in row.get(name, ()))
    return tuple(sorted(found, key=len, reverse=True))
