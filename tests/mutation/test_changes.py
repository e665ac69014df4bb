"""What the bench of mutants changes, where that takes effect, and which tests it then runs."""

import ast
import json
from pathlib import Path

import pytest

from tests.mutation.changes import changes_of, place_of
from tests.mutation.parts import ROOT
from tests.mutation.same import CHANGES, LINES
from tests.mutation.trials import Mutant, Runs, all_mutants, sample, within

SOURCE = '''"""Words and numbers: 1 < 2."""
LIMIT: Final = 5
class Box(NamedTuple):
    size: int = 3
@cache
def known(a): return a is None
def f(a, b=True):
    if a < b and not b:
        run(min(a, 7))
    return zip(a, b, strict=True), f"{a == b}", "SELECT 1 WHERE a <= b ORDER BY c DESC"
'''


def test_each_small_change_is_made_once_and_words_and_types_are_left_alone() -> None:
    source = SOURCE.encode()
    made = {(c.line, change_of(source, c)) for c in changes_of(source)}
    assert made == {
        (2, "5 > 6"), (2, "5 > (4)"), (4, "3 > 4"), (4, "3 > (2)"),
        (6, "a is None > (a is not None)"), (7, "True > False"),
        (8, "a < b and not b > (a < b or not b)"), (8, "a < b > (a <= b)"), (8, "not b > (b)"),
        (9, "run(min(a, 7)) > pass"), (9, "min(a, 7) > max(a, 7)"), (9, "7 > 8"), (9, "7 > (6)"),
        (10, "<= > <"), (10, "DESC > ASC"),
    }  # fmt: skip


def change_of(source: bytes, change) -> str:
    return f"{source[change.start : change.end].decode()} > {change.new.decode()}"


@pytest.mark.parametrize(
    ("line", "lines", "names"),
    [
        (2, [2], {"LIMIT"}),
        (4, [4], {"Box", "size"}),
        (6, [6], {"known"}),
        (7, [8, 9, 10], set()),
        (8, [8], set()),
        (9, [9], set()),
        (10, [10], set()),
    ],
)
def test_a_change_takes_effect_where_it_runs_or_where_its_name_is_used(
    line: int, lines: list[int], names: set[str]
) -> None:
    place = place_of(ast.parse(SOURCE), line)
    assert ([*place.lines], {*place.names}) == (lines, names)


def test_an_attribute_that_gets_its_value_is_named() -> None:
    source = "class A:\n    def f(self):\n        self.x, y = 1, 2\n        self._z: int = 3\n"
    places = [place_of(ast.parse(source), line) for line in (3, 4)]
    assert [{*place.attributes} for place in places] == [{"x"}, {"_z"}]


def test_the_tests_of_each_file_that_run_a_line_get_the_same_time_the_quickest_first(
    tmp_path: Path,
) -> None:
    mutant = next(m for m in all_mutants("core/edits/occurrences") if not m.place.names)
    tests = [
        ("a.py::slow", 2.0, False, False), ("a.py::quick", 0.5, False, False),
        ("b.py::one", 1.0, False, False), ("b.py::fails", 0.1, True, False),
        ("b.py::starts", 3.0, False, True), ("c.py::starts", 0.1, False, True),
    ]  # fmt: skip
    recorded = tmp_path / "runs.json"
    found = {"tests": tests, "lines": {mutant.module: {mutant.place.lines[0]: [0, 1, 2, 3]}}}
    recorded.write_text(json.dumps(found))
    runs = Runs(recorded)
    assert [*runs.of(mutant)] == ["a.py::quick", "b.py::one", "a.py::slow", "b.py::starts"]
    assert [*within(runs.of(mutant), 1.5)] == ["a.py::quick", "b.py::one"]
    assert [*within(runs.of(mutant), 0.1)] == ["a.py::quick"]
    assert runs.failing == ["b.py::fails"]
    recorded.write_text(json.dumps(found | {"lines": {}}))
    assert [*Runs(recorded).of(mutant)] == ["c.py::starts", "b.py::starts"]


def test_the_same_seed_chooses_the_same_mutants() -> None:
    mutants: list[Mutant] = all_mutants("core/edits/occurrences")
    assert sample(mutants, 5, 1) == sample(mutants, 5, 1) != sample(mutants, 5, 2)
    assert len(sample(mutants, 10**6, 1)) == len(mutants)


def test_what_is_said_to_change_nothing_is_a_line_of_the_program() -> None:
    for module, line, *_ in [*LINES, *CHANGES]:
        text = (ROOT / "annotator" / module).read_text(encoding="utf-8")
        assert line in [one.strip() for one in text.splitlines()]
