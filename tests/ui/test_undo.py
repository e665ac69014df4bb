"""Undo and redo, and two windows on one project."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication

from annotator.cli import main
from annotator.core import edits
from annotator.store import Project
from tests.ui.driving import Driver, annotated, each_annotated, marked, stored

Projects = Callable[..., Path]

NEWS = "Ann Lee met Bob Ray in Oslo. “We will win,” Ann Lee said. Dr Ray left Oslo."
OTHER = "Eve Fox came to Bergen."


def mark(driver: Driver, *pairs: tuple[str, str]) -> None:
    for words, key in pairs:
        driver.select(words)
        driver.key(key)
    driver.key(Qt.Key.Key_Escape)


def menu_words(driver: Driver) -> list[str]:
    """What the Edit menu says of undo and redo when it opens."""
    bar = driver.window.menuBar()
    menu = next(a for a in bar.actions() if a.text() == "&Edit").menu()
    menu.aboutToShow.emit()
    return [driver.window.workspace.actions[id_].text() for id_ in ("undo", "redo")]


def test_undo_and_redo_by_keys_say_what_they_did_as_the_menu_does_before(
    project_of: Projects,
) -> None:
    def menu(driver: Driver) -> None:
        assert menu_words(driver) == ["&Undo", "&Redo"]
        mark(driver, ("Oslo", "3"))
        assert menu_words(driver)[0].startswith("&Undo: Mark “Oslo” as ")
        driver.control("z")
        undo, redo = menu_words(driver)
        assert undo == "&Undo"
        assert redo.startswith("&Redo: Mark “Oslo” as ")

    def said(driver: Driver) -> None:
        mark(driver, ("Oslo", "3"))
        said = []
        for key in "zzyy":
            driver.control(key)
            said.append(driver.said().split(" as ")[0])
        assert said == [
            "Undone: Mark “Oslo”", "Nothing to undo.", "Redone: Mark “Oslo”", "Nothing to redo.",
        ]  # fmt: skip

    def shifted(driver: Driver) -> None:
        mark(driver, ("Oslo", "3"))
        driver.control("z")
        assert driver.entities() == []
        both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        driver.key("z", modifiers=both)

    def edit_after(driver: Driver) -> None:
        mark(driver, ("Oslo", "3"))
        driver.control("z")
        mark(driver, ("Ann Lee", "1"))
        driver.control("y")
        assert driver.said() == "Nothing to redo."

    kept = each_annotated(project_of, NEWS, menu, said, shifted, edit_after)
    assert marked(kept[1]) == [("Oslo", "GPE")]
    assert marked(kept[2]) == [("Oslo", "GPE")]
    assert marked(kept[3]) == [("Ann Lee", "PERSON")]


def quote_by_ray(driver: Driver) -> None:
    mark(driver, ("Bob Ray", "1"), ("Dr Ray", "1"))
    driver.select("“We will win,”")
    driver.key("q", "s", *"Dr", Qt.Key.Key_Return, Qt.Key.Key_Escape)


def test_undoing_a_merge_gives_the_quote_its_speaker_back(project_of: Projects) -> None:
    project = project_of(NEWS)
    before = annotated(project, quote_by_ray)

    def script(driver: Driver) -> None:
        driver.click(driver.find("Dr Ray")[0] + 1)
        driver.key("m", *"Bob", Qt.Key.Key_Return)
        assert len(driver.entities()) == 1
        assert "Bob Ray" in driver.quotes()[0]
        driver.control("z")
        assert "Dr Ray" in driver.quotes()[0]

    after = annotated(project, script)
    assert (after.entities, after.quotes) == (before.entities, before.quotes)


def test_undoing_the_deletion_of_an_entity_gives_the_quote_its_speaker_back(
    project_of: Projects,
) -> None:
    project = project_of(NEWS)
    before = annotated(project, quote_by_ray)

    def script(driver: Driver) -> None:
        driver.control("3")
        driver.key(Qt.Key.Key_End, Qt.Key.Key_Delete)
        assert len(driver.entities()) == 1
        driver.control("z")

    after = annotated(project, script)
    assert (after.entities, after.quotes) == (before.entities, before.quotes)
    assert after.mentions == before.mentions


def test_undo_takes_back_only_what_was_done_in_this_article(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        mark(driver, ("Oslo", "3"))
        driver.window.session.open_article(2)
        mark(driver, ("Bergen", "3"))
        driver.window.session.open_article(1)
        driver.control("z", "z")

    project = project_of(NEWS, OTHER)
    assert marked(annotated(project, script)) == []
    assert marked(stored(project, 1)) == [("Bergen", "GPE")]


def elsewhere(project: Path, words: str) -> None:
    """Mark words as another window would, through a connection of its own."""
    with Project.open(project) as other:
        key = other.article_keys(annotator="ada")[0]
        article, annotation = other.article(key), other.annotation(key, "ada")
        at = article.text.index(words)
        edit = edits.mark(article, annotation, at, at + len(words), "GPE")
        other.apply(key, "ada", edit)


def test_an_edit_that_another_window_made_impossible_is_told_and_read_again(
    project_of: Projects,
) -> None:
    project = project_of(NEWS)

    def script(driver: Driver) -> None:
        elsewhere(project, "Oslo")
        driver.select("Ann Lee")
        driver.key("1")
        assert "changed in another window" in driver.said()
        assert len(driver.entities()) == 1
        driver.key("1")  # the words are still selected
        assert len(driver.entities()) == 2

    found = marked(annotated(project, script))
    assert found == [("Ann Lee", "PERSON"), ("Oslo", "GPE")]


def test_a_place_deleted_in_another_window_cannot_be_relabelled_here(
    project_of: Projects,
) -> None:
    project = project_of(NEWS)

    def script(driver: Driver) -> None:
        mark(driver, ("Oslo", "3"))
        with Project.open(project) as other:
            annotation = other.annotation(1, "ada")
            other.apply(1, "ada", edits.delete_mention(annotation, "m1"))
        driver.click(driver.find("Oslo")[0] + 1)
        driver.key("1")
        assert "changed in another window" in driver.said()
        assert driver.entities() == []

    assert marked(annotated(project, script)) == []


def test_after_a_change_elsewhere_the_page_stays_where_it_was(project_of: Projects) -> None:
    project = project_of(NEWS + "".join(f"\n\nParagraph {n} of many." for n in range(60)))

    def script(driver: Driver) -> None:
        elsewhere(project, "Oslo")
        driver.select("Paragraph 50")
        before = driver.view.verticalScrollBar().value()
        assert before > 0
        driver.key("1")
        assert "changed in another window" in driver.said()
        assert driver.view.verticalScrollBar().value() == before
        assert driver.selected() == "Paragraph 50"

    annotated(project, script)


def test_what_another_window_saves_is_shown_when_this_one_gets_the_keyboard(
    project_of: Projects,
) -> None:
    project = project_of(NEWS, OTHER)

    def script(driver: Driver) -> None:
        elsewhere(project, "Oslo")
        assert driver.entities() == []
        QApplication.sendEvent(driver.window, QEvent(QEvent.Type.WindowActivate))
        driver.settle()
        assert len(driver.entities()) == 1
        assert driver.said() == "This article was changed in another window: it was read again."

    annotated(project, script)


def test_an_edit_that_fits_to_one_from_another_window_is_made_and_both_are_shown(
    project_of: Projects,
) -> None:
    project = project_of(NEWS)

    def script(driver: Driver) -> None:
        mark(driver, ("Oslo", "3"), ("Bob Ray", "1"))
        with Project.open(project) as other:
            edit = edits.delete_mention(other.annotation(1, "ada"), "m1")
            other.apply(1, "ada", edit)
        driver.click(driver.find("Bob Ray")[0] + 1)
        driver.key("2")
        assert "read again" in driver.said()
        assert len(driver.entities()) == 1

    assert marked(annotated(project, script)) == [("Bob Ray", "ORG")]


def test_an_import_of_another_program_shows_in_the_list_without_a_word(
    project_of: Projects, tmp_path: Path
) -> None:
    project = project_of(NEWS)
    (tmp_path / "more.txt").write_text("More news.", "utf-8")

    def script(driver: Driver) -> None:
        assert main(["import", str(project), str(tmp_path / "more.txt")]) == 0
        QApplication.sendEvent(driver.window, QEvent(QEvent.Type.WindowActivate))
        assert driver.window.workspace.lists.articles.model.rowCount() == 2
        assert "another window" not in driver.said()

    annotated(project, script)
