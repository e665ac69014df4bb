from collections.abc import Callable

import pytest
from PySide6.QtCore import QAbstractItemModel, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QMenu
from pytestqt.qtbot import QtBot

from annotator.ui.lists.entity_model import ROW_ROLE
from annotator.ui.lists.quote_model import CARD_ROLE
from annotator.ui.lists.selection_synced_list import SelectionSyncedList
from annotator.ui.lists.side_panel import SidePanel
from annotator.ui.session import SelectedItem
from annotator.ui.theme.theme import DARK, LIGHT
from tests.ui.lists.conftest import Desk, registry_of

Strict = Callable[[QAbstractItemModel], None]
KEY = Qt.Key
LEFT = Qt.MouseButton.LeftButton
NONE = Qt.KeyboardModifier.NoModifier


@pytest.fixture
def panel(qtbot: QtBot, desk: Desk, strict: Strict) -> SidePanel:
    panel = SidePanel(desk.session, LIGHT, registry_of(desk.session))
    strict(panel.quotes.quotes)
    strict(panel.entities.entities)
    qtbot.addWidget(panel)
    panel.resize(360, 800)
    panel.show()
    qtbot.waitExposed(panel)
    panel.activateWindow()
    return panel


def focus(qtbot: QtBot, view: SelectionSyncedList, row: int) -> None:
    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    view.setCurrentIndex(view.model().index(row, 0))


def click(qtbot: QtBot, view: SelectionSyncedList, point: QPoint) -> None:
    qtbot.mouseClick(view.viewport(), LEFT, NONE, point)


def entity_part(panel: SidePanel, row: int, part: str) -> QPoint:
    view = panel.entities
    index = view.model().index(row, 0)
    places = view.itemDelegate().layout(view.visualRect(index), index.data(ROW_ROLE), view.font())
    return getattr(places, part).center()


def quote_part(panel: SidePanel, row: int, part: str) -> QPoint:
    view = panel.quotes
    index = view.model().index(row, 0)
    places = view.itemDelegate().layout(view.visualRect(index), index.data(CARD_ROLE), view.font())
    return getattr(places, part).center()


def open_menu() -> QMenu:
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def test_a_picked_item_is_selected_in_its_list_and_only_there(panel: SidePanel, desk: Desk) -> None:
    desk.session.select(SelectedItem("quote", "q2"))
    assert panel.quotes.current_selected_item() == SelectedItem("quote", "q2")
    assert not panel.entities.selectedIndexes()
    desk.session.select(SelectedItem("mention", "m2"))
    assert panel.entities.current_selected_item() == SelectedItem("entity", "e2")
    assert not panel.quotes.selectedIndexes()
    assert desk.session.selected_item == SelectedItem("mention", "m2")
    assert not panel.entities.hasFocus()


def test_a_click_picks_the_row_and_asks_the_text_to_show_it(
    qtbot: QtBot, panel: SidePanel, desk: Desk
) -> None:
    with (
        qtbot.waitSignal(panel.activated_place) as seen,
        qtbot.waitSignal(panel.place_activated) as place,
    ):
        click(qtbot, panel.entities, entity_part(panel, 1, "name"))
    assert desk.session.selected_item == SelectedItem("entity", "e2")
    assert (seen.args, place.args) == ([SelectedItem("entity", "e2")], [12, 19])
    with qtbot.waitSignal(panel.place_activated):
        click(qtbot, panel.quotes, quote_part(panel, 0, "content"))
    assert desk.session.selected_item == SelectedItem("quote", "q1")


def test_arrow_keys_pick_row_by_row(qtbot: QtBot, panel: SidePanel, desk: Desk) -> None:
    focus(qtbot, panel.entities, 0)
    qtbot.keyClick(panel.entities, KEY.Key_Down)
    assert desk.session.selected_item == SelectedItem("entity", "e2")


