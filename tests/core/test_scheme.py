"""Schemes: labels by name and key, JSON of every version, faults named."""

import json

import pytest
from hypothesis import given

from annotator.core.models import QUOTE_TYPES
from annotator.core.scheme import (
    VERSION,
    Attribute,
    Conventions,
    Label,
    Scheme,
    SchemeError,
    scheme_from_json,
    scheme_to_json,
    scheme_to_text,
)
from tests.strategies import schemes


def label(name: str = "PERSON", **other: object) -> dict[str, object]:
    return {"name": name, "title": "Person", "short": "PER", "tone": "blue", **other}


def attribute(**other: object) -> dict[str, object]:
    return {"name": "living", "title": "Living", "of": "entity", "type": "bool", **other}


def scheme_text(*labels: dict[str, object], **other: object) -> str:
    return json.dumps({"name": "news", "title": "News", "labels": labels or [label()], **other})


def test_a_label_is_found_by_its_name_and_by_its_key():
    scheme = scheme_from_json(scheme_text(label(key="1"), label("ORG", key="2", tone="rose")))
    assert scheme.label("ORG").tone == "rose"
    assert scheme.label_for_key("1") == scheme.label("PERSON")
    assert scheme.label_for_key("3") is None


def test_the_empty_key_finds_no_label():
    scheme = scheme_from_json(scheme_text(label(), label("ORG")))
    assert scheme.label_for_key("") is None


def test_a_label_the_scheme_does_not_know_gets_a_plain_look_and_no_key():
    unknown = scheme_from_json(scheme_text()).label("substance")
    assert (unknown.name, unknown.title, unknown.short) == ("substance", "Substance", "SUBST")
    assert (unknown.tone, unknown.key) == ("stone", "")


def test_the_usual_quote_types_are_offered_unless_the_scheme_says_otherwise():
    assert scheme_from_json(scheme_text()).quote_types == QUOTE_TYPES
    assert scheme_from_json(scheme_text(quote_types=["tweet"])).quote_types == ("tweet",)


@given(schemes())
def test_a_scheme_comes_back_equal_from_its_json(scheme):
    assert scheme_from_json(scheme_to_json(scheme)) == scheme
    assert scheme_from_json(scheme_to_text(scheme)) == scheme


def test_a_scheme_of_the_first_version_gets_the_usual_conventions_and_no_attributes():
    old = json.loads(scheme_text())
    assert "version" not in old
    scheme = scheme_from_json(json.dumps(old))
    assert (scheme.conventions, scheme.attributes, scheme.guidelines) == (Conventions(), (), "")


def test_a_label_is_of_people_as_its_name_says_where_the_scheme_does_not_say_it():
    names = ("PER", "PERSON", "person", "PERCENT", "ORG", "MENSCH")
    scheme = scheme_from_json(scheme_text(*map(label, names)))
    assert [one.name for one in scheme.labels if one.person] == ["PER", "PERSON", "person"]
    assert [scheme.is_person(name) for name in ("PERS", "SUBSTANCE")] == [True, False]
    assert scheme.person_label == "PER"


def test_what_the_scheme_says_of_a_label_counts_and_not_its_name():
    scheme = scheme_from_json(
        scheme_text(label(person=False), label("MISC", person=True), label("LOC"))
    )
    names = ("PERSON", "MISC", "LOC")
    assert [scheme.is_person(name) for name in names] == [False, True, False]
    assert [scheme.can_speak(name) for name in names] == [True, True, False]
    assert scheme.person_label == "MISC"


def test_a_file_says_who_is_a_person_only_where_names_do_not_say_it():
    usual = scheme_from_json(scheme_text(label(), label("ORG")))
    row = json.loads(scheme_to_text(usual))
    assert row["version"] == 2
    assert all("person" not in one for one in row["labels"])
    own = scheme_from_json(scheme_text(label("MENSCH", person=True), label("ORG")))
    row = json.loads(scheme_to_text(own))
    assert row["version"] == VERSION
    assert [one["person"] for one in row["labels"]] == [True, False]
    assert [one["person"] for one in json.loads(scheme_to_json(usual))["labels"]] == [True, False]


def test_the_scheme_of_a_newer_program_is_refused_with_what_to_do():
    with pytest.raises(SchemeError, match="update the program"):
        scheme_from_json(scheme_text(version=VERSION + 1))


def test_attributes_are_offered_for_what_they_are_said_of():
    one, two = Attribute("a", "A", "entity"), Attribute("a", "A", "quote", "text")
    scheme = Scheme("s", "S", (Label("X", "X", "X", "blue"),), attributes=(one, two))
    assert (scheme.attributes_of("entity"), scheme.attributes_of("quote")) == ((one,), (two,))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "cannot be read"),
        ("[]", "cannot be read"),
        (scheme_text(label(colour="red")), "colour"),
        ('{"name": "news", "title": "News"}', "at least one label"),
        ('{"labels": [], "title": "News"}', "name"),
        (scheme_text(label(), label()), "uses the label PERSON twice"),
        (scheme_text(label(key="1"), label("ORG", key="1")), "uses the key 1 twice"),
        (scheme_text(label(key=1)), "key that is not a text: 1"),
        (scheme_text(label(key=0)), "key that is not a text: 0"),
        (scheme_text(label("")), "label that is not a text"),
        (scheme_text(label(short=None)), "short of label PERSON that is not a text"),
        (scheme_text(quote_types="direct"), "quote_types are not a list"),
        (scheme_text(quote_types=["direct", "direct"]), "uses the quote type direct twice"),
        (scheme_text(version="2"), "version is not a number"),
        (scheme_text(conventions={"marks": "inside"}), "marks is 'inside' and not one of in, out"),
        (scheme_text(conventions={"split": 2}), "split is 2 and not one of one, several"),
        (scheme_text(conventions={"quotes": "in"}), "cannot be read"),
        (scheme_text(guidelines=None), "guidelines that is not a text"),
        (scheme_text(label(section=3)), "section of label PERSON that is not a text"),
        (scheme_text(label(person="yes")), "person of label PERSON is not true or false: .yes."),
        (scheme_text(label(person=1)), "person of label PERSON is not true or false: 1"),
        (scheme_text(attributes={}), "attributes are not a list"),
        (scheme_text(attributes=[attribute(), attribute()]), "entity attribute living twice"),
        (scheme_text(attributes=[attribute(of="mention")]), "of .attribute living. is 'mention'"),
        (scheme_text(attributes=[attribute(type="number")]), "type .attribute living. is 'number'"),
        (scheme_text(attributes=[attribute(type="choice")]), "has choices if its type is choice"),
        (scheme_text(attributes=[attribute(choices=["a"])]), "has choices if its type is choice"),
        (scheme_text(attributes=[attribute(choices="ab")]), "choices of the scheme's living are"),
        (scheme_text(quote_types=[]), "at least one label and one quote type"),
    ],
)
def test_a_faulty_scheme_is_refused_with_a_sentence_that_names_the_fault(text, words):
    with pytest.raises(SchemeError, match=words):
        scheme_from_json(text)
