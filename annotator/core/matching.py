"""Matching of quotes and mentions of two annotations of one article.

Two quotes match if the letters and digits of their contents overlap by at least `MIN_SHARE`: the
harmonic mean of how much of each lies in the other. Quote marks, spaces and punctuation are not
counted, since annotators differ on them without meaning anything by it.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Final, NamedTuple

from annotator.core.annotation import Annotation
from annotator.core.models import Mention, Quote, Role, RoleSpan

MIN_SHARE: Final = 0.5
_THAT: Final = re.compile(r"\W*that\b", re.IGNORECASE)


class QuoteMatch(NamedTuple):
    """A quote of each side that match. `share` is from `MIN_SHARE` to 1.

    `exact`: they have the same letters and digits, apart from a leading "that".
    """

    left: Quote
    right: Quote
    share: float
    exact: bool


def match_quotes(text: str, left: Iterable[Quote], right: Iterable[Quote]) -> list[QuoteMatch]:
    """Match quotes one to one, the best pairs first; return them in the order of the left ones.

    Among pairs with the same share, those whose cues and then whose sources overlap win: one
    sentence may report the same words twice. The time grows with the quoted text only.
    """
    lefts, rights = list(left), list(right)
    left_letters = [letters_of(text, quote.parts("content")) for quote in lefts]
    right_letters = [letters_of(text, quote.parts("content")) for quote in rights]
    candidates = []
    for (i, j), common in _overlaps(left_letters, right_letters).items():
        share = 2 * common / (len(left_letters[i]) + len(right_letters[j]))
        if share >= MIN_SHARE:
            cue, source = (parts_overlap(lefts[i], rights[j], role) for role in ("cue", "source"))
            candidates.append((-share, not cue, not source, i, j))
    matched: dict[int, tuple[int, float]] = {}
    used: set[int] = set()
    for negative_share, _cue, _source, i, j in sorted(candidates):
        if i not in matched and j not in used:
            matched[i] = j, -negative_share
            used.add(j)
    return [
        QuoteMatch(
            lefts[i], rights[j], share, same_letters(text, left_letters[i], right_letters[j])
        )
        for i, (j, share) in sorted(matched.items())
    ]


def parts_overlap(left: Quote, right: Quote, role: Role) -> bool:
    """Return whether parts of this role of both quotes share a code point."""
    return any(
        one.start < other.end and other.start < one.end
        for one in left.parts(role)
        for other in right.parts(role)
    )


def match_mentions(left: Annotation, right: Annotation) -> list[tuple[Mention, Mention]]:
    """Return the pairs of mentions with the same span and label, in the order of the left."""
    by_place: defaultdict[tuple[int, int, str], list[Mention]] = defaultdict(list)
    for mention in reversed(right.ordered_mentions()):
        by_place[_span_and_label(right, mention)].append(mention)
    return [
        (mention, same.pop())
        for mention in left.ordered_mentions()
        if (same := by_place.get(_span_and_label(left, mention)))
    ]


def same_entity(left: Annotation, left_id: str, right: Annotation, right_id: str) -> bool:
    """Return whether two entities are the same: by their names, or by a common mention.

    A mention is common if most of each lies in the other ("Gen. Ann Lee", "Ann Lee").
    """
    if _folded(left.entities[left_id].name) == _folded(right.entities[right_id].name):
        return True
    return any(
        _mostly_common(one, other)
        for one in left.mentions_of(left_id)
        for other in right.mentions_of(right_id)
    )


def _mostly_common(one: Mention, other: Mention) -> bool:
    common = min(one.end, other.end) - max(one.start, other.start)
    return 2 * common >= MIN_SHARE * (one.end - one.start + other.end - other.start)


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())


def _span_and_label(annotation: Annotation, mention: Mention) -> tuple[int, int, str]:
    return mention.start, mention.end, annotation.entities[mention.entity_id].label


def letters_of(text: str, spans: Iterable[RoleSpan | Mention]) -> frozenset[int]:
    """Return the offsets of the letters and digits that the spans cover."""
    return frozenset(
        at for span in spans for at in range(span.start, span.end) if text[at].isalnum()
    )


def _overlaps(
    left: list[frozenset[int]], right: list[frozenset[int]]
) -> Mapping[tuple[int, int], int]:
    """Return how many letters each pair has in common, for pairs that have any."""
    at: defaultdict[int, list[int]] = defaultdict(list)
    for number, letters in enumerate(right):
        for offset in letters:
            at[offset].append(number)
    return Counter(
        (i, j) for i, letters in enumerate(left) for offset in letters for j in at.get(offset, ())
    )


def same_letters(text: str, left: frozenset[int], right: frozenset[int]) -> bool:
    """Return whether two contents have the same letters and digits, apart from a leading "that"."""
    return left == right or _without_that(text, left) == _without_that(text, right)


def _without_that(text: str, letters: frozenset[int]) -> frozenset[int]:
    match = _THAT.match(text, min(letters)) if letters else None
    return letters - frozenset(range(min(letters), match.end())) if match else letters