@pytest.mark.parametrize("key", [KEY.Key_F2, KEY.Key_Return])
def test_a_key_renames_the_entity_in_its_row(
    qtbot: QtBot, panel: SidePanel, desk: Desk, key: Qt.Key
) -> None:
    focus(qtbot, panel.entities, 0)
    qtbot.keyClick(panel.entities, key)
    editor = panel.entities.findChild(QLineEdit)
    assert isinstance(editor, QLineEdit)
    assert editor.text() == "Ann Lee"
    editor.selectAll()
    qtbot.keyClicks(editor, "Annabel")
    qtbot.keyClick(editor, KEY.Key_Return)
    qtbot.waitUntil(lambda: panel.entities.model().index(0, 0).data() == "Annabel")
    assert desk.names()["e1"] == "Annabel"


def test_a_double_click_on_the_name_renames(qtbot: QtBot, panel: SidePanel) -> None:
    qtbot.mouseDClick(panel.entities.viewport(), LEFT, NONE, entity_part(panel, 1, "name"))
    editor = panel.entities.findChild(QLineEdit)
    assert isinstance(editor, QLineEdit)
    assert editor.text() == "Bob Ray"


def test_a_click_on_the_pill_and_a_digit_relabel_the_entity(
    qtbot: QtBot, panel: SidePanel, desk: Desk
) -> None:
    click(qtbot, panel.entities, entity_part(panel, 2, "label"))
    qtbot.keyClick(open_menu(), "2")
    assert desk.again().entities["e3"].label == "ORG"


def test_right_unfolds_left_folds_and_a_mention_can_be_picked(
    qtbot: QtBot, panel: SidePanel, desk: Desk
) -> None:
    focus(qtbot, panel.entities, 2)
    qtbot.keyClick(panel.entities, KEY.Key_Right)
    assert panel.entities.model().rowCount() == 6
    qtbot.keyClick(panel.entities, KEY.Key_Down)
    assert desk.session.selected_item == SelectedItem("mention", "m3")
    qtbot.keyClick(panel.entities, KEY.Key_Left)
    assert panel.entities.model().rowCount() == 3
    assert panel.entities.current_selected_item() == SelectedItem("entity", "e3")


def test_the_small_arrow_unfolds_too(qtbot: QtBot, panel: SidePanel) -> None:
    click(qtbot, panel.entities, entity_part(panel, 0, "fold"))
    assert panel.entities.model().rowCount() == 5


def test_m_asks_for_the_entity_to_merge_with(qtbot: QtBot, panel: SidePanel, desk: Desk) -> None:
    focus(qtbot, panel.entities, 1)
    qtbot.keyClick(panel.entities, KEY.Key_M)
    qtbot.keyClicks(panel.entities.picker.line, "lee")
    qtbot.keyClick(panel.entities.picker.line, KEY.Key_Return)
    assert desk.names() == {"e1": "Ann Lee", "e3": "Oslo"}
    assert len(desk.again().mentions_of("e1")) == 3
    assert desk.session.selected_item == SelectedItem("entity", "e1")


