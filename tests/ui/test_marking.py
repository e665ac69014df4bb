"""Marking entities by key, by the bar at the selection and by the mouse."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QToolButton

from annotator.ui.theme.theme import LIGHT
from tests.ui.driving import Driver, annotated, marked

Projects = Callable[..., Path]

NEWS = "Ann Lee met Bob Ray of the Bank of Oslo in Bergen. Bob left on Sunday with ten crowns."


def buttons(driver: Driver) -> dict[str, QToolButton]:
    """The buttons of the bar at the selection by their words."""
    return {
        b.text(): b for b in driver.window.workspace.article.selection_bar.findChildren(QToolButton)
    }


def mark(driver: Driver, *pairs: tuple[str, str]) -> None:
    for words, key in pairs:
        driver.select(words)
        driver.key(key)


def test_a_key_marks_the_selection_and_the_bar_goes_away(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        bar = driver.window.workspace.article.selection_bar
        assert not bar.isVisible()
        driver.select("Ann Lee")
        assert bar.isVisible()
        driver.key("1")
        assert not bar.isVisible()
        assert driver.selected() is None

    assert marked(annotated(project_of(NEWS), script)) == [("Ann Lee", "PERSON")]


def test_each_of_the_nine_keys_marks_with_its_label(project_of: Projects) -> None:
    words = ("Ann Lee", "Bob Ray", "Bank of Oslo", "Oslo", "Bergen", "left", "Sunday", "ten", "met")
    labels: list[str] = []

    def script(driver: Driver) -> None:
        labels.extend(label.name for label in driver.window.session.scheme.labels[:9])
        mark(driver, *((word, str(number)) for number, word in enumerate(words, start=1)))

    found = dict(marked(annotated(project_of(NEWS), script)))
    assert [found[word] for word in words] == labels


def test_a_key_relabels_the_mention_that_was_clicked(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        mark(driver, ("Bergen", "1"))
        driver.key(Qt.Key.Key_Escape)
        driver.click(driver.find("Bergen")[0] + 2)
        driver.key("3")
        assert len(driver.entities()) == 1

    assert marked(annotated(project_of(NEWS), script)) == [("Bergen", "GPE")]


def test_the_same_key_again_says_that_it_is_marked_already(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        mark(driver, ("Bergen", "3"))
        driver.select("Bergen")
        driver.key("3")
        assert driver.said().startswith("“Bergen” is marked as")
        assert driver.said().endswith("already.")

    assert marked(annotated(project_of(NEWS), script)) == [("Bergen", "GPE")]


def test_a_button_of_the_bar_does_what_its_key_does(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        driver.select("Bergen")
        button = next(b for words, b in buttons(driver).items() if words.startswith("3 "))
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        driver.settle()
        assert not driver.window.workspace.article.selection_bar.isVisible()
        assert driver.view.hasFocus()

    assert marked(annotated(project_of(NEWS), script)) == [("Bergen", "GPE")]


def test_the_bar_can_also_make_a_quote(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        driver.select("Bob left")
        button = next(b for words, b in buttons(driver).items() if words.endswith("Quote"))
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        driver.settle()

    (quote,) = annotated(project_of(NEWS), script).quotes.values()
    assert [part.text for part in quote.parts("content")] == ["Bob left"]


def test_escape_drops_the_selection_and_the_bar(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        driver.select("Bergen")
        driver.key(Qt.Key.Key_Escape)
        assert not driver.window.workspace.article.selection_bar.isVisible()
        assert driver.selected() is None

    assert marked(annotated(project_of(NEWS), script)) == []


@pytest.mark.parametrize("width", [600, 1000, 1800])
def test_the_bar_stays_inside_the_page(project_of: Projects, width: int) -> None:
    def script(driver: Driver) -> None:
        driver.window.resize(width, 700)
        driver.settle()
        page = driver.view.viewport().rect()
        for words in ("Ann Lee", "ten crowns", "end 39"):
            driver.select(words)
            bar = driver.window.workspace.article.selection_bar
            assert bar.isVisible()
            assert page.contains(bar.geometry()), (words, page, bar.geometry())
            for button in buttons(driver).values():
                inside = QRect(
                    button.mapTo(driver.view.viewport(), button.rect().topLeft()), button.size()
                )
                assert page.contains(inside)

    annotated(project_of(NEWS + "".join(f"\n\nParagraph and end {n}." for n in range(40))), script)


def test_the_bar_stays_at_the_selection_when_the_lines_move(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        driver.window.resize(1600, 700)
        driver.settle()
        driver.select("ten crowns")
        bar, page = driver.window.workspace.article.selection_bar, driver.view.viewport()
        for id_ in ("show_lists", "show_lists", "zoom_in", "zoom_in", "lists_below"):
            driver.window.workspace.actions[id_].trigger()
            driver.settle()
            assert bar.isVisible()
            assert page.rect().contains(bar.geometry()), (id_, page.rect(), bar.geometry())
            below = driver.view.selection_bottom()
            assert below is not None
            assert bar.y() == below.y() + 6, (id_, below, bar.geometry())
        driver.window.resize(700, 700)
        driver.settle()
        assert page.rect().contains(bar.geometry())

    annotated(project_of(NEWS), script)


def test_the_bar_does_not_cover_the_selected_words(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        for words in ("Ann Lee", "end 39"):
            driver.select(words)
            start, end = driver.find(words)
            bar = driver.window.workspace.article.selection_bar.geometry()
            assert not bar.contains(driver.point(start))
            assert not bar.contains(driver.point(end))

    annotated(project_of(NEWS + "".join(f"\n\nParagraph and end {n}." for n in range(40))), script)


def test_delete_removes_the_clicked_mention_and_its_entity(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        mark(driver, ("Bergen", "3"), ("Oslo", "3"))
        driver.click(driver.find("Bergen")[0] + 2)
        driver.key(Qt.Key.Key_Delete)

    annotation = annotated(project_of(NEWS), script)
    assert marked(annotation) == [("Oslo", "GPE")]
    assert [entity.name for entity in annotation.entities.values()] == ["Oslo"]


def test_delete_with_nothing_picked_says_what_to_do(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        driver.key(Qt.Key.Key_Delete)
        assert "Click a span" in driver.said()

    annotated(project_of(NEWS), script)


def test_the_tab_of_an_inner_mention_hangs_at_the_lower_edge(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        mark(driver, ("Bank of Oslo", "2"), ("Oslo", "3"))
        driver.key(Qt.Key.Key_Escape)
        image, point = driver.picture(), driver.point(driver.find("Oslo")[0])
        tones = LIGHT.tones
        scheme = driver.window.session.scheme
        for offset, name, above in (("Bank", "ORG", True), ("Oslo", "GPE", False)):
            wanted = QColor(tones[scheme.label(name).tone].strong)
            x = driver.point(driver.find(offset)[0]).x()
            rows = [
                y
                for y in range(point.y() - 24, point.y() + 24)
                if image.pixelColor(x + 2, y) == wanted
            ]
            assert rows
            assert (max(rows) < point.y()) == above

    annotated(project_of(NEWS), script)


def test_clicks_on_nested_mentions_go_from_the_inner_one_outwards(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        mark(driver, ("Bank of Oslo", "2"), ("Oslo", "3"))
        driver.key(Qt.Key.Key_Escape)
        seen = []
        for _ in range(3):
            driver.click(driver.find("Oslo")[0] + 2)
            mention = driver.window.session.picked_mention()
            seen.append(mention and mention.text)
        assert seen == ["Oslo", "Bank of Oslo", "Oslo"]

    annotated(project_of(NEWS), script)


def test_a_click_beside_every_span_picks_nothing(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        mark(driver, ("Oslo", "3"))
        driver.click(driver.find("left")[0] + 1)
        assert driver.window.session.pick is None

    annotated(project_of(NEWS), script)


def test_letters_typed_into_the_filter_mark_nothing(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        driver.select("Bergen")
        driver.control("l")
        driver.key(*"1qcsandtmf2")
        assert driver.type_line().text() == "1qcsandtmf2"
        assert driver.window.session.pick is None

    annotation = annotated(project_of(NEWS), script)
    assert (annotation.mentions, annotation.quotes) == ({}, {})


def test_letters_typed_into_the_name_of_an_entity_only_rename_it(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        mark(driver, ("Bergen", "3"))
        driver.key(Qt.Key.Key_F2)
        editor = QApplication.focusWidget()
        assert isinstance(editor, QLineEdit)
        editor.selectAll()
        driver.key(*"Quiet city 1sc")
        driver.key(Qt.Key.Key_Return)

    annotation = annotated(project_of(NEWS), script)
    assert [entity.name for entity in annotation.entities.values()] == ["Quiet city 1sc"]
    assert marked(annotation) == [("Bergen", "GPE")]
    assert annotation.quotes == {}


def test_a_mention_that_is_marked_shows_in_the_entity_list_at_once(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        mark(driver, ("Bob Ray", "1"), ("Bergen", "3"))
        assert ["Bob Ray" in row for row in driver.entities()] == [True, False]
        assert driver.painted("Bergen", LIGHT.tones["green"].fill)

    annotated(project_of(NEWS), script)


def test_hovering_a_chip_changes_its_edge(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        mark(driver, ("Bergen", "3"))
        driver.key(Qt.Key.Key_Escape)
        shown = driver.view.scene().mentions[0]
        before = driver.picture()
        QTest.mouseMove(driver.view.viewport(), driver.point(driver.find("Bergen")[0] + 3))
        driver.settle()
        assert driver.picture() != before
        assert shown.contains(QPointF(driver.point(driver.find("Bergen")[0] + 3)))

    annotated(project_of(NEWS), script)
