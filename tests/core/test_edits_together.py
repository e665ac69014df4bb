"""Any edits in any order: the rules hold after each, undo is time travel, history is JSON."""

from itertools import islice
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings

from annotator.core import edits
from annotator.core.annotation import Annotation, StaleEdit
from annotator.core.edit import Change, Edit, changes_from_json, changes_to_json
from annotator.core.errors import Rejected
from annotator.core.models import (
    MENTION_KINDS,
    ROLES,
    SPEAKER_STATUSES,
    STATUSES,
    Article,
    Entity,
    Head,
    Mention,
    Quote,
    RoleSpan,
)
from annotator.core.scheme import Attribute, Conventions
from annotator.core.suggestion import Speaker, SuggestedMention, SuggestedQuote
from tests.core.factories import annotation, article, copy, part, place
from tests.examples import examples
from tests.strategies import annotated_articles, heads

LABELS = ("PERSON", "ORG", "GPE")
ATTRIBUTES = (
    Attribute("checked", "Checked", "entity"),
    Attribute("kind", "Kind", "entity", "choice", ("a", "b")),
    Attribute("medium", "Medium", "quote", "text"),
)
FUNCTIONS = {name: getattr(edits, name) for name in edits.__all__}
SAID = [
    {ATTRIBUTES[0]: True},
    {ATTRIBUTES[0]: False, ATTRIBUTES[1]: "a"},
    {ATTRIBUTES[2]: "é 😀"},
    {ATTRIBUTES[2]: None},
]


class Wisher:
    """Wishes for any edit by chance, most of them sensible."""

    def __init__(self, chance: Random, article: Article, annotation: Annotation) -> None:
        self._chance = chance
        self._article, self._annotation = article, annotation

    def edit(self) -> Edit:
        name = self._chance.choice(sorted(FUNCTIONS))
        values = {key: self._value(key) for key in ARGUMENTS[name]}
        if name == "set_speaker_status":
            values["status"] = self._chance.choice(SPEAKER_STATUSES)
        return FUNCTIONS[name](**values)

    def _suggestion(self) -> SuggestedMention | SuggestedQuote:
        start, end = self._value("start"), self._value("end")
        text, label = self._article.text[start:end], self._chance.choice(LABELS)
        if self._chance.random() < 0.5:
            return SuggestedMention(start, end, text, label, text)
        spans = (RoleSpan("content", start, end, text),)
        return SuggestedQuote(spans, "direct", Speaker(text, label))

    def _value(self, key: str) -> Any:
        some, chance = self._annotation, self._chance
        tables = (some.entities, some.mentions, some.quotes)
        if key in ("article", "annotation"):
            return getattr(self, f"_{key}")
        if key == "start":
            self._start = chance.randrange(len(self._article.text))
            return self._start
        if key == "end":
            return min(self._start + chance.randrange(1, 12), len(self._article.text))
        if key in ("others", "speakers", "addressees", "entity_ids"):
            return chance.sample(
                sorted(some.entities), min(len(some.entities), chance.randrange(3))
            )
        if key == "mention_ids":
            return chance.sample(
                sorted(some.mentions), min(len(some.mentions), chance.choice([1, 2]))
            )
        if key == "spans":
            return [(self._value("start"), self._value("end")) for _ in range(chance.randrange(4))]
        if key == "suggestions":
            return [self._suggestion() for _ in range(chance.randrange(4))]
        choices: dict[str, list[Any]] = {
            "entity_id": [*some.entities] or ["gone"],
            "mention_id": [*some.mentions] or ["gone"],
            "quote_id": [*some.quotes] or ["gone"],
            "part": [s for q in some.quotes.values() for s in q.spans] or [part("cue", "said")],
            "item": [some.head, *(item for table in tables for item in table.values())],
            "owner": [*some.entities.values(), *some.quotes.values()],
            "values": SAID,
            "label": [*LABELS],
            "labels": [{"PERSON": "ORG", "ORG": "PERSON"}, {"GPE": "LOC"}],
            "types": [{"direct": "tweet"}, {}],
            "conventions": [Conventions(m, s) for m in ("in", "out") for s in ("one", "several")],
            "role": [*ROLES],
            "kind": [*MENTION_KINDS],
            "type_": ["direct", "tweet", ""],
            "status": [*STATUSES],
            "name": ["Ann", "Bo  Ek", "محمد 😀", " "],
            "note": ["", "see\n😀", "hm"],
            "flag": ["discuss", "unsure"],
            "on": [True, False],
            "why": ["no name", ""],
        }
        if not choices[key]:
            raise Rejected("There is nothing of this kind.")
        return chance.choice(choices[key])


