"""Who reports a quote, and how: cue, source and speaker of a content, by the rules."""

from typing import Final, NamedTuple

from annotator.core.intervals import common, length
from annotator.core.models import Article, RoleSpan
from annotator.core.suggestion import SuggestedQuote
from annotator.suggest.lexicon import language_of
from annotator.suggest.rules import Rules
from annotator.suggest.wordlists import WordLists

_AROUND: Final = 3_000
"""How much of the text, in code points, is read before and after a quote."""
_ALIKE: Final = 0.5
"""How much of both contents has to be common to take the one for the other."""


class Reported(NamedTuple):
    """What the rules read around a quote: content, cue and source, in code points of the
    article, and the names of the likely speakers, the likeliest first."""

    content: tuple[RoleSpan, ...]
    clause: tuple[RoleSpan, ...]
    speakers: tuple[str, ...]


def reported_at(
    article: Article, start: int, end: int, lists: WordLists | None = None
) -> Reported | None:
    """The quote that the rules see at `[start, end)`, or whose cue or source is there.

    `lists` are the changes that the project makes to the word lists. None where they see none.
    Costs the same in a long article as in a short one.
    """
    found = _read_around(article, start, end, lists)
    here = [
        r for r in found if any(s.start <= start and end <= s.end for s in (*r.content, *r.clause))
    ]
    return min(here, key=_length, default=None)


def clause_of(
    article: Article, content: tuple[RoleSpan, ...], lists: WordLists | None = None
) -> Reported | None:
    """The quote that the rules see where most of `content` is; None where they see none."""
    if not content:
        return None
    found = _read_around(article, content[0].start, content[-1].end, lists)
    best = max(found, key=lambda reported: _common(reported.content, content), default=None)
    if best is None or _common(best.content, content) < _ALIKE:
        return None
    clause = [part for part in best.clause if not _touches(part, content)]
    return best._replace(clause=tuple(clause))


def _read_around(article: Article, start: int, end: int, lists: WordLists | None) -> list[Reported]:
    text = article.text
    first = max(0, start - _AROUND)
    if first:
        first = text.find("\n", first, start) + 1 or first
    last = min(len(text), end + _AROUND)
    language = language_of(text, article.language)
    piece = article._replace(text=text[first:last], language=language)
    return [_moved(quote, first) for quote in Rules(lists=lists or {}).suggest(piece).quotes]


def _moved(quote: SuggestedQuote, by: int) -> Reported:
    spans = [s._replace(start=s.start + by, end=s.end + by) for s in quote.spans]
    speakers = (*([quote.speaker] if quote.speaker else ()), *quote.alternatives)
    return Reported(
        tuple(s for s in spans if s.role == "content"),
        tuple(s for s in spans if s.role != "content"),
        tuple(speaker.name for speaker in speakers),
    )


def _length(reported: Reported) -> int:
    return sum(part.end - part.start for part in reported.content)


def _common(one: tuple[RoleSpan, ...], other: tuple[RoleSpan, ...]) -> float:
    """The share of code points that both contents have of those that either has."""
    mine, its = ([(part.start, part.end) for part in parts] for parts in (one, other))
    both = common(mine, its)
    covered = length(mine) + length(its)
    return both / (covered - both) if covered > both else 1.0


def _touches(part: RoleSpan, content: tuple[RoleSpan, ...]) -> bool:
    return any(part.start < span.end and span.start < part.end for span in content)
