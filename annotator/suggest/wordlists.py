"""The words that a project adds to the word lists of the program, and removes from them."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, Final, Literal, NamedTuple, get_args

from annotator.core.message import message
from annotator.core.strict_json import are_texts, read_object
from annotator.suggest.base import SuggestError
from annotator.suggest.lexicon import Lexicon, languages, lexicon

ListName = Literal["verbs", "nouns", "titles"]
LISTS: Final[tuple[ListName, ...]] = get_args(ListName)
_TAKES: Final = frozenset(("say", "that"))
"""The complements of a verb that a project adds: clauses, or quoted words."""


class LexiconPatch(NamedTuple):
    """The added and removed words of one list of one language, in lower case."""

    added: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()

    def adding(self, words: Collection[str]) -> "LexiconPatch":
        return LexiconPatch(self.added | set(words), self.removed - set(words))

    def removing(self, words: Collection[str]) -> "LexiconPatch":
        return LexiconPatch(self.added - set(words), self.removed | set(words))


WordLists = Mapping[str, Mapping[ListName, LexiconPatch]]
"""Changes by language and list."""


def words_of(known: Lexicon, name: ListName) -> frozenset[str]:
    """Return all words of a list; reporting phrases are verbs, with spaces between their words."""
    if name == "verbs":
        return frozenset((*known.verbs, *(" ".join(phrase) for phrase in known.phrases)))
    return known.nouns if name == "nouns" else frozenset(known.titles)


def changed(known: Lexicon, changes: Mapping[ListName, LexiconPatch]) -> Lexicon:
    """Return the lexicon with the changes of its language."""
    for name, change in changes.items():
        if name == "verbs":
            known = _with_verbs(known, change)
        elif name == "nouns":
            nouns = (known.nouns | change.added) - change.removed
            # A verb of the same form is distinguished from the noun by its context.
            known = replace(known, nouns=nouns, also_nouns=known.also_nouns | change.added)
        else:
            titles = {**known.titles, **dict.fromkeys(change.added - known.titles.keys(), "n")}
            kept = {title: sex for title, sex in titles.items() if title not in change.removed}
            known = replace(known, titles=kept)
    return known


def _with_verbs(known: Lexicon, change: LexiconPatch) -> Lexicon:
    verbs = {form: kinds for form, kinds in known.verbs.items() if form not in change.removed}
    phrases = [p for p in known.phrases if " ".join(p) not in change.removed]
    for words in sorted(change.added):
        phrase = tuple(words.split())
        if len(phrase) > 1:
            phrases.append(phrase)
        else:
            verbs[words] = verbs.get(words, frozenset()) | _TAKES
    return replace(known, verbs=verbs, phrases=tuple(sorted(set(phrases), key=len, reverse=True)))


def lexicons(lists: WordLists) -> dict[str, Lexicon]:
    """Return the lexicon of each language with changed lists."""
    return {language: changed(lexicon(language), lists[language]) for language in lists}


def to_json(lists: WordLists) -> str:
    """Return the changes as data; the same changes always give the same text."""
    rows = {
        language: {
            name: {"added": sorted(change.added), "removed": sorted(change.removed)}
            for name, change in sorted(changes.items())
        }
        for language, changes in sorted(lists.items())
    }
    return json.dumps(rows, ensure_ascii=False)


def from_json(text: str) -> dict[str, dict[ListName, LexiconPatch]]:
    """Read the output of `to_json`. Raises SuggestError."""
    try:
        rows: dict[str, dict[ListName, Any]] = read_object(text)
        if not rows.keys() <= {*languages()}:
            raise ValueError("a language without word lists")
        return {
            language: {name: _changes(name, row) for name, row in changes.items()}
            for language, changes in rows.items()
        }
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SuggestError(
            message("the project's word lists are damaged; make them again")
        ) from error


def _changes(name: str, row: dict[str, Any]) -> LexiconPatch:
    """Return the changes of a list. Raises ValueError, TypeError and KeyError for invalid data."""
    added, removed = row["added"], row["removed"]
    if name not in LISTS or not (isinstance(added, list) and isinstance(removed, list)):
        raise ValueError("no changes of a list")
    if not are_texts([*added, *removed]):
        raise ValueError("no words")
    return LexiconPatch(frozenset(added), frozenset(removed))


def digest(lists: WordLists) -> str:
    """Return eight hexadecimal digits that identify these changes; an empty text for none."""
    return hashlib.sha256(to_json(lists).encode()).hexdigest()[:8] if lists else ""
