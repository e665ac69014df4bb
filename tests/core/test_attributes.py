"""Attributes of entities and quotes: said by an edit, kept beside what imports brought."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.core import edits
from annotator.core.attributes import attributes_of, attributes_text
from annotator.core.errors import Rejected
from annotator.core.models import Entity, Quote
from annotator.core.native_reader import parse
from annotator.core.record import Record, dump
from annotator.core.scheme import Attribute
from tests.core.factories import annotation, article, done
from tests.strategies import lines

LIVING = Attribute("living", "Living", "entity")
GENDER = Attribute("gender", "Gender", "entity", "choice", ("female", "male"))
MEDIUM = Attribute("medium", "Medium", "quote", "text")


def ann() -> Entity:
    return annotation().entities["e1"]


def with_said(values: dict[Attribute, object], name: str = "e1") -> Entity | Quote:
    before = annotation()
    table = before.entities if name.startswith("e") else before.quotes
    after = done(before, edits.set_attributes(table[name], values))
    return after.entities[name] if name.startswith("e") else after.quotes[name]


def test_an_entity_keeps_what_is_said_of_it():
    entity = with_said({LIVING: True, GENDER: "female"})
    assert attributes_of(entity) == {"living": True, "gender": "female"}


def test_a_quote_keeps_it_in_its_attributes():
    assert with_said({MEDIUM: "letter 😀"}, "q1").attributes == {"medium": "letter 😀"}


def test_saying_no_or_nothing_takes_it_away_and_leaves_no_trace():
    entity = with_said({LIVING: True, GENDER: "male"})
    for attribute, value in ((LIVING, False), (GENDER, "")):
        entity = edits.set_attributes(entity, {attribute: value}).changes[0].after
    assert entity == ann()


def test_the_undo_menu_names_the_attributes():
    edit = edits.set_attributes(ann(), {LIVING: True, GENDER: "male"})
    assert str(edit.title) == "Set Living, Gender"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({GENDER: "both"}, "Gender is one of female, male"),
        ({GENDER: True}, "Gender cannot be True"),
        ({LIVING: "yes"}, "Living cannot be 'yes'"),
        ({MEDIUM: "letter"}, "Medium is an attribute of quotes"),
        ({LIVING: None}, "how it is already"),
    ],
)
def test_what_the_scheme_does_not_foresee_is_refused(values, words):
    with pytest.raises(Rejected, match=words):
        edits.set_attributes(ann(), values)


def test_they_are_put_into_words_on_one_line():
    assert attributes_text(with_said({LIVING: True, GENDER: "male"})) == "living, gender: male"
    assert attributes_text(ann()) == ""


def test_what_an_import_brought_stays_beside_it():
    brought = ann()._replace(extra={"attributes": {"role": ["CEO"]}, "wiki": "Q1"})
    after = edits.set_attributes(brought, {LIVING: True}).changes[0].after
    assert after.extra == {"attributes": {"role": ["CEO"], "living": True}, "wiki": "Q1"}


def test_an_attributes_key_of_another_kind_is_not_overwritten():
    brought = ann()._replace(extra={"attributes": "CEO"})
    with pytest.raises(Rejected, match="must not get lost"):
        edits.set_attributes(brought, {LIVING: True})


@given(st.booleans(), st.sampled_from(["female", "male", None]), lines())
def test_attributes_come_back_equal_from_native_jsonl(living, gender, medium):
    on = annotation()
    for owner, values in (
        (on.entities["e1"], {LIVING: living, GENDER: gender}),
        (on.quotes["q1"], {MEDIUM: medium}),
    ):
        if living or gender or isinstance(owner, Quote):
            try:
                on.apply(edits.set_attributes(owner, values))
            except Rejected:
                assert medium == ""
    row = dump(Record(article(), "ada", on))
    assert row["entities"][0].get("attributes", {}) == attributes_of(on.entities["e1"])
    assert row["quotes"][0]["attributes"] == attributes_of(on.quotes["q1"])
    import orjson

    back = parse(orjson.dumps(row)).annotation
    assert back is not None
    assert attributes_of(back.entities["e1"]) == attributes_of(on.entities["e1"])
    assert back.quotes["q1"] == on.quotes["q1"]
