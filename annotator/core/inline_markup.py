"""A range of an article as plain text with inline marks for its annotations."""

from typing import NamedTuple

from annotator.core.annotation import Annotation
from annotator.core.models import Article


class _Mark(NamedTuple):
    """`[start, end)` in code points, and the text at either end."""

    start: int
    end: int
    opening: str
    closing: str


def text_with_marks(article: Article, annotation: Annotation, start: int, end: int) -> str:
    """Return `[start, end)` with marks: `[Ann Lee]PERSON`, `{“Yes,”}Q1 {said}Q1.cue`.

    Square brackets enclose the mentions of entities, braces the parts of quotes, which are numbered
    in text order; the first content part of a quote names its speakers. Marks that reach outside
    the range are cut at its ends.
    """
    marks = [*_mentions(annotation), *_parts(annotation)]
    cut = [
        mark._replace(start=max(mark.start, start), end=min(mark.end, end))
        for mark in marks
        if mark.start < end and mark.end > start
    ]
    opening: dict[int, list[_Mark]] = {}
    closing: dict[int, list[_Mark]] = {}
    # Longer marks open first; the mark that opened last closes first.
    for mark in sorted(cut, key=lambda mark: (mark.start, -mark.end, mark.opening == "[")):
        opening.setdefault(mark.start, []).append(mark)
        closing.setdefault(mark.end, []).insert(0, mark)
    pieces: list[str] = []
    position = start
    for offset in sorted({*opening, *closing}):
        pieces.append(article.text[position:offset])
        pieces += [mark.closing for mark in closing.get(offset, [])]
        pieces += [mark.opening for mark in opening.get(offset, [])]
        position = offset
    return "".join([*pieces, article.text[position:end]])


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
