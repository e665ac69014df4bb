"""The word lists of a project: what its people add to those of the program, and take out."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from annotator.core.errors import AnnotatorError
from annotator.suggest.lexicon import languages, lexicon
from annotator.suggest.wordlists import (
    LexiconPatch,
    ListName,
    WordLists,
    changed,
    from_json,
    to_json,
    words_of,
)

if TYPE_CHECKING:
    from annotator.store import Project

_KEY: Final = "word-lists"
"""Under this key a project keeps its changes."""


def word_lists(project: "Project") -> WordLists:
    """The changes that the project makes. Raises SuggestError."""
    kept = project.value(_KEY)
    return {} if kept is None else from_json(kept)


def listed(project: "Project", language: str, name: ListName) -> list[str]:
    """The words of a list as the project has it, in the order of the alphabet."""
    _refuse_unknown(language)
    known = changed(lexicon(language), word_lists(project).get(language, {}))
    return sorted(words_of(known, name))


def change_list(
    project: "Project", language: str, name: ListName, words: Collection[str], *, add: bool
) -> list[str]:
    """Add words to a list or take them out of it; those for which that changes something.

    Case does not count. Raises AnnotatorError for a language without word lists, and for a phrase
    where only single words are looked for.
    """
    wanted = {" ".join(word.lower().split()) for word in words} - {""}
    for phrase in sorted(word for word in wanted if " " in word and name != "verbs"):
        raise AnnotatorError(f"{phrase!r} is more than one word; only verbs can be phrases")
    before = set(listed(project, language, name))
    changing = sorted(wanted - before if add else wanted & before)
    if not changing:
        return []
    lists = {code: dict(changes) for code, changes in word_lists(project).items()}
    ours = lists.setdefault(language, {})
    old = ours.get(name, LexiconPatch())
    ours[name] = _without_needless(
        old.adding(changing) if add else old.removing(changing),
        words_of(lexicon(language), name),
    )
    ours = lists[language] = {key: change for key, change in ours.items() if any(change)}
    project.set_value(_KEY, to_json(lists if ours else _without(lists, language)))
    return changing


def _without_needless(change: LexiconPatch, shipped: Collection[str]) -> LexiconPatch:
    """Only what differs from the lists of the program, so that going back leaves no trace."""
    there = frozenset(shipped)
    return LexiconPatch(change.added - there, change.removed & there)


def _without(lists: WordLists, language: str) -> WordLists:
    return {code: changes for code, changes in lists.items() if code != language}


def _refuse_unknown(language: str) -> None:
    if language not in languages():
        raise AnnotatorError(
            f"there are no word lists for the language {language!r}; "
            f"there are {', '.join(languages())}"
        )
