"""Relabelling, renaming, merging, splitting and deleting entities."""

import pytest

from annotator.core import edits
from annotator.core.annotation import Annotation
from annotator.core.edit import Change, Edit
from annotator.core.errors import Rejected
from annotator.core.message import verbatim
from annotator.core.models import Entity, Quote
from tests.core.factories import annotation, article, done, mention, part, place


def test_relabelling_an_entity_changes_the_label_of_all_its_mentions_at_once():
    before = annotation()
    edit = edits.relabel_entity(before, "e1", "ORG", "Organisation")
    assert str(edit.title) == "Relabel Ann Lee as Organisation"
    assert [change.item.id for change in edit.changes] == ["e1"]
    assert done(before, edit).entities["e1"].label == "ORG"


def test_renaming_keeps_the_words_of_the_mentions_and_settles_white_space():
    before = annotation()
    edit = edits.rename_entity(before, "e1", "  Ann\n M.  Lee ")
    assert str(edit.title) == "Rename Ann Lee to Ann M. Lee"
    after = done(before, edit)
    assert after.entities["e1"].name == "Ann M. Lee"
    assert [m.text for m in after.mentions_of("e1")] == ["Ann Lee", "Lee"]


def test_an_entity_keeps_a_name():
    with pytest.raises(Rejected, match="needs a name"):
        edits.rename_entity(annotation(), "e1", " \n")
    with pytest.raises(Rejected, match="how it is already"):
        edits.rename_entity(annotation(), "e1", "Ann Lee")


def test_merging_takes_over_mentions_quotes_and_remarks():
    before = annotation()
    before.apply(edits.set_note(before.entities["e3"], "the city"))
    before.apply(edits.set_flag(before.entities["e1"], "unsure", on=True))
    edit = edits.merge_entities(before, "e3", ["e1", "e2", "e1", "e3"])
    assert str(edit.title) == "Merge Ann Lee, ACME into Paris"
    after = done(before, edit)
    assert list(after.entities) == ["e3"]
    assert after.mention_count("e3") == 4
    assert (after.quotes["q1"].speakers, after.quotes["q1"].addressees) == (("e3",), ("e3",))
    assert (after.entities["e3"].note, after.entities["e3"].flags) == ("the city\nCEO", ("unsure",))


def test_merging_speakers_of_one_quote_leaves_one():
    before = annotation()
    before.apply(edits.set_speakers(before, "q1", ["e1", "e2", "e3"]))
    after = done(before, edits.merge_entities(before, "e2", ["e3"]))
    assert after.quotes["q1"].speakers == ("e1", "e2")


def test_merging_entities_with_a_mention_at_one_place_leaves_one_there():
    before = Annotation(
        entities=[Entity("e1", "ORG", "ACME", 1), Entity("e2", "ORG", "Acme Inc.", 2)],
        mentions=[mention("m1", "e1", "ACME"), mention("m2", "e2", "ACME")],
    )
    after = done(before, edits.merge_entities(before, "e1", ["e2"]))
    assert list(after.mentions) == ["m1"]


def test_of_several_that_go_one_mention_at_a_place_is_left():
    before = Annotation(
        entities=[Entity(f"e{n}", "ORG", f"{n}", n) for n in (1, 2, 3)],
        mentions=[
            *(mention("m1", "e2", "ACME"), mention("m2", "e3", "ACME")),
            *(mention("m3", "e3", "Paris"), mention("m4", "e1", "Lee")),
        ],
    )
    after = done(before, edits.merge_entities(before, "e1", ["e2", "e3"]))
    assert list(after.mentions) == ["m1", "m3", "m4"]
    assert {m.entity_id for m in after.mentions.values()} == {"e1"}


def test_merging_keeps_the_first_link_there_is():
    before = Annotation(
        entities=[Entity("e1", "ORG", "A", 1), Entity("e2", "ORG", "B", 2, link="Q42")]
    )
    assert done(before, edits.merge_entities(before, "e1", ["e2"])).entities["e1"].link == "Q42"


@pytest.mark.parametrize("others", [[], ["e1"]])
def test_merging_needs_another_entity(others):
    with pytest.raises(Rejected, match="Choose another entity"):
        edits.merge_entities(annotation(), "e1", others)


def test_splitting_makes_an_entity_of_the_same_label_named_after_the_first_mention():
    before = annotation()
    edit = edits.split_entity(before, ["m2"])
    assert str(edit.title) == "Split “Lee” from Ann Lee"
    after = done(before, edit)
    assert (after.entities["e4"].name, after.entities["e4"].label) == ("Lee", "PERSON")
    assert [(m.start, m.end) for m in after.mentions_of("e4")] == [place("Lee", 2)]
    assert after.quotes["q1"].speakers == ("e1",)


