"""Decisions make gold: taken, rejected, agreed in advance, and taken back again."""

import pytest
from hypothesis import given, settings

from annotator.core.adjudication import (
    ALL,
    MAJORITY,
    ReviewerDecision,
    accept_agreed,
    accept_variant,
    decided,
    mark_decisions_changed,
    parse_rule,
    queue,
    reject,
)
from annotator.core.alignment import Comparison
from annotator.core.annotation import Annotation
from annotator.core.edit import changes_from_json, changes_to_json
from annotator.core.edits import set_note, set_type
from annotator.core.errors import Rejected
from annotator.core.models import Article, Entity, Mention, Quote
from annotator.core.native_reader import parse
from annotator.core.record import Record, dump
from annotator.store.integrity_check import reference_faults, span_faults
from tests.core.factories import TEXT, annotation, copy, mention, part
from tests.core.test_grouping import several
from tests.examples import examples

ZOE = ReviewerDecision("zoe", "2026-11-25T10:00:00Z")
SAID = (part("content", '"We are ready,"'), part("cue", "said"), part("source", "Ann Lee"))


def lee(label: str = "PERSON", *quotes: Quote) -> Annotation:
    return Annotation(
        entities=[Entity("e5", label, "Ann Lee", 1)],
        mentions=[mention("m7", "e5", "Ann Lee")],
        quotes=quotes,
    )


def quote(**more) -> Quote:
    usual = {"id": "q3", "type": "direct", "speakers": ("e5",)}
    return Quote(ordinal=1, spans=SAID, **{**usual, **more})


def test_a_mention_with_the_id_of_a_quote_is_not_taken_for_its_parent() -> None:
    outer = quote(id="m7")
    inner = Quote("q9", 2, (part("content", "ready"),), "direct", parent="m7")
    works = {"ada": lee("PERSON", outer, inner), "ben": Annotation()}
    side, gold = Comparison(TEXT, works), Annotation()
    for group in sorted(side.groups, key=lambda group: group.kind != "mention"):
        if not any(item.id == "m7" for item in group.items.values()) or group.kind == "mention":
            gold.apply(accept_variant(side, gold, group, group.takes[0], ZOE))
    assert [q.parent for q in gold.quotes.values()] == [None]
    assert list(reference_faults(gold)) == []


def test_what_all_agree_on_is_taken_with_its_origin() -> None:
    side = Comparison(TEXT, {"ada": lee("PERSON", quote()), "ben": lee("PERSON", quote())})
    gold = Annotation()
    gold.apply(accept_agreed(side, gold, ALL, ZOE))
    (found,) = gold.quotes.values()
    (entity,) = gold.entities.values()
    assert (found.spans, found.speakers) == (SAID, (entity.id,))
    assert gold.mentions_of(entity.id)[0].text == "Ann Lee"
    outcomes = {(d.kind, d.outcome, d.sources, d.rule, d.by) for d in gold.decisions.values()}
    assert outcomes == {
        ("mention", "agreed", ("ada", "ben"), "all", "zoe"),
        ("quote", "agreed", ("ada", "ben"), "all", "zoe"),
    }
    assert queue(side, gold) == []
    with pytest.raises(Rejected, match="nothing to take"):
        accept_agreed(side, gold, ALL, ZOE)


def test_a_majority_is_enough_where_the_rule_says_so() -> None:
    works = {"ada": lee(), "ben": lee(), "cy": lee("ORG")}
    side, gold = Comparison(TEXT, works), Annotation()
    with pytest.raises(Rejected):
        accept_agreed(side, gold, ALL, ZOE)
    gold.apply(accept_agreed(side, gold, MAJORITY, ZOE))
    assert [entity.label for entity in gold.entities.values()] == ["PERSON"]


def test_half_of_them_is_no_majority() -> None:
    side = Comparison(TEXT, {"ada": lee(), "ben": lee("ORG")})
    with pytest.raises(Rejected):
        accept_agreed(side, Annotation(), MAJORITY, ZOE)


@pytest.mark.parametrize(("words", "share"), [("all", 1.0), ("75%", 0.75), ("0.8", 0.8)])
def test_rules_are_named_or_a_share(words: str, share: float) -> None:
    assert parse_rule(words).share == share


@pytest.mark.parametrize("words", ["", "half", "50%", "1.5", "nan"])
def test_other_words_are_no_rule(words: str) -> None:
    with pytest.raises(Rejected, match="is no rule"):
        parse_rule(words)


def test_a_decision_can_be_made_again_and_the_first_leaves_nothing_behind() -> None:
    side, gold = Comparison(TEXT, {"ada": lee(), "ben": lee("ORG")}), Annotation()
    (group,) = side.groups
    gold.apply(accept_variant(side, gold, group, group.takes[0], ZOE))
    gold.apply(accept_variant(side, gold, group, group.takes[1], ZOE))
    assert [entity.label for entity in gold.entities.values()] == ["ORG"]
    assert len(gold.mentions) == len(gold.decisions) == 1
    gold.apply(reject(side, gold, group, ZOE._replace(reason="nothing here")))
    assert (gold.entities, gold.mentions) == ({}, {})
    (decision,) = gold.decisions.values()
    assert (decision.outcome, decision.reason, decision.item) == ("rejected", "nothing here", None)


