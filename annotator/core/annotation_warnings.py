"""Warnings about an annotation, which the annotator can step through.

A warning is never an error: news breaks every rule, and the annotator decides.
"""

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from annotator.core.annotation import Annotation
from annotator.core.message import Message, message
from annotator.core.models import Article, Quote
from annotator.core.quotation_marks import QuotedRanges, unpaired_marks
from annotator.core.scheme import Scheme
from annotator.core.terms import term

WarningKind = Literal["unpaired", "marks_outside", "no_cue", "type", "speaker"]
_WITHOUT_CUE: Final = ("free_indirect", "unknown")
_BY_MARKS: Final = ("direct", "indirect", "mixed")


class AnnotationWarning(NamedTuple):
    """A possible error: a message, and its range in code points.

    `quote_id` is None for a warning about the text.
    """

    kind: WarningKind
    words: Message
    start: int
    end: int
    quote_id: str | None = None


def warnings_of(
    article: Article, annotation: Annotation, scheme: Scheme
) -> list[AnnotationWarning]:
    """Return all warnings, in text order."""
    found = [
        AnnotationWarning(
            "unpaired", message("This quote mark has no partner in its paragraph."), start, end
        )
        for start, end in unpaired_marks(article.text)
    ]
    quoted = QuotedRanges(article.text)
    for quote in annotation.quotes.values():
        found += _quote_warnings(article, quoted, annotation, scheme, quote)
    return sorted(found, key=lambda warning: (warning.start, warning.end, warning.kind))


def _quote_warnings(
    article: Article, quoted: QuotedRanges, annotation: Annotation, scheme: Scheme, quote: Quote
) -> Iterator[AnnotationWarning]:
    content = quote.parts("content")
    if not content:
        return
    start, end = content[0].start, content[0].end

    def warning(kind: WarningKind, words: Message) -> AnnotationWarning:
        return AnnotationWarning(kind, words, start, end, quote.id)

    if any(_leaves_out_marks(article.text, quoted, part.start, part.end) for part in content):
        yield warning("marks_outside", message("The content leaves its own quote marks out."))
    if not quote.parts("cue") and quote.type not in _WITHOUT_CUE:
        yield warning("no_cue", message("This quote has no cue."))
    proposed = quoted.proposed_type(content)
    if quote.type in _BY_MARKS and quote.type != proposed:
        text = message(
            "Its type is {1}, but its quote marks say {2}.", term(quote.type), term(proposed)
        )
        yield warning("type", text)
    messages = _speaker_messages(annotation, scheme, quote)
    yield from (warning("speaker", words) for words in messages)


def _speaker_messages(annotation: Annotation, scheme: Scheme, quote: Quote) -> Iterator[Message]:
    if not quote.speakers and quote.speaker_status in ("identified", "group"):
        yield message("Nobody is named as its speaker.")
    for id_ in quote.speakers:
        entity = annotation.entities.get(id_)
        if entity is not None and not scheme.can_speak(entity.label):
            yield message(
                "Its speaker {1} has the label {2}, which says nothing.", entity.name, entity.label
            )
        if entity is not None and not annotation.mention_count(id_):
            yield message("Its speaker {1} is mentioned nowhere in the article.", entity.name)


def _leaves_out_marks(text: str, quoted: QuotedRanges, start: int, end: int) -> bool:
    """Return whether `[start, end)` has all letters of a quoted range but not all its marks."""
    for opened, closed in quoted.touching(start, end):
        before, after = text[opened:start], text[end:closed]
        reaches_out = opened < start or closed > end
        if reaches_out and not any(char.isalnum() for char in before + after):
            return True
    return False
