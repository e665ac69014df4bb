"""The reading popup, the layer switch in the status bar, and the map beside the scroll bar."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QFont, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QFontComboBox,
    QPushButton,
    QSlider,
    QToolButton,
)

from annotator.ui.article.layer_toggle import LayerToggle
from annotator.ui.article.text_settings import TextSettings
from annotator.ui.article.text_settings_popup import TextSettingsPopup
from annotator.ui.theme.theme import LIGHT
from tests.ui.driving import WIDE, Driver, annotated, run_main
from tests.ui.reading_hands import NEWS, layer_key, mark_some

Projects = Callable[..., Path]
BLUE, GREEN, SPEAKER = LIGHT.tones["blue"], LIGHT.tones["green"], LIGHT.speakers[0]


# The popup and the switch in the status bar


def popup() -> TextSettingsPopup:
    found = QApplication.activePopupWidget()
    assert isinstance(found, TextSettingsPopup)
    return found


def test_the_popup_sets_size_distance_length_and_font_by_keys_at_once(
    project_of: Projects,
) -> None:
    project = project_of(NEWS)

    def script(driver: Driver) -> None:
        driver.key(Qt.Key.Key_F7)
        sliders = popup().findChildren(QSlider)
        assert [s.accessibleName() for s in sliders] == ["Size", "Line distance", "Line length"]
        assert popup().focusWidget() is sliders[0]
        before = driver.view.scene().lines[0].line.width()
        for slider, times in zip(sliders, (3, 2, 1), strict=True):
            for _ in range(times):
                QTest.keyClick(slider, Qt.Key.Key_Right)
        driver.settle()
        reading = driver.view.reading
        assert (reading.size, reading.spacing, reading.measure) == (20, 220, 80)
        lines = driver.view.scene().lines
        assert lines[0].line.width() > before
        assert lines[3].baseline - lines[2].baseline == 44
        popup().findChild(QFontComboBox).setCurrentFont(QFont("Inter"))
        driver.settle()
        assert driver.view.document().defaultFont().family() == "Inter"
        popup().close()

    def later(driver: Driver) -> None:
        assert driver.view.reading == TextSettings("Inter", 20, 220, 80)
        driver.key(Qt.Key.Key_F7)
        QTest.mouseClick(popup().findChild(QPushButton), Qt.MouseButton.LeftButton)
        assert driver.view.reading == TextSettings()
        assert [s.value() for s in popup().findChildren(QSlider)] == [17, 210, 75]
        popup().close()

    run_main([str(project)], script, size=WIDE)
    run_main([str(project)], later, size=WIDE)


def test_popup_menu_and_status_bar_show_the_same_layers(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        mark_some(driver)
        switch = driver.window.workspace.status_bar.findChild(LayerToggle)
        buttons = {b.text(): b for b in switch.findChildren(QToolButton)}
        assert list(buttons) == ["Quotes", "Entities", "Links"]
        QTest.mouseClick(buttons["Entities"], Qt.MouseButton.LeftButton)
        assert not driver.painted("Oslo", GREEN.fill)
        assert not driver.window.workspace.actions["layer_entities"].isChecked()
        driver.key(Qt.Key.Key_F7)
        boxes = {b.text().replace("&", ""): b for b in popup().findChildren(QCheckBox)}
        states = [box.isChecked() for box in boxes.values()]
        assert states == [True, False, True, True]
        boxes["Show entities"].click()
        popup().close()
        assert driver.painted("Oslo", GREEN.fill)
        assert buttons["Entities"].isChecked()
        buttons["Quotes"].setFocus()
        driver.key(Qt.Key.Key_Space)
        assert not driver.painted("will win", SPEAKER.fill)

    annotated(project_of(NEWS), script)


def test_setting_the_text_anew_keeps_selection_and_place(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        driver.view.verticalScrollBar().setValue(800)
        driver.settle()
        line = next(line for line in driver.view.scene().lines if line.top > 60)
        driver.view.select(line.start + 3, line.start + 8)
        words = driver.selected()
        for _ in range(3):
            driver.control("=")
        assert driver.selected() == words
        assert any(line.start <= other.start < line.end for other in driver.view.scene().lines)

    annotated(project_of("\n\n".join(f"Paragraph {n}. " + NEWS for n in range(30))), script)


# The map beside the scroll bar


def test_the_map_shows_where_spans_lie_and_follows_edits_and_layers(
    qtbot, project_of: Projects
) -> None:
    text = "More words here. " * 400 + "Oslo. " + "More words here. " * 400

    def script(driver: Driver) -> None:
        minimap = driver.window.workspace.article.minimap

        def marks() -> list[int]:
            image, wanted = minimap.grab().toImage(), QColor(GREEN.edge)
            return [y for y in range(image.height()) if image.pixelColor(4, y) == wanted]

        assert minimap.isVisible()
        assert marks() == []
        driver.select("Oslo")
        driver.key("3")
        qtbot.waitUntil(lambda: len(marks()) > 0)
        middle = sum(marks()) / len(marks())
        assert abs(middle - minimap.height() / 2) <= 4
        layer_key(driver, "2")
        qtbot.waitUntil(lambda: marks() == [])
        layer_key(driver, "2")
        qtbot.waitUntil(lambda: len(marks()) > 0)
        driver.control("z")
        qtbot.waitUntil(lambda: marks() == [])

    annotated(project_of(text), script)


def test_a_click_or_drag_on_the_map_goes_there_and_the_map_can_go(project_of: Projects) -> None:
    text = "\n\n".join(f"Paragraph {n}. " + "More words here. " * 30 for n in range(100))
    project = project_of(text)

    def shown(driver: Driver) -> str:
        middle = driver.view.viewport().height() // 2
        lines = driver.view.scene().lines
        line = min(lines, key=lambda line: abs(line.top + line.height / 2 - middle))
        return driver.text()[: line.start].rpartition("Paragraph ")[2].partition(".")[0]

    def script(driver: Driver) -> None:
        minimap = driver.window.workspace.article.minimap
        left, plain = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        for share in (0.5, 0.9, 0.1):
            at = QPoint(5, round(minimap.height() * share))
            QTest.mouseClick(minimap, left, plain, at)
            driver.settle()
            assert abs(int(shown(driver)) - 100 * share) <= 2
        QTest.mousePress(minimap, left, plain, QPoint(5, 10))
        to = QPointF(5, minimap.height() * 0.7)
        move = QMouseEvent(
            QEvent.Type.MouseMove, to, minimap.mapToGlobal(to), Qt.MouseButton.NoButton, left, plain
        )
        QApplication.sendEvent(minimap, move)
        driver.settle()
        assert abs(int(shown(driver)) - 70) <= 2
        width = driver.view.viewport().width()
        driver.window.workspace.actions["show_minimap"].trigger()
        driver.settle()
        assert not minimap.isVisible()
        assert driver.view.viewport().width() > width

    def later(driver: Driver) -> None:
        assert not driver.window.workspace.article.minimap.isVisible()
        assert not driver.window.workspace.actions["show_minimap"].isChecked()

    run_main([str(project)], script)
    run_main([str(project)], later)
