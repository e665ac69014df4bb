"""Marking entities by key, by the bar at the selection and by the mouse."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QToolButton

from annotator.ui.theme.theme import LIGHT
from tests.ui.driving import Driver, annotated, each_annotated, marked

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


def test_a_key_marks_or_relabels_and_says_what_is_marked_already(project_of: Projects) -> None:
    def selection(driver: Driver) -> None:
        bar = driver.window.workspace.article.selection_bar
        assert not bar.isVisible()
        driver.select("Ann Lee")
        assert bar.isVisible()
        driver.key("1")
        assert not bar.isVisible()
        assert driver.selected() is None

    words = ("Ann Lee", "Bob Ray", "Bank of Oslo", "Oslo", "Bergen", "left", "Sunday", "ten", "met")
    labels: list[str] = []

    def nine_keys(driver: Driver) -> None:
        labels.extend(label.name for label in driver.window.session.scheme.labels[:9])
        mark(driver, *((word, str(number)) for number, word in enumerate(words, start=1)))

    def clicked(driver: Driver) -> None:
        mark(driver, ("Bergen", "1"))
        driver.key(Qt.Key.Key_Escape)
        driver.click(driver.find("Bergen")[0] + 2)
        driver.key("3")
        assert len(driver.entities()) == 1

    def same_key(driver: Driver) -> None:
        mark(driver, ("Bergen", "3"))
        driver.select("Bergen")
        driver.key("3")
        assert driver.said().startswith("“Bergen” is marked as")
        assert driver.said().endswith("already.")

    kept = each_annotated(project_of, NEWS, selection, nine_keys, clicked, same_key)
    assert marked(kept[0]) == [("Ann Lee", "PERSON")]
    found = dict(marked(kept[1]))
    assert [found[word] for word in words] == labels
    assert marked(kept[2]) == [("Bergen", "GPE")]
    assert marked(kept[3]) == [("Bergen", "GPE")]


def test_the_bar_marks_and_makes_quotes_as_keys_do_until_escape(project_of: Projects) -> None:
    def button(driver: Driver) -> None:
        driver.select("Bergen")
        button = next(b for words, b in buttons(driver).items() if words.startswith("3 "))
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        driver.settle()
        assert not driver.window.workspace.article.selection_bar.isVisible()
        assert driver.view.hasFocus()

    def quote_button(driver: Driver) -> None:
        driver.select("Bob left")
        button = next(b for words, b in buttons(driver).items() if words.endswith("Quote"))
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        driver.settle()

    def escape(driver: Driver) -> None:
        driver.select("Bergen")
        driver.key(Qt.Key.Key_Escape)
        assert not driver.window.workspace.article.selection_bar.isVisible()
        assert driver.selected() is None

    kept = each_annotated(project_of, NEWS, button, quote_button, escape)
    assert marked(kept[0]) == [("Bergen", "GPE")]
    (quote,) = kept[1].quotes.values()
    assert [part.text for part in quote.parts("content")] == ["Bob left"]
    assert marked(kept[2]) == []


def test_the_bar_stays_inside_the_page(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        for width in (600, 1000, 1800):
            driver.key(Qt.Key.Key_Escape)
            driver.window.resize(width, 700)
            driver.settle()
            page = driver.view.viewport().rect()
            for words in ("Ann Lee", "ten crowns", "end 39"):
                driver.select(words)
                bar = driver.window.workspace.article.selection_bar
                assert bar.isVisible()
                assert page.contains(bar.geometry()), (width, words, page, bar.geometry())
                for button in buttons(driver).values():
                    inside = QRect(
                        button.mapTo(driver.view.viewport(), button.rect().topLeft()), button.size()
                    )
                    assert page.contains(inside), (width, words)

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


def test_delete_removes_the_clicked_mention_and_clicks_go_outwards(project_of: Projects) -> None:
    def delete(driver: Driver) -> None:
        mark(driver, ("Bergen", "3"), ("Oslo", "3"))
        driver.click(driver.find("Bergen")[0] + 2)
        driver.key(Qt.Key.Key_Delete)

    def nothing_picked(driver: Driver) -> None:
        driver.key(Qt.Key.Key_Delete)
        assert "Click a span" in driver.said()

    def nested(driver: Driver) -> None:
        mark(driver, ("Bank of Oslo", "2"), ("Oslo", "3"))
        driver.key(Qt.Key.Key_Escape)
        seen = []
        for _ in range(3):
            driver.click(driver.find("Oslo")[0] + 2)
            mention = driver.window.session.selected_mention()
            seen.append(mention and mention.text)
        assert seen == ["Oslo", "Bank of Oslo", "Oslo"]

    def beside(driver: Driver) -> None:
        mark(driver, ("Oslo", "3"))
        driver.click(driver.find("left")[0] + 1)
        assert driver.window.session.selected_item is None

    kept = each_annotated(project_of, NEWS, delete, nothing_picked, nested, beside)
    annotation = kept[0]
    assert marked(annotation) == [("Oslo", "GPE")]
    assert [entity.name for entity in annotation.entities.values()] == ["Oslo"]


def test_letters_typed_into_a_line_mark_nothing(project_of: Projects) -> None:
    def into_a_name(driver: Driver) -> None:
        mark(driver, ("Bergen", "3"))
        driver.key(Qt.Key.Key_F2)
        editor = QApplication.focusWidget()
        assert isinstance(editor, QLineEdit)
        editor.selectAll()
        driver.key(*"Quiet city 1sc")
        driver.key(Qt.Key.Key_Return)

    def into_the_filter(driver: Driver) -> None:
        driver.select("Bergen")
        driver.control("l")
        driver.key(*"1qcsandtmf2")
        assert driver.type_line().text() == "1qcsandtmf2"
        assert driver.window.session.selected_item is None

    kept = each_annotated(project_of, NEWS, into_a_name, into_the_filter)
    annotation = kept[0]
    assert [entity.name for entity in annotation.entities.values()] == ["Quiet city 1sc"]
    assert marked(annotation) == [("Bergen", "GPE")]
    assert annotation.quotes == {}
    annotation = kept[1]
    assert (annotation.mentions, annotation.quotes) == ({}, {})


def test_a_mention_is_shown_in_page_and_list_at_once(project_of: Projects) -> None:
    def in_the_list(driver: Driver) -> None:
        mark(driver, ("Bob Ray", "1"), ("Bergen", "3"))
        assert ["Bob Ray" in row for row in driver.entities()] == [True, False]
        assert driver.painted("Bergen", LIGHT.tones["green"].fill)

    def inner_tab(driver: Driver) -> None:
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

    def hovered(driver: Driver) -> None:
        mark(driver, ("Bergen", "3"))
        driver.key(Qt.Key.Key_Escape)
        shown = driver.view.scene().mentions[0]
        before = driver.picture()
        QTest.mouseMove(driver.view.viewport(), driver.point(driver.find("Bergen")[0] + 3))
        driver.settle()
        assert driver.picture() != before
        assert shown.contains(QPointF(driver.point(driver.find("Bergen")[0] + 3)))

    each_annotated(project_of, NEWS, in_the_list, inner_tab, hovered)
