"""The annotations of several annotators of one article, aligned.

Quotes are grouped by the rule of `core.matching`, mentions by their spans, entities by their
mentions: the best fitting pair first, and no annotator twice in a group, so that identical stacked
annotations are compared as often as they occur. The order of the annotators only decides between
pairs that fit equally well.
"""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Final, Literal, NamedTuple

from annotator.core.annotation import Annotation
from annotator.core.matching import MIN_SHARE, letters_of, parts_overlap
from annotator.core.models import Entity, Mention, Quote, Role

Kind = Literal["mention", "quote"]
PARTS: Final[tuple[Role, ...]] = ("cue", "source", "addressee")
_Node = tuple[int, str]
"""An item: the number of its annotator, and its id."""


class Candidate(NamedTuple):
    """Two items of different annotators that may be the same; the smallest rank fits best."""

    rank: tuple[Any, ...]
    left: _Node
    right: _Node


class Variant(NamedTuple):
    """One variant of a group, and who marked it so. `item` is that of the first of them."""

    names: tuple[str, ...]
    item: Mention | Quote
    value: Hashable


class AlignedGroup(NamedTuple):
    """One item of the article as the different annotators have it.

    `items` is by annotator, in their order; annotators without such an item are in `absent`.
    `takes` are the different variants, the most frequent first.
    """

    kind: Kind
    start: int
    end: int
    items: Mapping[str, Mention | Quote]
    takes: tuple[Variant, ...]
    absent: tuple[str, ...]

    @property
    def agreed(self) -> bool:
        """Whether all annotators have it in the same way."""
        return not self.absent and len(self.takes) == 1

    @property
    def agreement(self) -> float:
        """The share of pairs of annotators who agree, from 0 to 1; 1 for a single annotator."""
        counts = [len(take.names) for take in self.takes] + [len(self.absent)]
        total = sum(counts)
        if total < 2:
            return 1.0
        return sum(count * (count - 1) for count in counts) / (total * (total - 1))

    @property
    def support(self) -> float:
        """The share of the annotators who have the most frequent variant."""
        return len(self.takes[0].names) / (len(self.items) + len(self.absent))