@pytest.mark.parametrize("ids", [["m5", "m2", "m1"], ["m1", "m2", "m5"], ["m2", "m1", "m2", "m5"]])
def test_a_split_takes_all_the_mentions_and_its_name_from_the_first_in_the_text(ids):
    before = annotation()
    before.apply(edits.move_mention(before, "m3", "e1"))
    before.apply(edits.join_mention(article(), before, *place("Ann"), "e1"))
    before.apply(edits.delete_mention(before, "m5"))
    before.apply(edits.join_mention(article(), before, *place("She"), "e1"))
    (late,) = before.mentions_at(*place("She"))
    wanted = [late.id if id_ == "m5" else id_ for id_ in ids]
    edit = edits.split_entity(before, wanted)
    assert str(edit.title) == "Split “Ann Lee” from Ann Lee"
    after = done(before, edit)
    assert (after.entities["e4"].name, after.entities["e4"].ordinal) == ("Ann Lee", 4)
    assert [m.text for m in after.mentions_of("e4")] == ["Ann Lee", "Lee", "She"]
    assert [m.text for m in after.mentions_of("e1")] == ["ACME"]


def test_merging_names_in_quotes_only_what_was_merged():
    before = annotation()
    second = Quote("q2", 2, (part("content", "pay"),), "direct", True, ("e3",), addressees=("e1",))
    before.apply(Edit(verbatim("Quote"), (Change(None, second),)))
    edit = edits.merge_entities(before, "e2", ["e3"])
    assert [change.item.id for change in edit.changes if type(change.item) is Quote] == ["q2"]
    after = done(before, edit)
    assert (after.quotes["q2"].speakers, after.quotes["q2"].addressees) == (("e2",), ("e1",))
    assert after.quotes["q1"] == before.quotes["q1"]


def test_merging_keeps_the_link_of_the_target_and_of_those_that_go_each_remark_once():
    entities = [
        Entity("e1", "ORG", "A", 1, "Q1", "see", ("unsure",)),
        Entity("e2", "ORG", "B", 2, "Q2", "see", ("discuss", "unsure")),
        Entity("e3", "ORG", "C", 3, None, "", ()),
        Entity("e4", "ORG", "D", 4, None, "and", ("last",)),
    ]
    before = Annotation(entities=entities)
    after = done(before, edits.merge_entities(before, "e1", ["e2", "e3", "e4"]))
    assert after.entities["e1"] == Entity(
        "e1", "ORG", "A", 1, "Q1", "see\nand", ("unsure", "discuss", "last")
    )


def test_several_entities_are_relabelled_at_once_and_one_as_if_alone():
    before = annotation()
    edit = edits.relabel_entities(before, ["e1", "e2", "e1"], "ORG", "Organisation")
    assert str(edit.title) == "Relabel 2 entities as Organisation"
    assert [change.item.id for change in edit.changes] == ["e1"]
    assert {e.label for e in done(before, edit).entities.values()} == {"ORG", "GPE"}
    alone = edits.relabel_entities(before, ["e1", "e1"], "ORG")
    assert alone == edits.relabel_entity(before, "e1", "ORG")
    with pytest.raises(Rejected, match="how it is already"):
        edits.relabel_entities(before, ["e2"], "ORG")


@pytest.mark.parametrize(
    ("ids", "words"),
    [
        ([], "mentions of one entity"),
        (["m1", "m3"], "mentions of one entity"),
        (["m1", "m2"], "Ann Lee would be left without mentions"),
        (["m9"], "no longer there"),
    ],
)
def test_what_cannot_be_split_is_rejected(ids, words):
    with pytest.raises(Rejected, match=words):
        edits.split_entity(annotation(), ids)


def test_deleting_an_entity_takes_its_mentions_and_leaves_its_quotes_without_speaker():
    before = annotation()
    edit = edits.delete_entity(before, "e1")
    assert str(edit.title) == "Delete entity Ann Lee"
    after = done(before, edit)
    assert list(after.mentions) == ["m3", "m4"]
    assert after.quotes["q1"].speakers == ()
    assert after.quotes["q1"].addressees == ("e2",)


def test_a_new_entity_does_not_take_the_id_of_one_just_deleted():
    before = annotation()
    before.apply(edits.mark(article(), before, *place("Bo Ek"), "PERSON"))
    before.apply(edits.delete_entity(before, "e4"))
    assert before.next_id(Entity) == ("e5", 5)


@pytest.mark.parametrize(
    "wish",
    [
        lambda a: edits.relabel_entity(a, "e9", "ORG"),
        lambda a: edits.rename_entity(a, "e9", "x"),
        lambda a: edits.merge_entities(a, "e9", ["e1"]),
        lambda a: edits.merge_entities(a, "e1", ["e9"]),
        lambda a: edits.delete_entity(a, "e9"),
        lambda a: edits.move_mention(a, "m1", "e9"),
        lambda a: edits.set_speakers(a, "q1", ["e9"]),
        lambda a: edits.set_addressees(a, "q1", ["e9"]),
    ],
)
def test_an_entity_that_is_gone_is_named_in_the_rejection(wish):
    with pytest.raises(Rejected, match="That entity is no longer there"):
        wish(annotation())
