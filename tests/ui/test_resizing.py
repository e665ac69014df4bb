"""Dragging edges, the margin, notes and flags."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QDialogButtonBox, QPlainTextEdit

from annotator.ui.theme.theme import LIGHT
from tests.ui.driving import Driver, each_annotated, marked

Projects = Callable[..., Path]

NEWS = (
    "Ann Lee of Oslo spoke. “We will win,” Ann Lee said.\n\n"
    "“It is a threat,” Bob Ray added. “Yes, a threat.” Ann Lee agreed.\n"
)


def mark(driver: Driver, words: str, key: str) -> None:
    driver.select(words)
    driver.key(key)


def quote_by(driver: Driver, words: str, speaker: str) -> None:
    """Quote the words and set the speaker, a name that is marked."""
    driver.select(words)
    driver.key("q", "s", *speaker, Qt.Key.Key_Return, Qt.Key.Key_Escape)


def test_an_edge_of_a_picked_mention_is_dragged_and_never_crosses_the_other(
    project_of: Projects,
) -> None:
    def to_whole_words(driver: Driver) -> None:
        mark(driver, "Ann", "1")
        driver.drag(driver.find("Ann")[1], driver.find("Lee")[0] + 2)
        assert "Ann Lee" in driver.entities()[0]

    def by_characters(driver: Driver) -> None:
        mark(driver, "Ann", "1")
        end = driver.find("Lee")[0] + 2
        driver.drag(driver.find("Ann")[1], end, Qt.KeyboardModifier.AltModifier)

    def by_its_start(driver: Driver) -> None:
        mark(driver, "Oslo", "3")
        driver.drag(driver.find("Oslo")[0], driver.find("Lee")[0] + 1)

    def over_the_other(driver: Driver) -> None:
        mark(driver, "Oslo", "3")
        driver.drag(driver.find("Oslo")[1], 0)

    kept = each_annotated(
        project_of, NEWS, to_whole_words, by_characters, by_its_start, over_the_other
    )
    assert marked(kept[0]) == [("Ann Lee", "PERSON")]
    assert marked(kept[1]) == [("Ann Le", "PERSON")]
    assert marked(kept[2]) == [("Lee of Oslo", "GPE")]
    assert marked(kept[3]) == [("Oslo", "GPE")]


def test_an_edge_of_a_picked_quote_is_dragged_unless_it_does_not_fit_or_escape_is_pressed(
    project_of: Projects,
) -> None:
    def of_a_quote(driver: Driver) -> None:
        driver.select("“We will win,”")
        driver.key("q")
        driver.drag(driver.find("win,”")[1], driver.find("will")[1])

    def escaped(driver: Driver) -> None:
        mark(driver, "Ann", "1")
        end = driver.find("Lee")[1]
        driver.drag(driver.find("Ann")[1], end, release=False)
        driver.key(Qt.Key.Key_Escape)
        QTest.mouseRelease(driver.view.viewport(), Qt.MouseButton.LeftButton, pos=driver.point(end))
        driver.settle()
        assert driver.selected() is None
        assert not driver.window.workspace.article.selection_bar.isVisible()

    def refused(driver: Driver) -> None:
        driver.select("We will")
        driver.key("q")
        driver.select("said")
        driver.key("c", Qt.Key.Key_Escape)
        driver.click(driver.find("said")[0] + 1)
        driver.drag(driver.find("said")[0], driver.find("will")[0])
        assert "overlaps" in driver.said()

    kept = each_annotated(project_of, NEWS, of_a_quote, escaped, refused)
    (quote,) = kept[0].quotes.values()
    assert [part.text for part in quote.parts("content")] == ["“We will"]
    assert marked(kept[1]) == [("Ann", "PERSON")]
    (quote,) = kept[2].quotes.values()
    assert [part.text for part in quote.parts("cue")] == ["said"]


def quote_three(driver: Driver) -> None:
    mark(driver, "Ann Lee", "1")
    mark(driver, "Bob Ray", "1")
    quote_by(driver, "“We will win,”", "Ann")
    quote_by(driver, "“It is a threat,”", "Bob")
    quote_by(driver, "“Yes, a threat.”", "Ann")


def pill_colors(driver: Driver, words: str) -> set[str]:
    """The strong speaker colours in the margin of the line of these words."""
    image, middle = driver.picture(), driver.point(driver.find(words)[0])
    strong = {shades.strong for shades in (*LIGHT.speakers, LIGHT.nobody)}
    wanted = {QColor(color).rgb(): color for color in strong}
    left = min(driver.point(0).x() - 6, middle.x())
    rows = range(middle.y() - 12, middle.y() + 12)
    found = {image.pixelColor(x, y).rgb() for x in range(left) for y in rows}
    return {wanted[rgb] for rgb in found if rgb in wanted}


def test_the_margin_shows_the_speaker_of_a_quote_at_once_in_a_colour_and_nobody_otherwise(
    project_of: Projects,
) -> None:
    def at_once(driver: Driver) -> None:
        from annotator.ui.article.margin import speaker_text

        quote_three(driver)
        shown = sorted(driver.view.scene().quotes, key=lambda q: q.quote.start)
        look = driver.view.paint_context()
        assert [speaker_text(quote, look) for quote in shown] == ["Lee", "Ray", "Lee"]
        assert [look.order.row(quote.quote) for quote in shown] == [0, 1, 2]

    def in_colours(driver: Driver) -> None:
        quote_three(driver)
        amber, teal = LIGHT.speakers[0].strong, LIGHT.speakers[1].strong
        assert pill_colors(driver, "We will") == {amber}
        assert teal in pill_colors(driver, "It is")
        assert pill_colors(driver, "spoke") <= {amber}

    def nobody(driver: Driver) -> None:
        driver.select("“We will win,”")
        driver.key("q", Qt.Key.Key_Escape)
        assert pill_colors(driver, "We will") == {LIGHT.nobody.strong}
        empty = driver.picture()
        driver.control("z")
        assert pill_colors(driver, "We will") == set()
        assert driver.picture() != empty

    each_annotated(project_of, NEWS, at_once, in_colours, nobody)


def answer_note(driver: Driver, words: str, button: QDialogButtonBox.StandardButton) -> QTimer:
    """Type into the dialog for notes that is going to open, and press a button.

    The timer that waits for it is active until then, at most as long as the window.
    """
    timer = QTimer(driver.window, interval=5)

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        editor = dialog.findChild(QPlainTextEdit) if isinstance(dialog, QDialog) else None
        if editor is None:
            return
        timer.stop()
        QTest.keyClicks(editor, words)
        box = dialog.findChild(QDialogButtonBox)
        QTest.mouseClick(box.button(button), Qt.MouseButton.LeftButton)

    timer.timeout.connect(answer)
    timer.start()
    return timer


def test_n_and_f_write_a_note_and_put_a_flag_on_what_is_picked(project_of: Projects) -> None:
    def note(driver: Driver) -> None:
        mark(driver, "Oslo", "3")
        for words, button in (
            ("check 1q", QDialogButtonBox.StandardButton.Save),
            ("no", QDialogButtonBox.StandardButton.Cancel),
        ):
            timer = answer_note(driver, words, button)
            driver.key("n")
            assert not timer.isActive(), words
        assert driver.window.findChildren(QDialog) == []

    def flag(driver: Driver) -> None:
        mark(driver, "Oslo", "3")
        driver.key("f")
        mark(driver, "Bob Ray", "1")
        driver.key("f", "f")

    def nothing_picked(driver: Driver) -> None:
        for key in "nf":
            driver.window.workspace.status_bar.clearMessage()
            driver.key(key)
            assert driver.said() == "Click a span or choose a list row first."

    kept = each_annotated(project_of, NEWS, note, flag, nothing_picked)
    (mention,) = kept[0].mentions.values()
    assert mention.note == "check 1q"
    mentions = kept[1].mentions.values()
    assert [(m.text, m.flags) for m in mentions] == [("Oslo", ("discuss",)), ("Bob Ray", ())]
