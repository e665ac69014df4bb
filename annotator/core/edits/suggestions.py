"""Edits of suggestions: accepting makes them the annotator's own, rejecting keeps them away."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from annotator.core.annotation import Annotation
from annotator.core.edit import Edit
from annotator.core.edits.common import changed, short
from annotator.core.edits.mentions import entity_name
from annotator.core.errors import Rejected
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
from annotator.core.quotation_marks import Quoted, without_marks
from annotator.core.rejection import Rejection, with_rejections
from annotator.core.scheme import Conventions
from annotator.core.suggestion import (
    Speaker,
    SuggestedMention,
    SuggestedQuote,
    Suggestion,
    same_content,
)

_Pair = tuple[Item | None, Item | None]


class Source(NamedTuple):
    """What made suggestions: a suggester and its version; and who changed the suggestion before it
    was accepted, if anybody did."""

    made_by: str = ""
    changed_by: str = ""


def accept(
    article: Article,
    annotation: Annotation,
    suggestions: Sequence[Suggestion],
    source: Source = Source(),  # noqa: B008  # a value that never changes
    *,
    conventions: Conventions = Conventions(),  # noqa: B008
) -> Edit:
    """Make the suggestions part of the annotation, as one step.

    A mention joins the entity of its label with its name, or with a mention of these words; so
    does a speaker. Of suggestions that lie on one another the first is taken. Each item keeps
    where it comes from, see `core.provenance`.
    """
    taking = _Taking(article, annotation, source, conventions)
    for made in sorted(suggestions, key=lambda made: made.start):
        taking.take(made)
    if not taking.taken:
        raise Rejected("That is marked already.")
    words = _words(taking.taken, taking.first)
    return changed(f"Accept {words}", *taking.pairs)


def reject(annotation: Annotation, suggestions: Sequence[Suggestion]) -> Edit:
    """Keep the suggestions from being offered to this annotator again, as one step.

    Their edges may be others then, see `core.rejection`.
    """
    if not suggestions:
        raise Rejected("There is nothing to reject.")
    head = annotation.head
    status = "doing" if head.status == "todo" else head.status
    after = with_rejections(head._replace(status=status), map(Rejection.of, suggestions))
    words = _words(len(suggestions), suggestions[0])
    return changed(f"Reject {words}", (head, after))


def _words(number: int, first: Suggestion | None) -> str:
    if number != 1 or first is None:
        return f"{number:,} suggestions"
    if isinstance(first, SuggestedMention):
        return f"{short(first.text)} as {first.label}"
    return f"quote {short(first.parts('content')[0].text)}"


class _Taking:
    """Collects what accepting suggestions, one after the other, adds to an annotation."""

    def __init__(
        self, article: Article, annotation: Annotation, source: Source, conventions: Conventions
    ) -> None:
        self._text = article.text
        self._quoted = Quoted(article.text)
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

    def take(self, made: Suggestion) -> None:
        """Add the suggestion, unless one like it has been added. They come in text order."""
        fits = self._mention(made) if isinstance(made, SuggestedMention) else self._quote(made)
        if fits:
            self.taken += 1
            self.first = self.first or made

    def _mention(self, made: SuggestedMention) -> bool:
        there = self._annotation.mentions_at(made.start, made.end)
        labels = (self._annotation.entities[mention.entity_id].label for mention in there)
        if made.start < self._end or made.label in labels:
            return False
        self._end = made.end
        entity = self._entity(Speaker(made.name, made.label), made.text)
        id_, ordinal = next(self._mention_ids)
        extra = self._provenance(made)
        text = self._text[made.start : made.end]
        mention = Mention(
            id_, entity.id, made.start, made.end, text, ordinal, made.kind, extra=extra
        )
        self.pairs.append((None, mention))
        return True

    def _quote(self, made: SuggestedQuote) -> bool:
        self._near = [near for near in self._near if near.end > made.start]
        if any(same_content(made, near.parts("content")) for near in self._near):
            return False
        self._near.append(made)
        speakers = (self._entity(made.speaker).id,) if made.speaker is not None else ()
        for spans in self._cut(made):
            id_, ordinal = next(self._quote_ids)
            content = [span for span in spans if span.role == "content"]
            stated = made.type != self._quoted.proposed_type(content)
            quote = Quote(
                id_, ordinal, spans, made.type, stated or bool(self._source.changed_by), speakers,
                made.speaker_status, extra=self._provenance(made),
            )  # fmt: skip
            self.pairs.append((None, quote))
        return True

    def _provenance(self, made: Suggestion) -> dict[str, object]:
        return provenance(made, *self._source)

    def _entity(self, wanted: Speaker, words: str = "") -> Entity:
        """The entity of that name, or of these words, made if there is none."""
        name, label = entity_name(wanted.name), wanted.label
        known = self._annotation.entity_called(name, label) or self._new.get((label, name))
        if known is None and words:
            known = self._annotation.entity_called(words, label)
        if known is None:
            id_, ordinal = next(self._entity_ids)
            known = self._new[label, name] = Entity(id_, label, name, ordinal)
            self.pairs.append((None, known))
        return known

    def _cut(self, made: SuggestedQuote) -> Iterator[tuple[RoleSpan, ...]]:
        """The spans of each quote that the suggestion stands for, by the project's conventions."""
        content = [
            RoleSpan("content", s, e, self._text[s:e])
            for part in made.parts("content")
            for s, e in self._bare(part)
        ]
        others = [
            part
            for part in made.spans
            if part.role != "content"
            and (part.role != "cue" or not any(_overlap(part, other) for other in content))
        ]
        several = self._conventions.split == "several"
        for parts in [[part] for part in content] if several else [content]:
            yield tuple(sorted([*parts, *others], key=lambda s: (ROLES.index(s.role), s.start)))

    def _bare(self, part: RoleSpan) -> list[tuple[int, int]]:
        if self._conventions.marks == "out":
            return without_marks(self._text, part.start, part.end)
        return [(part.start, part.end)]


def _overlap(one: RoleSpan, other: RoleSpan) -> bool:
    return one.start < other.end and other.start < one.end
