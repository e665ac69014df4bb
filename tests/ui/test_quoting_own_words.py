"""Q reads reporting clauses with the words that the project has added to the program's."""

from collections.abc import Callable
from pathlib import Path

import pytest

from annotator.cli import main
from annotator.store import Project
from tests.ui.driving import Driver, annotated

Projects = Callable[..., Path]


@pytest.mark.parametrize(
    ("language", "verb", "text"),
    [
        ("de", "knörzte", "Anna Lee knörzte, dass die Brücke in Bergen neue Schrauben braucht."),
        ("ar", "زمزق", "زمزق أحمد علي أن الجسر في المدينة يحتاج إلى مسامير جديدة."),
    ],
)
def test_q_on_a_verb_of_the_project_makes_the_quote_that_it_reports(
    project_of: Projects, language: str, verb: str, text: str
) -> None:
    project = project_of(text)

    def nothing(driver: Driver) -> None:
        driver.click(text.index(verb) + 1)
        driver.key("q")
        assert driver.quotes() == []

    annotated(project, nothing)
    assert main(["lexicon", str(project), "add", verb, "--language", language]) == 0

    def quote(driver: Driver) -> None:
        driver.click(text.index(verb) + 1)
        driver.key("q")

    (made,) = annotated(project, quote).quotes.values()
    assert [part.text for part in made.parts("cue")] == [verb]
    assert made.parts("content")


def test_damaged_word_lists_leave_q_with_those_of_the_program(project_of: Projects) -> None:
    project = project_of("Ann Lee said that the bridge in Bergen needs new bolts.")
    with Project.open(project) as opened:
        opened.set_value("word-lists", '{"en": 3}')

    def quote(driver: Driver) -> None:
        driver.click(10)
        driver.key("q")

    (made,) = annotated(project, quote).quotes.values()
    assert [part.text for part in made.parts("cue")] == ["said"]