class Comparison:
    """The annotations of one article, by annotator."""

    def __init__(self, text: str, works: Mapping[str, Annotation]) -> None:
        self.text = text
        self.works = works
        self.names = tuple(works)

    @cached_property
    def groups(self) -> tuple[AlignedGroup, ...]:
        """The groups of everything that anybody marked, in text order."""
        found = [
            *(self._group("quote", nodes) for nodes in self._grouped_quotes()),
            *(self._group("mention", nodes) for nodes in self._grouped_mentions()),
        ]
        return tuple(sorted(found, key=lambda group: (group.start, -group.end, group.kind)))

    @cached_property
    def versions(self) -> tuple[tuple[str, ...], ...]:
        """Of each of `groups`, the versions of its items, which a decision on it is about."""
        return tuple(map(self.versions_of, self.groups))

    def versions_of(self, group: AlignedGroup) -> tuple[str, ...]:
        """Return the versions of the group's items, which a decision on it is about."""
        return tuple(
            f"{name}:{item.id}:{_fingerprint(self.works[name], item)}"
            for name, item in group.items.items()
        )

    @cached_property
    def letters(self) -> Mapping[_Node, frozenset[int]]:
        """The letters and digits of each quote's content, by annotator number and quote id."""
        return {
            (number, quote.id): letters_of(self.text, quote.parts("content"))
            for number, work in enumerate(self.works.values())
            for quote in work.quotes.values()
        }

    @cached_property
    def quote_candidates(self) -> list[Candidate]:
        """All pairs of quotes that match, as `match_quotes` ranks them."""
        owners: defaultdict[frozenset[int], list[_Node]] = defaultdict(list)
        for node, letters in self.letters.items():
            if letters:
                owners[letters].append(node)
        found: list[Candidate] = []
        for one, other in _overlapping_sets(owners):
            share = 2 * len(one & other) / (len(one) + len(other))
            if share >= MIN_SHARE:
                found += self._pairs(owners[one], owners[other], share)
        return sorted(found)

    def entity_of(self, name: str, entity_id: str) -> int:
        """Return the number of the entity, which the same entity has for all annotators."""
        return self._entity_numbers[self.names.index(name), entity_id]

    def value(self, name: str, item: Mention | Quote) -> Hashable:
        """Return a value that is equal for items with the same content, whoever made them."""
        if isinstance(item, Mention):
            label = self.works[name].entities[item.entity_id].label
            entity = self.entity_of(name, item.entity_id)
            return item.start, item.end, label, item.kind, entity
        return tuple(self.aspects(name, item).values())

    def aspects(self, name: str, quote: Quote) -> dict[str, Hashable]:
        """Return what is compared of a quote, part by part."""
        parts: dict[str, Hashable] = {
            role: letters_of(self.text, quote.parts(role)) for role in ("content", *PARTS)
        }
        speakers = frozenset(self.entity_of(name, id_) for id_ in quote.speakers)
        return {
            **parts,
            "type": quote.type,
            "speaker": speakers,
            "status": quote.speaker_status,
        }

    def _pairs(self, lefts: list[_Node], rights: list[_Node], share: float) -> Iterable[Candidate]:
        same = lefts is rights
        for left in lefts:
            for right in rights:
                if left[0] == right[0] or (same and left > right):
                    continue
                first, second = sorted((left, right))
                one, other = self._quote(first), self._quote(second)
                cue, source = (parts_overlap(one, other, role) for role in ("cue", "source"))
                rank = -share, not cue, not source, one.ordinal, other.ordinal
                yield Candidate(rank, first, second)

    def _quote(self, node: _Node) -> Quote:
        return self.works[self.names[node[0]]].quotes[node[1]]

    def _grouped_quotes(self) -> list[list[_Node]]:
        return _grouped(list(self.letters), self.quote_candidates)

    def _grouped_mentions(self) -> list[list[_Node]]:
        mentions = {
            (number, mention.id): mention
            for number, work in enumerate(self.works.values())
            for mention in work.ordered_mentions()
        }
        return _grouped(list(mentions), self._mention_candidates(mentions))

    def _mention_candidates(self, mentions: Mapping[_Node, Mention]) -> list[Candidate]:
        by_span: defaultdict[tuple[int, int], list[_Node]] = defaultdict(list)
        for node, mention in mentions.items():
            by_span[mention.start, mention.end].append(node)
        label = {node: self._label(node[0], mention) for node, mention in mentions.items()}
        found: list[Candidate] = []
        for one, other in _overlapping_spans(by_span):
            common = min(one[1], other[1]) - max(one[0], other[0])
            share = 2 * common / (one[1] - one[0] + other[1] - other[0])
            for left in by_span[one]:
                for right in by_span[other]:
                    same = label[left] == label[right]
                    if left[0] == right[0] or (one == other and left > right):
                        continue
                    if same or share >= MIN_SHARE:
                        rank = -share, not same, mentions[left].ordinal, mentions[right].ordinal
                        found.append(Candidate(rank, *sorted((left, right))))
        return sorted(found)

    def _label(self, number: int, mention: Mention) -> str:
        return self.works[self.names[number]].entities[mention.entity_id].label

    @cached_property
    def _entity_numbers(self) -> Mapping[_Node, int]:
        entities: dict[_Node, Entity] = {
            (number, entity.id): entity
            for number, work in enumerate(self.works.values())
            for entity in work.ordered_entities()
        }
        shared: Counter[tuple[_Node, _Node]] = Counter()
        for nodes in self._entities_by_span():
            shared.update((a, b) for a in nodes for b in nodes if a[0] < b[0])
        shared.update(dict.fromkeys(_same_name_pairs(entities), 0))
        ranked = sorted(
            Candidate((-count, entities[a].label != entities[b].label,
                       _folded(entities[a]) != _folded(entities[b]), a, b), a, b)
            for (a, b), count in shared.items()
        )  # fmt: skip
        grouped = _grouped(list(entities), ranked)
        return {node: number for number, nodes in enumerate(grouped) for node in nodes}

    def _entities_by_span(self) -> Iterable[Sequence[_Node]]:
        by_span: defaultdict[tuple[int, int], dict[_Node, None]] = defaultdict(dict)
        for number, work in enumerate(self.works.values()):
            for mention in work.mentions.values():
                by_span[mention.start, mention.end][number, mention.entity_id] = None
        return [list(nodes) for nodes in by_span.values()]

    def _group(self, kind: Kind, nodes: list[_Node]) -> AlignedGroup:
        items: dict[str, Mention | Quote] = {}
        for number, id_ in sorted(nodes):
            work = self.works[self.names[number]]
            items[self.names[number]] = (
                work.mentions[id_] if kind == "mention" else work.quotes[id_]
            )
        spans = [extent(item) for item in items.values()]
        return AlignedGroup(
            kind,
            min(start for start, _ in spans),
            max(end for _, end in spans),
            items,
            self._takes(items),
            tuple(name for name in self.names if name not in items),
        )

    def _takes(self, items: Mapping[str, Mention | Quote]) -> tuple[Variant, ...]:
        by_value: defaultdict[Hashable, list[str]] = defaultdict(list)
        for name, item in items.items():
            by_value[self.value(name, item)].append(name)
        takes = [Variant(tuple(names), items[names[0]], value) for value, names in by_value.items()]
        return tuple(sorted(takes, key=lambda take: -len(take.names)))


