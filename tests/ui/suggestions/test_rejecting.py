"""What was rejected or deleted stays away, whoever suggests it again, and undo brings it back."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from annotator.core.rejection import rejections
from annotator.core.suggestion import SuggestedMention, Suggestion
from annotator.core.suggestion_queue import SuggestionQueue
from annotator.store import Project
from tests.ui.driving import Driver, run_main, stored
from tests.ui.suggestions.waiting import current_number, offered, suggesting, until

Projects = Callable[..., Path]
TAB, RETURN, BACK, ESC = Qt.Key.Key_Tab, Qt.Key.Key_Return, Qt.Key.Key_Backspace, Qt.Key.Key_Escape
GERMAN = "Angela Merkel war am Sonntag in Paris. „Wir sind bereit“, sagte Angela Merkel."
ARABIC = "قال أحمد علي: «نحن جاهزون للعمل اليوم». وسافر أحمد علي إلى باريس."


def open_ones(offer: SuggestionQueue | None) -> list[Suggestion]:
    return [] if offer is None else [offer[n] for n in offer.open_numbers()]


def take(driver: Driver, wanted: type[Suggestion]) -> Suggestion:
    for _ in range(offered(driver).count):
        driver.key(TAB)
        if isinstance(current_number(driver), wanted):
            return current_number(driver)
    raise AssertionError(f"no {wanted.__name__} is suggested")


@pytest.mark.parametrize("text", [GERMAN, ARABIC])
def test_deleting_an_accepted_span_is_rejecting_it_and_one_undo_brings_it_back(
    project_of: Projects, text: str
) -> None:
    project = project_of(text)

    def script(driver: Driver) -> None:
        made = take(driver, SuggestedMention)
        driver.key(RETURN)
        (mention,) = driver.annotation().mentions.values()
        driver.key(ESC)
        driver.click(mention.start + 1)
        driver.key(Qt.Key.Key_Delete)
        assert not driver.annotation().mentions
        assert made not in open_ones(suggesting(driver).offer)
        assert len(rejections(driver.annotation().head)) == 1
        driver.control("z")
        assert [m.text for m in driver.annotation().mentions.values()] == [mention.text]
        assert not rejections(driver.annotation().head)
        driver.control("z")
        assert made in open_ones(offered(driver))

    run_main([str(project)], script)


@pytest.mark.parametrize("text", [GERMAN, ARABIC])
def test_a_name_that_another_suggests_with_other_edges_stays_rejected(
    project_of: Projects, text: str
) -> None:
    """A longer name that others have marked since is what the project's memory would suggest."""
    project, seen = project_of(text, f"{text}\n"), []

    def reject(driver: Driver) -> None:
        made = take(driver, SuggestedMention)
        assert isinstance(made, SuggestedMention)
        driver.key(BACK)
        seen.append(made)

    run_main([str(project)], reject)
    (made,) = seen
    assert isinstance(made, SuggestedMention)
    end = text.index(" ", made.end + 1)
    _marked_elsewhere(project, made.start, end, made.label)
    longer = text[made.start : end]

    def look(driver: Driver) -> None:
        until(lambda: not suggesting(driver).making)
        here = [m.text for m in open_ones(offered(driver)) if isinstance(m, SuggestedMention)]
        assert here.count(longer) == 0
        driver.control("z")
        again = [m.text for m in open_ones(offered(driver)) if isinstance(m, SuggestedMention)]
        assert longer in again

    run_main([str(project)], look)
    assert rejections(stored(project).head) == ()


def _marked_elsewhere(path: Path, start: int, end: int, label: str) -> None:
    from annotator.core import edits

    with Project.open(path) as project:
        article, before = project.article(2), project.annotation(2, "bo")
        project.apply(2, "bo", edits.mark(article, before, start, end, label))
