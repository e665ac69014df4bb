"""Fields are declared once; one that is added later leaves what was there before as it is."""

import json
from typing import Annotated, Any, Literal, NamedTuple

import pytest

from annotator.core.fields import (
    REQUIRED,
    Declared,
    fields_of,
    lasting_values,
    later_fields,
    validation_error,
)
from annotator.core.models import Decision, Entity, Head, Mention, Quote, RoleSpan
from annotator.core.shapes import ORDINAL
from annotator.store.columns import COLUMNS
from annotator.store.item_rows import HEAD_NAMES


class Old(NamedTuple):
    id: str
    ordinal: Annotated[int, Declared(ORDINAL)]
    extra: dict[str, Any] | None = None


class New(NamedTuple):
    id: str
    ordinal: Annotated[int, Declared(ORDINAL)]
    extra: dict[str, Any] | None = None
    tone: str = ""
    mood: Literal["calm", "angry"] = "calm"
    names: tuple[str, ...] = ()
    sure: bool = True


def test_a_field_is_what_its_line_says():
    fields = {field.name: field for field in fields_of(New)}
    assert [field.name for field in later_fields(New)] == ["tone", "mood", "names", "sure"]
    assert fields["id"].default is REQUIRED
    assert fields["mood"].shape.words == "one of angry, calm"
    assert fields["names"].is_list
    assert fields["extra"].is_object
    assert fields["extra"].shape.optional
    assert [name for name, field in fields.items() if field.omitted] == [
        "tone", "mood", "names", "sure",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"tone": None}, "tone is not a text"),
        ({"mood": "odd"}, "mood is not one of angry, calm"),
        ({"names": ("x", 1)}, "names is not a list of texts"),
        ({"sure": 1}, "sure is not true or false"),
        ({"ordinal": -1}, "ordinal is not a whole number from 0 to 4294967295"),
    ],
)
def test_a_value_that_a_field_may_not_hold_is_named(change, words):
    assert validation_error(New("a", 1)) is None
    assert validation_error(New("a", 1)._replace(**change)) == words


def test_a_later_field_changes_no_digest_of_what_was_there_before():
    assert json.dumps(lasting_values(New("a", 1))) == json.dumps(lasting_values(Old("a", 1)))
    assert lasting_values(New("a", 1, tone="x")) != lasting_values(New("a", 1, names=("x",)))


def test_a_type_that_says_not_which_values_are_allowed_is_refused():
    class Unclear(NamedTuple):
        number: int

    with pytest.raises(TypeError, match="needs its allowed values"):
        fields_of(Unclear)


@pytest.mark.parametrize(
    ("kind", "table"),
    [
        (Entity, "entity"), (Mention, "mention"), (Quote, "quote"), (RoleSpan, "quote_span"),
        (Decision, "decision"),
    ],
)  # fmt: skip
def test_each_field_has_a_column_with_a_shape(kind, table):
    stored = {field.column for field in fields_of(kind) if field.name != "spans"}
    assert stored <= COLUMNS[table].keys()
    assert (
        set(HEAD_NAMES) == {field.column for field in fields_of(Head)} <= set(COLUMNS["annotation"])
    )
