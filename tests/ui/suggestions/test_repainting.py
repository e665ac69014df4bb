"""What is painted anew after a key is little, and still the page looks as if all of it was."""

from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage

from tests.ui.driving import Driver, run_main
from tests.ui.suggestions.waiting import current_number, offered

_KEYS = (
    *(Qt.Key.Key_Tab, Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_Return),
    *(Qt.Key.Key_Tab, Qt.Key.Key_Backspace, Qt.Key.Key_Escape, Qt.Key.Key_Tab),
    *("]", "]", "]", Qt.Key.Key_Backspace, "]", "]", Qt.Key.Key_Return),
)


def on_screen(driver: Driver) -> QImage:
    """What the screen holds of the page; nothing is painted for this."""
    driver.settle()
    window, page = driver.window, driver.view.viewport()
    place = QRect(page.mapTo(window, page.rect().topLeft()), page.size())
    return window.screen().grabWindow(window.winId()).toImage().copy(place)


@pytest.mark.parametrize("size", [(1200, 800), (1100, 420)])
def test_the_page_after_each_key_is_the_page_painted_as_a_whole(
    seed: Path, size: tuple[int, int]
) -> None:
    def script(driver: Driver) -> None:
        offered(driver)
        for number in range(2 * len(_KEYS)):
            driver.key(_KEYS[number % len(_KEYS)])
            page = on_screen(driver)
            driver.view.viewport().update()
            assert page == on_screen(driver), f"after key {number}"

    assert run_main([str(seed)], script, size=size) == 0


def test_tab_on_one_page_paints_the_lines_of_two_suggestions(seed: Path) -> None:
    def script(driver: Driver) -> None:
        offered(driver)
        driver.key(Qt.Key.Key_Tab)
        before, painted = current_number(driver), list[int]()
        driver.view.underlays.append(
            lambda _painter, _scene, _theme, region: painted.append(
                sum(rect.height() for rect in region)
            )
        )
        driver.key(Qt.Key.Key_Tab)
        assert current_number(driver) != before
        assert 0 < max(painted) < driver.view.viewport().height() // 2

    assert run_main([str(seed)], script) == 0


def test_an_edit_that_decides_no_suggestion_paints_its_own_lines_alone(seed: Path) -> None:
    def script(driver: Driver) -> None:
        queue = offered(driver)
        free = next(
            at
            for at in range(len(driver.text()))
            if driver.text()[at : at + 6].isalpha() and not any(queue.touching(at - 9, at + 15))
        )
        driver.view.select(free, free + 6)
        driver.settle()
        painted = list[int]()
        driver.view.underlays.append(
            lambda _painter, _scene, _theme, region: painted.append(
                sum(rect.height() for rect in region)
            )
        )
        driver.key("1")
        driver.control(Qt.Key.Key_Z)
        assert 0 < max(painted) < driver.view.viewport().height() // 2

    assert run_main([str(seed)], script) == 0
