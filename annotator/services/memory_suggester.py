"""A suggester that adds the names that annotators of the project marked in other articles."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from annotator.core.annotation import Annotation
from annotator.core.models import Article, Entity, Mention
from annotator.core.suggestion import SuggestedMention, Suggestions
from annotator.suggest import Suggester
from annotator.suggest.lexicon import language_of
from annotator.suggest.memory import Memory
from annotator.suggest.span_cleanup import settled_span
from annotator.suggest.tokenized_text import TokenizedText

if TYPE_CHECKING:
    from annotator.store.name_counts import NameInUse

_MOST: Final = 5
"""More mentions of a name than this do not increase the confidence."""


def memory_of(names: "Iterable[NameInUse]") -> Memory:
    """Return a memory with the counted names."""
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
    """Adds the names that the project's annotators marked to the output of another suggester.

    A remembered name replaces suggestions of the same span or inside it; it is dropped inside a
    longer suggestion. Labels are those of the project.
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
        found = self._memory.find(TokenizedText(article.text), language)
        remembered = [
            SuggestedMention(
                *span, article.text[slice(*span)], named.label, named.name, named.kind,
                named.confidence, "memory", named.reason,
            )
            for named in found
            if (span := settled_span(article.text, named.start, named.end))
        ]  # fmt: skip
        return made._replace(mentions=_without_overlaps(made.mentions, remembered))


def _without_overlaps(
    made: Iterable[SuggestedMention], remembered: list[SuggestedMention]
) -> tuple[SuggestedMention, ...]:
    """Return both in text order, without overlaps.

    The longer mention is kept; of two of the same length, the remembered one.
    """
    first = sorted(remembered, key=lambda mention: (mention.start, -mention.end))
    everything = sorted(
        [*first, *made], key=lambda mention: (mention.start - mention.end, mention.start)
    )  # stable: of two of the same length and start the remembered one comes first
    kept: list[SuggestedMention] = []
    occupied = bytearray(max((mention.end for mention in everything), default=0))
    for mention in everything:
        if not any(occupied[mention.start : mention.end]):
            occupied[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
            kept.append(mention)
    return tuple(sorted(kept, key=lambda mention: mention.start))