ARGUMENTS = {
    "add_part": ("article", "annotation", "quote_id", "role", "start", "end", "conventions"),
    "create_quote": ("article", "annotation", "start", "end", "speakers", "conventions"),
    "accept": ("article", "annotation", "suggestions"),
    "reject": ("annotation", "suggestions"),
    "delete_entity": ("annotation", "entity_id"),
    "delete_mention": ("annotation", "mention_id"),
    "delete_quote": ("annotation", "quote_id"),
    "dismiss": ("article", "annotation", "start", "end", "why"),
    "apply_scheme_renames": ("annotation", "labels", "types"),
    "join_mention": ("article", "annotation", "start", "end", "entity_id"),
    "mark": ("article", "annotation", "start", "end", "label"),
    "mark_all": ("article", "annotation", "spans", "label"),
    "merge_entities": ("annotation", "entity_id", "others"),
    "move_mention": ("annotation", "mention_id", "entity_id"),
    "relabel_entities": ("annotation", "entity_ids", "label"),
    "relabel_entity": ("annotation", "entity_id", "label"),
    "relabel_mention": ("annotation", "mention_id", "label"),
    "remove_part": ("article", "annotation", "quote_id", "part"),
    "rename_entity": ("annotation", "entity_id", "name"),
    "resize_mention": ("article", "annotation", "mention_id", "start", "end"),
    "resize_part": ("article", "annotation", "quote_id", "part", "start", "end"),
    "set_addressees": ("annotation", "quote_id", "addressees"),
    "set_attributes": ("owner", "values"),
    "set_flag": ("item", "flag", "on"),
    "set_kind": ("annotation", "mention_id", "kind"),
    "set_note": ("item", "note"),
    "set_speaker_status": ("annotation", "quote_id", "status"),
    "set_speakers": ("annotation", "quote_id", "speakers"),
    "set_status": ("annotation", "status"),
    "set_type": ("annotation", "quote_id", "type_"),
    "split_entity": ("annotation", "mention_ids"),
    "unmark_all": ("annotation", "mention_ids"),
}


def test_every_edit_is_tried():
    assert set(ARGUMENTS) == set(edits.__all__)


def assert_sound(text: str, annotation: Annotation) -> None:
    """The rules of an annotation, whatever was done to it."""
    entity_ids = set(annotation.entities)
    for mention in annotation.mentions.values():
        assert mention.entity_id in entity_ids
        assert text[mention.start : mention.end] == mention.text != ""
    for quote in annotation.quotes.values():
        assert entity_ids.issuperset((*quote.speakers, *quote.addressees))
        assert quote.parent is None or quote.parent in annotation.quotes
        assert quote.parts("content")
        for span in quote.spans:
            assert text[span.start : span.end] == span.text != ""
            others = [other for other in quote.spans if other is not span]
            assert not any(_clash(span, other) for other in others)
    for table in (annotation.entities, annotation.mentions, annotation.quotes):
        assert all(id_ == item.id for id_, item in table.items())
        assert len({item.ordinal for item in table.values()}) == len(table)


def _clash(one: RoleSpan, other: RoleSpan) -> bool:
    roles = {one.role, other.role}
    overlap = one.start < other.end and other.start < one.end
    return overlap and (len(roles) == 1 or roles == {"content", "cue"})


def answers(annotation: Annotation) -> list[object]:
    """What the annotation's indexes say."""
    places = {(m.start, m.end) for m in annotation.mentions.values()} | {(0, 1)}
    quotes = annotation.quotes.values()
    names = {m.text for m in annotation.mentions.values()}
    names |= {entity.name for entity in annotation.entities.values()}
    return [
        [annotation.mentions_of(id_) for id_ in [*sorted(annotation.entities), "gone"]],
        [annotation.mention_count(id_) for id_ in sorted(annotation.entities)],
        [annotation.quotes_of(id_) for id_ in sorted(annotation.entities)],
        [annotation.mentions_at(*span) for span in sorted(places)],
        [annotation.quotes_from(start) for start in {0, *(q.start for q in quotes)}],
        [annotation.entity_called(name, label) for name in sorted(names) for label in LABELS],
        annotation.ordered_entities(),
        annotation.ordered_mentions(),
        annotation.ordered_quotes(),
    ]