def extent(item: Mention | Quote) -> tuple[int, int]:
    """Return the half-open range of a mention, or of the whole content of a quote."""
    if isinstance(item, Mention):
        return item.start, item.end
    spans = item.parts("content") or item.spans
    return min((s.start for s in spans), default=0), max((s.end for s in spans), default=0)


def _grouped(nodes: list[_Node], candidates: Iterable[Candidate]) -> list[list[_Node]]:
    """Return groups of nodes, the best candidates joined first, no annotator twice in a group."""
    group = {node: [node] for node in nodes}
    for candidate in candidates:
        left, right = group[candidate.left], group[candidate.right]
        if left is right or {number for number, _ in left} & {number for number, _ in right}:
            continue
        left += right
        for node in right:
            group[node] = left
    return list({id(members): members for members in group.values()}.values())


def _overlapping_sets(
    sets: Iterable[frozenset[int]],
) -> Iterable[tuple[frozenset[int], frozenset[int]]]:
    """Yield each pair of sets that may have common elements, and each set with itself."""
    placed = sorted(((min(one), max(one), one) for one in sets), key=lambda row: row[:2])
    for number, (_, last, one) in enumerate(placed):
        yield one, one
        for start, _, other in placed[number + 1 :]:
            if start > last:
                break
            yield one, other


def _overlapping_spans(
    spans: Iterable[tuple[int, int]],
) -> Iterable[tuple[tuple[int, int], tuple[int, int]]]:
    ordered = sorted(spans)
    for number, one in enumerate(ordered):
        yield one, one
        for other in ordered[number + 1 :]:
            if other[0] >= one[1]:
                break
            yield one, other


def _same_name_pairs(entities: Mapping[_Node, Entity]) -> Iterable[tuple[_Node, _Node]]:
    named: defaultdict[str, list[_Node]] = defaultdict(list)
    for node, entity in entities.items():
        named[_folded(entity)].append(node)
    for nodes in named.values():
        yield from ((a, b) for a in nodes for b in nodes if a[0] < b[0])


def _folded(entity: Entity) -> str:
    return " ".join(entity.name.casefold().split())


def _fingerprint(work: Annotation, item: Mention | Quote) -> str:
    """Return a hash of everything in the version that a decision may depend on."""
    ids = (item.entity_id,) if isinstance(item, Mention) else item.speakers
    entities = [(work.entities[id_].name, work.entities[id_].label) for id_ in ids]
    compared = item._replace(ordinal=0, note="", flags=(), extra=None)
    text = json.dumps((compared, entities), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
