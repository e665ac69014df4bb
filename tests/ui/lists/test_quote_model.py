from collections.abc import Callable

from PySide6.QtCore import QAbstractItemModel, Qt
from pytestqt.qtbot import QtBot

from annotator.core import edits
from annotator.ui.lists.quote_model import CARD_ROLE, QuoteCard, QuoteModel
from tests.ui.lists.conftest import TEXT, Desk

Strict = Callable[[QAbstractItemModel], None]


def cards(model: QuoteModel) -> list[QuoteCard]:
    return [model.index(row).data(CARD_ROLE) for row in range(model.rowCount())]


def test_a_card_shows_speaker_cue_number_and_all_parts_of_the_content(desk: Desk) -> None:
    first, second = cards(QuoteModel(desk.session))
    assert (first.speaker, first.cue, first.number) == ("Ann Lee", "said", 1)
    assert first.content == "“We won,” … “at last.”"
    assert not first.open
    assert first.tone == 0
    assert (second.speaker, second.open, second.tone) == ("Who?", True, None)


def test_a_new_quote_gets_its_row_and_one_signal_renews_the_numbers_behind_it(
    qtbot: QtBot, desk: Desk, strict: Strict
) -> None:
    model = QuoteModel(desk.session)
    strict(model)
    changed: list[tuple[int, int]] = []
    model.dataChanged.connect(lambda first, last: changed.append((first.row(), last.row())))
    start = TEXT.index("Bob Ray in Oslo")
    with qtbot.assertNotEmitted(model.modelReset):
        desk.session.perform(lambda a, on: edits.create_quote(a, on, start, start + 15))
    assert [card.number for card in cards(model)] == [1, 2, 3]
    assert cards(model)[0].content == "Bob Ray in Oslo"
    assert changed == [(0, 2)]
    desk.session.undo()
    assert [card.quote.id for card in cards(model)] == ["q1", "q2"]


def test_a_new_name_of_the_speaker_shows_on_the_cards(desk: Desk, strict: Strict) -> None:
    model = QuoteModel(desk.session)
    strict(model)
    changed: list[int] = []
    model.dataChanged.connect(lambda first, last: changed.append(first.row()))
    desk.session.perform(lambda _, on: edits.rename_entity(on, "e1", "Annabel Lee"))
    assert cards(model)[0].speaker == "Annabel Lee"
    assert changed == [0]


def test_without_its_entity_a_quote_asks_again_who_speaks(desk: Desk, strict: Strict) -> None:
    model = QuoteModel(desk.session)
    strict(model)
    desk.session.perform(lambda _, on: edits.delete_entity(on, "e1"))
    assert cards(model)[0].speaker == "Who?"


def test_sorted_by_speaker_a_quote_moves_when_it_gets_one(desk: Desk, strict: Strict) -> None:
    desk.session.perform(lambda _, on: edits.set_speakers(on, "q1", []))
    model = QuoteModel(desk.session)
    strict(model)
    model.sort_by("speaker")
    assert [card.quote.id for card in cards(model)] == ["q1", "q2"]
    desk.session.perform(lambda _, on: edits.set_speakers(on, "q2", ["e2"]))
    assert [(card.quote.id, card.number) for card in cards(model)] == [("q2", 2), ("q1", 1)]
    model.sort_by("position")
    assert [card.quote.id for card in cards(model)] == ["q1", "q2"]


def test_a_quote_whose_start_moves_behind_another_moves_its_row(desk: Desk, strict: Strict) -> None:
    model = QuoteModel(desk.session)
    strict(model)
    start = TEXT.index("nodded")
    part = cards(model)[0].quote.parts("content")[1]
    desk.session.perform(
        lambda a, on: edits.remove_part(a, on, "q1", on.quotes["q1"].parts("content")[0])
    )
    desk.session.perform(
        lambda a, on: edits.resize_part(a, on, "q1", part, start, start + len("nodded"))
    )
    assert [(card.quote.id, card.number) for card in cards(model)] == [("q2", 1), ("q1", 2)]


def test_a_card_can_be_read_aloud(desk: Desk) -> None:
    model = QuoteModel(desk.session)
    spoken = [model.index(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in (0, 1)]
    assert spoken == [
        "Quote 1, direct, by Ann Lee: “We won,” … “at last.”",
        "Quote 2, indirect, by nobody yet: Oslo was cold",
    ]
