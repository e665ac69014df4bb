"""How much of their wording two texts share: the same report, changed a little."""

import re
from collections.abc import Sequence, Set
from typing import Final

RUN: Final = 5
"""Words in a run. Five in a row are seldom the same in two reports that were written apart."""
ALIKE: Final = 0.5
"""From this resemblance on, two texts are near duplicates."""
FEWEST_WORDS: Final = 20
"""Shorter texts are too often alike by chance."""
_PROBES: Final = 8
_WORD: Final = re.compile(r"[^\W_]+")


def words_of(text: str) -> list[str]:
    """The words, in lower case, without marks."""
    return _WORD.findall(text.casefold())


def runs(words: Sequence[str]) -> Set[tuple[str, ...]]:
    """All runs of five words in a row."""
    return set(zip(*(words[at:] for at in range(RUN)), strict=False))


def resemblance(one: Set[tuple[str, ...]], other: Set[tuple[str, ...]]) -> float:
    """The share of the runs of two texts that both have (Broder's resemblance), 0 to 1."""
    shared = len(one & other)
    together = len(one) + len(other) - shared
    return shared / together if together else 0.0


def probes(words: Sequence[str]) -> list[str]:
    """Eight runs of words, spread over the text, that its near duplicates are likely to hold.

    Of each part of the text the run with the longest words, which are the rarest.
    """
    places = len(words) - RUN + 1
    if len(words) < FEWEST_WORDS:
        return []
    rarity = [len(word) ** 3 for word in words]
    found = []
    for part in range(_PROBES):
        start, end = places * part // _PROBES, places * (part + 1) // _PROBES
        if start < end:
            best = max(range(start, end), key=lambda at: sum(rarity[at : at + RUN]))
            found.append(" ".join(words[best : best + RUN]))
    return found
