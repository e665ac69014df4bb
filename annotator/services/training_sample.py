"""Which of the done articles a training learns from, and which it holds back to compare on."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from annotator.core.suggestion import is_suggester

if TYPE_CHECKING:
    from annotator.store.done_annotations import DoneAnnotation

_GOLD: Final = "gold"
_HELD_BACK: Final = 5
"""One article in so many is held back for the comparison."""
_COMPARED: Final = 8
"""One part in so many of the letters is for the comparison."""
_TWICE: Final = 3
"""The models learn from the held-back articles as well if there is room for so many times all."""
_LEAST: Final = 4
"""So many articles are learnt from, however long they are."""


class Sample(NamedTuple):
    """The done articles of a training, each with one annotation.

    Attributes:
        learnt: Those to learn from.
        held: Those to compare on.
        done: How many are done.
        learns_from_held: Whether there is time to learn again from all of them.
    """

    learnt: "list[DoneAnnotation]"
    held: "list[DoneAnnotation]"
    done: int
    learns_from_held: bool


def sample_of(annotations: "Iterable[DoneAnnotation]", letters: int | None) -> Sample:
    """Return the sample of the done annotations for a training; those of suggesters do not count.

    Of the annotations of an article it takes gold if there is some, else the newest. Which articles
    may be held back depends on their texts alone.

    Args:
        annotations: The done annotations of a project.
        letters: How many letters the sample may have; None for all.
    """
    best = _one_of_each(annotations)
    held = [found for found in best if _is_held_back(found)] or best[:1]
    keys = {found.key for found in held}
    rest = [found for found in best if found.key not in keys]
    if letters is None or sum(found.length for found in best) <= letters:
        is_small = letters is None or _TWICE * sum(found.length for found in best) <= letters
        return Sample(rest, held, len(best), is_small)
    compared = _fitting(sorted(held, key=_by_text), letters // _COMPARED, 1)
    room = letters - letters // _COMPARED
    newest = _fitting(sorted(rest, key=_by_time, reverse=True), room // 2, _LEAST)
    keys = {found.key for found in newest}
    older = sorted((found for found in rest if found.key not in keys), key=_by_text)
    learnt = [*newest, *_fitting(older, room - sum(found.length for found in newest), 0)]
    return Sample(sorted(learnt), sorted(compared), len(best), learns_from_held=False)


def _one_of_each(annotations: "Iterable[DoneAnnotation]") -> "list[DoneAnnotation]":
    best: dict[int, DoneAnnotation] = {}
    for found in annotations:
        if is_suggester(found.annotator):
            continue
        best_so_far = best.get(found.key)
        if best_so_far is None or _rank(found) > _rank(best_so_far):
            best[found.key] = found
    return list(best.values())


def _fitting(
    annotations: "Sequence[DoneAnnotation]", letters: int, least: int
) -> "list[DoneAnnotation]":
    """Return those that fit, one after the other, and the `least` shortest if that is more."""
    chosen = []
    for found in annotations:
        if found.length <= letters:
            chosen.append(found)
            letters -= found.length
    if len(chosen) < least:
        return sorted(annotations, key=lambda found: found.length)[:least]
    return chosen


def _rank(found: "DoneAnnotation") -> tuple[bool, str, str]:
    return found.annotator == _GOLD, found.updated or "", found.annotator


def _by_time(found: "DoneAnnotation") -> tuple[str, int]:
    return found.updated or "", found.key


def _by_text(found: "DoneAnnotation") -> tuple[str, int]:
    """Return a key that puts texts in an order which has nothing to do with their content."""
    return found.text_hash, found.key


def _is_held_back(found: "DoneAnnotation") -> bool:
    """Return whether the article is the one in five held back, independent of the others."""
    return int(found.text_hash[:8], 16) % _HELD_BACK == 0
