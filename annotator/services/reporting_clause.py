"""The cue, source and speaker of a quote's content, found by the rules."""

from typing import Final, NamedTuple

from annotator.core.intervals import common, length
from annotator.core.models import Article, RoleSpan
from annotator.core.suggestion import SuggestedQuote
from annotator.suggest.lexicon import language_of
from annotator.suggest.rules import Rules
from annotator.suggest.wordlists import WordLists

_AROUND: Final = 3_000
"""The code points of the text that are read before and after a quote."""
_LEAST_COMMON: Final = 0.5
"""The share of two contents that must be common for them to count as the same quote."""


class ReportingClause(NamedTuple):
    """A quote as the rules see it, in code points of the article.

    `clause` holds the spans of cue and source, `speakers` the names of the likely speakers, the
    likeliest first.
    """

    content: tuple[RoleSpan, ...]
    clause: tuple[RoleSpan, ...]
    speakers: tuple[str, ...]


def reported_at(
    article: Article, start: int, end: int, lists: WordLists | None = None
) -> ReportingClause | None:
    """Return the quote that the rules see at `[start, end)`, or whose cue or source is there.

    `lists` are the project's changes to the word lists. Returns None if the rules see no quote.
    The time does not depend on the length of the article.
    """
    found = _read_around(article, start, end, lists)
    covering = [
        reported
        for reported in found
        if any(
            span.start <= start and end <= span.end
            for span in (*reported.content, *reported.clause)
        )
    ]
    return min(covering, key=_length, default=None)


def clause_of(
    article: Article, content: tuple[RoleSpan, ...], lists: WordLists | None = None
) -> ReportingClause | None:
    """Return the quote of the rules that overlaps `content` most; None if none is close enough."""
    if not content:
        return None
    found = _read_around(article, content[0].start, content[-1].end, lists)
    best = max(found, key=lambda reported: _common(reported.content, content), default=None)
    if best is None or _common(best.content, content) < _LEAST_COMMON:
        return None
    clause = [part for part in best.clause if not _touches(part, content)]
    return best._replace(clause=tuple(clause))


def _read_around(
    article: Article, start: int, end: int, lists: WordLists | None
) -> list[ReportingClause]:
    text = article.text
    first = max(0, start - _AROUND)
    if first:
        first = text.find("\n", first, start) + 1 or first
    last = min(len(text), end + _AROUND)
    language = language_of(text, article.language)
    piece = article._replace(text=text[first:last], language=language)
    return [_moved(quote, first) for quote in Rules(lists=lists or {}).suggest(piece).quotes]


def _moved(quote: SuggestedQuote, by: int) -> ReportingClause:
    spans = [span._replace(start=span.start + by, end=span.end + by) for span in quote.spans]
    speakers = (*([quote.speaker] if quote.speaker else ()), *quote.alternatives)
    return ReportingClause(
        tuple(span for span in spans if span.role == "content"),
        tuple(span for span in spans if span.role != "content"),
        tuple(speaker.name for speaker in speakers),
    )


def _length(reported: ReportingClause) -> int:
    return sum(part.end - part.start for part in reported.content)


def _common(one: tuple[RoleSpan, ...], other: tuple[RoleSpan, ...]) -> float:
    """Return the code points in both contents as a share of those in either."""
    left, right = ([(part.start, part.end) for part in parts] for parts in (one, other))
    both = common(left, right)
    covered = length(left) + length(right)
    return both / (covered - both) if covered > both else 1.0


def _touches(part: RoleSpan, content: tuple[RoleSpan, ...]) -> bool:
    return any(part.start < span.end and span.start < part.end for span in content)
