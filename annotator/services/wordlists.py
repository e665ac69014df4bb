"""The word lists of a project: its additions to those of the program, and its removals."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Final

from annotator.core.errors import AnnotatorError
from annotator.core.message import verbatim
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
"""The key under which a project stores its changes."""


def word_lists(project: "Project") -> WordLists:
    """Return the project's changes to the word lists. Raises SuggestError."""
    kept = project.value(_KEY)
    return {} if kept is None else from_json(kept)


def listed(project: "Project", language: str, name: ListName) -> list[str]:
    """Return the words of a list with the project's changes, in alphabetical order."""
    _refuse_unknown(language)
    known = changed(lexicon(language), word_lists(project).get(language, {}))
    return sorted(words_of(known, name))


def change_list(
    project: "Project", language: str, name: ListName, words: Collection[str], *, add: bool
) -> list[str]:
    """Add words to a list or remove them, and return those for which that changed something.

    Case is ignored. Raises AnnotatorError for a language without word lists, and for a phrase in
    a list that allows only single words.
    """
    requested = {" ".join(word.lower().split()) for word in words} - {""}
    for phrase in sorted(word for word in requested if " " in word and name != "verbs"):
        raise AnnotatorError(
            verbatim(f"{phrase!r} is more than one word; only verbs can be phrases")
        )
    before = set(listed(project, language, name))
    changing = sorted(requested - before if add else requested & before)
    if not changing:
        return []
    lists = {code: dict(changes) for code, changes in word_lists(project).items()}
    patches = lists.setdefault(language, {})
    old = patches.get(name, LexiconPatch())
    patches[name] = _without_redundant(
        old.adding(changing) if add else old.removing(changing),
        words_of(lexicon(language), name),
    )
    patches = lists[language] = {key: change for key, change in patches.items() if any(change)}
    project.set_value(_KEY, to_json(lists if patches else _without(lists, language)))
    return changing


def _without_redundant(change: LexiconPatch, shipped: Collection[str]) -> LexiconPatch:
    """Return only the differences from the program's lists, so that reverting leaves no change."""
    shipped_words = frozenset(shipped)
    return LexiconPatch(change.added - shipped_words, change.removed & shipped_words)


def _without(lists: WordLists, language: str) -> WordLists:
    return {code: changes for code, changes in lists.items() if code != language}


def _refuse_unknown(language: str) -> None:
    if language not in languages():
        raise AnnotatorError(
            verbatim(
                f"there are no word lists for the language {language!r}; "
                f"there are {', '.join(languages())}"
            )
        )
