"""The project's memory beside a suggester: names that its people marked, in other articles."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from annotator.core.annotation import Annotation
from annotator.core.models import Article, Entity, Mention
from annotator.core.suggestion import SuggestedMention, Suggestions
from annotator.suggest import Suggester
from annotator.suggest.lexicon import language_of
from annotator.suggest.memory import Memory
from annotator.suggest.span_cleanup import settled_span
from annotator.suggest.tokenized_text import Reading

if TYPE_CHECKING:
    from annotator.store.name_counts import NameInUse

_MOST: Final = 5
"""A name that was marked so often is as sure as one can be."""


def memory_of(names: "Iterable[NameInUse]") -> Memory:
    """A memory of names that were counted."""
    entities: dict[tuple[str, str], Entity] = {}
    mentions: list[Mention] = []
    for row in names:
        number = len(entities) + 1
        entity = entities.setdefault(
            (row.label, row.name), Entity(f"e{number}", row.label, row.name, number)
        )
        for _ in range(min(row.times, _MOST)):
            n = len(mentions) + 1
            mentions.append(Mention(f"m{n}", entity.id, 0, len(row.words), row.words, n))
    return Memory.of([Annotation(entities=entities.values(), mentions=mentions)])


class MemorySuggester(Suggester):
    """What another suggester proposes, with the names that the project's people have marked.

    A remembered name takes the place of what lies inside it or is the same; inside a longer
    suggestion it gives way. Labels are in the words of the project.
    """

    def __init__(self, inner: Suggester, memory: Memory) -> None:
        self.name = inner.name
        self.title = inner.title
        self.version = inner.version
        self.slow = inner.slow
        self._inner = inner
        self._memory = memory

    def suggest(self, article: Article) -> Suggestions:
        made = self._inner.suggest(article)
        language = language_of(article.text, article.language)
        found = self._memory.find(Reading(article.text), language)
        remembered = [
            SuggestedMention(
                *span, article.text[slice(*span)], named.label, named.name, named.kind,
                named.confidence, "memory", named.reason,
            )
            for named in found
            if (span := settled_span(article.text, named.start, named.end))
        ]  # fmt: skip
        return made._replace(mentions=_together(made.mentions, remembered))


def _together(
    made: Iterable[SuggestedMention], remembered: list[SuggestedMention]
) -> tuple[SuggestedMention, ...]:
    """Both in the order of the text, none on another: the longer one, or what is remembered."""
    first = sorted(remembered, key=lambda mention: (mention.start, -mention.end))
    everything = sorted(
        [*first, *made], key=lambda mention: (mention.start - mention.end, mention.start)
    )  # stable: of two that are as long the remembered one comes first
    kept: list[SuggestedMention] = []
    taken = bytearray(max((mention.end for mention in everything), default=0))
    for mention in everything:
        if not any(taken[mention.start : mention.end]):
            taken[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
            kept.append(mention)
    return tuple(sorted(kept, key=lambda mention: mention.start))
