"""The list of articles, going from one to the next, and what a restart remembers."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt

from annotator.ui.settings import Settings, settings_path
from tests.ui.driving import Driver, run_main, stored

Projects = Callable[..., Path]

THREE = ("Apples fell in Oslo.", "Bears slept in Bergen.", "Cats sat in Tromsø.")


def names(driver: Driver) -> list[str]:
    """The rows of the list of articles."""
    return driver.rows(driver.window.workspace.lists.articles.model)


def on_desk(driver: Driver) -> str:
    return driver.text().split()[0]


def show_list(driver: Driver) -> None:
    if not driver.window.workspace.lists.articles.isVisible():
        driver.key(Qt.Key.Key_F9)


def test_f9_shows_and_hides_the_list(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        articles = driver.window.workspace.lists.articles
        before = articles.isVisible()
        driver.key(Qt.Key.Key_F9)
        assert articles.isVisible() is not before
        driver.key(Qt.Key.Key_F9)
        assert articles.isVisible() is before

    run_main([str(project_of(*THREE))], script)


def test_the_list_says_how_far_each_article_is(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        show_list(driver)
        assert len(names(driver)) == 3
        driver.select("Oslo")
        driver.key("3")
        assert "doing" in names(driver)[0].lower()
        driver.control(Qt.Key.Key_Return)
        assert "done" in names(driver)[0].lower()
        driver.key(Qt.Key.Key_Return, modifiers=_both())
        assert "skipped" in names(driver)[1].lower()

    project = project_of(*THREE)
    run_main([str(project)], script)
    assert [stored(project, n).head.status for n in range(3)] == ["done", "skipped", "todo"]


def _both() -> Qt.KeyboardModifier:
    return Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier


def test_typing_into_the_filter_narrows_the_list(qtbot, project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        driver.control("l")
        assert driver.window.workspace.lists.articles.isVisible()
        driver.key(*"bear")
        qtbot.waitUntil(lambda: len(names(driver)) == 1)
        driver.key(Qt.Key.Key_Return)
        assert on_desk(driver) == "Bears"

    run_main([str(project_of(*THREE))], script)


def test_escape_in_the_filter_shows_all_articles_and_goes_back_to_the_text(
    qtbot, project_of: Projects
) -> None:
    def script(driver: Driver) -> None:
        driver.view.setFocus()
        driver.control("l")
        driver.key(*"bear")
        qtbot.waitUntil(lambda: len(names(driver)) == 1)
        driver.key(Qt.Key.Key_Escape)
        assert len(names(driver)) == 3
        assert driver.view.hasFocus()

    run_main([str(project_of(*THREE))], script)


def test_done_and_next_goes_on_to_the_next_open_article_and_says_when_it_was_the_last(
    project_of: Projects,
) -> None:
    def script(driver: Driver) -> None:
        driver.control(Qt.Key.Key_PageDown)
        seen = [on_desk(driver)]
        for _ in range(2):
            driver.finish()
            seen.append(on_desk(driver))
        assert seen == ["Bears", "Cats", "Apples"]
        driver.finish()
        assert driver.said() == "That was the last article to do. Well done!"

    project = project_of(*THREE)
    run_main([str(project)], script)
    assert {stored(project, n).head.status for n in range(3)} == {"done"}


def test_next_and_previous_go_through_the_list_and_stop_at_its_ends(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        driver.control(Qt.Key.Key_PageDown, Qt.Key.Key_PageDown)
        assert on_desk(driver) == "Cats"
        driver.control(Qt.Key.Key_PageDown)
        assert driver.said() == "This is the last article of the list."
        driver.key(Qt.Key.Key_Left, Qt.Key.Key_Left, modifiers=Qt.KeyboardModifier.AltModifier)
        assert on_desk(driver) == "Apples"
        driver.control(Qt.Key.Key_PageUp)
        assert driver.said() == "This is the first article of the list."

    run_main([str(project_of(*THREE))], script)


def test_the_header_names_the_article_and_counts_the_finished_ones(project_of: Projects) -> None:
    from PySide6.QtWidgets import QLabel

    def words(driver: Driver) -> set[str]:
        return {label.text() for label in driver.window.header.findChildren(QLabel)}

    def script(driver: Driver) -> None:
        assert "0 of 3" in words(driver)
        driver.finish()
        assert "1 of 3" in words(driver)
        assert any("text2" in text or "Bears" in text for text in words(driver))
        driver.control(Qt.Key.Key_PageUp)
        driver.control("z")
        assert "0 of 3" in words(driver)

    run_main([str(project_of(*THREE))], script)


def test_a_click_in_the_list_opens_the_article(project_of: Projects) -> None:
    from PySide6.QtTest import QTest

    def script(driver: Driver) -> None:
        show_list(driver)
        view = driver.window.workspace.lists.articles.view
        place = view.visualRect(view.model().index(2, 0)).center()
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
        driver.settle()
        assert on_desk(driver) == "Cats"

    run_main([str(project_of(*THREE))], script)


def test_a_restart_opens_the_same_article_again(project_of: Projects) -> None:
    project = project_of(*THREE)
    run_main([str(project)], lambda driver: driver.control(Qt.Key.Key_PageDown))
    seen: list[str] = []
    run_main([str(project)], lambda driver: seen.append(on_desk(driver)))
    assert seen == ["Bears"]


def test_annotator_alone_opens_the_last_project(project_of: Projects) -> None:
    project = project_of(*THREE)
    run_main([str(project)], lambda driver: driver.control(Qt.Key.Key_PageDown))
    assert Settings(settings_path()).last_project == project.resolve()
    seen: list[str] = []
    assert run_main([], lambda driver: seen.append(on_desk(driver))) == 0
    assert seen == ["Bears"]


def test_size_panes_and_the_list_come_back_after_a_restart(project_of: Projects) -> None:
    project = project_of(*THREE)
    seen: list[object] = []

    def change(driver: Driver) -> None:
        show_list(driver)
        driver.window.resize(790, 600)
        driver.settle()
        driver.window.panes.setSizes([230, 270, 290])
        driver.settle()
        seen.append((driver.window.size(), driver.window.panes.sizes()))

    def look(driver: Driver) -> None:
        assert driver.window.workspace.lists.articles.isVisible()
        seen.append((driver.window.size(), driver.window.panes.sizes()))

    run_main([str(project)], change)
    run_main([str(project)], look, size=None)
    assert seen[0] == seen[1]


def test_an_empty_project_says_how_to_fill_it(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        driver.key("1")
        assert driver.said() == "Open an article first."
        driver.key("q", Qt.Key.Key_Delete)
        driver.control(Qt.Key.Key_Return, "z", Qt.Key.Key_PageDown)

    run_main([str(project_of())], script)
