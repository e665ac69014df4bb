"""Splitting of articles into training, development and test sets.

All annotations of one article go to the same part, and so do articles with the same text: a model
must not be tested on what it was trained on. Labels and quote types are spread evenly.
"""

import random
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from annotator.core.errors import AnnotatorError
from annotator.core.message import tr_later, verbatim
from annotator.core.text import text_hash

if TYPE_CHECKING:
    from annotator.core.record import Record

PARTS: Final = (tr_later("train"), tr_later("dev"), tr_later("test"))


class SplitError(AnnotatorError):
    """Shares that are not a valid split."""


@dataclass(frozen=True, slots=True)
class Split:
    """The shares of the parts in percent, which add up to 100, and the random seed."""

    shares: tuple[float, ...] = (80, 10, 10)
    seed: int = 0

    def parts(self) -> tuple[str, ...]:
        """Return the names of the parts with a share above 0."""
        return tuple(part for part, share in zip(PARTS, self.shares, strict=False) if share)


def parse_split(text: str, seed: int = 0) -> Split:
    """Parse shares such as `80/10/10`, or `90/10` without a test part. Raises SplitError."""
    try:
        shares = tuple(float(share) for share in text.split("/"))
    except ValueError:
        shares = ()
    if len(shares) not in (2, 3) or min(shares) < 0 or not 99.9 < sum(shares) < 100.1:
        raise SplitError(
            verbatim(f"{text!r} is no split; give shares that add up to 100, like 80/10/10")
        )
    return Split(shares, seed)


@dataclass(slots=True)
class _Group:
    """Articles that must stay together, and how often each trait occurs in them."""

    ids: list[str] = field(default_factory=list)
    traits: Counter[str] = field(default_factory=Counter)


def assign(records: "Iterable[Record]", split: Split) -> dict[str, str]:
    """Return the part of each article, by id. The same records and seed give the same parts."""
    groups = _groups(records)
    order = sorted(groups.values(), key=lambda group: min(group.ids))
    random.Random(split.seed).shuffle(order)
    return _Stratifier(order, split).assign()


def _groups(records: "Iterable[Record]") -> dict[str, _Group]:
    groups: dict[str, _Group] = {}
    for record in records:
        group = groups.setdefault(text_hash(record.article.text), _Group())
        if record.article.id not in group.ids:
            group.ids.append(record.article.id)
        group.traits.update(traits(record))
    return groups


def traits(record: "Record") -> Counter[str]:
    """Count what a split spreads evenly: mentions by label, quotes by type."""
    found: Counter[str] = Counter()
    if (annotation := record.annotation) is not None:
        for mention in annotation.mentions.values():
            found[f"label {annotation.entities[mention.entity_id].label}"] += 1
        found.update(f"quote {quote.type}" for quote in annotation.quotes.values())
    return found


class _Stratifier:
    """Assigns the groups to parts by iterative stratification.

    Groups with the rarest traits come first, and each goes to the part that lacks most of its
    trait (Sechidis, Tsoumakas and Vlahavas 2011).
    """

    def __init__(self, groups: list[_Group], split: Split) -> None:
        self._remaining = groups
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
        self._missing = {part: count * share for part, share in self._shares.items()}
        self._missing_of_trait = {
            part: {trait: number * share for trait, number in total.items()}
            for part, share in self._shares.items()
        }

    def assign(self) -> dict[str, str]:
        parts: dict[str, str] = {}
        for trait in sorted(self._frequency, key=lambda name: (self._frequency[name], name)):
            with_trait = [group for group in self._remaining if group.traits[trait]]
            self._remaining = [group for group in self._remaining if not group.traits[trait]]
            for group in with_trait:
                parts |= self._assign_group(group, trait)
        for group in self._remaining:
            parts |= self._assign_group(group, None)
        return parts

    def _assign_group(self, group: _Group, trait: str | None) -> dict[str, str]:
        part = max(self._shares, key=lambda name: self._need(name, trait))
        self._missing[part] -= len(group.ids)
        for name, number in group.traits.items():
            self._missing_of_trait[part][name] -= number
        return dict.fromkeys(group.ids, part)

    def _need(self, part: str, trait: str | None) -> tuple[float, float]:
        missing = self._missing_of_trait[part].get(trait, 0.0) if trait else 0.0
        # A part that has enough articles gets no more because of a trait.
        return (missing if self._missing[part] > 0 else min(missing, 0.0), self._missing[part])


def relabelled(record: "Record", labels: Mapping[str, str]) -> "Record":
    """Return the record with renamed entity labels.

    An empty new label leaves the entities out, together with their mentions and their references
    as speakers and addressees.
    """
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
