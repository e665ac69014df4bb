from collections.abc import Callable

import pytest
from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QMenu, QToolButton
from pytestqt.qtbot import QtBot

from annotator.core import edits
from annotator.core.models import Article
from annotator.core.record import Record
from annotator.ui.lists import article_model
from annotator.ui.lists.article_model import ARTICLE_ROLE
from annotator.ui.lists.article_panel import ArticlePanel
from annotator.ui.lists.order_button import OrderButton
from annotator.ui.theme.theme import DARK, LIGHT
from tests.ui.lists.conftest import Desk, registry_of

Strict = Callable[[QAbstractItemModel], None]
KEY = Qt.Key


@pytest.fixture
def panel(qtbot: QtBot, desk: Desk, strict: Strict) -> ArticlePanel:
    panel = ArticlePanel(desk.session, LIGHT, registry_of(desk.session))
    strict(panel.model)
    panel.article_chosen.connect(desk.session.open_article)
    qtbot.addWidget(panel)
    panel.resize(280, 700)
    panel.show()
    qtbot.waitExposed(panel)
    panel.activateWindow()
    return panel


def titles(panel: ArticlePanel) -> list[str]:
    return [str(panel.model.index(row).data()) for row in range(panel.model.rowCount())]


def words(panel: ArticlePanel, name: str) -> str:
    label = panel.findChild(QLabel, name)
    assert isinstance(label, QLabel)
    return label.text()


def finish(desk: Desk) -> None:
    desk.session.perform(lambda _, on: edits.set_status(on, "done"))


def test_a_click_chooses_an_article_and_its_row_is_the_one_on_the_desk(
    qtbot: QtBot, panel: ArticlePanel, desk: Desk
) -> None:
    index = panel.model.index(1)
    with qtbot.waitSignal(panel.article_chosen) as chosen:
        qtbot.mouseClick(
            panel.view.viewport(),
            Qt.MouseButton.LeftButton,
            pos=panel.view.visualRect(index).center(),
        )
    assert chosen.args == [panel.model.key_at(1)]
    assert desk.session.article is not None
    assert desk.session.article.title == "Rain in spring"


def test_following_the_session_chooses_nothing(
    qtbot: QtBot, panel: ArticlePanel, desk: Desk
) -> None:
    with qtbot.assertNotEmitted(panel.article_chosen):
        desk.session.open_article(panel.model.key_at(2))
    assert panel.view.currentIndex().row() == 2


def test_enter_chooses_the_row_that_the_arrow_keys_reached(
    qtbot: QtBot, panel: ArticlePanel, desk: Desk
) -> None:
    panel.view.setFocus()
    qtbot.keyClick(panel.view, KEY.Key_Down)
    assert desk.session.article_key == panel.model.key_at(0)
    qtbot.keyClick(panel.view, KEY.Key_Return)
    assert desk.session.article_key == panel.model.key_at(1)


def test_a_change_of_status_changes_one_row_and_the_progress(
    panel: ArticlePanel, desk: Desk
) -> None:
    assert panel.model.index(0).data(ARTICLE_ROLE).status == "todo"
    changed: list[tuple[int, int]] = []
    panel.model.dataChanged.connect(lambda first, last: changed.append((first.row(), last.row())))
    finish(desk)
    assert changed == [(0, 0)]
    assert panel.model.index(0).data(ARTICLE_ROLE).status == "done"
    assert words(panel, "done") == "1 of 3 done"
    desk.session.undo()
    assert panel.model.index(0).data(ARTICLE_ROLE).status == "todo"
    assert words(panel, "done") == "0 of 3 done"


def test_typing_filters_after_a_moment_and_escape_clears_and_gives_the_focus_back(
    qtbot: QtBot, panel: ArticlePanel
) -> None:
    other = QLineEdit(panel)
    other.show()
    other.setFocus()
    qtbot.waitUntil(other.hasFocus)
    panel.focus_filter()
    qtbot.keyClicks(panel.line, "spring")
    qtbot.waitUntil(lambda: titles(panel) == ["Rain in spring"])
    qtbot.keyClick(panel.line, KEY.Key_Escape)
    assert len(titles(panel)) == 3
    assert other.hasFocus()


def test_enter_in_the_filter_opens_the_first_that_fits(
    qtbot: QtBot, panel: ArticlePanel, desk: Desk
) -> None:
    panel.focus_filter()
    qtbot.keyClicks(panel.line, "snow")
    qtbot.keyClick(panel.line, KEY.Key_Return)
    assert desk.session.article is not None
    assert desk.session.article.title == "Snow in May"


def test_the_status_menu_filters(qtbot: QtBot, panel: ArticlePanel, desk: Desk) -> None:
    finish(desk)
    button = panel.findChild(QToolButton, "statuses")
    assert isinstance(button, QToolButton)
    menu = button.menu()
    assert isinstance(menu, QMenu)
    menu.actions()[1].trigger()
    assert titles(panel) == ["Rain in spring", "Snow in May"]
    menu.actions()[3].trigger()
    assert titles(panel) == ["Ann won"]
    assert button.text() == "Done ▾"


def sort(panel: ArticlePanel, words: str) -> None:
    """Choose an order in its menu."""
    button = panel.findChild(OrderButton)
    assert button is not None
    next(one for one in button.menu().actions() if one.text().replace("&", "") == words).trigger()


