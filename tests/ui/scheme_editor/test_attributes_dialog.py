"""Attributes of the picked entity or quote: one key, one form, one edit."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from annotator.cli import main
from annotator.core.message import verbatim
from annotator.core.models import Quote
from annotator.services.presets import find_scheme
from annotator.store import Project
from annotator.ui.scheme_editor.attributes_dialog import AttributesDialog
from tests.ui.driving import Driver, annotated, run_main, visible

Projects = Callable[..., Path]

NEWS = "Ann Lee met Bob Ray in Oslo. “We will win,” Ann Lee said."


@pytest.fixture
def novel(project_of: Projects) -> Path:
    path = project_of(NEWS)
    with Project.open(path) as project:
        project.set_scheme(find_scheme("pdnc"))
    return path


def dialog() -> AttributesDialog:
    return next(
        w for w in QApplication.topLevelWidgets() if isinstance(w, AttributesDialog) and visible(w)
    )


def go_back(driver: Driver) -> None:
    driver.settle()
    driver.window.activateWindow()
    driver.view.setFocus()
    driver.settle()


def say_gender(driver: Driver) -> None:
    """Mark Ann Lee, then say by keys alone that she is the female main character."""
    driver.select("Ann Lee")
    driver.key("1")
    driver.shift("a")
    form = dialog()
    QTest.keyClick(form.fields["gender"], "f")
    QTest.keyClick(form.fields["main"], Qt.Key.Key_Space)
    QTest.keyClick(form, Qt.Key.Key_Return)
    go_back(driver)


def test_what_is_said_of_an_entity_is_saved_and_shown_again(novel: Path) -> None:
    def script(driver: Driver) -> None:
        say_gender(driver)
        driver.shift("a")
        form = dialog()
        assert form.fields["gender"].currentText() == "female"
        assert form.fields["main"].isChecked()
        form.reject()
        model = driver.window.workspace.lists.side.entities.model()
        description = model.index(0, 0).data(Qt.ItemDataRole.AccessibleDescriptionRole)
        assert description == "gender: female, main"

    (entity,) = annotated(novel, script).entities.values()
    assert entity.extra == {"attributes": {"gender": "female", "main": True}}


def test_one_undo_takes_all_of_it_back(novel: Path) -> None:
    def script(driver: Driver) -> None:
        say_gender(driver)
        driver.control("z")

    (entity,) = annotated(novel, script).entities.values()
    assert entity.extra is None


def test_a_quote_is_said_to_be_named_by_a_pronoun_and_exported_so(
    novel: Path, tmp_path: Path
) -> None:
    def script(driver: Driver) -> None:
        driver.select("“We will win,”")
        driver.key("q")
        driver.shift("a")
        form = dialog()
        QTest.keyClick(form.fields["reference"], "a")
        QTest.keyClick(form, Qt.Key.Key_Return)
        go_back(driver)

    quote = annotated(novel, script).quotes["q1"]
    assert quote.attributes == {"reference": "anaphoric"}
    assert [span.text for span in quote.parts("content")] == ["We will win,"]
    out = tmp_path / "out.jsonl"
    assert main(["export", str(novel), str(out), "--format", "native"]) == 0
    assert '"attributes":{"reference":"anaphoric"}' in out.read_text().replace(" ", "")


def test_a_value_that_the_scheme_no_longer_knows_stays_until_another_is_chosen(
    novel: Path,
) -> None:
    def script(driver: Driver) -> None:
        driver.select("“We will win,”")
        driver.key("q")
        session = driver.window.session

        def older(_article: object, annotation: object) -> object:
            from annotator.core.edit import Change, Edit

            quote: Quote = annotation.quotes["q1"]  # type: ignore[attr-defined]
            after = quote._replace(attributes={"reference": "by letter"})
            return Edit(verbatim("Import"), (Change(quote, after),))

        session.perform(older)  # type: ignore[arg-type]
        driver.shift("a")
        form = dialog()
        assert form.fields["reference"].currentText() == "by letter (not in the scheme)"
        QTest.keyClick(form, Qt.Key.Key_Return)
        go_back(driver)

    assert annotated(novel, script).quotes["q1"].attributes == {"reference": "by letter"}


def test_without_a_pick_or_without_attributes_the_status_bar_says_what_to_do(
    novel: Path,
) -> None:
    def script(driver: Driver) -> None:
        driver.shift("a")
        assert driver.said() == "Click an entity or a quote first."
        with Project.open(novel) as project:
            project.set_scheme(find_scheme("news"))
        driver.window.session.take_scheme()
        driver.select("Oslo")
        driver.key("3")
        driver.shift("a")
        assert "no attributes for entities" in driver.said()

    run_main([str(novel)], script)
