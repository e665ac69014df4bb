"""Finding in the article with the keyboard: Ctrl+F, typing, stepping, and back to mark the hit."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt

from tests.ui.driving import Driver, each_annotated, marked, run_main

Projects = Callable[..., Path]

NEWS = "😀 Ann Lee met Bob.\n\nLater Ann\nLee said: “Bob is annoyed.”\n\nقال مُحَمَّد أمس."
HIT = "#fbdf70"
CURRENT = "#fbc02d"
_ALT = Qt.KeyboardModifier.AltModifier


def count(driver: Driver) -> str:
    return driver.window.workspace.search.bar._count.text()


def test_hits_are_painted_while_typing_and_escape_selects_one(project_of: Projects) -> None:
    def painted(driver: Driver) -> None:
        driver.control("f")
        driver.key(*"ann")
        assert count(driver) == "1 of 3"
        assert driver.painted("Ann", CURRENT)
        assert driver.painted("Ann", HIT, 2)
        assert driver.painted("annoyed", HIT)
        driver.key(*" lee")
        assert count(driver) == "1 of 2"
        assert not driver.painted("annoyed", HIT)
        driver.key("x")
        assert count(driver) == "Not in this article"
        assert not driver.painted("Ann", CURRENT)

    def escaped(driver: Driver) -> None:
        driver.control("f")
        driver.key(*"ann lee", Qt.Key.Key_Return)
        driver.key(Qt.Key.Key_Escape)
        assert driver.view.hasFocus()
        assert not driver.painted("Ann", CURRENT, 2)
        assert driver.selected() == "Ann\nLee"
        driver.key("1")

    def in_the_text(driver: Driver) -> None:
        driver.control("f")
        driver.key(*"ann")
        driver.caret_to(driver.find("Later")[0])
        assert driver.painted("Ann", CURRENT)
        driver.key(Qt.Key.Key_Escape)
        assert not driver.window.workspace.search.bar.isVisible()
        assert not driver.painted("Ann", CURRENT)
        driver.key(Qt.Key.Key_F3)
        assert driver.selected() == "Ann"

    def choices(driver: Driver) -> None:
        driver.control("f")
        driver.key(*"ann")
        driver.key("w", modifiers=_ALT)
        assert count(driver) == "1 of 2"
        driver.key("w", modifiers=_ALT)
        driver.key("c", modifiers=_ALT)
        assert count(driver) == "1 of 1"
        driver.key(Qt.Key.Key_Escape)
        assert driver.view.selection() == driver.find("ann")

    kept = each_annotated(project_of, NEWS, painted, escaped, in_the_text, choices)
    assert marked(kept[1]) == [("Ann\nLee", "PERSON")]


def test_arabic_is_found_without_its_vowel_signs_and_emoji_as_they_are(
    project_of: Projects,
) -> None:
    def script(driver: Driver) -> None:
        for words, hit in (("محمد", "مُحَمَّد"), ("😀", "😀")):
            driver.control("f")
            driver.type_line().setText(words)
            driver.key(Qt.Key.Key_Escape)
            assert driver.selected() == hit

    run_main([str(project_of(NEWS))], script)


def test_a_selection_is_what_is_sought_and_the_next_article_is_searched_too(
    project_of: Projects,
) -> None:
    def script(driver: Driver) -> None:
        driver.select("Bob")
        driver.control("f")
        assert driver.type_line().text() == "Bob"
        assert count(driver) == "1 of 2"
        driver.control(Qt.Key.Key_PageDown)
        assert count(driver) == "1 of 1"
        driver.key(Qt.Key.Key_Escape)
        assert driver.selected() == "bob"
        driver.control(Qt.Key.Key_PageUp)
        driver.key(Qt.Key.Key_F3)
        assert driver.view.selection() == driver.find("Bob", 1)

    run_main([str(project_of(NEWS, "Only bob here."))], script)


def test_f3_goes_round_what_is_searched_for_and_asks_for_words_before(project_of: Projects) -> None:
    def before(driver: Driver) -> None:
        driver.key(Qt.Key.Key_F3)
        assert driver.window.workspace.search.bar.isVisible()
        driver.key(*"zebra", Qt.Key.Key_Return)
        assert driver.said() == "“zebra” is not in this article."

    def goes_round(driver: Driver) -> None:
        driver.control("f")
        driver.key(*"bob", Qt.Key.Key_F3)
        assert count(driver) == "2 of 2"
        driver.key(Qt.Key.Key_F3)
        assert count(driver) == "1 of 2"
        assert driver.said() == "On from the other end of the article."
        driver.shift(Qt.Key.Key_F3)
        assert count(driver) == "2 of 2"
        driver.key(Qt.Key.Key_Escape, Qt.Key.Key_F3)
        assert driver.view.selection() == driver.find("Bob", 1)
        driver.caret_to(driver.find("Later")[0])
        driver.key(Qt.Key.Key_F3)
        assert driver.view.selection() == driver.find("Bob", 2)
        driver.shift(Qt.Key.Key_F3)
        assert driver.view.selection() == driver.find("Bob", 1)

    each_annotated(project_of, NEWS, before, goes_round)
