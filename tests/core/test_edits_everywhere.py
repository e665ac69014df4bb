"""Marking a name everywhere, unmarking it, and mentions by other words."""

import pytest

from annotator.core import edits
from annotator.core.annotation import Annotation
from annotator.core.edit import Change, Edit
from annotator.core.errors import Rejected
from annotator.core.message import verbatim
from annotator.core.models import Article, Entity, Mention
from annotator.core.occurrences import OccurrenceQuery, occurrences
from tests.core.factories import done

TEXT = "Iran and Iraq; Iran's man, he said, is in Iran."
ARTICLE = Article("a", TEXT)
IRAN = list(occurrences(TEXT, OccurrenceQuery("Iran")))


def labels(annotation: Annotation) -> list[tuple[str, str, str]]:
    found = sorted(annotation.mentions.values(), key=lambda mention: mention.start)
    return [(m.text, annotation.entities[m.entity_id].label, m.entity_id) for m in found]


def test_all_places_become_mentions_of_one_entity() -> None:
    annotation = Annotation()
    annotation.apply(edits.mark_all(ARTICLE, annotation, IRAN, "GPE"))
    assert labels(annotation) == [("Iran", "GPE", "e1")] * 3


def test_new_mentions_join_the_entity_that_is_there_and_its_own_stay() -> None:
    annotation = Annotation()
    annotation.apply(edits.mark(ARTICLE, annotation, *IRAN[1], "GPE"))
    (first,) = annotation.mentions.values()
    annotation.apply(edits.mark_all(ARTICLE, annotation, IRAN, "GPE"))
    assert labels(annotation) == [("Iran", "GPE", "e1")] * 3
    assert annotation.mentions[first.id] == first
    with pytest.raises(Rejected, match="everywhere already"):
        edits.mark_all(ARTICLE, annotation, IRAN, "GPE")


def test_a_mention_with_another_label_is_relabelled_and_its_empty_entity_goes() -> None:
    annotation = Annotation()
    annotation.apply(edits.mark(ARTICLE, annotation, *IRAN[0], "ORG"))
    annotation.apply(edits.mark_all(ARTICLE, annotation, IRAN, "GPE"))
    assert [label for _, label, _ in labels(annotation)] == ["GPE"] * 3
    assert [entity.label for entity in annotation.entities.values()] == ["GPE"]


def test_unmarking_all_leaves_nothing_but_what_a_quote_needs() -> None:
    annotation = Annotation()
    annotation.apply(edits.mark_all(ARTICLE, annotation, IRAN, "GPE"))
    (entity_id,) = annotation.entities
    annotation.apply(edits.create_quote(ARTICLE, annotation, 0, 13, [entity_id]))
    annotation.apply(edits.unmark_all(annotation, list(annotation.mentions)))
    assert annotation.mentions == {}
    assert list(annotation.entities) == [entity_id]


@pytest.mark.parametrize(
    ("words", "kind"), [("he", "pronoun"), ("man", "name"), ("Iran's man", "name")]
)
def test_a_mention_by_other_words_joins_the_entity_with_its_kind(words: str, kind: str) -> None:
    annotation = Annotation()
    annotation.apply(edits.mark(ARTICLE, annotation, *IRAN[0], "GPE"))
    (entity_id,) = annotation.entities
    annotation.apply(edits.rename_entity(annotation, entity_id, "Iran man"))
    start = TEXT.index(words)
    edit = edits.join_mention(ARTICLE, annotation, start, start + len(words), entity_id)
    made = edit.changes[-1].after
    assert isinstance(made, Mention)
    assert (made.entity_id, made.kind) == (entity_id, kind)


def marked_as_two(first: str, second: str) -> Annotation:
    """Iran, in its first place, as the only mention of one entity and then of another."""
    return Annotation(
        entities=[Entity("e1", first, "Iran", 1), Entity("e2", second, "Persia", 2)],
        mentions=[
            Mention("m1", "e1", *IRAN[0], "Iran", 1),
            Mention("m2", "e2", *IRAN[0], "Iran", 2),
        ],
    )


def test_of_two_mentions_at_a_place_the_first_gets_the_label() -> None:
    before = marked_as_two("ORG", "PERSON")
    after = done(before, edits.mark_all(ARTICLE, before, IRAN[:1], "GPE"))
    assert labels(after) == [("Iran", "GPE", "e3"), ("Iran", "PERSON", "e2")]
    assert after.mentions["m1"].entity_id == "e3"


