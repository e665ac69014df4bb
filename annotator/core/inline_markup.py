"""A stretch of an article as plain text, with its marks written into it."""

from typing import NamedTuple

from annotator.core.annotation import Annotation
from annotator.core.models import Article


class _Mark(NamedTuple):
    """`[start, end)` in code points, and what is written at either end."""

    start: int
    end: int
    opening: str
    closing: str


def marked_text(article: Article, annotation: Annotation, start: int, end: int) -> str:
    """`[start, end)` of the text with its marks: `[Ann Lee]PERSON`, `{“Yes,”}Q1 {said}Q1.cue`.

    Square brackets hold the mentions of entities, braces the parts of quotes, which are numbered
    in the order of the text; a quote's first content names its speakers. Marks that reach out of
    the stretch are cut at its ends.
    """
    marks = [*_mentions(annotation), *_parts(annotation)]
    cut = [
        mark._replace(start=max(mark.start, start), end=min(mark.end, end))
        for mark in marks
        if mark.start < end and mark.end > start
    ]
    opening: dict[int, list[_Mark]] = {}
    closing: dict[int, list[_Mark]] = {}
    # Longer marks open first; what opened last is closed first.
    for mark in sorted(cut, key=lambda mark: (mark.start, -mark.end, mark.opening == "[")):
        opening.setdefault(mark.start, []).append(mark)
        closing.setdefault(mark.end, []).insert(0, mark)
    pieces: list[str] = []
    done = start
    for place in sorted({*opening, *closing}):
        pieces.append(article.text[done:place])
        pieces += [mark.closing for mark in closing.get(place, [])]
        pieces += [mark.opening for mark in opening.get(place, [])]
        done = place
    return "".join([*pieces, article.text[done:end]])


def _mentions(annotation: Annotation) -> list[_Mark]:
    return [
        _Mark(mention.start, mention.end, "[", f"]{annotation.entities[mention.entity_id].label}")
        for mention in annotation.mentions.values()
    ]


def _parts(annotation: Annotation) -> list[_Mark]:
    quotes = sorted(annotation.quotes.values(), key=lambda quote: (quote.start, quote.ordinal))
    marks: list[_Mark] = []
    for number, quote in enumerate(quotes, start=1):
        names = [annotation.entities[id_].name for id_ in quote.speakers]
        for part in quote.spans:
            name = f"Q{number}" if part.role == "content" else f"Q{number}.{part.role}"
            if part.role == "content" and part.start == quote.start and names:
                name += f"({', '.join(names)})"
            marks.append(_Mark(part.start, part.end, "{", f"}}{name}"))
    return marks
