"""What is in use: names, labels, types, and who was given which article."""

from annotator.core.models import Entity, Head, Mention
from annotator.store import Project
from annotator.store.labelled_entities import LabelledEntity
from annotator.store.name_counts import NameInUse
from annotator.store.scheme_change import SchemeUsage
from tests.store.samples import NAMED, SAID, ZOE, annotation, record

WORKS = Entity("e2", "ORG", "Works", 1)
AT_WORKS = Mention("m2", "e2", 19, 24, "works", 2)
SHE = Mention("m3", "e1", 27, 30, "She", 3, "pronoun")
LEE = Entity("e3", "PERSON", "A Lee", 0)


def filled(project: Project) -> Project:
    with project.importing() as target:
        target.add(record("b", "ada", annotation(ZOE, NAMED, SHE, WORKS, AT_WORKS, SAID)))
        target.add(record("a", "ada", annotation(ZOE._replace(ordinal=5), LEE, NAMED), title="A"))
        target.add(record("a", "bob", annotation(ZOE, NAMED), title="A"))
        target.add(record("a", "suggester-x", annotation(ZOE, NAMED), title="A"))
    return project


def test_the_entities_of_a_label_come_article_by_article_in_their_order(project: Project) -> None:
    b, a = filled(project).key_of("b") or 0, project.key_of("a") or 0
    assert project.labelled_entities("ada", "PERSON") == [
        LabelledEntity(b, "b", "e1", "Zoë Lee", 2),
        LabelledEntity(a, "A", "e3", "A Lee", 0),
        LabelledEntity(a, "A", "e1", "Zoë Lee", 1),
    ]
    assert project.labelled_entities("ada", "ORG") == [LabelledEntity(b, "b", "e2", "Works", 1)]
    assert project.labelled_entities("nobody", "ORG") == []
    assert project.labels_in_use("nobody") == {}


def test_labels_in_use_are_counted_the_most_frequent_first(project: Project) -> None:
    filled(project)
    assert [*project.labels_in_use("ada").items()] == [("PERSON", 3), ("ORG", 1)]
    with project.importing() as target:
        target.add(record("c", "max", annotation(WORKS, ZOE), text="x" * 40))
    assert [*project.labels_in_use("max")] == ["ORG", "PERSON"]


def test_names_in_use_are_those_that_people_marked_as_names(project: Project) -> None:
    assert filled(project).names_in_use() == [
        NameInUse("Zoë Lee", "PERSON", "Zoë Lee", 3),
        NameInUse("works", "ORG", "Works", 1),
    ]


def test_uses_come_by_name_the_articles_with_most_first(project: Project) -> None:
    filled(project)
    assert project.uses(labels=["PERSON", "ORG", "GPE"], types=["direct"]) == [
        SchemeUsage("label", "ORG", "b", "", "ada", 1, 1),
        SchemeUsage("label", "PERSON", "a", "A", "ada", 2, 1),
        SchemeUsage("label", "PERSON", "a", "A", "bob", 1, 1),
        SchemeUsage("label", "PERSON", "a", "A", "suggester-x", 1, 1),
        SchemeUsage("label", "PERSON", "b", "", "ada", 1, 2),
        SchemeUsage("type", "direct", "b", "", "ada", 1, 1),
    ]
    assert project.uses() == []


def test_an_article_is_given_to_each_once_by_name(project: Project) -> None:
    b, a = filled(project).key_of("b") or 0, project.key_of("a") or 0
    project.assign("zoe", [b, a])
    project.assign("ada", [b])
    project.assign("ada", [b])
    assert project.assignments() == {b: ("ada", "zoe"), a: ("zoe",)}


def test_who_only_looked_has_annotated_nothing(project: Project) -> None:
    a = filled(project).key_of("b") or 0
    project.add_seconds(a, "max", 9)
    assert project.annotators() == ["ada", "bob", "suggester-x"]
    assert project.revision(a, "max") == project.revision(a, "nobody") == 0
    assert project.revision(a, "ada") == 1


def test_what_is_kept_for_other_programs_comes_article_by_article(project: Project) -> None:
    with project.importing() as target:
        target.add(record("a", "ada", annotation(head=Head(extra={"x": [1]}))))
        target.add(record("b", "ada", annotation(), text="😀 Zoë Lee said “it works”. She"))
        target.add(record("b", "bob", annotation(), text="😀 Zoë Lee said “it works”. She"))
        target.add(record("c", text="bare"))
    project.add_seconds(3, "ada", 1)
    assert project.extras("ada") == {1: {"x": [1]}, 2: None}
    assert project.extras("nobody") == {}
