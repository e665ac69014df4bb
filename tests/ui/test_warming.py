"""An article gets ready for its first edit while nobody does anything; an edit may come first."""

import gc
import weakref
from pathlib import Path

from PySide6.QtCore import Qt

from annotator.core.annotation import Annotation
from annotator.core.models import Mention
from tests.bench.samples import project_with, record
from tests.ui.driving import Driver, run_main, stored
from tests.ui.suggestions.waiting import until


def steps_left(annotation: Annotation) -> int:
    return sum(1 for _ in annotation.preload_indexes())


def test_nothing_is_left_to_build_once_the_window_has_been_at_rest(tmp_path: Path) -> None:
    large = record("large", 200_000, 6_000)
    project = project_with(tmp_path / "news.annotator", [record("small", 3_000, 15), large])
    assert large.annotation is not None
    before = steps_left(Annotation(mentions=large.annotation.mentions.values()))

    def script(driver: Driver) -> None:
        driver.control(Qt.Key.Key_PageDown)
        assert driver.window.session.article is not None
        assert driver.window.session.article.id == "large"
        until(lambda: driver.window.workspace.article.index_preloader.done)
        assert steps_left(driver.annotation()) < before

    assert run_main([str(project)], script) == 0


def test_a_mark_that_comes_before_that_is_made_all_the_same(tmp_path: Path) -> None:
    project = project_with(
        tmp_path / "news.annotator", [record("small", 3_000, 15), record("large", 200_000, 6_000)]
    )

    def script(driver: Driver) -> None:
        driver.window.session.open_article(driver.window.project.key_of("large"))
        assert not driver.window.workspace.article.index_preloader.done
        before = len(driver.annotation().mentions)
        start = driver.text().index("harbour")
        driver.view.select(start, start + 7)
        driver.key("1")
        assert len(driver.annotation().mentions) == before + 1
        until(lambda: driver.window.workspace.article.index_preloader.done)
        assert driver.annotation().mentions_at(start, start + 7)

    assert run_main([str(project)], script) == 0
    assert [m.text for m in stored(project, 1).mentions.values()].count("harbour") >= 1


def test_a_large_article_is_out_of_the_way_of_the_collector_while_it_is_open(
    tmp_path: Path,
) -> None:
    project = project_with(
        tmp_path / "news.annotator",
        [record("small", 3_000, 15), record("large", 400_000, 25_500)],
    )

    def script(driver: Driver) -> None:
        window = driver.window

        def watched(article: str) -> int:
            window.session.open_article(window.project.key_of(article))
            until(lambda: window.workspace.article.index_preloader.done)
            return sum(type(one) is Mention for one in gc.get_objects())

        with_small = watched("small")
        assert watched("large") <= with_small
        weak = weakref.ref(driver.annotation())
        assert watched("small") <= with_small + 15
        assert weak() is None

    assert run_main([str(project)], script) == 0
