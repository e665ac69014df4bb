"""What looks wrong in an annotation: questions that the annotator can step through.

A concern is never an error: news breaks every rule, and the person decides.
"""

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from annotator.core.annotation import Annotation
from annotator.core.models import Article, Quote
from annotator.core.quotation_marks import Quoted, unpaired_marks
from annotator.core.scheme import can_speak

ConcernKind = Literal["unpaired", "marks_outside", "no_cue", "type", "speaker"]
_WITHOUT_CUE: Final = ("free_indirect", "unknown")
_BY_MARKS: Final = ("direct", "indirect", "mixed")


class AnnotationWarning(NamedTuple):
    """What is odd, in a sentence, and where, in code points. `quote_id` is None for the text."""

    kind: ConcernKind
    words: str
    start: int
    end: int
    quote_id: str | None = None


def concerns(article: Article, annotation: Annotation) -> list[AnnotationWarning]:
    """Everything that looks wrong, in the order of the text."""
    found = [
        AnnotationWarning(
            "unpaired", "This quote mark has no partner in its paragraph.", start, end
        )
        for start, end in unpaired_marks(article.text)
    ]
    quoted = Quoted(article.text)
    for quote in annotation.quotes.values():
        found += _of_quote(article, quoted, annotation, quote)
    return sorted(found, key=lambda concern: (concern.start, concern.end, concern.kind))


def _of_quote(
    article: Article, quoted: Quoted, annotation: Annotation, quote: Quote
) -> Iterator[AnnotationWarning]:
    content = quote.parts("content")
    if not content:
        return
    start, end = content[0].start, content[0].end

    def concern(kind: ConcernKind, words: str) -> AnnotationWarning:
        return AnnotationWarning(kind, words, start, end, quote.id)

    if any(_leaves_marks(article.text, quoted, part.start, part.end) for part in content):
        yield concern("marks_outside", "The content leaves its own quote marks out.")
    if not quote.parts("cue") and quote.type not in _WITHOUT_CUE:
        yield concern("no_cue", "This quote has no cue.")
    proposed = quoted.proposed_type(content)
    if quote.type in _BY_MARKS and quote.type != proposed:
        yield concern("type", f"Its type is {quote.type}, but its quote marks say {proposed}.")
    yield from (concern("speaker", words) for words in _speaker_words(annotation, quote))


def _speaker_words(annotation: Annotation, quote: Quote) -> Iterator[str]:
    if not quote.speakers and quote.speaker_status in ("identified", "group"):
        yield "Nobody is named as its speaker."
    for id_ in quote.speakers:
        entity = annotation.entities.get(id_)
        if entity is not None and not can_speak(entity.label):
            yield f"Its speaker {entity.name} has the label {entity.label}, which says nothing."
        if entity is not None and not annotation.mention_count(id_):
            yield f"Its speaker {entity.name} is mentioned nowhere in the article."


def _leaves_marks(text: str, quoted: Quoted, start: int, end: int) -> bool:
    """Whether a quoted stretch has its letters all inside `[start, end)` but a mark outside."""
    for opened, closed in quoted.touching(start, end):
        before, after = text[opened:start], text[end:closed]
        reaches_out = opened < start or closed > end
        if reaches_out and not any(char.isalnum() for char in before + after):
            return True
    return False
