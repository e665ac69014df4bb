"""Marks, links and facts say all of an annotation but what they declare, and take any tool's."""

from hypothesis import given

from annotator.core.models import Head
from annotator.core.record import Record
from annotator.formats.fields import Fields
from annotator.formats.graph import (
    Graph,
    Link,
    Mark,
    annotation_of,
    graph_of,
    head_facts,
    head_from,
    safe_label,
    true_label,
)
from tests.formats.canonical import canonical
from tests.strategies import annotated_articles, heads, lines


def there_and_back(article, annotation):
    head = head_from(Fields(head_facts(annotation.head)))
    remarks: list[str] = []
    found = annotation_of(graph_of(annotation), head, remarks)
    assert remarks == []
    return Record(article, "ada", found)


@given(annotated_articles())
def test_an_annotation_comes_back_from_its_graph_but_for_what_has_no_span(pair):
    article, annotation = pair
    assert canonical(there_and_back(article, annotation)) == canonical(
        Record(article, "ada", annotation)
    )


@given(lines())
def test_no_label_of_an_entity_is_taken_for_a_part_of_a_quote(label):
    for name in (label, "SOURCE", "cue", "ENTITY_SOURCE", "ENTITY_ENTITY_Content"):
        assert safe_label(name)
        assert safe_label(name).upper() not in ("CONTENT", "CUE", "SOURCE", "ADDRESSEE")
        assert true_label(safe_label(name)) == (name or "ENTITY")


@given(heads())
def test_what_is_said_of_the_whole_comes_back(head):
    assert head_from(Fields(head_facts(head))) == head._replace(extra=None)


def part(id_, role, start, end):
    return Mark(id_, role.upper(), start, end, "x" * (end - start), role)


def found(marks, links):
    remarks: list[str] = []
    return annotation_of(Graph(tuple(marks), tuple(links)), Head(), remarks), remarks


def test_another_tools_links_between_parts_make_one_quote_whatever_they_are_called():
    marks = [part("a", "content", 0, 5), part("b", "source", 6, 9), part("c", "content", 10, 12)]
    annotation, _ = found(marks, [Link("SPOKEN_BY", "a", "b")])
    assert [[s.start for s in quote.spans] for quote in annotation.ordered_quotes()] == [
        [0, 6],
        [10],
    ]


def test_a_link_between_a_quote_and_an_entity_names_its_speaker_in_either_direction():
    marks = [part("a", "content", 0, 5), Mark("p", "PERSON", 6, 9, "Ann")]
    for link in (Link("said_by", "a", "p"), Link("says", "p", "a")):
        annotation, _ = found(marks, [link])
        (quote,) = annotation.quotes.values()
        assert [annotation.entities[id_].name for id_ in quote.speakers] == ["Ann"]


def test_mentions_with_the_same_words_and_label_are_one_entity():
    marks = [
        Mark("1", "PERSON", 0, 3, "Ann"),
        Mark("2", "PERSON", 9, 12, "Ann"),
        Mark("3", "ORG", 20, 23, "Ann"),
    ]
    annotation, _ = found(marks, [])
    assert [e.label for e in annotation.ordered_entities()] == ["PERSON", "ORG"]
    assert len(annotation.mentions) == 3


def test_what_a_link_says_that_has_no_place_is_remarked_upon():
    marks = [Mark("1", "PERSON", 0, 3, "Ann"), Mark("2", "ORG", 5, 8, "ABC")]
    _, remarks = found(marks, [Link("WORKS_FOR", "1", "2"), Link("X", "1", "9")])
    assert remarks == [
        "a relation WORKS_FOR between entities was left out",
        "a link X to something that is not there was left out",
    ]


def test_quotes_that_are_inside_each_other_lose_a_parent():
    marks = [part("a", "content", 0, 5), part("b", "content", 6, 9)]
    links = [Link("PARENT", "a", "b"), Link("PARENT", "b", "a")]
    annotation, _ = found(marks, links)
    assert sorted(str(q.parent) for q in annotation.quotes.values()) == ["None", "q1"]
