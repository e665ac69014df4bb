"""Who is proposed as a speaker: people and organisations, never a nationality, a place or a day."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from annotator.core.models import Quote
from annotator.core.scheme import can_speak, person_by_name
from annotator.suggest.llm_response import checked
from annotator.ui.lists.snippet_list import VALUE_ROLE
from annotator.ui.session import SelectedItem
from tests.ui.driving import Driver, annotated, boxes, run_main, stored

Projects = Callable[..., Path]
TEXT = "The Iranian defense minister said that peace is near. It was a Sunday."
SILENT = {"3": "GPE", "4": "LOC", "5": "DATE", "6": "NORP", "7": "EVENT", "8": "WORK", "9": "MISC"}


def quotes_in_each(
    path: Path, script: Callable[[Driver, str], object]
) -> list[tuple[str, list[Quote]]]:
    """Play the script in an article for each silent label; the labels, and the quotes of each."""

    def in_each(driver: Driver) -> None:
        for number, key in enumerate(SILENT, start=1):
            driver.window.session.open_article(number)
            driver.settle()
            script(driver, key)

    assert run_main([str(path)], in_each) == 0
    works = [stored(path, number) for number in range(len(SILENT))]
    for work, label in zip(works, SILENT.values(), strict=True):
        assert [entity.label for entity in work.entities.values()] == [label]
    return [
        (label, list(work.quotes.values()))
        for label, work in zip(SILENT.values(), works, strict=True)
    ]


@pytest.fixture
def an_article_each(project_of: Projects) -> Path:
    """The text in an article for each silent label."""
    return project_of(*(f"{TEXT} {label}." for label in SILENT.values()))


def test_what_cannot_speak_is_no_speaker_where_it_stands_in_the_source(
    an_article_each: Path,
) -> None:
    def script(driver: Driver, key: str) -> None:
        driver.select("Iranian")
        driver.key(key)
        driver.caret_to(driver.find("said")[0] + 1)
        driver.key("q")
        assert "Iranian" not in driver.said(), key
        driver.key(Qt.Key.Key_Return)

    for label, (quote,) in quotes_in_each(an_article_each, script):
        assert quote.parts("source"), label
        assert quote.speakers == (), label


def test_it_is_none_either_where_the_source_is_marked_by_hand(an_article_each: Path) -> None:
    def script(driver: Driver, key: str) -> None:
        driver.select("Iranian")
        driver.key(key)
        driver.select("peace is near")
        driver.key("q")
        driver.select("The Iranian defense minister")
        driver.key("s", Qt.Key.Key_Escape)

    for label, (quote,) in quotes_in_each(an_article_each, script):
        assert quote.speakers == (), label


def test_a_person_in_the_source_is_the_speaker_and_so_is_a_label_of_ones_own(
    project_of: Projects,
) -> None:
    def script(driver: Driver) -> None:
        for words, key in (("Iranian", "6"), ("Bob Ray", "1")):
            driver.select(words)
            driver.key(key)
        driver.caret_to(driver.find("said")[0] + 1)
        driver.key("q")

    after = annotated(project_of(TEXT.replace("minister", "minister Bob Ray")), script)
    (quote,) = after.quotes.values()
    assert [after.entities[id_].name for id_ in quote.speakers] == ["Bob Ray"]
    assert can_speak("POLITICIAN")
    assert can_speak("GROUP", alone=False)
    assert can_speak("GPE")
    assert not can_speak("GPE", alone=False)
    assert [person_by_name(name) for name in ("PER", "PERSON", "PERCENT")] == [True, True, False]


def test_a_speaker_who_cannot_speak_is_among_the_warnings_and_in_the_check_before_done(
    project_of: Projects,
) -> None:
    def script(driver: Driver) -> None:
        driver.select("Iranian")
        driver.key("1")
        driver.caret_to(driver.find("said")[0] + 1)
        driver.key("q")
        (entity,) = driver.annotation().entities
        driver.window.session.select(SelectedItem("entity", entity))
        driver.key("6")
        warning = "Its speaker Iranian has the label NORP, which says nothing."
        said = []
        for _ in range(4):
            driver.key(Qt.Key.Key_F8)
            said.append(driver.said())
        assert any(warning in words for words in said)
        driver.control(Qt.Key.Key_Return)
        (checks,) = driver.dialogs()
        rows = (checks.rows.item(n).data(VALUE_ROLE) for n in range(checks.rows.rowCount()))
        assert warning.rstrip(".") in [row.words for row in rows]
        checks.close()

    run_main([str(project_of(TEXT))], script)
    assert boxes() == []


def test_an_answer_of_a_language_model_makes_no_nationality_a_speaker() -> None:
    answer = json.dumps(
        {
            "mentions": [{"text": "Iranian", "label": "NORP"}],
            "quotes": [{"content": ["peace is near"], "source": "Iranian", "speaker": "Iranian"}],
        }
    )
    (quote,) = checked(answer, TEXT, "", {"NORP"}).suggestions.quotes
    assert quote.speaker is None
