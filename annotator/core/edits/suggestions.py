"""Edits of suggestions: accepting adds them to the annotation, rejecting hides them."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from annotator.core.annotation import Annotation
from annotator.core.edit import Edit
from annotator.core.edits.common import changed, short
from annotator.core.edits.mentions import entity_name
from annotator.core.errors import Rejected
from annotator.core.message import Message, message
from annotator.core.models import (
    ROLES,
    Article,
    Entity,
    Item,
    Mention,
    Quote,
    RoleSpan,
)
from annotator.core.provenance import provenance
from annotator.core.quotation_marks import QuotedRanges, without_marks
from annotator.core.rejection import Rejection, with_rejections
from annotator.core.scheme import Conventions
from annotator.core.suggestion import (
    Speaker,
    SuggestedMention,
    SuggestedQuote,
    Suggestion,
    has_same_content,
)

_Pair = tuple[Item | None, Item | None]


class Source(NamedTuple):
    """The suggester with its version, and who changed the suggestion before it was accepted."""

    made_by: str = ""
    changed_by: str = ""


def accept(
    article: Article,
    annotation: Annotation,
    suggestions: Sequence[Suggestion],
    source: Source = Source(),  # noqa: B008  # an immutable value
    *,
    conventions: Conventions = Conventions(),  # noqa: B008
) -> Edit:
    """Add the suggestions to the annotation, as one edit.

    A mention joins the entity of its label with its name, or with a mention of its text; so does a
    speaker. Of overlapping suggestions the first is accepted. Each item keeps its provenance, see
    `core.provenance`.
    """
    acceptance = _Acceptance(article, annotation, source, conventions)
    for suggestion in sorted(suggestions, key=lambda suggestion: suggestion.start):
        acceptance.take(suggestion)
    if not acceptance.taken:
        raise Rejected(message("That is marked already."))
    description = _describe(acceptance.taken, acceptance.first)
    return changed(message("Accept {1}", description), *acceptance.pairs)


def reject(annotation: Annotation, suggestions: Sequence[Suggestion]) -> Edit:
    """Reject the suggestions as one edit, so that they are not suggested to this annotator again.

    Later suggestions with moved edges are rejected as well, see `core.rejection`.
    """
    if not suggestions:
        raise Rejected(message("There is nothing to reject."))
    head = annotation.head
    status = "doing" if head.status == "todo" else head.status
    after = with_rejections(head._replace(status=status), map(Rejection.of, suggestions))
    description = _describe(len(suggestions), suggestions[0])
    return changed(message("Reject {1}", description), (head, after))


def _describe(number: int, first: Suggestion | None) -> Message:
    if number != 1 or first is None:
        return message("{1} suggestions", number)
    if isinstance(first, SuggestedMention):
        return message("{1} as {2}", short(first.text), first.label)
    return message("quote {1}", short(first.parts("content")[0].text))


class _Acceptance:
    """The changes that accepting suggestions one after the other makes to an annotation."""

    def __init__(
        self, article: Article, annotation: Annotation, source: Source, conventions: Conventions
    ) -> None:
        self._text = article.text
        self._quoted = QuotedRanges(article.text)
        self._annotation = annotation
        self._source = source
        self._conventions = conventions
        self._entity_ids = annotation.free_ids(Entity)
        self._mention_ids = annotation.free_ids(Mention)
        self._quote_ids = annotation.free_ids(Quote)
        self._new: dict[tuple[str, str], Entity] = {}
        self._end = 0
        self._near: list[SuggestedQuote] = []
        self.pairs: list[_Pair] = []
        self.taken = 0
        self.first: Suggestion | None = None

    def take(self, suggestion: Suggestion) -> None:
        """Add the suggestion, unless one like it was added. They have to come in text order."""
        fits = (
            self._mention(suggestion)
            if isinstance(suggestion, SuggestedMention)
            else self._quote(suggestion)
        )
        if fits:
            self.taken += 1
            self.first = self.first or suggestion

    def _mention(self, suggestion: SuggestedMention) -> bool:
        same_span = self._annotation.mentions_at(suggestion.start, suggestion.end)
        labels = (self._annotation.entities[mention.entity_id].label for mention in same_span)
        if suggestion.start < self._end or suggestion.label in labels:
            return False
        self._end = suggestion.end
        entity = self._entity(Speaker(suggestion.name, suggestion.label), suggestion.text)
        id_, ordinal = next(self._mention_ids)
        extra = self._provenance(suggestion)
        text = self._text[suggestion.start : suggestion.end]
        mention = Mention(
            id_,
            entity.id,
            suggestion.start,
            suggestion.end,
            text,
            ordinal,
            suggestion.kind,
            extra=extra,
        )
        self.pairs.append((None, mention))
        return True

    def _quote(self, suggestion: SuggestedQuote) -> bool:
        self._near = [near for near in self._near if near.end > suggestion.start]
        if any(has_same_content(suggestion, near.parts("content")) for near in self._near):
            return False
        self._near.append(suggestion)
        speakers = (self._entity(suggestion.speaker).id,) if suggestion.speaker is not None else ()
        for spans in self._quote_spans(suggestion):
            id_, ordinal = next(self._quote_ids)
            content = [span for span in spans if span.role == "content"]
            is_set = suggestion.type != self._quoted.proposed_type(content)
            quote = Quote(
                id_, ordinal, spans, suggestion.type,
                is_set or bool(self._source.changed_by), speakers,
                suggestion.speaker_status, extra=self._provenance(suggestion),
            )  # fmt: skip
            self.pairs.append((None, quote))
        return True

    def _provenance(self, suggestion: Suggestion) -> dict[str, object]:
        return provenance(suggestion, *self._source)

    def _entity(self, wanted: Speaker, text: str = "") -> Entity:
        """Return the entity of that name, or with a mention of that text, made if there is none."""
        name, label = entity_name(wanted.name), wanted.label
        known = self._annotation.entity_called(name, label) or self._new.get((label, name))
        if known is None and text:
            known = self._annotation.entity_called(text, label)
        if known is None:
            id_, ordinal = next(self._entity_ids)
            known = self._new[label, name] = Entity(id_, label, name, ordinal)
            self.pairs.append((None, known))
        return known

    def _quote_spans(self, suggestion: SuggestedQuote) -> Iterator[tuple[RoleSpan, ...]]:
        """Yield the spans of each quote of the suggestion, by the project's conventions."""
        content = [
            RoleSpan("content", s, e, self._text[s:e])
            for part in suggestion.parts("content")
            for s, e in self._content_ranges(part)
        ]
        others = [
            part
            for part in suggestion.spans
            if part.role != "content"
            and (part.role != "cue" or not any(_overlap(part, other) for other in content))
        ]
        several = self._conventions.split == "several"
        for parts in [[part] for part in content] if several else [content]:
            yield tuple(sorted([*parts, *others], key=lambda s: (ROLES.index(s.role), s.start)))

    def _content_ranges(self, part: RoleSpan) -> list[tuple[int, int]]:
        if self._conventions.marks == "out":
            return without_marks(self._text, part.start, part.end)
        return [(part.start, part.end)]


def _overlap(one: RoleSpan, other: RoleSpan) -> bool:
    return one.start < other.end and other.start < one.end
