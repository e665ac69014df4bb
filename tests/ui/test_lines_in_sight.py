"""Looking around the last place first finds what a search through the document finds."""

from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, Qt

from annotator.ui.article.geometry import visible_lines
from tests.bench.samples import project_with, record
from tests.examples import examples
from tests.ui.driving import Driver, project_at, run_main


def test_the_lines_in_sight_do_not_depend_on_where_the_search_begins(seed: Path) -> None:
    def script(driver: Driver) -> None:
        view, pitch = driver.view, driver.view.line_height()
        length, bar = view.document().characterCount(), view.verticalScrollBar()

        @settings(max_examples=examples(20), deadline=None, derandomize=True, database=None)
        @given(near=st.integers(-1, length + 50), at=st.integers(0, bar.maximum()))
        def check(near: int, at: int) -> None:
            bar.setValue(at)
            plain, found = visible_lines(view, pitch), visible_lines(view, pitch, near)
            assert [line[:7] for line in plain] == [line[:7] for line in found]

        check()

    assert run_main([str(seed)], script, size=(900, 500)) == 0


def test_the_part_in_sight_is_about_where_qt_finds_it(seed: Path) -> None:
    def script(driver: Driver) -> None:
        view = driver.view
        bar, layout = view.verticalScrollBar(), view.document().documentLayout()
        for at in range(0, bar.maximum(), 37):
            bar.setValue(at)
            found = view.units_in_sight()
            edges = (at, at + view.viewport().height())
            fuzzy = Qt.HitTestAccuracy.FuzzyHit
            exact = [layout.hitTest(QPointF(200, y), fuzzy) for y in edges]
            assert all(abs(one - other) < 220 for one, other in zip(found, exact, strict=True))

    assert run_main([str(seed)], script, size=(900, 500)) == 0


def test_a_long_article_in_a_narrow_window_is_painted_from_its_first_line(tmp_path: Path) -> None:
    project = project_with(tmp_path / "news.annotator", [record("long", 5_000_000, 15)])

    def script(driver: Driver) -> None:
        lines = driver.view.scene().lines
        assert lines
        assert lines[0].start == 0

    assert run_main([str(project)], script, size=None) == 0


def test_the_lines_painted_of_another_article_are_those_that_it_has_now(
    tmp_path: Path, qapp: object
) -> None:
    names = ("first", "second", "third", "fourth")
    records = [record(name, 9_000, 60, seed) for seed, name in enumerate(names)]
    project = project_with(project_at(tmp_path), records)

    def script(driver: Driver) -> None:
        view = driver.view
        for number in range(6):
            driver.view.select(10, 60)  # which the other text cannot keep
            driver.control(Qt.Key.Key_PageDown if number < 3 else Qt.Key.Key_PageUp)
            found = visible_lines(view, view.line_height())
            places = [[(line.start, line.end, line.top) for line in of]
                      for of in (view.scene().lines, found)]  # fmt: skip
            assert places[0] == places[1], number

    assert run_main([str(project)], script) == 0
