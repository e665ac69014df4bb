"""Which articles train, which are for development, and which for the test.

All annotations of one article go the same way, and so do articles with the same text: a model
must not be tested on what it was trained on. Labels and quote types are spread evenly.
"""

import random
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from annotator.core.errors import AnnotatorError
from annotator.core.text import text_hash

if TYPE_CHECKING:
    from annotator.core.record import Record

PARTS: Final = ("train", "dev", "test")


class SplitError(AnnotatorError):
    """Shares that make no split."""


@dataclass(frozen=True, slots=True)
class Split:
    """Shares of the parts, which add up to 100, and what the chance starts from."""

    shares: tuple[float, ...] = (80, 10, 10)
    seed: int = 0

    def parts(self) -> tuple[str, ...]:
        """The names of the parts that get anything."""
        return tuple(part for part, share in zip(PARTS, self.shares, strict=False) if share)


def read_split(words: str, seed: int = 0) -> Split:
    """`80/10/10`, or `90/10` without a test part. Raises SplitError."""
    try:
        shares = tuple(float(share) for share in words.split("/"))
    except ValueError:
        shares = ()
    if len(shares) not in (2, 3) or min(shares) < 0 or not 99.9 < sum(shares) < 100.1:
        raise SplitError(f"{words!r} is no split; give shares that add up to 100, like 80/10/10")
    return Split(shares, seed)


@dataclass(slots=True)
class _Group:
    """Articles that must stay together, and how often they show each trait."""

    ids: list[str] = field(default_factory=list)
    traits: Counter[str] = field(default_factory=Counter)


def assign(records: "Iterable[Record]", split: Split) -> dict[str, str]:
    """The part of each article, by its id. The same records and seed give the same parts."""
    groups = _groups(records)
    order = sorted(groups.values(), key=lambda group: min(group.ids))
    random.Random(split.seed).shuffle(order)
    return _Dealer(order, split).deal()


def _groups(records: "Iterable[Record]") -> dict[str, _Group]:
    groups: dict[str, _Group] = {}
    for record in records:
        group = groups.setdefault(text_hash(record.article.text), _Group())
        if record.article.id not in group.ids:
            group.ids.append(record.article.id)
        group.traits.update(traits(record))
    return groups


def traits(record: "Record") -> Counter[str]:
    """What a split spreads evenly: mentions by label, quotes by type."""
    found: Counter[str] = Counter()
    if (annotation := record.annotation) is not None:
        for mention in annotation.mentions.values():
            found[f"label {annotation.entities[mention.entity_id].label}"] += 1
        found.update(f"quote {quote.type}" for quote in annotation.quotes.values())
    return found


class _Dealer:
    """Deals the groups out, those with the rarest traits first, to whom lacks most of them.

    Iterative stratification (Sechidis, Tsoumakas and Vlahavas 2011).
    """

    def __init__(self, groups: list[_Group], split: Split) -> None:
        self._left = groups
        total: Counter[str] = Counter()
        for group in groups:
            total.update(group.traits)
        self._frequency = total
        self._shares = {
            part: share / sum(split.shares)
            for part, share in zip(PARTS, split.shares, strict=False)
            if share
        }
        count = sum(len(group.ids) for group in groups)
        self._lacks = {part: count * share for part, share in self._shares.items()}
        self._lacks_of = {
            part: {trait: number * share for trait, number in total.items()}
            for part, share in self._shares.items()
        }

    def deal(self) -> dict[str, str]:
        parts: dict[str, str] = {}
        for trait in sorted(self._frequency, key=lambda name: (self._frequency[name], name)):
            having = [group for group in self._left if group.traits[trait]]
            self._left = [group for group in self._left if not group.traits[trait]]
            for group in having:
                parts |= self._give(group, trait)
        for group in self._left:
            parts |= self._give(group, None)
        return parts

    def _give(self, group: _Group, trait: str | None) -> dict[str, str]:
        part = max(self._shares, key=lambda name: self._wish(name, trait))
        self._lacks[part] -= len(group.ids)
        for name, number in group.traits.items():
            self._lacks_of[part][name] -= number
        return dict.fromkeys(group.ids, part)

    def _wish(self, part: str, trait: str | None) -> tuple[float, float]:
        lacking = self._lacks_of[part].get(trait, 0.0) if trait else 0.0
        # A part that is full by its articles gets no more for the sake of a trait.
        return (lacking if self._lacks[part] > 0 else min(lacking, 0.0), self._lacks[part])


def relabelled(record: "Record", labels: Mapping[str, str]) -> "Record":
    """The record with other labels of entities; an empty one leaves the entities out, together
    with their mentions and their place as speakers."""
    annotation = record.annotation
    if annotation is None or not labels:
        return record
    from dataclasses import replace

    from annotator.core.annotation import Annotation

    entities = [
        entity._replace(label=labels.get(entity.label, entity.label))
        for entity in annotation.entities.values()
        if labels.get(entity.label, "kept")
    ]
    kept = {entity.id for entity in entities}
    quotes = [
        quote._replace(
            speakers=tuple(id_ for id_ in quote.speakers if id_ in kept),
            addressees=tuple(id_ for id_ in quote.addressees if id_ in kept),
        )
        for quote in annotation.quotes.values()
    ]
    made = Annotation(
        head=annotation.head,
        entities=entities,
        mentions=[m for m in annotation.mentions.values() if m.entity_id in kept],
        quotes=quotes,
        decisions=annotation.decisions.values(),
        updated=annotation.updated,
    )
    return replace(record, annotation=made)