def test_gold_that_is_changed_afterwards_says_so_and_a_note_changes_nothing() -> None:
    side = Comparison(TEXT, {"ada": lee("PERSON", quote()), "ben": lee("PERSON", quote())})
    gold = Annotation()
    gold.apply(accept_agreed(side, gold, ALL, ZOE))
    (made,) = gold.quotes.values()
    for make, outcome in (
        (lambda: set_note(made, "sure?"), "agreed"),
        (lambda: set_type(gold, made.id, "mixed"), "changed"),
    ):
        gold.apply(mark_decisions_changed(gold, make()))
        outcomes = {d.kind: d.outcome for d in gold.decisions.values()}
        assert outcomes == {"quote": outcome, "mention": "agreed"}


def test_a_version_that_changed_opens_its_decision_again() -> None:
    gold, ben = Annotation(), lee("ORG")
    side = Comparison(TEXT, {"ada": lee(), "ben": ben})
    gold.apply(accept_variant(side, gold, side.groups[0], side.groups[0].takes[0], ZOE))
    assert queue(side, gold) == []
    later = Comparison(TEXT, {"ada": lee(), "ben": lee("GPE")})
    assert queue(later, gold) == [0]
    more = Comparison(TEXT, {"ada": lee(), "ben": ben, "cy": lee("GPE")})
    assert queue(more, gold) == [0]


def test_mentions_of_one_entity_stay_together_whoever_they_come_from() -> None:
    both = [mention("m1", "e1", "Ann Lee"), mention("m2", "e1", "Lee", 2)]
    ada = Annotation(entities=[Entity("e1", "PERSON", "Ann Lee", 1)], mentions=both)
    ben = Annotation(
        entities=[Entity("e1", "PERSON", "A. Lee", 1)],
        mentions=[both[0], mention("m2", "e1", "Lee", 2)._replace(kind="nominal")],
    )
    side, gold = Comparison(TEXT, {"ada": ada, "ben": ben}), Annotation()
    gold.apply(accept_agreed(side, gold, ALL, ZOE))
    (left,) = queue(side, gold)
    group = side.groups[left]
    gold.apply(accept_variant(side, gold, group, group.takes[1], ZOE))
    assert len(gold.entities) == 1
    assert {m.kind for m in gold.mentions.values()} == {"name", "nominal"}


def test_the_lowest_agreement_comes_first() -> None:
    both = [mention("m1", "e1", "Ann Lee"), mention("m2", "e1", "Paris")]
    one = Entity("e1", "PERSON", "Ann Lee", 1)
    ada = Annotation(entities=[one], mentions=both)
    ben = Annotation(entities=[one], mentions=both[:1])
    side = Comparison(TEXT, {"ada": ada, "ben": ben, "cy": Annotation()})
    order = queue(side, Annotation())
    assert [side.groups[n].agreement for n in order] == sorted(g.agreement for g in side.groups)


def test_decisions_travel_in_the_history_and_in_native_jsonl() -> None:
    side, gold = Comparison(TEXT, {"ada": lee(), "ben": lee("ORG")}), Annotation()
    edit = accept_variant(
        side, gold, side.groups[0], side.groups[0].takes[0], ZOE._replace(note="so")
    )
    assert changes_from_json(changes_to_json(edit.changes)) == edit.changes
    gold.apply(edit)
    import json

    line = json.dumps(dump(Record(Article("a1", TEXT), "gold", gold)))
    read = parse(line).annotation
    assert read == gold
    assert read.decisions["d1"].note == "so"


@settings(deadline=None, max_examples=examples(10))
@given(several())
def test_any_way_through_the_queue_makes_sound_gold_that_can_be_undone(side: Comparison) -> None:
    gold, before, done = Annotation(), Annotation(), []
    for number, group in enumerate(side.groups):
        if number % 5 == 4:
            edit = reject(side, gold, group, ZOE)
        else:
            edit = accept_variant(side, gold, group, group.takes[number % len(group.takes)], ZOE)
        gold.apply(edit)
        done.append(edit)
        assert list(span_faults(side.text, gold)) == list(reference_faults(gold)) == []
    assert queue(side, gold) == []
    assert len(decided(side, gold)) == len(side.groups) == len(gold.decisions)
    items = sum(d.item is not None for d in gold.decisions.values())
    assert items == len(gold.mentions) + len(gold.quotes)
    for edit in reversed(done):
        gold.apply(edit.inverse())
    assert gold == before


def test_gold_of_one_annotator_is_their_annotation_over_again() -> None:
    work = annotation()
    side, gold = Comparison(TEXT, {"ada": copy(work)}), Annotation()
    gold.apply(accept_agreed(side, gold, ALL, ZOE))

    def places(of: Annotation) -> list[tuple[int, int, str]]:
        found: list[Mention] = of.ordered_mentions()
        return sorted((m.start, m.end, of.entities[m.entity_id].name) for m in found)

    assert places(gold) == places(work)
    assert [q.spans for q in gold.ordered_quotes()] == [q.spans for q in work.ordered_quotes()]
