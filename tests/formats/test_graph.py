"""Marks, links and facts say all of an annotation but what they declare, and take any tool's."""

from hypothesis import given

from annotator.core.annotation import Annotation
from annotator.core.attributes import attributes_of
from annotator.core.models import Head, Quote, RoleSpan
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
from annotator.formats.nested_markup import nested
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


def gathered(graph: Graph) -> Annotation:
    return annotation_of(graph, Head(), [])


def test_quotes_in_a_row_keep_their_parents_and_a_circle_loses_one():
    marks = [part(id_, "content", 3 * n, 3 * n + 2) for n, id_ in enumerate("abcd")]
    chain = [Link("parent", one, other) for one, other in ("ab", "bc", "cd")]
    annotation, _ = found(marks, chain)
    assert [q.parent for q in annotation.ordered_quotes()] == ["q2", "q3", "q4", None]
    annotation, _ = found(marks, [*chain, Link("PARENT", "d", "b")])
    assert [q.parent for q in annotation.ordered_quotes()] == ["q2", None, "q4", "q2"]


def test_a_quote_takes_its_parent_only_from_a_link_between_quotes():
    marks = [part("a", "content", 0, 2), part("b", "cue", 3, 5), Mark("m", "PER", 6, 8, "xx")]
    annotation, _ = found(marks, [Link("PARENT", "a", "m"), Link("CUE", "a", "b")])
    (quote,) = annotation.ordered_quotes()
    assert (quote.parent, quote.speakers) == (None, ("e1",))


def test_who_speaks_and_who_is_spoken_to_are_told_by_the_link_each_once():
    marks = [part("a", "content", 0, 2), part("b", "content", 3, 5)]
    names = (("m", "xx"), ("n", "yy"), ("o", "yy"))
    marks += [Mark(id_, "PER", 3 * n, 3 * n + 2, text) for n, (id_, text) in enumerate(names, 2)]
    links = [Link("CONTENT", "a", "b"), Link("speaks", "m", "b"), Link("SPEAKER", "a", "n")]
    links += [Link("SPEAKER", "a", "o"), Link("addressed", "a", "m"), Link("ADDRESSED", "n", "b")]
    annotation, remarks = found(marks, links)
    (quote,) = annotation.ordered_quotes()
    assert {*quote.speakers} == {"e1", "e2"}
    assert {*quote.addressees} == {"e1", "e2"}
    assert len(quote.speakers) == len(quote.addressees) == 2
    assert remarks == []


def test_mentions_that_another_tool_ties_are_one_entity_named_after_the_first():
    places = (("1", 9, "She"), ("2", 0, "Ann"), ("3", 20, "Bob"))
    marks = [Mark(id_, "PER", start, start + 3, text) for id_, start, text in places]
    for name in ("coref", "SAME_ENTITY", "Alias", "equiv", "same_as", "COREFERENCE"):
        annotation, remarks = found(marks, [Link(name, "2", "1")])
        assert [e.name for e in annotation.ordered_entities()] == ["She", "Bob"]
        assert [m.entity_id for m in annotation.ordered_mentions()] == ["e1", "e1", "e2"]
        assert [m.id for m in annotation.ordered_mentions()] == ["m1", "m2", "m3"]
        assert [m.ordinal for m in annotation.ordered_mentions()] == [1, 2, 3]
        assert remarks == []
    _, remarks = found([*marks, part("q", "cue", 30, 31)], [Link("COREF", "q", "1")])
    assert remarks == []


