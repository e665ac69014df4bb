"""Dragging edges, the margin, notes and flags."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QDialogButtonBox, QPlainTextEdit

from annotator.ui.theme.theme import LIGHT
from tests.ui.driving import Driver, annotated, marked

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


def test_an_edge_of_a_picked_mention_is_dragged_to_whole_words(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        mark(driver, "Ann", "1")
        driver.drag(driver.find("Ann")[1], driver.find("Lee")[0] + 2)
        assert "Ann Lee" in driver.entities()[0]

    assert marked(annotated(project_of(NEWS), script)) == [("Ann Lee", "PERSON")]


def test_with_alt_an_edge_is_dragged_by_characters(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        mark(driver, "Ann", "1")
        end = driver.find("Lee")[0] + 2
        driver.drag(driver.find("Ann")[1], end, Qt.KeyboardModifier.AltModifier)

    assert marked(annotated(project_of(NEWS), script)) == [("Ann Le", "PERSON")]


def test_the_start_of_a_mention_can_be_dragged_too(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        mark(driver, "Oslo", "3")
        driver.drag(driver.find("Oslo")[0], driver.find("Lee")[0] + 1)

    assert marked(annotated(project_of(NEWS), script)) == [("Lee of Oslo", "GPE")]


def test_an_edge_never_crosses_the_other_one(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        mark(driver, "Oslo", "3")
        driver.drag(driver.find("Oslo")[1], 0)

    assert marked(annotated(project_of(NEWS), script)) == [("Oslo", "GPE")]


def test_an_edge_of_a_picked_quote_is_dragged_to_whole_words(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        driver.select("“We will win,”")
        driver.key("q")
        driver.drag(driver.find("win,”")[1], driver.find("will")[1])

    (quote,) = annotated(project_of(NEWS), script).quotes.values()
    assert [part.text for part in quote.parts("content")] == ["“We will"]


def test_escape_during_a_drag_leaves_the_span_as_it_was(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        mark(driver, "Ann", "1")
        end = driver.find("Lee")[1]
        driver.drag(driver.find("Ann")[1], end, release=False)
        driver.key(Qt.Key.Key_Escape)
        QTest.mouseRelease(driver.view.viewport(), Qt.MouseButton.LeftButton, pos=driver.point(end))
        driver.settle()
        assert driver.selected() is None
        assert not driver.window.workspace.article.selection_bar.isVisible()

    assert marked(annotated(project_of(NEWS), script)) == [("Ann", "PERSON")]


def test_a_resize_that_does_not_fit_is_refused_with_a_sentence(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        driver.select("We will")
        driver.key("q")
        driver.select("said")
        driver.key("c", Qt.Key.Key_Escape)
        driver.click(driver.find("said")[0] + 1)
        driver.drag(driver.find("said")[0], driver.find("will")[0])
        assert "overlaps" in driver.said()

    (quote,) = annotated(project_of(NEWS), script).quotes.values()
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


def test_the_pills_in_the_margin_have_the_colours_of_their_speakers(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        quote_three(driver)
        amber, teal = LIGHT.speakers[0].strong, LIGHT.speakers[1].strong
        assert pill_colors(driver, "We will") == {amber}
        assert teal in pill_colors(driver, "It is")
        assert pill_colors(driver, "spoke") <= {amber}

    annotated(project_of(NEWS), script)


def test_the_pill_of_a_quote_without_a_speaker_looks_otherwise(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        driver.select("“We will win,”")
        driver.key("q", Qt.Key.Key_Escape)
        assert pill_colors(driver, "We will") == {LIGHT.nobody.strong}
        empty = driver.picture()
        driver.control("z")
        assert pill_colors(driver, "We will") == set()
        assert driver.picture() != empty

    annotated(project_of(NEWS), script)


def test_the_speaker_of_a_quote_shows_in_the_margin_at_once(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        from annotator.ui.article.margin import speaker_text

        quote_three(driver)
        shown = sorted(driver.view.scene().quotes, key=lambda q: q.quote.start)
        look = driver.view.look()
        assert [speaker_text(quote, look) for quote in shown] == ["Lee", "Ray", "Lee"]
        assert [look.order.row(quote.quote) for quote in shown] == [0, 1, 2]

    annotated(project_of(NEWS), script)


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


def test_n_writes_a_note_on_what_is_picked(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        mark(driver, "Oslo", "3")
        for words, button in (
            ("check 1q", QDialogButtonBox.StandardButton.Save),
            ("no", QDialogButtonBox.StandardButton.Cancel),
        ):
            timer = answer_note(driver, words, button)
            driver.key("n")
            assert not timer.isActive(), words
        assert driver.window.findChildren(QDialog) == []

    (mention,) = annotated(project_of(NEWS), script).mentions.values()
    assert mention.note == "check 1q"


def test_f_puts_a_flag_on_what_is_picked_and_takes_it_off(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        mark(driver, "Oslo", "3")
        driver.key("f")
        mark(driver, "Bob Ray", "1")
        driver.key("f", "f")

    mentions = annotated(project_of(NEWS), script).mentions.values()
    assert [(m.text, m.flags) for m in mentions] == [("Oslo", ("discuss",)), ("Bob Ray", ())]


def test_n_and_f_with_nothing_picked_say_what_to_do(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        for key in "nf":
            driver.window.workspace.status_bar.clearMessage()
            driver.key(key)
            assert driver.said() == "Click a span or choose a list row first."

    annotated(project_of(NEWS), script)
