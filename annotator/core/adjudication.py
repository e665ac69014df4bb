"""Adjudication: accepting or rejecting the annotators' items as gold, also by a rule.

Gold is an annotation like any other. Each decision on a group of `core.alignment` is an item of it
beside the resulting mention or quote, so that one edit contains both.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from annotator.core.alignment import AlignedGroup, Comparison, Variant
from annotator.core.annotation import Annotation
from annotator.core.edit import Change, Edit
from annotator.core.edits.common import short
from annotator.core.errors import Rejected
from annotator.core.message import Message, message, tr_later
from annotator.core.models import Decision, Entity, Mention, Outcome, Quote
from annotator.core.suggestion import is_suggester

GOLD: Final = "gold"
REASONS: Final = (
    tr_later("not of the scheme"),
    tr_later("wrong span"),
    tr_later("wrong label or type"),
    tr_later("wrong speaker"),
    tr_later("double"),
    tr_later("nothing here"),
    tr_later("other"),
)
"""The reasons why something that was marked is not gold; "nothing here" if nobody is right."""


class Rule(NamedTuple):
    """A rule by which a group needs no decision: `share` of the annotators agree on it."""

    name: str
    share: float

    def fits(self, group: AlignedGroup) -> bool:
        """Return whether the most frequent variant of the group may be accepted without asking."""
        return group.support > 0.5 if self.name == "majority" else group.support >= self.share


ALL: Final = Rule("all", 1.0)
MAJORITY: Final = Rule("majority", 0.5)


class ReviewerDecision(NamedTuple):
    """Who decides, when (in UTC), and the reason and note if there are any."""

    by: str
    made_at: str
    reason: str = ""
    note: str = ""


def people_in(annotators: Iterable[str]) -> list[str]:
    """Return the annotators that a review compares by default: neither gold nor suggesters."""
    return [name for name in annotators if name != GOLD and not is_suggester(name)]


def parse_rule(text: str) -> Rule:
    """Return the rule called "all" or "majority", or that of a share such as "0.75" or "75%".

    Raises:
        Rejected: The text is none of these.
    """
    named = {rule.name: rule for rule in (ALL, MAJORITY)}
    if text in named:
        return named[text]
    try:
        share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        share = 0.0
    if not 0.5 < share <= 1:
        raise Rejected(
            message("{1} is no rule: say all, majority, or a share above 50%.", repr(text))
        )
    return Rule(f"{share:.0%}", share)


def decided(side: Comparison, gold: Annotation) -> dict[int, Decision]:
    """Return the decisions on the groups of `side`, by group number.

    A group is open again if an annotator has changed an item of it or has added one to it.
    """
    decision_of_member = {member: one for one in gold.decisions.values() for member in one.members}
    found = {}
    for number, members in enumerate(side.versions):
        decisions = {decision_of_member.get(member) for member in members}
        decision = decisions.pop()
        if decision is not None and not decisions:
            found[number] = decision
    return found


def queue(side: Comparison, gold: Annotation) -> list[int]:
    """Return the numbers of the groups to decide on: lowest agreement first, then in text order."""
    known = decided(side, gold)
    open_ = [number for number in range(len(side.groups)) if number not in known]
    return sorted(open_, key=lambda number: (side.groups[number].agreement, number))


def accept_variant(
    side: Comparison,
    gold: Annotation,
    group: AlignedGroup,
    choice: Variant,
    verdict: ReviewerDecision,
) -> Edit:
    """Make one variant gold, in place of what was decided before."""
    builder = _Builder(side, gold)
    builder.decide(group, choice, "taken", verdict)
    return builder.edit(message("Take {1}", _short_text(choice.item)))


def accept_variant_to_edit(
    side: Comparison,
    gold: Annotation,
    group: AlignedGroup,
    choice: Variant,
    verdict: ReviewerDecision,
) -> Edit:
    """Make one variant gold in order to edit it."""
    builder = _Builder(side, gold)
    builder.decide(group, choice, "changed", verdict)
    return builder.edit(message("Take {1} to edit", _short_text(choice.item)))


def reject(
    side: Comparison, gold: Annotation, group: AlignedGroup, verdict: ReviewerDecision
) -> Edit:
    """Decide that the group is not gold, and keep the reason."""
    builder = _Builder(side, gold)
    builder.decide(group, None, "rejected", verdict)
    return builder.edit(message("Reject {1}", _short_text(group.takes[0].item)))


def accept_agreed(
    side: Comparison, gold: Annotation, rule: Rule, verdict: ReviewerDecision
) -> Edit:
    """Make gold of every open group that the rule fits.

    Raises:
        Rejected: There is no such group.
    """
    builder = _Builder(side, gold)
    for number in sorted(queue(side, gold)):
        group = side.groups[number]
        if rule.fits(group):
            builder.decide(group, group.takes[0], "agreed", verdict, rule.name)
    who = message("the majority agrees") if rule == MAJORITY else message("{1} agree", rule.name)
    return builder.edit(message("Take what {1} on", who))


def mark_decisions_changed(gold: Annotation, edit: Edit) -> Edit:
    """Return the edit of gold extended to set the decisions on what it changes to "changed".

    An edit that makes decisions stays as it is, and notes and flags do not count as changes.
    """
    if any(isinstance(change.item, Decision) for change in edit.changes):
        return edit
    changed_items = {key for change in edit.changes for key in _changed_items(gold, change)}
    changes = tuple(
        Change(decision, decision._replace(outcome="changed"))
        for decision in gold.decisions.values()
        if decision.outcome in ("taken", "agreed")
        and (decision.kind, decision.item) in changed_items
    )
    return Edit(edit.title, edit.changes + changes) if changes else edit


def _changed_items(gold: Annotation, change: Change) -> Iterator[tuple[str, str]]:
    """Yield the kinds and ids of the gold items that the change alters."""
    before, after = change.before, change.after
    if isinstance(before, Quote) and isinstance(after, Quote):
        if before._replace(note=after.note, flags=after.flags) != after:
            yield "quote", before.id
    elif isinstance(before, Mention) and isinstance(after, Mention):
        if before._replace(note=after.note, flags=after.flags) != after:
            yield "mention", before.id
    elif isinstance(before, Entity) and isinstance(after, Entity) and before.label != after.label:
        yield from (("mention", mention.id) for mention in gold.mentions_of(before.id))


class _Builder:
    """The changes of one edit of gold, collected."""

    def __init__(self, side: Comparison, gold: Annotation) -> None:
        self._side = side
        self._gold = gold
        self._changes: list[Change] = []
        self._ids: dict[type, Iterator[tuple[str, int]]] = {}
        self._decision_of_member = {m: one for one in gold.decisions.values() for m in one.members}
        # Quotes only: a mention may have the same id.
        self._quotes: dict[tuple[str, ...], str | None] = {
            tuple(member.rsplit(":", 2)[:2]): decision.item
            for member, decision in self._decision_of_member.items()
            if decision.kind == "quote" and decision.item in gold.quotes
        }
        self._removed_mentions: Counter[str] = Counter()
        # Separate from `_entities`, which has only those that were used in this edit.
        self._known_entities = _known_entities(side, gold)
        self._entities: dict[tuple[int, str], str] = {}
        self._entities_by_name = {_key(e.name, e.label): e.id for e in gold.entities.values()}

    def edit(self, title: Message) -> Edit:
        if not self._changes:
            raise Rejected(message("There is nothing to take: what is left needs a decision."))
        used = set(self._entities.values())
        for id_, count in self._removed_mentions.items():
            bare = self._gold.mention_count(id_) == count and not self._gold.quotes_of(id_)
            if bare and id_ not in used:
                self._changes.append(Change(self._gold.entities[id_], None))
        return Edit(title, tuple(self._changes))

    def decide(
        self,
        group: AlignedGroup,
        choice: Variant | None,
        outcome: Outcome,
        verdict: ReviewerDecision,
        rule: str = "",
    ) -> None:
        own_members = self._side.versions_of(group)
        self._remove_old(own_members)
        item = None if choice is None else self._copy(choice)
        if group.kind == "quote":
            for name, theirs in group.items.items():
                self._quotes[name, theirs.id] = None if item is None else item.id
        id_, ordinal = self._next(Decision)
        decision = Decision(
            id_,
            ordinal,
            group.kind,
            outcome,
            group.start,
            group.end,
            members=own_members,
            sources=() if choice is None else choice.names,
            item=None if item is None else item.id,
            by=verdict.by,
            made_at=verdict.made_at,
            rule=rule,
            reason=verdict.reason,
            note=verdict.note,
        )
        self._changes.append(Change(None, decision))

    def _remove_old(self, own: Iterable[str]) -> None:
        """Remove what was decided before on any of these versions."""
        old = {d.id: d for m in own if (d := self._decision_of_member.get(m)) is not None}
        for decision in old.values():
            self._changes.append(Change(decision, None))
            mention = self._gold.mentions.get(decision.item or "")
            if decision.kind == "mention" and mention is not None:
                self._changes.append(Change(mention, None))
                self._removed_mentions[mention.entity_id] += 1
            elif (quote := self._gold.quotes.get(decision.item or "")) is not None:
                children = [q for q in self._gold.quotes.values() if q.parent == quote.id]
                self._changes += [Change(q, q._replace(parent=None)) for q in children]
                self._changes.append(Change(quote, None))

    def _copy(self, choice: Variant) -> Mention | Quote:
        name, item = choice.names[0], choice.item
        id_, ordinal = self._next(type(item))
        if isinstance(item, Mention):
            entity = self._entity(name, item.entity_id)
            made: Mention | Quote = item._replace(id=id_, ordinal=ordinal, entity_id=entity)
        else:
            made = item._replace(
                id=id_,
                ordinal=ordinal,
                speakers=self._entities_of(name, item.speakers),
                addressees=self._entities_of(name, item.addressees),
                parent=self._quotes.get((name, item.parent)) if item.parent else None,
            )
        self._changes.append(Change(None, made))
        return made

    def _entities_of(self, name: str, ids: Iterable[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._entity(name, id_) for id_ in ids))

    def _entity(self, name: str, entity_id: str) -> str:
        """Return the gold entity for this entity, made now if there is none."""
        source = self._side.works[name].entities[entity_id]
        key = self._side.entity_of(name, entity_id), source.label
        found = self._entities.get(key) or self._known_entities.get(key)
        found = found or self._entities_by_name.get(_key(source.name, source.label))
        if found is None:
            found, ordinal = self._next(Entity)
            self._changes.append(Change(None, source._replace(id=found, ordinal=ordinal)))
            self._entities_by_name[_key(source.name, source.label)] = found
        self._entities[key] = found
        return found

    def _next(self, kind: type[Entity | Mention | Quote | Decision]) -> tuple[str, int]:
        return next(self._ids.setdefault(kind, self._gold.free_ids(kind)))


def _known_entities(side: Comparison, gold: Annotation) -> dict[tuple[int, str], str]:
    """Return the gold entities of the annotators' entities, found by accepted mentions."""
    found: dict[tuple[int, str], str] = {}
    for decision in gold.decisions.values():
        mention = gold.mentions.get(decision.item or "")
        if decision.kind != "mention" or mention is None:
            continue
        label = gold.entities[mention.entity_id].label
        for member in decision.members:
            name, id_, _ = member.rsplit(":", 2)
            theirs = side.works[name].mentions.get(id_) if name in side.works else None
            if theirs is not None:
                number = side.entity_of(name, theirs.entity_id)
                found.setdefault((number, label), mention.entity_id)
    return found


def _key(name: str, label: str) -> tuple[str, str]:
    return " ".join(name.casefold().split()), label


def _short_text(item: Mention | Quote) -> str:
    if isinstance(item, Mention):
        return short(item.text)
    return short(" ".join(span.text for span in item.parts("content") or item.spans))
