"""Labels whose words change all the time."""

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QWidget
from pytestqt.qtbot import QtBot

from annotator.ui.widgets.fixed_size_label import FixedSizeLabel


class Requests(QObject):
    """Counts how often a widget is asked to lay itself out."""

    def __init__(self, watched: QWidget) -> None:
        super().__init__(watched)
        self.count = 0
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() == QEvent.Type.LayoutRequest
        return super().eventFilter(watched, event)


def settle() -> None:
    for _ in range(3):
        QApplication.processEvents()


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    """A label in a row with room for more."""
    window, label = QWidget(), QLabel("ab")
    row = QHBoxLayout(window)
    row.addWidget(FixedSizeLabel(label))
    row.addStretch(1)
    qtbot.addWidget(window)
    window.resize(400, 60)
    window.show()
    qtbot.waitExposed(window)
    settle()
    return window


def test_other_words_of_the_same_size_lay_nothing_out(window: QWidget) -> None:
    (label,), requests = window.findChildren(QLabel), Requests(window)
    before = label.grab().toImage()
    label.setText("ba")
    settle()
    assert requests.count == 0
    assert label.grab().toImage() != before


def test_longer_words_get_the_room_they_need(window: QWidget) -> None:
    (label,), requests = window.findChildren(QLabel), Requests(window)
    label.setText("a good deal longer")
    settle()
    assert requests.count == 1
    assert label.width() >= label.sizeHint().width()
    label.setText("ab")
    settle()
    assert label.width() < 100


def test_words_that_came_while_hidden_get_the_room_they_need(window: QWidget) -> None:
    (label,) = window.findChildren(QLabel)
    window.hide()
    label.setText("a good deal longer")
    window.show()
    settle()
    assert label.width() >= label.sizeHint().width()