@pytest.mark.parametrize("seed", range(4))
@settings(max_examples=examples(6))
@given(given_=annotated_articles())
def test_undo_is_time_travel_and_the_rules_hold_after_every_edit(seed, given_):
    article, annotation = given_
    chance = Random(seed)
    answers(annotation)  # from now on the indexes have to keep up
    past, done = [copy(annotation)], list[Edit]()
    for _ in range(20):
        try:
            edit = Wisher(chance, article, annotation).edit()
        except Rejected:
            continue
        items = [(type(change.item), getattr(change.item, "id", "")) for change in edit.changes]
        assert len(items) == len(set(items)) > 0
        annotation.apply(edit)
        assert_sound(article.text, annotation)
        assert answers(annotation) == answers(copy(annotation))
        done.append(edit)
        past.append(copy(annotation))
    for edit, before in zip(reversed(done), reversed(past[:-1]), strict=True):
        annotation.apply(edit.inverse())
        assert annotation == before
    for edit, after in zip(done, past[1:], strict=True):
        stored = changes_from_json(changes_to_json(edit.changes))
        annotation.apply(Edit(edit.title, stored))
        assert annotation == after
    assert answers(annotation) == answers(copy(annotation))


@given(annotated_articles(), heads())
def test_changes_come_back_equal_from_their_json(given_, head):
    annotation = given_[1]
    tables = (annotation.entities, annotation.mentions, annotation.quotes)
    items = [annotation.head, head, *(item for table in tables for item in table.values())]
    changes = [Change(None, item) for item in items] + [Change(item, None) for item in items]
    changes.append(Change(annotation.head, head))
    assert changes_from_json(changes_to_json(tuple(changes))) == tuple(changes)


@pytest.mark.parametrize(
    "item",
    [
        Entity("e1", "", "", 0, link="", extra={}),
        Mention("m1", "e1", 0, 1, "", 0, extra={"a": {"b": [None, {}, 1.5]}}),
        Quote("q1", 0, (), type="", attributes={}, extra=None),
        Quote("q1", 0, (RoleSpan("cue", 0, 1, "", {}),), attributes=None, extra={}),
        Head(seconds=0, flags=("",), extra={"": ""}),
    ],
)
def test_empty_values_are_not_mixed_up_in_the_history(item):
    changes = (Change(None, item),)
    assert repr(changes_from_json(changes_to_json(changes))) == repr(changes)


def test_a_change_needs_an_item():
    with pytest.raises(ValueError, match="before or after"):
        _ = Change(None, None).item


def test_an_edit_of_something_changed_elsewhere_changes_nothing():
    here, there = annotation(), annotation()
    stale = edits.merge_entities(here, "e1", ["e2"])
    there.apply(edits.rename_entity(there, "e2", "Acme Inc."))
    before = copy(there)
    with pytest.raises(StaleEdit, match="changed elsewhere"):
        there.apply(stale)
    assert there == before


def test_several_new_items_get_free_ids_of_their_own():
    some = Annotation(entities=[Entity("e2", "ORG", "A", 1), Entity("x", "ORG", "B", 5)])
    assert some.next_id(Entity) == ("e6", 6)
    assert list(islice(some.free_ids(Entity), 2))[1] == ("e7", 7)
    assert some.next_id(Quote) == ("q1", 1)


def test_the_quotes_of_an_entity_are_those_it_speaks_and_those_it_hears():
    some = annotation()
    some.apply(edits.create_quote(article(), some, *place("pay"), speakers=["e3"]))
    assert [q.id for q in some.quotes_of("e1")] == ["q1"]
    assert [q.id for q in some.quotes_of("e2")] == ["q1"]
    assert [q.id for q in some.quotes_of("e3")] == ["q2"]
    assert [q.id for q in some.quotes_from(some.quotes["q2"].start)] == ["q2"]


def test_a_quote_starts_where_its_content_does():
    spans = (part("source", "Ann Lee"), part("content", "We"), part("content", "to go"))
    assert Quote("q1", 1, spans).start == place("We")[0]
    assert Quote("q1", 1, spans[:1]).start == place("Ann Lee")[0]
    assert Quote("q1", 1, ()).start == 0


def test_time_spent_meanwhile_makes_no_edit_stale():
    some = annotation()
    edit = edits.set_status(some, "skipped")
    some.head = some.head._replace(seconds=900)
    some.apply(edit)
    assert (some.head.status, some.head.seconds) == ("skipped", 900)
    some.apply(edit.inverse())
    assert some.head.seconds == 900
