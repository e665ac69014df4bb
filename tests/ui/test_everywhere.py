"""One key for all occurrences of a name, and names that belong together."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from annotator.services.job import Cancelled, Progress
from annotator.services.occurrences import find_occurrences
from annotator.ui.article import occurrences_dialog
from annotator.ui.article.occurrences_dialog import OccurrencesDialog
from annotator.ui.jobs.progress import ProgressDialog
from tests.ui.driving import Driver, annotated, each_annotated, marked, run_main, stored

Projects = Callable[..., Path]

NEWS = "Iran's army: Iran and Iranian troops. Ali Reda of Iran spoke. Reda left; Reda's men too."
_ALT = Qt.KeyboardModifier.AltModifier


def dialog_of(driver: Driver) -> OccurrencesDialog:
    (dialog,) = driver.dialogs()
    assert isinstance(dialog, OccurrencesDialog)
    return dialog


def test_alt_and_the_label_key_mark_everywhere_and_a_shorter_name_is_offered(
    project_of: Projects,
) -> None:
    def everywhere(driver: Driver) -> None:
        driver.select("Iran", 2)
        driver.key("3", modifiers=_ALT)
        assert len(driver.annotation().mentions) == 3
        driver.control("z")
        assert driver.annotation().mentions == {}
        driver.control("y")

    def alias(driver: Driver) -> None:
        driver.select("Ali Reda")
        driver.key("1")
        driver.select("Reda", 2)
        driver.key("1", modifiers=_ALT)
        assert driver.said() == "“Reda” may be Ali Reda: press P and Return to join them."
        assert len(driver.annotation().entities) == 2
        driver.key("p")
        assert QApplication.activePopupWidget() is not None
        driver.key(Qt.Key.Key_Return)
        assert len(driver.annotation().entities) == 1

    kept = each_annotated(project_of, NEWS, everywhere, alias)
    annotation = kept[0]
    assert marked(annotation) == [("Iran", "GPE")] * 3
    assert len(annotation.entities) == 1
    annotation = kept[1]
    assert [e.name for e in annotation.entities.values()] == ["Ali Reda"]
    assert len(annotation.mentions) == 4


def test_r_lists_the_places_inside_words_too_and_marks_or_unmarks_those_with_a_tick(
    project_of: Projects,
) -> None:
    def marked_ticked(driver: Driver) -> None:
        driver.select("Iran", 1)
        driver.key("3", "r")
        dialog = dialog_of(driver)
        assert dialog.count.text() == "3 places"
        driver.key(Qt.Key.Key_Down, Qt.Key.Key_Space)
        assert [place.start for place in dialog.ticked()] == [0, driver.find("Iran", 4)[0]]
        driver.key(Qt.Key.Key_Return)
        assert driver.dialogs() == []

    def inside_words(driver: Driver) -> None:
        driver.select("Iran", 1)
        driver.key("r")
        dialog = dialog_of(driver)
        dialog.whole_words.click()
        assert dialog.count.text() == "4 places"
        dialog.words.selectAll()
        dialog.words.setFocus()
        driver.key(*"iran", Qt.Key.Key_Tab)
        assert dialog.count.text() == "0 places"
        dialog.match_case.click()
        assert dialog.count.text() == "4 places"
        driver.key(Qt.Key.Key_Escape)

    def unmarked_ticked(driver: Driver) -> None:
        driver.select("Iran", 1)
        driver.key("3", modifiers=_ALT)
        driver.key("r")
        dialog_of(driver).unmark_button.click()
        driver.settle()
        assert driver.annotation().entities == {}
        driver.control("z")

    kept = each_annotated(project_of, NEWS, marked_ticked, inside_words, unmarked_ticked)
    annotation = kept[0]
    assert [m.start for m in annotation.mentions.values()] == [0, NEWS.index("Iran spoke")]
    assert kept[1].mentions == {}
    assert len(kept[2].mentions) == 3


def test_a_name_is_marked_in_all_articles_and_undone_in_each(qtbot, project_of: Projects) -> None:
    project = project_of(NEWS, "Nothing here.", "Reda and Ali Reda.")

    def script(driver: Driver) -> None:
        driver.select("Reda", 2)
        driver.key("r")
        dialog = dialog_of(driver)
        dialog.labels.setCurrentIndex(0)
        dialog.project.click()
        qtbot.waitUntil(dialog.mark_button.isEnabled)
        assert dialog.count.text() == "5 places"
        dialog.list.setFocus()
        driver.key(Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: not driver.dialogs())
        driver.settle()
        assert driver.said() == "Marked 5 places in all articles."
        assert len(driver.annotation().mentions) == 3
        driver.control("z")
        assert driver.annotation().mentions == {}

    run_main([str(project)], script)
    assert stored(project, 1).mentions == {}
    assert marked(stored(project, 2)) == [("Reda", "PERSON")] * 2


def test_a_search_in_all_articles_shows_how_far_it_is_and_lists_nothing_once_cancelled(
    qtbot, project_of: Projects, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slowly(*args: Any, progress: Progress, cancelled: Cancelled, **more: Any) -> Any:
        def waiting(done: int, total: int | None, what: str) -> None:
            progress(done, total, what)
            while not cancelled():
                time.sleep(0.01)

        return find_occurrences(*args, progress=waiting, cancelled=cancelled, **more)

    def script(driver: Driver) -> None:
        driver.select("Iran", 1)
        driver.key("r")
        dialog = dialog_of(driver)
        monkeypatch.setattr(occurrences_dialog, "find_occurrences", slowly)
        dialog.project.click()
        qtbot.waitUntil(lambda: progress_of(dialog) is not None)
        shown = progress_of(dialog)
        assert shown is not None
        assert shown.windowTitle() == "Looking through the articles"
        shown.cancel.click()
        qtbot.waitUntil(lambda: progress_of(dialog) is None)
        driver.settle()
        assert dialog.isVisible()
        assert dialog.ticked() == []
        assert not dialog.mark_button.isEnabled()
        monkeypatch.undo()
        dialog.project.click()
        assert dialog.count.text() == "3 places"

    run_main([str(project_of(NEWS, NEWS))], script)


def progress_of(dialog: OccurrencesDialog) -> ProgressDialog | None:
    found = dialog.findChildren(ProgressDialog)
    return next((shown for shown in found if shown.isVisible()), None)


def test_p_marks_a_pronoun_as_a_mention_of_the_person_named_last(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        driver.select("Ann Lee")
        driver.key("1")
        driver.select("Bob Ray")
        driver.key("1")
        driver.select("he")
        driver.key("p", Qt.Key.Key_Return)

    annotation = annotated(project_of("Ann Lee met Bob Ray, as he said."), script)
    (pronoun,) = [m for m in annotation.mentions.values() if m.text == "he"]
    assert annotation.entities[pronoun.entity_id].name == "Bob Ray"
    assert pronoun.kind == "pronoun"


def test_all_occurrences_of_a_name_offer_the_label_that_it_has(project_of: Projects) -> None:
    """Picked, selected again, at the caret, or the same words elsewhere."""
    text = "Rome is old. Rome is large. Iran is large."

    def script(driver: Driver) -> None:
        driver.select("Rome")
        driver.key("6")
        first, second = driver.find("Rome")[0], driver.find("Rome", 2)[0]
        ways = (
            lambda: driver.click(first + 1),
            lambda: driver.drag(first, first + 4),
            lambda: driver.drag(second, second + 4),
            lambda: driver.caret_to(second + 2),
        )
        for go in ways:
            driver.window.session.select(None)
            go()
            driver.key("r")
            shown = dialog_of(driver)
            assert shown.labels.currentData() == "NORP"
            shown.close()
            driver.settle()
            driver.view.setFocus()

    run_main([str(project_of(text))], script)
