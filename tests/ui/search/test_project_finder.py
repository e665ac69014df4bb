"""Finding in the project with the keyboard: Ctrl+Shift+F, typing, filters, Return opens the hit."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt

from annotator.store import Project
from annotator.ui.search.project_search_dialog import ProjectSearchDialog
from annotator.ui.settings import Settings, settings_path
from tests.store.samples import annotation, record
from tests.ui.driving import Driver, annotated, marked, run_main, visible

Projects = Callable[..., Path]
_BOTH = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier

THREE = (
    "Ann Lee met Bob in Oslo.",
    "😀 Bears in Bergen. Later Bob Ray spoke.\nBob left.",
    'قال أحمد: “NEAR(x)” و"y*" OR -z.',
)


def finder(driver: Driver) -> ProjectSearchDialog:
    driver.key("f", modifiers=_BOTH)
    shown = next(w for w in driver.window.findChildren(ProjectSearchDialog) if visible(w))
    driver.settle()
    return shown


def snippets(shown: ProjectSearchDialog) -> list[str]:
    return [hit.words for hit in shown.model.hits]


def test_return_opens_the_article_at_the_hit_ready_to_be_marked(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        shown = finder(driver)
        driver.key(*"bob")
        assert [(hit.words, hit.times) for hit in shown.model.hits] == [("Bob", 1), ("Bob", 2)]
        assert shown.state.text() == "3 places in 2 articles."
        driver.key(Qt.Key.Key_Down, Qt.Key.Key_Return)
        assert not shown.isVisible()
        assert driver.text() == THREE[1]
        assert driver.view.selection() == driver.find("Bob", 1)
        driver.key("1", Qt.Key.Key_F3, "1")
        assert marked(driver.annotation()) == [("Bob", "PERSON"), ("Bob", "PERSON")]

    run_main([str(project_of(*THREE))], script)


def test_signs_of_the_query_language_are_only_signs(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        shown = finder(driver)
        for words in ("NEAR(x)", '"y*"', "OR -z", "“NEAR", "احمد", ":"):
            shown.line.setText(words)
            driver.settle()
            assert len(shown.model.hits) == 1, words
        for words in ('"', "*", "(", "AND", "a:b", "^", "😀"):
            shown.line.setText(words)
            driver.settle()

    run_main([str(project_of(*THREE))], script)


def test_labels_and_flags_are_found_without_any_words(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        driver.select("Oslo")
        driver.key("3", "f")
        driver.select("Ann Lee")
        driver.key("1")
        shown = finder(driver)
        shown.line.clear()
        shown.labels.setCurrentIndex(shown.labels.findData("PERSON"))
        assert snippets(shown) == ["Ann Lee"]
        shown.labels.setCurrentIndex(0)
        shown.markers.setCurrentIndex(shown.markers.findData("flag"))
        assert snippets(shown) == ["Oslo"]
        shown.statuses.setCurrentIndex(shown.statuses.findData("todo"))
        assert snippets(shown) == []
        assert shown.state.text() == "Nothing fits."
        shown.markers.setCurrentIndex(0)
        assert len(shown.model.hits) == 2
        shown.hide()

    run_main([str(project_of(*THREE))], script)


def test_others_are_searched_only_by_who_leads(project_of: Projects) -> None:
    project = project_of(THREE[0])
    with Project.open(project) as opened, opened.importing() as target:
        target.add(record("bobs", "bob", annotation()))

    def script(driver: Driver) -> None:
        shown = finder(driver)
        assert not shown.annotators.isVisible()
        shown.labels.setCurrentIndex(shown.labels.findData("PERSON"))
        assert snippets(shown) == []

    def lead(driver: Driver) -> None:
        shown = finder(driver)
        shown.annotators.setCurrentIndex(shown.annotators.findData("bob"))
        shown.labels.setCurrentIndex(shown.labels.findData("PERSON"))
        assert snippets(shown) == ["Zoë Lee"]
        driver.key(Qt.Key.Key_Return)
        assert driver.selected() == "Zoë Lee"

    run_main([str(project)], script)
    settings = Settings(settings_path())
    settings.leads = True
    settings.save()
    run_main([str(project)], lead)


def test_the_search_is_still_there_when_one_comes_back(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        shown = finder(driver)
        driver.key(*"bob", Qt.Key.Key_Down, Qt.Key.Key_Return)
        driver.key(Qt.Key.Key_Escape)
        shown = finder(driver)
        assert shown.line.text().lower() == "bob"
        assert shown.view.currentIndex().row() == 1
        driver.key(Qt.Key.Key_Escape)
        assert not shown.isVisible()

    run_main([str(project_of(*THREE))], script)


def test_more_hits_come_while_one_scrolls(qtbot, project_of: Projects) -> None:
    project = project_of()
    with Project.open(project) as opened, opened.importing() as target:
        for number in range(250):
            target.add(record(f"a{number}", text=f"Bob number {number}."))

    def script(driver: Driver) -> None:
        shown = finder(driver)
        driver.key(*"bob")
        qtbot.waitUntil(lambda: len(shown.model.hits) == 100)
        assert "Scroll down for more" in shown.state.text()
        for total in (200, 250):
            shown.view.scrollToBottom()
            qtbot.waitUntil(lambda total=total: len(shown.model.hits) == total)
        assert shown.state.text() == "250 places in 250 articles."

    run_main([str(project)], script)


def test_a_selection_is_sought_in_the_project(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        driver.select("Bob")
        shown = finder(driver)
        assert shown.line.text() == "Bob"
        assert len(shown.model.hits) == 2

    annotated(project_of(*THREE), script)
