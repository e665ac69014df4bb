"""RowList beside the QListView that it stands in for: the same hands, the same outcome."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QSize,
    QStringListModel,
    Qt,
)
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QLineEdit,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)
from pytestqt.qtbot import QtBot

from annotator.ui.lists.row_list import RowList
from tests.examples import examples

HEIGHT = 23
KEYS = (
    *(Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End),
    *(Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Left, Qt.Key.Key_Right),
)
MODIFIERS = (
    *(Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier),
    *(Qt.KeyboardModifier.ControlModifier,),
)
SELECTION = QAbstractItemView.SelectionMode
Index = QModelIndex | QPersistentModelIndex


class Rows(QStringListModel):
    """Counts how often a view asks for what a row shows."""

    asked = 0

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        self.asked += 1
        return super().data(index, role)


class Low(QStyledItemDelegate):
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(50, HEIGHT)


def view_of(kind: type[QListView], rows: int, mode: SELECTION) -> QListView:
    view = kind()
    view.setUniformItemSizes(True)
    view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
    view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    view.setSelectionMode(mode)
    view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    view.setItemDelegate(Low(view))
    view.setModel(Rows([f"row {n}" for n in range(rows)], view))
    view.setStyleSheet("QListView { background: white; color: black; }")
    view.resize(160, 200)
    return view


def place(view: QListView, row: int) -> QPoint:
    return QPoint(20, row * HEIGHT + HEIGHT // 2 - view.verticalScrollBar().value())


def seen(view: QListView) -> list[object]:
    """Everything that a person or a screen reader notices of a list, but its picture."""
    model, bar = view.model(), view.verticalScrollBar()
    rows = range(model.rowCount())
    return [
        view.currentIndex().row(),
        [row for row in rows if view.selectionModel().isSelected(model.index(row, 0))],
        [view.visualRect(model.index(row, 0)) for row in rows if not view.isRowHidden(row)],
        [view.indexAt(QPoint(5, y)).row() for y in range(-5, 260, 7)],
        bar.maximum() and (bar.value(), bar.maximum(), bar.pageStep(), bar.singleStep()),
    ]


def to_front(view: QListView) -> None:
    view.activateWindow()
    view.setFocus()
    QApplication.processEvents()


def on_screen(view: QListView) -> QImage:
    """The pixels that the screen has, which need not be those that painting anew would give."""
    for _ in range(3):
        QApplication.processEvents()
    return view.screen().grabWindow(view.window().winId()).toImage()


def picture(view: QListView) -> QImage:
    to_front(view)
    return view.viewport().grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def hands() -> st.SearchStrategy[list[Callable[[QListView], object]]]:
    """Operations for both lists: keys, clicks, rows that come, go and hide, jumps, wheels."""

    def key(key: Qt.Key, modifiers: Qt.KeyboardModifier) -> Callable[[QListView], object]:
        return lambda view: QTest.keyClick(view, key, modifiers)

    def click(row: int, modifiers: Qt.KeyboardModifier) -> Callable[[QListView], object]:
        left = Qt.MouseButton.LeftButton
        return lambda view: QTest.mouseClick(view.viewport(), left, modifiers, place(view, row))

    def insert(row: int, count: int) -> Callable[[QListView], object]:
        return lambda view: view.model().insertRows(min(row, view.model().rowCount()), count)

    def remove(row: int, count: int) -> Callable[[QListView], object]:
        def do(view: QListView) -> None:
            model = view.model()
            model.removeRows(row, min(count, model.rowCount() - row))

        return do

    def scroll(row: int, hint: QAbstractItemView.ScrollHint) -> Callable[[QListView], object]:
        return lambda view: view.scrollTo(view.model().index(row, 0), hint)

    def drag(value: int) -> Callable[[QListView], object]:
        return lambda view: view.verticalScrollBar().setValue(value)

    row, modifiers = st.integers(0, 45), st.sampled_from(MODIFIERS)
    hints = st.sampled_from(list(QAbstractItemView.ScrollHint))
    return st.lists(
        st.one_of(
            st.builds(key, st.sampled_from(KEYS), modifiers),
            st.builds(click, row, modifiers),
            st.builds(insert, row, st.integers(1, 3)),
            st.builds(remove, row, st.integers(1, 3)),
            st.builds(scroll, row, hints),
            st.builds(drag, st.integers(0, 900)),
        ),
        max_size=12,
    )


@pytest.mark.usefixtures("qapp")
@settings(max_examples=examples(20))
@given(
    rows=st.integers(0, 40),
    mode=st.sampled_from((SELECTION.SingleSelection, SELECTION.ExtendedSelection)),
    operations=hands(),
)
def test_it_does_what_a_plain_list_of_qt_does(
    rows: int, mode: SELECTION, operations: list[Callable[[QListView], object]]
) -> None:
    ours, plain = (view_of(kind, rows, mode) for kind in (RowList, QListView))
    for view in (ours, plain):
        view.show()
        QApplication.processEvents()
    for operation in operations:
        for view in (ours, plain):
            to_front(view)
            operation(view)
            QApplication.processEvents()
        assert seen(ours) == seen(plain)
        before = on_screen(ours)
        ours.viewport().update()
        assert on_screen(ours) == before, "a part of the screen is not up to date"
    assert picture(ours) == picture(plain)
    for view in (ours, plain):
        view.close()
        view.deleteLater()


@pytest.fixture
def shown(qtbot: QtBot) -> Callable[[int], RowList]:
    def make(rows: int) -> RowList:
        view = view_of(RowList, rows, SELECTION.ExtendedSelection)
        qtbot.addWidget(view)
        view.show()
        qtbot.waitExposed(view)
        to_front(view)
        assert isinstance(view, RowList)
        return view

    return make


def hide(view: QListView, rows: range, *, hidden: bool = True) -> None:
    for row in rows:
        view.setRowHidden(row, hidden)
    for _ in range(3):  # the scroll bar comes or goes after the rows
        QApplication.processEvents()


def test_hidden_rows_take_no_room_and_no_key_stops_at_them(shown: Callable[[int], RowList]) -> None:
    view = shown(30)
    view.setCurrentIndex(view.model().index(1, 0))
    hide(view, range(2, 28))
    assert view.verticalScrollBar().maximum() == 0
    assert view.indexAt(QPoint(5, 2 * HEIGHT + 3)).row() == 28
    assert view.visualRect(view.model().index(5, 0)).isEmpty()
    QTest.keyClick(view, Qt.Key.Key_Down)
    assert view.currentIndex().row() == 28
    QTest.keyClick(view, Qt.Key.Key_End)
    assert view.currentIndex().row() == 29


def test_a_selection_over_hidden_rows_leaves_them_out(shown: Callable[[int], RowList]) -> None:
    view = shown(30)
    hide(view, range(2, 28))
    view.setCurrentIndex(view.model().index(1, 0))
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    chosen = view.selectionModel().selectedIndexes()
    assert sorted(index.row() for index in chosen) == [1, 28]


def test_rows_that_are_shown_again_stand_where_they_stood(shown: Callable[[int], RowList]) -> None:
    view = shown(30)
    before = seen(view)
    hide(view, range(2, 28))
    hide(view, range(30), hidden=False)
    assert seen(view) == before


def test_the_row_under_the_mouse_looks_so(qtbot: QtBot, shown: Callable[[int], RowList]) -> None:
    view = shown(5)
    view.setStyleSheet("QListView::item:hover { background: rgb(10, 200, 30); }")
    view.viewport().setMouseTracking(True)
    qtbot.mouseMove(view.viewport(), place(view, 2))
    QApplication.processEvents()
    image = view.viewport().grab().toImage()
    green = [
        row for row in range(5) if image.pixelColor(150, place(view, row).y()).getRgb()[1] == 200
    ]
    assert green == [2]


def test_what_is_below_the_editor_of_a_row_is_not_painted(shown: Callable[[int], RowList]) -> None:
    view = shown(3)
    view.edit(view.model().index(1, 0))
    editor = view.indexWidget(view.model().index(1, 0))
    assert isinstance(editor, QLineEdit)
    editor.setReadOnly(True)  # without a caret
    editor.deselect()
    editor.setStyleSheet("background: transparent; color: transparent; border: none;")
    image = view.viewport().grab().toImage()
    band = image.copy(view.visualRect(view.model().index(1, 0)).adjusted(4, 4, -40, -4))
    dark = [
        (x, y)
        for x in range(band.width())
        for y in range(band.height())
        if band.pixelColor(x, y).lightness() < 100
    ]
    assert not dark


def wheel(view: QListView, notches: int) -> None:
    middle = view.viewport().mapTo(view.window(), view.viewport().rect().center())
    QTest.wheelEvent(view.windowHandle(), QPointF(middle), QPoint(0, notches * 120))


@pytest.mark.parametrize(
    "scroll",
    [
        lambda view: wheel(view, -2),
        lambda view: QTest.keyClick(view, Qt.Key.Key_End),
        lambda view: QTest.keyClick(view, Qt.Key.Key_PageDown),
        lambda view: view.verticalScrollBar().setValue(7),
        lambda view: view.scrollTo(view.model().index(30, 0)),
    ],
)
def test_after_scrolling_the_screen_shows_the_rows_that_are_there(
    shown: Callable[[int], RowList], scroll: Callable[[RowList], object]
) -> None:
    view = shown(60)
    view.setCurrentIndex(view.model().index(5, 0))
    top = on_screen(view)
    scroll(view)
    scrolled = on_screen(view)
    assert view.verticalScrollBar().value() > 0
    assert scrolled != top
    view.viewport().update()
    assert on_screen(view) == scrolled


def test_the_editor_of_a_row_moves_with_it(shown: Callable[[int], RowList]) -> None:
    view = shown(60)
    index = view.model().index(3, 0)
    view.edit(index)
    view.verticalScrollBar().setValue(HEIGHT)
    assert view.indexWidget(index).geometry().top() == view.visualRect(index).top() == 2 * HEIGHT


def test_it_asks_for_what_is_in_sight_only(shown: Callable[[int], RowList]) -> None:
    asked = []
    for rows in (50, 5000):
        view = shown(rows)
        model = view.model()
        assert isinstance(model, Rows)
        QApplication.processEvents()
        model.asked = 0
        model.insertRows(20, 1)
        view.setCurrentIndex(model.index(20, 0))
        QApplication.processEvents()
        view.viewport().grab()
        asked.append(model.asked)
    assert asked[0] == asked[1] > 0
