"""Who is a person is what the scheme says of a label, whatever the label is called."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from annotator.cli import main
from annotator.core.scheme import Scheme
from annotator.services.presets import find_scheme, write_scheme
from annotator.store import Project
from annotator.ui.article.margin import speaker_text
from annotator.ui.lists.entity_picker import EntityPicker
from tests.examples import examples
from tests.ui.driving import Driver, annotated, project_at
from tests.ui.scheme_editor.test_editor import back_to, confirm, edit, type_into

TEXT = "ACME of ACME saw zorro quack. “We will win,” he said."
NAMES = ["MENSCH", "HUM", "Sprecher"]


def project_with(folder: Path, name: str, **more: object) -> Path:
    """A project whose label for people has this name, with the text."""
    labels = [
        {"name": name, "title": "Somebody", "short": "SOME", "tone": "blue", "key": "1", **more},
        {"name": "ORG", "title": "Organisation", "short": "ORG", "tone": "rose", "key": "2"},
    ]
    file = folder / "own.json"
    file.write_text(json.dumps({"name": "own", "title": "Own", "labels": labels}), "utf-8")
    path, text = project_at(folder), folder / "text.txt"
    text.write_text(TEXT, "utf-8")
    assert main(["new", str(path), "--scheme", str(file)]) == 0
    assert main(["import", str(path), str(text)]) == 0
    return path


def scheme_of(path: Path) -> Scheme:
    with Project.open(path) as project:
        return project.scheme


def quote(driver: Driver) -> str:
    """Quote what "he" said, and return what the window proposes."""
    driver.caret_to(driver.find("will")[0] + 1)
    driver.key("q")
    return driver.said()


def candidates(driver: Driver) -> list[str]:
    """Ask who "he" is, and return the answers in their order."""
    driver.select("he", occurrence=1)
    driver.window.workspace.actions["join_entity"].trigger()
    driver.settle()
    (picker,) = (w for w in QApplication.topLevelWidgets() if isinstance(w, EntityPicker))
    found = [row.split(",")[0] for row in driver.rows(picker.model)]
    picker.hide()
    driver.key(Qt.Key.Key_Escape)
    return found


def margin(driver: Driver) -> list[str]:
    look = driver.view.paint_context()
    return [speaker_text(shown, look) for shown in driver.view.scene().quotes]


def tick(qtbot, driver: Driver) -> None:
    """Say in the scheme editor that the first label is of people."""
    editor = edit(driver)
    assert not editor.labels.person.isChecked()
    box = editor.labels.person
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(9, box.height() // 2))
    assert box.isChecked()
    confirm(qtbot, editor)
    back_to(driver)


@pytest.mark.examples
@pytest.mark.parametrize("name", NAMES[: examples(1)])
def test_a_label_of_any_name_is_of_people_once_it_is_ticked(
    qtbot, tmp_path: Path, name: str
) -> None:
    path = project_with(tmp_path, name)

    def script(driver: Driver) -> None:
        for words, occurrence, key in (("ACME", 1, "2"), ("ACME", 2, "2"), ("zorro quack", 1, "1")):
            driver.select(words, occurrence)
            driver.key(key)
        assert "zorro" not in quote(driver)
        driver.control("z")
        assert candidates(driver)[0] == "ACME"
        tick(qtbot, driver)
        assert candidates(driver)[0] == "zorro quack"
        assert quote(driver) == "Said by zorro quack? Return accepts, S chooses somebody else."
        driver.key(Qt.Key.Key_Return)
        assert margin(driver) == ["quack"]

    after = annotated(path, script)
    (made,) = after.quotes.values()
    assert [after.entities[id_].name for id_ in made.speakers] == ["zorro quack"]
    assert [label.person for label in scheme_of(path).labels] == [True, False]


def test_the_margin_follows_the_tick_of_a_speaker_who_is_shown(qtbot, tmp_path: Path) -> None:
    def script(driver: Driver) -> None:
        driver.select("zorro quack")
        driver.key("1")
        quote(driver)
        annotation = driver.annotation()
        (id_,) = annotation.quotes
        from annotator.core import edits

        entity = next(iter(annotation.entities))
        driver.window.session.perform(lambda _, on: edits.set_speakers(on, id_, [entity]))
        driver.settle()
        assert margin(driver) == ["zorro quack"]
        tick(qtbot, driver)
        assert margin(driver) == ["quack"]

    annotated(project_with(tmp_path, "MENSCH"), script)


def test_a_label_that_is_ticked_off_is_of_people_no_more(tmp_path: Path) -> None:
    def script(driver: Driver) -> None:
        driver.select("zorro quack")
        driver.key("1")
        assert "zorro" not in quote(driver)

    annotated(project_with(tmp_path, "PERSON", person=False), script)


def test_people_can_speak_whatever_their_label_is_called(qtbot, tmp_path: Path) -> None:
    path = project_with(tmp_path, "MISC", person=True)
    assert scheme_of(path).can_speak("MISC")
    assert scheme_of(path).is_person("MISC")
    assert not scheme_of(path).can_speak("DATE")

    def script(driver: Driver) -> None:
        driver.select("zorro quack")
        driver.key("1")
        assert "zorro quack" in quote(driver)
        driver.key(Qt.Key.Key_Return)
        warned = []
        for _ in range(3):
            driver.key(Qt.Key.Key_F8)
            warned.append(driver.said())
        assert not any("says nothing" in words for words in warned)

    annotated(path, script)


def test_a_new_label_is_of_people_if_its_title_says_so_until_somebody_ticks(
    qtbot, tmp_path: Path
) -> None:
    def script(driver: Driver) -> None:
        editor = edit(driver)
        page = editor.labels
        QTest.keyClick(page.list.view, Qt.Key.Key_Insert)
        type_into(page.title, "Person of note")
        assert page.person.isChecked()
        type_into(page.title, "Place")
        assert not page.person.isChecked()
        page.person.click()
        type_into(page.title, "Player")
        assert page.person.isChecked()
        confirm(qtbot, editor)

    path = project_with(tmp_path, "MENSCH")
    annotated(path, script)
    assert {label.name: label.person for label in scheme_of(path).labels} == {
        "MENSCH": False,
        "PLAYER": True,
        "ORG": False,
    }


def test_the_tick_travels_with_a_scheme_that_is_saved_as_a_file(tmp_path: Path) -> None:
    scheme = scheme_of(project_with(tmp_path, "MENSCH", person=True))
    write_scheme(scheme, tmp_path / "saved.json")
    assert find_scheme(str(tmp_path / "saved.json")) == scheme