def test_the_list_its_filter_and_the_way_through_it_keep_the_order_that_was_chosen(
    qtbot: QtBot, panel: ArticlePanel, desk: Desk
) -> None:
    first, second, third = (panel.model.key_at(row) for row in range(3))
    sort(panel, "Shortest first")
    assert titles(panel) == ["Rain in spring", "Snow in May", "Ann won"]
    assert panel.view.currentIndex().row() == 2
    assert panel.neighbour(1) is None
    assert panel.neighbour(-1) == third
    desk.session.open_article(second)
    assert panel.neighbour(1) == third
    assert panel.neighbour(1, only_open=True) == third
    with desk.project.importing() as importer:
        importer.add(Record(Article("a4", "Hail.", "Hail")))
    panel.model.show_only("a", "todo")
    assert titles(panel) == ["Hail", "Rain in spring", "Snow in May", "Ann won"]
    sort(panel, "As imported")
    assert [panel.model.key_at(row) for row in range(3)] == [first, second, third]


def test_the_button_says_the_order_and_has_the_accent_while_it_is_unusual(
    panel: ArticlePanel,
) -> None:
    button = panel.findChild(OrderButton)
    assert button is not None
    usual = button.grab().toImage()
    sort(panel, "By title")
    assert button.toolTip() == button.accessibleName() == "Order of the articles: By title"
    assert button.grab().toImage() != usual
    assert [one.text() for one in button.menu().actions() if one.isChecked()] == ["By &title"]


def test_neighbours_follow_the_list_and_end_with_it(panel: ArticlePanel, desk: Desk) -> None:
    first, second, third = (panel.model.key_at(row) for row in range(3))
    assert panel.neighbour(1) == second
    assert panel.neighbour(-1) is None
    desk.session.open_article(third)
    assert panel.neighbour(1) is None
    assert panel.neighbour(-1) == second
    desk.session.open_article(None)
    assert panel.neighbour(1) == first


def test_the_next_open_article_is_found_from_the_start_again(
    panel: ArticlePanel, desk: Desk
) -> None:
    first, second, third = (panel.model.key_at(row) for row in range(3))
    desk.session.open_article(second)
    finish(desk)
    assert panel.neighbour(1, only_open=True) == third
    desk.session.open_article(third)
    finish(desk)
    assert panel.neighbour(1, only_open=True) == first
    desk.session.open_article(first)
    finish(desk)
    assert panel.neighbour(1, only_open=True) is None


def test_imported_articles_appear_on_reload_and_another_annotator_sees_own_statuses(
    panel: ArticlePanel, desk: Desk
) -> None:
    finish(desk)
    with desk.project.importing() as importer:
        importer.add(Record(Article("a4", "Hail fell.", "Hail")))
    panel.reload()
    assert titles(panel)[-1] == "Hail"
    desk.session.set_annotator("ben")
    assert panel.model.index(0).data(ARTICLE_ROLE).status == "todo"
    assert words(panel, "done") == "0 of 4 done"


def test_rows_beyond_the_first_page_are_read_when_they_are_shown(
    panel: ArticlePanel, desk: Desk
) -> None:
    with desk.project.importing() as importer:
        for number in range(500):
            importer.add(Record(Article(f"b{number}", f"Text {number}.", f"Title {number}")))
    panel.reload()
    assert panel.model.index(502).data() == "Title 499"
    assert panel.model.index(250).data() == "Title 247"


def test_rows_can_be_read_aloud_and_both_looks_paint(panel: ArticlePanel) -> None:
    spoken = panel.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Ann won, Gazette, 2024-05-01, To do"
    light = panel.grab().toImage()
    panel.set_theme(DARK)
    assert panel.grab().toImage() != light


def test_rows_come_step_by_step_and_never_those_of_an_earlier_key(
    qtbot: QtBot, panel: ArticlePanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(article_model, "_PATIENCE_S", 0.0)
    shown: list[tuple[str, list[str]]] = []
    panel.model.rowsInserted.connect(lambda: shown.append((panel.line.text(), titles(panel))))
    for typed in ("r", "ra", "rai", "s", "sn"):
        panel.line.setText(typed)
        panel._filter()
        assert titles(panel) == []
        assert not panel.model.is_complete
        assert words(panel, "count") == "0+"
        assert not panel._empty.isVisible()
    qtbot.waitUntil(lambda: panel.model.is_complete)
    assert shown == [("sn", ["Snow in May"])]
    assert words(panel, "count") == "1"
    panel.line.setText("nowhere")
    panel._filter()
    qtbot.waitUntil(lambda: panel.model.is_complete)
    assert titles(panel) == []
    assert panel._empty.isVisible()


@pytest.mark.parametrize("order", ["As imported", "By title"])
def test_return_opens_the_first_article_found_and_keys_go_on_to_the_last(
    qtbot: QtBot, panel: ArticlePanel, desk: Desk, monkeypatch: pytest.MonkeyPatch, order: str
) -> None:
    sort(panel, order)
    monkeypatch.setattr(article_model, "_PATIENCE_S", 0.0)
    panel.focus_filter()
    panel.line.setText("n")
    panel._choose_found()
    assert desk.session.article is not None
    panel.line.setText("in")
    panel._filter()
    assert not panel.model.is_complete
    desk.session.open_article(panel.model._session.project.key_of("a2"))
    assert panel.neighbour(1) == panel.model._session.project.key_of("a3")
    assert titles(panel) == ["Ann won", "Rain in spring", "Snow in May"]
