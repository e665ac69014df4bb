"""Finding in the article with the keyboard: Ctrl+F, typing, stepping, and back to mark the hit."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt

from tests.ui.driving import Driver, annotated, marked, run_main

Projects = Callable[..., Path]

NEWS = "😀 Ann Lee met Bob.\n\nLater Ann\nLee said: “Bob is annoyed.”\n\nقال مُحَمَّد أمس."
HIT = "#fbdf70"
CURRENT = "#fbc02d"
_ALT = Qt.KeyboardModifier.AltModifier


def count(driver: Driver) -> str:
    return driver.window.workspace.search.bar._count.text()


def test_hits_are_painted_and_counted_while_typing(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
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

    run_main([str(project_of(NEWS))], script)


def test_escape_selects_the_hit_so_that_the_next_key_marks_it(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        driver.control("f")
        driver.key(*"ann lee", Qt.Key.Key_Return)
        driver.key(Qt.Key.Key_Escape)
        assert driver.view.hasFocus()
        assert not driver.painted("Ann", CURRENT, 2)
        assert driver.selected() == "Ann\nLee"
        driver.key("1")

    assert marked(annotated(project_of(NEWS), script)) == [("Ann\nLee", "PERSON")]


def test_f3_goes_round_in_both_directions_and_says_so(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
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

    run_main([str(project_of(NEWS))], script)


def test_case_and_whole_words_are_choices_with_keys(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        driver.control("f")
        driver.key(*"ann")
        driver.key("w", modifiers=_ALT)
        assert count(driver) == "1 of 2"
        driver.key("w", modifiers=_ALT)
        driver.key("c", modifiers=_ALT)
        assert count(driver) == "1 of 1"
        driver.key(Qt.Key.Key_Escape)
        assert driver.view.selection() == driver.find("ann")

    run_main([str(project_of(NEWS))], script)


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


def test_f3_before_any_search_asks_for_words_and_says_when_there_are_none(
    project_of: Projects,
) -> None:
    def script(driver: Driver) -> None:
        driver.key(Qt.Key.Key_F3)
        assert driver.window.workspace.search.bar.isVisible()
        driver.key(*"zebra", Qt.Key.Key_Return)
        assert driver.said() == "“zebra” is not in this article."

    run_main([str(project_of(NEWS))], script)


def test_escape_in_the_text_ends_a_search_too(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        driver.control("f")
        driver.key(*"ann")
        driver.caret_to(driver.find("Later")[0])
        assert driver.painted("Ann", CURRENT)
        driver.key(Qt.Key.Key_Escape)
        assert not driver.window.workspace.search.bar.isVisible()
        assert not driver.painted("Ann", CURRENT)
        driver.key(Qt.Key.Key_F3)
        assert driver.selected() == "Ann"

    run_main([str(project_of(NEWS))], script)