@pytest.mark.parametrize("labels_there", [("ORG", "GPE"), ("GPE", "ORG")])
def test_a_place_stays_as_it_is_if_any_of_its_mentions_has_the_label(labels_there) -> None:
    with pytest.raises(Rejected, match="“Iran” is marked as Place everywhere already"):
        edits.mark_all(ARTICLE, marked_as_two(*labels_there), IRAN[:1], "GPE", "Place")


def test_marking_everywhere_says_how_often_and_each_place_counts_once() -> None:
    def title(places: list[tuple[int, int]]) -> str:
        return str(edits.mark_all(ARTICLE, Annotation(), places, "GPE").title)

    assert title(IRAN[:1]) == "Mark “Iran” as GPE once"
    assert title(IRAN[:2]) == "Mark “Iran” as GPE 2 times"
    assert title([*IRAN, *IRAN, (IRAN[0][0], IRAN[0][1] + 1)]) == "Mark “Iran” as GPE 3 times"
    with pytest.raises(Rejected, match="at least one place"):
        title([])


def test_the_new_mentions_follow_those_that_are_there() -> None:
    before = Annotation()
    before.apply(edits.mark(ARTICLE, before, *IRAN[1], "GPE"))
    after = done(before, edits.mark_all(ARTICLE, before, IRAN, "GPE"))
    assert [(m.id, m.ordinal, m.start) for m in after.ordered_mentions()] == [
        ("m1", 1, IRAN[1][0]),
        ("m2", 2, IRAN[0][0]),
        ("m3", 3, IRAN[2][0]),
    ]


def test_unmarking_says_how_often_and_an_entity_stays_while_it_has_a_mention() -> None:
    before = Annotation()
    before.apply(edits.mark_all(ARTICLE, before, IRAN, "GPE"))
    once = edits.unmark_all(before, ["m1", "m1", "m9"])
    assert str(once.title) == "Unmark “Iran”"
    assert list(done(before, once).mentions) == ["m2", "m3"]
    assert list(done(before, once).entities) == ["e1"]
    twice = edits.unmark_all(before, ["m3", "m2"])
    assert str(twice.title) == "Unmark “Iran” 2 times"
    assert list(done(before, twice).entities) == ["e1"]
    assert done(before, edits.unmark_all(before, list(before.mentions))) == Annotation()
    with pytest.raises(Rejected, match="no longer there"):
        edits.unmark_all(before, ["m9"])


def test_a_place_may_be_a_mention_of_another_entity_too_but_of_none_twice() -> None:
    before = marked_as_two("ORG", "PERSON")
    before.apply(edits.delete_mention(before, "m2"))
    before.apply(Edit(verbatim("Add"), (Change(None, Entity("e2", "PERSON", "Persia", 2)),)))
    edit = edits.join_mention(ARTICLE, before, *IRAN[0], "e2")
    assert str(edit.title) == "Mark “Iran” as Persia"
    assert [m.entity_id for m in done(before, edit).mentions_at(*IRAN[0])] == ["e1", "e2"]
    with pytest.raises(Rejected, match="“Iran” belongs to Iran already"):
        edits.join_mention(ARTICLE, before, *IRAN[0], "e1")
    with pytest.raises(Rejected, match="no longer there"):
        edits.join_mention(ARTICLE, before, *IRAN[0], "e9")


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("it", "pronoun"),
        ("their", "pronoun"),
        ("theirs", "nominal"),
        ("the city", "nominal"),
        ("it's", "nominal"),
        ("The city", "name"),
        ("城", "name"),
        ("of", "name"),
        ("isle of man", "name"),
        ("isle", "name"),
        ("place", "pronoun"),
    ],
)
def test_the_kind_of_a_further_mention_is_proposed_from_its_words(words: str, kind: str) -> None:
    on = Annotation(
        entities=[Entity("e1", "GPE", "Bank of Iran", 1)],
        mentions=[
            Mention("m1", "e1", 1, 2, "isle of man", 1),
            Mention("m2", "e1", 2, 3, "that place", 2, "nominal"),
        ],
    )
    edit = edits.join_mention(Article("a", words), on, 0, len(words), "e1")
    made = edit.changes[-1].after
    assert isinstance(made, Mention)
    assert (made.text, made.kind) == (words, kind)
