import pytest
from PySide6.QtCore import QRect, Qt
from pytestqt.qtbot import QtBot

from annotator.core import edits
from annotator.ui.lists.entity_picker import Choice, EntityPicker, rank
from annotator.ui.theme.theme import LIGHT
from tests.ui.lists.conftest import Desk

KEY = Qt.Key
PLACE = QRect(10, 10, 80, 20)


@pytest.fixture
def picker(qtbot: QtBot, desk: Desk) -> EntityPicker:
    picker = EntityPicker(desk.session, LIGHT)
    qtbot.addWidget(picker)
    return picker


def offered(picker: EntityPicker) -> list[str]:
    return [str(picker.model.index(row).data()) for row in range(picker.model.rowCount())]


def test_a_beginning_fits_better_than_a_word_and_a_word_better_than_a_piece() -> None:
    names = ["marianne", "bob anders", "ann lee", "oslo"]
    assert [rank(name, "an") for name in names] == [2, 1, 0, None]


def test_typing_narrows_down_and_enter_takes_the_best(qtbot: QtBot, picker: EntityPicker) -> None:
    picker.open_at(PLACE)
    assert offered(picker) == ["Oslo", "Ann Lee", "Bob Ray"]
    qtbot.keyClicks(picker.line, "L")
    assert offered(picker) == ["Ann Lee", "Oslo"]
    with qtbot.waitSignal(picker.chosen) as chosen:
        qtbot.keyClick(picker.line, KEY.Key_Return)
    assert chosen.args is not None
    assert (chosen.args[0].kind, chosen.args[0].value) == ("entity", "e1")
    assert not picker.isVisible()


def test_arrow_keys_choose_and_escape_leaves(qtbot: QtBot, picker: EntityPicker) -> None:
    picker.open_at(PLACE, exclude=["e3"])
    qtbot.keyClick(picker.line, KEY.Key_Down)
    assert picker.view.currentIndex().data() == "Bob Ray"
    with qtbot.assertNotEmitted(picker.chosen), qtbot.waitSignal(picker.closed):
        qtbot.keyClick(picker.line, KEY.Key_Escape)


def test_people_come_before_special_answers_and_enter_alone_takes_one(
    qtbot: QtBot, picker: EntityPicker
) -> None:
    picker.open_at(PLACE, specials=[("none", "No speaker")], first=["e2"])
    assert offered(picker) == ["Bob Ray", "Oslo", "Ann Lee", "No speaker"]
    assert picker.view.currentIndex().data() == "Bob Ray"
    qtbot.keyClicks(picker.line, "no")
    with qtbot.waitSignal(picker.chosen) as chosen:
        qtbot.keyClick(picker.line, KEY.Key_Return)
    assert chosen.args == [Choice("special", "none", "No speaker")]


def test_what_fits_nobody_can_be_offered_as_a_new_entity(
    qtbot: QtBot, picker: EntityPicker
) -> None:
    picker.open_at(PLACE, allow_new=True)
    assert offered(picker)[-1] == "New entity …"
    qtbot.keyClicks(picker.line, "Zoe  Day")
    with qtbot.waitSignal(picker.chosen) as chosen:
        qtbot.keyClick(picker.line, KEY.Key_Return)
    assert chosen.args == [Choice("new", "Zoe Day", "New entity “Zoe Day”")]


def test_the_popup_is_as_high_as_its_line_and_its_answers(
    qtbot: QtBot, picker: EntityPicker
) -> None:
    margins = picker.layout().contentsMargins()
    frame = margins.top() + margins.bottom() + picker.layout().spacing()
    for specials in ([], [("none", "No speaker"), ("group", "Group")]):
        picker.open_at(PLACE, specials=specials)
        for typed in ("", "b", "ob", "zzz"):
            picker.line.clear()
            picker.line.textEdited.emit("")
            qtbot.keyClicks(picker.line, typed)
            rows = max(1, picker.model.rowCount())
            answers = min(rows, 8) * picker.view.sizeHintForRow(0) + 2 if rows > 1 else None
            parts = picker.line.height() + picker.view.height() + frame
            assert parts <= picker.height() <= parts + 4  # its border
            assert answers is None or picker.view.height() == answers
        picker.hide()


def test_who_cannot_speak_comes_last_where_a_speaker_is_asked_for(
    qtbot: QtBot, picker: EntityPicker
) -> None:
    session = picker._session
    session.perform(lambda _, on: edits.relabel_entity(on, "e3", "NORP", "Nationality"))
    picker.open_at(PLACE, specials=[("none", "No speaker")])
    assert offered(picker)[-2:] == [session.annotation.entities["e3"].name, "No speaker"]
    picker.open_at(PLACE)
    assert "No speaker" not in offered(picker)