def test_m_merges_several_selected_rows_into_the_current_one(
    qtbot: QtBot, panel: SidePanel, desk: Desk
) -> None:
    focus(qtbot, panel.entities, 0)
    qtbot.keyClick(panel.entities, KEY.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(panel.entities, KEY.Key_M)
    assert desk.names() == {"e2": "Bob Ray", "e3": "Oslo"}


def test_an_entity_dropped_on_another_is_merged_into_it(panel: SidePanel, desk: Desk) -> None:
    model = panel.entities.entities
    drop_on(panel, model.mimeData([model.index(1)]), 0)
    assert desk.names() == {"e1": "Ann Lee", "e3": "Oslo"}


def test_a_mention_dropped_on_an_entity_moves_to_it(panel: SidePanel, desk: Desk) -> None:
    model = panel.entities.entities
    model.unfold("e3", on=True)
    drop_on(panel, model.mimeData([model.index(5)]), 0)
    assert desk.again().mentions["m5"].entity_id == "e1"


def drop_on(panel: SidePanel, data: QMimeData, row: int) -> None:
    point, copy = entity_part(panel, row, "name"), Qt.DropAction.CopyAction
    viewport = panel.entities.viewport()
    QApplication.sendEvent(viewport, QDragEnterEvent(point, copy, data, LEFT, NONE))
    QApplication.sendEvent(viewport, QDragMoveEvent(point, copy, data, LEFT, NONE))
    QApplication.sendEvent(viewport, QDropEvent(QPointF(point), copy, data, LEFT, NONE))


def test_shift_m_splits_the_selected_mention_off(
    qtbot: QtBot, panel: SidePanel, desk: Desk
) -> None:
    panel.entities.entities.unfold("e3", on=True)
    focus(qtbot, panel.entities, 5)
    qtbot.keyClick(panel.entities, KEY.Key_M, Qt.KeyboardModifier.ShiftModifier)
    assert sorted(desk.names().values()) == ["Ann Lee", "Bob Ray", "Oslo", "cold"]


def test_delete_takes_the_entity_and_goes_on_with_the_next_row(
    qtbot: QtBot, panel: SidePanel, desk: Desk
) -> None:
    focus(qtbot, panel.entities, 1)
    qtbot.keyClick(panel.entities, KEY.Key_Delete)
    assert desk.names() == {"e1": "Ann Lee", "e3": "Oslo"}
    assert desk.session.selected_item == SelectedItem("entity", "e3")


@pytest.mark.parametrize("key", [KEY.Key_S, KEY.Key_Return])
def test_a_key_and_some_letters_set_the_speaker(
    qtbot: QtBot, panel: SidePanel, desk: Desk, key: Qt.Key
) -> None:
    focus(qtbot, panel.quotes, 1)
    qtbot.keyClick(panel.quotes, key)
    qtbot.keyClicks(panel.quotes.picker.line, "ray")
    qtbot.keyClick(panel.quotes.picker.line, KEY.Key_Return)
    assert desk.again().quotes["q2"].speakers == ("e2",)


def test_a_click_on_the_pill_offers_unnamed_speakers_too(
    qtbot: QtBot, panel: SidePanel, desk: Desk
) -> None:
    click(qtbot, panel.quotes, quote_part(panel, 0, "speaker"))
    qtbot.keyClicks(panel.quotes.picker.line, "unn")
    qtbot.keyClick(panel.quotes.picker.line, KEY.Key_Return)
    quote = desk.again().quotes["q1"]
    assert (quote.speaker_status, quote.speakers) == ("unnamed", ())


def test_t_and_a_letter_set_the_type(qtbot: QtBot, panel: SidePanel, desk: Desk) -> None:
    focus(qtbot, panel.quotes, 1)
    qtbot.keyClick(panel.quotes, KEY.Key_T)
    qtbot.keyClick(open_menu(), KEY.Key_M)
    quote = desk.again().quotes["q2"]
    assert (quote.type, quote.type_set) == ("mixed", True)


def test_delete_takes_the_quote(qtbot: QtBot, panel: SidePanel, desk: Desk) -> None:
    focus(qtbot, panel.quotes, 0)
    qtbot.keyClick(panel.quotes, KEY.Key_Delete)
    assert list(desk.again().quotes) == ["q2"]
    assert desk.session.selected_item == SelectedItem("quote", "q2")


def test_the_menus_name_what_can_be_done_and_its_key(panel: SidePanel, desk: Desk) -> None:
    desk.session.select(SelectedItem("entity", "e1"))
    actions = [a for a in panel.entities.menu().actions() if not a.isSeparator()]
    words = {a.text().replace("&", ""): a.shortcut().toString() for a in actions}
    assert words == {
        "Label": "",
        "Rename": "F2",
        "Merge into …": "M",
        "Split off": "Shift+M",
        "Show in text": "Space",
        "Delete": "Del",
    }


def test_the_window_can_ask_for_speaker_type_and_name(
    qtbot: QtBot, panel: SidePanel, desk: Desk
) -> None:
    on = desk.session.annotation
    assert on is not None
    panel.choose_speaker(on.quotes["q2"])
    assert panel.quotes.picker.isVisible()
    qtbot.keyClick(panel.quotes.picker.line, KEY.Key_Escape)
    assert not panel.quotes.picker.isVisible()
    panel.rename_entity(on.entities["e2"])
    assert panel.entities.findChild(QLineEdit) is not None
    with qtbot.waitSignal(desk.session.status_message) as said:
        panel.choose_type(None)
    assert said.args == ["Click the quote whose type to set."]


def test_both_looks_paint_and_differ(panel: SidePanel) -> None:
    light = panel.grab().toImage()
    panel.set_theme(DARK)
    assert panel.grab().toImage() != light
