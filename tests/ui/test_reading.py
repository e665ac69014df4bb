"""Reading comfort: layers, label tabs, nested spans, the page alone, lists beside or below."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import (
    QApplication,
)

from annotator.core.annotation import Annotation
from annotator.core.models import Article, Entity, Mention, Quote, RoleSpan
from annotator.core.record import Record
from annotator.store import Project
from annotator.ui.article.badges import badge_font, place_badges
from annotator.ui.article.margin import bar_x, bars_of
from annotator.ui.article.text_settings import TextSettings
from annotator.ui.settings import Settings, settings_path
from annotator.ui.theme.theme import LIGHT
from tests.ui.driving import WIDE, Driver, annotated, colors_in, each_annotated, run_main
from tests.ui.reading_hands import NEWS, layer_key, mark_some

Projects = Callable[..., Path]

BLUE, GREEN, SPEAKER = LIGHT.tones["blue"], LIGHT.tones["green"], LIGHT.speakers[0]


def near(image: QImage, area: QRectF, color: str) -> bool:
    """Whether a colour is painted somewhere in an area of the picture."""
    box, wanted = area.toAlignedRect().intersected(image.rect()), QColor(color)
    return any(
        image.pixelColor(x, y) == wanted
        for x in range(box.left(), box.right() + 1)
        for y in range(box.top(), box.bottom() + 1)
    )


def above_and_on(driver: Driver, words: str) -> QRectF:
    """Where the chip of these words and the tab on it are painted."""
    start, end = driver.find(words)
    left, right = driver.point(start), driver.point(end)
    pitch = driver.view.line_height()
    return QRectF(left.x() - 4, left.y() - pitch * 0.75, right.x() - left.x() + 8, pitch * 1.25)


def test_a_layer_that_is_off_is_neither_painted_nor_clicked_until_one_marks_into_it(
    project_of: Projects,
) -> None:
    def off(driver: Driver) -> None:
        mark_some(driver)
        assert driver.painted("Oslo", GREEN.fill)
        assert driver.painted("will win", SPEAKER.fill)
        layer_key(driver, "2")
        assert not driver.painted("Oslo", GREEN.fill)
        assert driver.painted("will win", SPEAKER.fill)
        driver.click(driver.find("Oslo")[0])
        assert driver.window.session.selected_item is None
        layer_key(driver, "1")
        assert not driver.painted("will win", SPEAKER.fill)
        driver.caret_to(driver.find("will")[0])
        driver.key(Qt.Key.Key_Right)
        assert driver.window.session.selected_item is None
        layer_key(driver, "1")
        layer_key(driver, "2")
        assert driver.painted("Oslo", GREEN.fill)
        assert driver.painted("will win", SPEAKER.fill)

    def back(driver: Driver) -> None:
        layer_key(driver, "1")
        layer_key(driver, "2")
        driver.select("Oslo")
        driver.key("3")
        assert driver.painted("Oslo", GREEN.fill)
        actions = driver.window.workspace.actions
        assert actions["layer_entities"].isChecked()
        assert not actions["layer_quotes"].isChecked()
        driver.select("“We will win,”")
        driver.key("q")
        assert actions["layer_quotes"].isChecked()

    each_annotated(project_of, NEWS, off, back)


def test_label_tabs_and_the_link_of_a_picked_quote_can_be_left_out(project_of: Projects) -> None:
    def link(driver: Driver) -> None:
        mark_some(driver)
        driver.click(driver.find("will win")[0])
        assert driver.window.session.selected_quote() is not None
        start, _ = driver.find(",” Ann")
        under = driver.point(start) + QPoint(0, driver.view.line_height() // 2)

        def linked() -> bool:
            look = QRectF(60, under.y() - 6, driver.point(driver.find("Ann Lee", 2)[0]).x(), 10)
            return near(driver.picture(), look.adjusted(0, 0, -80, 0), SPEAKER.strong)

        with_link = driver.picture()
        layer_key(driver, "3")
        without = driver.picture()
        assert with_link != without
        layer_key(driver, "3")
        assert driver.picture() == with_link

    def tabs(driver: Driver) -> None:
        mark_some(driver)
        assert near(driver.picture(), above_and_on(driver, "Oslo"), GREEN.strong)
        layer_key(driver, "4")
        assert not near(driver.picture(), above_and_on(driver, "Oslo"), GREEN.strong)
        assert driver.painted("Oslo", GREEN.fill)

    each_annotated(project_of, NEWS, link, tabs)


def test_what_one_reads_with_is_there_after_a_restart(project_of: Projects) -> None:
    project = project_of(NEWS)

    def first(driver: Driver) -> None:
        driver.control("=", "=")
        layer_key(driver, "1")
        layer_key(driver, "4")

    def second(driver: Driver) -> None:
        assert driver.view.reading == TextSettings(size=19, quotes=False, badges=False)
        actions = driver.window.workspace.actions
        shown = [id_ for id_, action in actions.items() if action.isChecked()]
        assert set(shown) >= {"layer_entities", "layer_links"}
        assert not {"layer_quotes", "show_badges"} & set(shown)

    run_main([str(project)], first)
    run_main([str(project)], second)


@pytest.mark.parametrize("words", ["", "much", "-3", "99999999999", "None"])
def test_nonsense_in_the_settings_file_is_read_as_the_nearest_sense(words: str) -> None:
    settings = Settings(settings_path())
    settings._values.setValue("reading/size", words)
    settings._values.setValue("reading/quotes", words)
    reading = settings.reading
    assert reading == reading.within_limits()
    assert reading.quotes is True
    settings._values.clear()


def test_lines_set_tight_still_leave_room_for_the_tabs() -> None:
    tight = TextSettings(spacing=150)
    assert tight.pitch > TextSettings(spacing=150, badges=False).pitch
    assert TextSettings(spacing=300).pitch == 51
    assert tight.sets_like(tight._replace(links=False))
    assert not tight.sets_like(tight._replace(badges=False))


# Nested spans


def nested_record(text: str, names: list[tuple[str, str]], quotes: list[str]) -> Record:
    """One mention of each name, one quote of each stretch, all as long as they are given."""
    entities, mentions = [], []
    for number, (words, label) in enumerate(names, start=1):
        entities.append(Entity(f"e{number}", label, words, number))
        start = text.index(words)
        mentions.append(
            Mention(f"m{number}", f"e{number}", start, start + len(words), words, number)
        )
    made = []
    for number, words in enumerate(quotes, start=1):
        start = text.index(words)
        span = RoleSpan("content", start, start + len(words), words)
        made.append(Quote(f"q{number}", number, (span,), "direct", speakers=(f"e{number}",)))
    annotation = Annotation(entities=entities, mentions=mentions, quotes=made)
    return Record(Article("nested", text), "ada", annotation)


DEEP = "The New York City Police Department said on Monday that all is well in the city.\n"
DEEP_NAMES = [
    ("New York City Police Department", "ORG"),
    ("New York City Police", "ORG"),
    ("New York City", "GPE"),
    ("New York", "GPE"),
    ("New", "WORK"),
]
SAYING = "“He said: ‘She told me: “They shout: ‘no, never’ all day” and so on’ and left.”"
RTL_DEEP = "قالت وزارة الخارجية العراقية في بغداد إن كل شيء على ما يرام في المدينة.\n"
RTL_NAMES = [
    ("وزارة الخارجية العراقية في بغداد", "ORG"),
    ("وزارة الخارجية العراقية", "ORG"),
    ("وزارة الخارجية", "ORG"),
    ("وزارة", "ORG"),
]


@pytest.fixture
def project_with(project_of: Projects) -> Callable[[Record], Path]:
    """A project with one annotated article."""

    def make(record: Record) -> Path:
        path = project_of()
        with Project.open(path) as project, project.importing() as target:
            target.add(record)
        return path

    return make


@pytest.mark.parametrize(
    ("text", "names"), [(DEEP, DEEP_NAMES), (RTL_DEEP, RTL_NAMES)], ids=["latin", "arabic"]
)
def test_the_tabs_of_nested_spans_stand_beside_one_another(
    project_with: Callable[[Record], Path], text: str, names: list[tuple[str, str]]
) -> None:
    def script(driver: Driver) -> None:
        look = driver.view.paint_context()
        badges = place_badges(driver.view.scene().mentions, look, badge_font(look))
        assert len(badges) == len(names)
        for number, badge in enumerate(badges):
            assert not any(badge.rect.intersects(other.rect) for other in badges[:number])
        image = driver.picture()
        for badge in badges:
            assert near(image, badge.rect, badge.shades.strong)

    annotated(project_with(nested_record(text, names, [])), script)


@pytest.mark.parametrize("theme", ["light_theme", "dark_theme"])
def test_each_of_four_nested_chips_shows_an_edge_of_its_own(
    project_with: Callable[[Record], Path], theme: str
) -> None:
    def script(driver: Driver) -> None:
        driver.window.workspace.actions[theme].trigger()
        driver.settle()
        image, names = driver.picture(), DEEP_NAMES[:4]
        for words, label in names:
            _, end = driver.find(words)
            x, y = driver.point(end).x(), driver.point(end).y()
            shades = driver.view.theme.tone(driver.window.session.scheme.label(label).tone)
            assert near(image, QRectF(x - 4, y - 3, 8, 6), shades.edge), words

    annotated(project_with(nested_record(DEEP, DEEP_NAMES[:4], [])), script)


@pytest.mark.parametrize("rtl", [False, True])
def test_no_bar_in_the_margin_runs_through_the_name_of_a_speaker(
    project_with: Callable[[Record], Path], rtl: bool
) -> None:
    inner = ["‘She told me: “They shout: ‘no, never’ all day” and so on’", "‘no, never’"]
    text = (RTL_DEEP * 2 if rtl else DEEP) + SAYING
    record = nested_record(text, RTL_NAMES if rtl else DEEP_NAMES, [SAYING, *inner])

    def script(driver: Driver) -> None:
        scene, look, image = driver.view.scene(), driver.view.paint_context(), driver.picture()
        assert look.metrics.rtl == rtl
        bars = bars_of(scene)
        assert sorted(bar.lane for bar in bars.values()) == [0, 1, 2]
        for shown in scene.quotes:
            bar = bars[shown.quote.id]
            x = round(bar_x(look, bar.lane))
            column = {
                image.pixelColor(x, y).name() for y in range(int(bar.top) + 5, int(bar.bottom) - 5)
            }
            assert column == {look.shades(shown).edge}

    annotated(project_with(record), script, size=WIDE)


# Right to left


def test_an_arabic_article_has_its_margin_at_the_right(
    project_with: Callable[[Record], Path],
) -> None:
    record = nested_record(RTL_DEEP, RTL_NAMES, ["كل شيء على ما يرام"])

    def script(driver: Driver) -> None:
        image = driver.picture()
        fill = QColor(SPEAKER.strong).rgb()
        columns = (image.copy(x, 0, 1, image.height()) for x in range(image.width()))
        found = [x for x, column in enumerate(columns) if fill in colors_in(column)]
        assert found
        text_right = driver.point(0).x()
        assert found[0] > text_right

    annotated(project_with(record), script)


def test_opening_articles_of_both_directions_in_turn_moves_the_margin(
    project_of: Projects,
) -> None:
    def script(driver: Driver) -> None:
        sides = []
        for key in (1, 2, 1):
            driver.window.session.open_article(key)
            driver.settle()
            line = driver.view.scene().lines[0]
            page = driver.view.viewport().mapTo(driver.window, QPoint(0, 0)).x()
            sides.append((page + line.left, driver.view._metrics.rtl))
        assert sides[0] == sides[2]
        assert [rtl for _, rtl in sides] == [False, True, False]
        assert sides[1][0] < sides[0][0]

    annotated(project_of(NEWS, RTL_DEEP * 3), script)


def test_caret_and_selection_go_from_right_to_left_in_an_arabic_article(
    project_of: Projects,
) -> None:
    def script(driver: Driver) -> None:
        words = "وزارة الخارجية"
        start, end = driver.find(words)
        assert driver.point(end).x() < driver.point(start).x() < driver.point(0).x()
        driver.caret_to(start)
        driver.key(Qt.Key.Key_Left)
        assert driver.view.caret() == start + 1
        driver.select(words)
        assert driver.selected() == words
        driver.key("2", Qt.Key.Key_Escape)
        left, right = driver.point(end).x(), driver.point(start).x()
        tab = QRectF(right - 40, 0, 44, driver.point(start).y())
        violet = driver.view.theme.tone(driver.window.session.scheme.label("ORG").tone)
        assert near(driver.picture(), tab, violet.strong)
        far = QRectF(left - 4, 0, 20, driver.point(start).y() - 10)
        assert not near(driver.picture(), far, violet.strong)

    annotated(project_of(RTL_DEEP), script)


# The page alone; lists beside or below


def test_f11_leaves_nothing_but_the_page_and_brings_everything_back(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        window, workspace = driver.window, driver.window.workspace
        around = (window.menuBar(), window.header, workspace.status_bar, workspace.lists.side)
        driver.key(Qt.Key.Key_F11)
        assert [part.isVisible() for part in around] == [False] * 4
        assert window.isFullScreen()
        assert "F11" in workspace.article.toast.text()
        driver.select("Oslo")
        driver.key("3")
        assert driver.painted("Oslo", GREEN.fill)
        driver.key(Qt.Key.Key_Escape, "c")
        assert workspace.article.toast.isVisible()
        assert workspace.article.toast.text() == driver.said()
        driver.key(Qt.Key.Key_F11)
        assert [part.isVisible() for part in around] == [True] * 4
        assert not window.isFullScreen()
        assert not workspace.lists.articles.isVisible()

    annotated(project_of(NEWS), script)


def test_a_window_closed_with_the_page_alone_comes_back_whole(project_of: Projects) -> None:
    project = project_of(NEWS)
    run_main([str(project)], lambda driver: driver.key(Qt.Key.Key_F11))

    def later(driver: Driver) -> None:
        assert not driver.window.isFullScreen()
        assert driver.window.workspace.lists.side.isVisible()
        assert driver.window.header.isVisible()

    run_main([str(project)], later, size=None)


def test_the_lists_can_lie_below_the_text_and_stay_there(project_of: Projects) -> None:
    project = project_of(NEWS)

    def places(driver: Driver) -> tuple[bool, bool]:
        driver.settle()
        side, view = driver.window.workspace.lists.side, driver.view
        corner = side.mapTo(driver.window, QPoint(0, 0))
        text = view.mapTo(driver.window, QPoint(0, 0))
        quotes, entities = (w.mapTo(side, QPoint(0, 0)) for w in (side.quotes, side.entities))
        below = corner.y() >= text.y() + view.height() and corner.x() == text.x()
        return below, entities.x() > quotes.x()

    def first(driver: Driver) -> None:
        mark_some(driver)
        assert places(driver) == (False, False)
        driver.control(Qt.Key.Key_F9)
        assert places(driver) == (True, True)

    def second(driver: Driver) -> None:
        assert places(driver) == (True, True)
        driver.control(Qt.Key.Key_F9)
        assert places(driver) == (False, False)
        driver.shift(Qt.Key.Key_F9)
        assert not driver.window.workspace.lists.side.isVisible()
        driver.shift(Qt.Key.Key_F9)
        assert driver.window.workspace.lists.side.isVisible()
        assert QApplication.focusWidget() is not None

    run_main([str(project)], first)
    run_main([str(project)], second)


def test_a_hidden_article_list_stays_hidden_after_a_restart(project_of: Projects) -> None:
    project, seen = project_of(NEWS, NEWS + "!"), []

    def script(driver: Driver) -> None:
        workspace = driver.window.workspace
        seen.append((workspace.lists.articles.isVisible(), workspace.lists.side.isVisible()))
        driver.shift(Qt.Key.Key_F9)

    for _ in range(3):
        run_main([str(project)], script)
    assert seen == [(False, True), (False, False), (False, True)]
