"""Similarity of the wording of two texts, to find slightly changed copies of a report."""

import re
from collections.abc import Sequence, Set
from typing import Final

RUN: Final = 5
"""Words in a run. Two reports that were written independently seldom share five in a row."""
ALIKE: Final = 0.5
"""The resemblance from which on two texts are near-duplicates."""
FEWEST_WORDS: Final = 20
"""The minimum number of words: shorter texts are too often similar by chance."""
_WORD: Final = re.compile(r"[^\W_]+")


def words_of(text: str) -> list[str]:
    """Return the words in lower case, without punctuation."""
    return _WORD.findall(text.casefold())


def runs(words: Sequence[str]) -> Set[tuple[str, ...]]:
    """Return all runs of five words in a row."""
    return set(zip(*(words[at:] for at in range(RUN)), strict=False))


def resemblance(one: Set[tuple[str, ...]], other: Set[tuple[str, ...]]) -> float:
    """Return the share of the runs of two texts that both have (Broder's resemblance), 0 to 1."""
    shared = len(one & other)
    together = len(one) + len(other) - shared
    return shared / together if together else 0.0
