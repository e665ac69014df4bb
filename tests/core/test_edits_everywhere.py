"""Marking a name everywhere, unmarking it, and mentions by other words."""

import pytest

from annotator.core import edits
from annotator.core.annotation import Annotation
from annotator.core.errors import Rejected
from annotator.core.models import Article, Mention
from annotator.core.occurrences import Search, occurrences

TEXT = "Iran and Iraq; Iran's man, he said, is in Iran."
ARTICLE = Article("a", TEXT)
IRAN = list(occurrences(TEXT, Search("Iran")))


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