def test_facts_of_another_program_that_make_no_sense_are_as_usual():
    marks = (Mark("m", "PER", 0, 3, "Ann"), part("q", "content", 5, 7))
    odd = {
        "m": {"kind": "verb", "flags": "x", "entity_flags": "[1, 2]", "entity_attributes": "[]"},
        "q": {"speaker_status": "lost", "type": "", "attributes": "{", "flags": "{}"},
    }
    annotation = gathered(Graph(marks, (), odd))
    (mention,), (quote,) = annotation.mentions.values(), annotation.quotes.values()
    (entity,) = annotation.entities.values()
    assert (mention.kind, mention.flags, entity.flags, entity.extra) == (
        "name",
        ("x",),
        ("1", "2"),
        None,
    )
    assert (quote.speaker_status, quote.type, quote.type_set) == ("identified", "unknown", True)
    assert (quote.attributes, quote.flags) == ({"attributes": "{"}, ("{}",))
    known = {
        "m": {"kind": "pronoun", "entity_attributes": '{"a": 1}', "link": "Q1", "name": ""},
        "q": {
            "speaker_status": "group",
            "type": "mixed",
            "type_set": "no",
            "attributes": '{"b": 2}',
        },
    }
    annotation = gathered(Graph(marks, (), known))
    (mention,), (quote,) = annotation.mentions.values(), annotation.quotes.values()
    (entity,) = annotation.entities.values()
    assert (mention.kind, entity.link, entity.name) == ("pronoun", "Q1", "")
    assert attributes_of(entity) == {"a": 1}
    assert (quote.speaker_status, quote.type, quote.type_set) == ("group", "mixed", False)
    assert quote.attributes == {"b": 2}


def test_what_is_said_of_an_entity_or_quote_on_a_later_mark_counts_if_nothing_was_said_before():
    marks = (
        *(Mark("1", "PER", 0, 3, "Ann"), Mark("2", "PER", 5, 8, "Ann")),
        *(part("a", "content", 10, 12), part("b", "cue", 13, 15)),
    )
    said = {
        "1": {"entity_note": "first"},
        "2": {"entity_note": "second", "link": "Q2"},
        "a": {"note": "first"},
        "b": {"note": "second", "type": "mixed"},
    }
    annotation = gathered(Graph(marks, (Link("CUE", "a", "b"),), said))
    (entity,), (quote,) = annotation.entities.values(), annotation.quotes.values()
    assert (entity.note, entity.link) == ("first", "Q2")
    assert (quote.note, quote.type) == ("first", "mixed")


def test_the_time_that_a_file_tells_is_a_number_of_at_most_twelve_digits():
    def seconds(said):
        return head_from(Fields({"seconds": said})).seconds

    told = {"0": 0, "7": 7, "007": 7, "999999999": 999999999, "9" * 12: 10**9, "9" * 13: 0}
    for said, expected in {**told, "": 0, "-1": 0, "1.5": 0, "x": 0, 70: 70}.items():
        assert seconds(said) == expected
    assert head_from(Fields({"status": "lost"})).status == "done"
    assert head_from(Fields({"status": "lost"}), "skipped").status == "skipped"
    assert head_from(Fields({"status": "todo"}), "skipped").status == "todo"


def test_the_head_of_a_quote_is_its_first_content_else_its_first_part():
    def links(*roles):
        spans = tuple(RoleSpan(role, n, n + 1, "x") for n, role in enumerate(roles))
        graph = graph_of(Annotation(quotes=[Quote("q", 1, spans)]))
        return [(link.type, link.head, link.child) for link in graph.links]

    assert links("cue", "content", "content") == [("CUE", "q.1", "q.0"), ("CONTENT", "q.1", "q.2")]
    assert links("cue", "source") == [("SOURCE", "q.0", "q.1")]
    assert links("content") == []


def test_marks_that_cross_are_closed_and_opened_again_the_longer_outside():
    def steps(*places):
        marks = [Mark(f"{n}", "A", s, e, "") for n, (s, e) in enumerate(places)]
        return "".join(
            words if mark is None else f"{words}{mark.id}"
            for words, mark in nested("abcdef", marks)
        )

    assert steps((0, 2), (0, 4)) == "<1<0ab>0cd>1ef"
    assert steps((0, 3), (2, 5)) == "<0ab<1c>1>0<1de>1f"
    assert steps((0, 6)) == "<0abcdef>0"
    assert steps((0, 2), (2, 4)) == "<0ab>0<1cd>1ef"
    assert steps((1, 3), (1, 3)) == "a<0<1bc>1>0def"
