"""Schemes: labels by name and key, faults named, and the ones that are shipped."""

import json

import pytest

from annotator.core.models import QUOTE_TYPES
from annotator.core.scheme import SchemeError, scheme_from_json, scheme_to_json
from annotator.resources import resource

TONES = {"blue", "violet", "green", "teal", "stone", "rose", "orange", "cyan", "pink"}
SHIPPED = sorted(resource("resources", "schemes").glob("*.json"))


def label(name: str = "PERSON", **other: object) -> dict[str, object]:
    return {"name": name, "title": "Person", "short": "PER", "tone": "blue", **other}


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


def test_a_scheme_comes_back_equal_from_its_json():
    scheme = scheme_from_json(scheme_text(label(title="Personne physique 😀", key="1")))
    assert scheme_from_json(scheme_to_json(scheme)) == scheme


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
        (scheme_text(quote_types=[]), "at least one label and one quote type"),
    ],
)
def test_a_faulty_scheme_is_refused_with_a_sentence_that_names_the_fault(text, words):
    with pytest.raises(SchemeError, match=words):
        scheme_from_json(text)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_shipped_schemes_load_and_use_the_tones_of_the_themes(path):
    scheme = scheme_from_json(path.read_text(encoding="utf-8"))
    assert scheme.name == path.stem
    assert {label.tone for label in scheme.labels} <= TONES
    assert all(label.key and len(label.short) <= 5 for label in scheme.labels)


def test_schemes_are_shipped():
    assert {"news", "conll"} <= {path.stem for path in SHIPPED}
