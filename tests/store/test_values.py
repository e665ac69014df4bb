"""Values of every kind in every column of a project: told on every road, and found by a check."""

import pytest

from annotator.store.columns import COLUMNS, DERIVED
from tests.planting import Planting, Rig, columns, some_plantings

PLANTED = 128


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Rig:
    return Rig(tmp_path_factory.mktemp("planted"))


def test_every_column_of_the_schema_is_declared() -> None:
    declared = [(table, column) for table, of_table in COLUMNS.items() for column in of_table]
    assert sorted(declared) == sorted(one for one in columns() if one[0] not in DERIVED)


@pytest.mark.parametrize("part", range(4))
def test_whatever_is_planted_is_told_in_a_sentence_and_what_shows_or_fails_is_found(
    rig: Rig, part: int
) -> None:
    """`make bench ARGS="values"` plants every value, and any number of others."""
    some = some_plantings(PLANTED)[part::4]
    faults = [rig.fault(one, thorough=turn % 16 == 0) for turn, one in enumerate(some)]
    assert [fault for fault in faults if fault] == []


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        # What each of these did is what the fuzzing found first.
        ("entity", "flags", "5"),
        ("entity", "flags", '{"a":1}'),
        ("entity", "flags", "[" * 100_000),
        ("entity", "ordinal", 2**63 - 1),
        ("decision", "members", "7"),
        ("mention", "extra", "[1]"),
        ("mention", "end", "x"),
        ("quote", "attributes", '"x"'),
        ("quote", "speakers", '["x"]'),
        ("quote", "parent", "q1"),
        ("quote_span", "extra", "{}"),
        ("version", "content", "{}"),
        ("edit", "changes", "[{}]"),
        ("edit", "changes", "9" * 5000),
        ("annotation", "updated", "zzzz"),
        ("annotation", "seconds", 2**63 - 1),
        ("annotation", "annotator", 2**32),
        ("annotation", "extra", '{"a":NaN}'),
        ("article", "title", memoryview(b"\xff")),
        ("article", "title", b"\x00\xff"),
        ("article_text", "article", -(2**63)),
        ("generation", "number", 2**63 - 1),
        ("project", "value", '{"\\ud800":1}'),
    ],
)  # fmt: skip
def test_what_once_raised_or_was_not_found_stays_told(
    rig: Rig, table: str, column: str, value: object
) -> None:
    exported = table in ("quote", "quote_span", "mention")
    assert rig.fault(Planting(table, column, value), thorough=exported) == ""
