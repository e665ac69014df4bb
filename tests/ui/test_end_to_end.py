"""An annotator's first day, by the real `main()` with real keys and a real mouse alone."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from annotator.cli import main
from annotator.core.annotation import Annotation
from annotator.resources import resource
from annotator.store import Project
from annotator.ui.theme.theme import LIGHT
from tests.ui.driving import Driver, project_at, run_main

NAME = "annotator"


@pytest.fixture
def project(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    path = project_at(tmp_path)
    seed = next(resource("seeds").glob("*.txt"))
    assert main(["new", str(path)]) == 0
    assert main(["import", str(path), str(seed)]) == 0
    return path


@pytest.fixture(autouse=True)
def _ada(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOGNAME", NAME)


def mark_names(driver: Driver) -> None:
    for words, occurrence, key in (
        ("2023-02-26", 1, "5"),
        ("Shafaq News", 1, "2"),
        ("Iran", 1, "3"),
        ("Mohammad Reza Ashtiani", 1, "1"),
        ("Sunday", 1, "5"),
        ("Iraq", 1, "3"),
        ("Ashtiani", 2, "1"),
        ("Thabet Mohammad Said Reda", 1, "1"),
        ("Tehran", 1, "3"),
    ):
        driver.select(words, occurrence)
        driver.key(key)


def merge_surname_into_full_name(driver: Driver) -> None:
    driver.click(driver.find("Ashtiani", 2)[0])
    driver.key("m", *"Mohammad Reza", Qt.Key.Key_Return)


def quote_first_paragraph(driver: Driver) -> None:
    start = driver.find("his country is willing")[0]
    driver.drag(start, driver.find("defense industry")[1])
    driver.key("q")
    driver.select("said")
    driver.key("c")
    start = driver.find("Iran's defense minister")[0]
    driver.drag(start, driver.find("Mohammad Reza Ashtiani")[1])
    driver.key("s")


def quote_third_paragraph(driver: Driver) -> None:
    driver.click(driver.find("geopolitical")[0])
    driver.key("q")
    driver.select("he said")
    driver.select("said", 2)
    driver.key("c")
    driver.drag(*(driver.find("he said")[0] + n for n in (0, 2)))
    driver.key("s", *"Mohammad", Qt.Key.Key_Return)


def annotate_three_paragraphs(driver: Driver) -> None:
    mark_names(driver)
    merge_surname_into_full_name(driver)
    quote_first_paragraph(driver)
    quote_third_paragraph(driver)


def stored(path: Path) -> Annotation:
    with Project.open(path) as project:
        (key,) = project.article_keys(annotator=NAME)
        return project.annotation(key, NAME)


def content(annotation: Annotation) -> tuple[object, ...]:
    """All of an annotation but the time spent on it."""
    head = annotation.head._replace(seconds=0)
    return head, annotation.entities, annotation.mentions, annotation.quotes


def list_rows(driver: Driver) -> list[str]:
    """What a screen reader would read of both lists."""
    role = Qt.ItemDataRole.AccessibleTextRole
    models = (
        driver.window.workspace.lists.side.quotes.model(),
        driver.window.workspace.lists.side.entities.model(),
    )
    return [
        str(model.index(row, 0).data(role)) for model in models for row in range(model.rowCount())
    ]


def marks_painted(driver: Driver) -> dict[str, bool]:
    tones, amber = LIGHT.tones, LIGHT.speakers[0]
    return {
        "person": driver.painted("Thabet Mohammad", tones["blue"].fill),
        "place": driver.painted("Tehran", tones["green"].fill),
        "date": driver.painted("Sunday", tones["stone"].fill),
        "quote": driver.painted("geopolitical", amber.fill),
        "cue": driver.painted("said", amber.strong),
    }


def test_what_was_annotated_is_there_after_a_restart_and_undoes_and_redoes(
    qtbot: object, project: Path
) -> None:
    seen: dict[str, object] = {}

    def first_day(driver: Driver) -> None:
        annotate_three_paragraphs(driver)
        driver.key(Qt.Key.Key_Escape)
        seen["rows"], seen["painted"] = list_rows(driver), marks_painted(driver)

    assert run_main([str(project)], first_day) == 0
    annotation = stored(project)
    assert [q.type for q in annotation.ordered_quotes()] == ["mixed", "direct"]
    speakers = {annotation.entities[q.speakers[0]].name for q in annotation.quotes.values()}
    assert speakers == {"Mohammad Reza Ashtiani"}
    assert seen["painted"] == dict.fromkeys(seen["painted"], True)  # type: ignore[call-overload]

    def second_day(driver: Driver) -> None:
        assert list_rows(driver) == seen["rows"]
        assert marks_painted(driver) == seen["painted"]
        steps = undo_everything(driver)
        assert list_rows(driver) == []
        assert not any(marks_painted(driver).values())
        driver.control(*["y"] * steps)
        assert list_rows(driver) == seen["rows"]
        assert marks_painted(driver) == seen["painted"]

    assert run_main([str(project)], second_day) == 0
    assert content(stored(project)) == content(annotation)


def undo_everything(driver: Driver) -> int:
    steps = 0
    while driver.window.session.next_titles()[0] is not None:
        driver.control("z")
        steps += 1
        assert steps < 100
    return steps


def test_everything_undone_after_a_restart_leaves_no_row(qtbot: object, project: Path) -> None:
    run_main([str(project)], annotate_three_paragraphs)
    run_main([str(project)], lambda driver: undo_everything(driver) and None)
    annotation = stored(project)
    assert (annotation.entities, annotation.mentions, annotation.quotes) == ({}, {}, {})
    assert annotation.head.status == "todo"


def test_text_lists_and_store_agree_after_each_key(qtbot: object, project: Path) -> None:
    def check(driver: Driver) -> None:
        window = driver.window
        with Project.open(project) as other:
            assert window.session.article_key is not None
            on_disk = other.annotation(window.session.article_key, NAME)
        assert window.session.annotation is not None
        assert content(on_disk) == content(window.session.annotation)
        assert window.workspace.lists.side.quotes.model().rowCount() == len(on_disk.quotes)

    def script(driver: Driver) -> None:
        driver.window.session.edited.connect(lambda _: check(driver))
        annotate_three_paragraphs(driver)
        undo_everything(driver)

    run_main([str(project)], script)
