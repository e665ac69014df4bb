"""The look-ups of an annotation: kept up edit by edit, they say what a plain search says."""

from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from annotator.core.aliases import alias_candidates
from annotator.core.annotation import Annotation
from annotator.core.edit import Change, Edit
from annotator.core.message import verbatim
from annotator.core.models import Entity, Mention
from annotator.core.text import name_words

NAMES = ("Lee", "Ann Lee", "ann lee", "Ann-Marie Lee", "Bo", "Bo Ek", "Ek", "Ann Bo Lee", " ")
LABELS = ("PERSON", "ORG")


def names() -> st.SearchStrategy[str]:
    return st.sampled_from(NAMES)


@st.composite
def some_annotations(draw: st.DrawFn, *, most: int = 8) -> Annotation:
    entities = [
        Entity(f"e{n}", draw(st.sampled_from(LABELS)), draw(names()), n)
        for n in range(1, draw(st.integers(1, most)) + 1)
    ]
    mentions = [
        Mention(
            f"m{n}",
            draw(st.sampled_from(entities)).id,
            n * 20,
            n * 20 + 5,
            draw(names()),
            n,
            draw(st.sampled_from(("name", "nominal"))),
        )
        for n in range(1, draw(st.integers(0, 2 * most)) + 1)
    ]
    return Annotation(entities=entities, mentions=mentions)


def changed(draw: st.DrawFn, on: Annotation, number: int) -> Edit:
    """One entity renamed, one mention gone, one mention new: wherever they can be."""
    entity = draw(st.sampled_from(sorted(on.entities.values())))
    new = Mention(f"m9{number}", entity.id, 900 + number, 905 + number, draw(names()), 90 + number)
    changes = [Change(entity, entity._replace(name=draw(names()))), Change(None, new)]
    gone = draw(st.sampled_from([None, *sorted(on.mentions.values(), key=lambda m: m.start)]))
    if gone is not None:
        changes.append(Change(gone, None))
    return Edit(verbatim("Change"), tuple(changes))


def plain_aliases(on: Annotation, entity: Entity) -> list[Entity]:
    """What `alias_candidates` promises, word for word: every entity looked at."""

    def called(one: Entity) -> list[frozenset[str]]:
        said = [m.text for m in on.mentions.values() if m.entity_id == one.id and m.kind == "name"]
        return [words for words in map(name_words, (one.name, *said)) if words]

    found = [
        other
        for other in on.entities.values()
        if other.id != entity.id and other.label == entity.label
        if any(a < b or b < a for a in called(entity) for b in called(other))
    ]
    return sorted(found, key=lambda other: (-on.mention_count(other.id), other.ordinal))


@given(data=st.data(), on=some_annotations())
def test_aliases_are_what_a_plain_search_finds_after_any_edits(
    data: st.DataObject, on: Annotation
) -> None:
    for number in range(3):
        for entity in on.entities.values():
            assert alias_candidates(on, entity) == plain_aliases(on, entity)
        on.apply(data.draw(st.composite(changed)(on, number)))
    for entity in on.entities.values():
        assert alias_candidates(on, entity) == plain_aliases(on, entity)


def answers(on: Annotation) -> list[object]:
    """What the look-ups say about everything that they are asked about."""
    return [
        [on.mentions_of(id_) for id_ in on.entities],
        [on.mention_count(id_) for id_ in on.entities],
        [on.mentions_at(n, n + 5) for n in range(0, 1000, 20)],
        [on.entity_called(name, label) for name in NAMES for label in LABELS],
        [alias_candidates(on, entity) for entity in on.entities.values()],
        [on.next_id(kind) for kind in (Entity, Mention)],
    ]


@given(data=st.data(), on=some_annotations(), steps=st.integers(0, 12))
def test_edits_may_come_while_the_look_ups_are_being_built(
    data: st.DataObject, on: Annotation, steps: int
) -> None:
    preload_indexes = on.preload_indexes()
    list(islice(preload_indexes, steps))
    on.apply(data.draw(st.composite(changed)(on, 1)))
    list(preload_indexes)
    fresh = Annotation(entities=on.entities.values(), mentions=on.mentions.values())
    assert answers(on) == answers(fresh)


def test_look_ups_are_built_in_steps() -> None:
    entity = Entity("e1", "ORG", "ACME", 1)
    mentions = [Mention(f"m{n}", "e1", n * 9, n * 9 + 4, "ACME", n) for n in range(1, 5001)]
    on = Annotation(entities=[entity], mentions=mentions)
    assert sum(1 for _ in on.preload_indexes()) > 20
    assert on.mention_count("e1") == 5000


@given(on=some_annotations())
def test_the_first_entity_of_a_name_is_the_one_that_is_called_by_it(on: Annotation) -> None:
    for name in NAMES:
        for label in LABELS:
            called = [
                entity
                for entity in sorted(on.entities.values(), key=lambda entity: entity.ordinal)
                if entity.label == label
                and (
                    entity.name == " ".join(name.split())
                    or any(mention.text == name for mention in on.mentions_of(entity.id))
                )
            ]
            assert on.entity_called(name, label) == (called[0] if called else None)


def test_a_new_mention_joins_the_first_of_several_entities_of_its_name() -> None:
    entities = [Entity(f"e{n}", "PERSON", "Ann Lee", ordinal) for n, ordinal in ((1, 7), (2, 3))]
    later = Entity("e3", "PERSON", "Lee", 9)
    mention = Mention("m1", "e3", 0, 7, "Ann Lee", 1)
    on = Annotation(entities=[*entities, later], mentions=[mention])
    assert on.entity_called("Ann Lee", "PERSON") == entities[1]
    on.apply(Edit(verbatim("Remove"), (Change(entities[1], None),)))
    assert on.entity_called("Ann Lee", "PERSON") == entities[0]
    on.apply(Edit(verbatim("Remove"), (Change(entities[0], None),)))
    assert on.entity_called("Ann Lee", "PERSON") == later


def test_mentions_of_an_entity_come_in_the_order_of_the_text_the_shorter_and_older_first() -> None:
    places = [(0, 3, 9), (5, 8, 6), (5, 8, 7), (5, 20, 2), (6, 7, 1)]
    ordered = [
        Mention(f"m{ordinal}", "e1", start, end, "x" * (end - start), ordinal)
        for start, end, ordinal in places
    ]
    for mentions in (ordered, ordered[::-1], sorted(ordered)):
        on = Annotation(entities=[Entity("e1", "PERSON", "Lee", 1)], mentions=mentions)
        assert on.mentions_of("e1") == ordered


def test_an_item_that_changes_while_a_large_look_up_is_built_is_found_as_it_is_now() -> None:
    entity = Entity("e1", "ORG", "ACME", 1)
    other = Entity("e2", "ORG", "Bo", 2)
    mentions = [Mention(f"m{n}", "e1", n * 9, n * 9 + 4, "ACME", n) for n in range(1, 2501)]
    on = Annotation(entities=[entity, other], mentions=mentions)
    steps = on.preload_indexes()
    while not on._mentions_of._ids:  # some of the first look-up of mentions is there
        next(steps)
    last = mentions[-1]
    on.apply(Edit(verbatim("Move"), (Change(last, last._replace(entity_id="e2", text="Bo")),)))
    on.apply(Edit(verbatim("Delete"), (Change(mentions[-2], None),)))
    list(steps)
    assert (on.mention_count("e1"), on.mention_count("e2")) == (2498, 1)
    assert [m.id for m in on.mentions_of("e2")] == [last.id]
    assert on.mentions_at(mentions[-2].start, mentions[-2].end) == []
