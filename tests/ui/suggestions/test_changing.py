"""Suggestions that are changed by a key while they are accepted."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from annotator.core.suggestion import SuggestedMention, SuggestedQuote
from tests.ui.driving import Driver, annotated, marked, run_main
from tests.ui.suggestions.waiting import NEWS, current_number, go_to, offered, suggesting

Projects = Callable[..., Path]


def test_a_label_key_accepts_with_that_label_and_says_who_changed_it(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        offered(driver)
        go_to(driver, "Paris")
        driver.key("2")

    after = annotated(project_of(NEWS), script)
    assert marked(after) == [("Paris", "ORG")]
    (mention,) = after.mentions.values()
    assert (mention.extra or {})["suggestion"]["changed_by"] == "ada"


def test_the_same_label_key_changes_nothing_and_is_no_change(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        offered(driver)
        go_to(driver, "Paris")
        driver.key("3")

    after = annotated(project_of(NEWS), script)
    (mention,) = after.mentions.values()
    assert marked(after) == [("Paris", "GPE")]
    assert "changed_by" not in (mention.extra or {})["suggestion"]


@pytest.mark.parametrize("key", list("123456789"))
def test_a_label_key_does_nothing_at_a_quote_and_says_what_does(
    project_of: Projects, key: str
) -> None:
    def script(driver: Driver) -> None:
        offered(driver)
        go_to(driver, '"We are ready,"')
        at = suggesting(driver).current_number
        driver.key(key)
        assert driver.said() == "This is a quote, which has no label: T is its type."
        assert suggesting(driver).current_number == at
        assert key_hints(driver)[-1] == ("T", "type")
        driver.key("t", "d")
        assert driver.said() == "Accepted as direct."

    after = annotated(project_of(NEWS), script)
    assert after.mentions == {}
    assert [quote.type for quote in after.quotes.values()] == ["direct"]


def key_hints(driver: Driver) -> list[tuple[str, str]]:
    """The caps in the strip, with the words beside them."""
    strip = driver.window.workspace.suggestions.strip
    driver.window.workspace.status_bar.clearMessage()
    shown = [w for w in strip.findChildren(QWidget) if w.objectName() in ("key", "word")]
    texts = [str(w.property("text")) for w in shown if w.isVisible()]
    return list(zip(texts[::2], texts[1::2], strict=True))


def test_t_chooses_the_type_by_its_letter(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        offered(driver)
        go_to(driver, '"We are ready,"')
        driver.key("t")
        assert isinstance(QApplication.activePopupWidget(), QMenu)
        driver.key("i")

    (quote,) = annotated(project_of(NEWS), script).quotes.values()
    assert quote.type == "indirect"


def test_s_chooses_another_speaker_in_one_step(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        offered(driver)
        go_to(driver, "Angela Merkel")
        driver.key(Qt.Key.Key_Return)
        go_to(driver, '"We are ready,"')
        driver.key("s")
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        assert menu.actions()[0].text() == "&1  Bob Ray"
        driver.key("2")
        (quote,) = driver.annotation().quotes.values()
        assert driver.annotation().entities[quote.speakers[0]].name == "Angela Merkel"
        driver.control("z")
        assert not driver.annotation().quotes
        driver.key("s", "u")

    after = annotated(project_of(NEWS), script)
    (quote,) = after.quotes.values()
    assert (quote.speakers, quote.speaker_status) == ((), "unnamed")


def test_edges_are_moved_before_accepting_in_one_step(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        offered(driver)
        go_to(driver, "Bob Ray")
        driver.key("{")
        assert (
            driver.text()[current_number(driver).start : current_number(driver).end] == ". Bob Ray"
        )
        driver.key("}", "}", "]")
        assert isinstance(current_number(driver), SuggestedMention)
        driver.key(Qt.Key.Key_Return)
        assert marked(driver.annotation()) == [("Ray met", "PERSON")]
        driver.control("z")
        assert marked(driver.annotation()) == []
        assert driver.text()[current_number(driver).start : current_number(driver).end] == "Bob Ray"

    run_main([str(project_of(NEWS))], script)


def test_a_quote_is_not_stretched_over_its_own_cue(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        offered(driver)
        go_to(driver, "that Paris is worth a visit")
        before = current_number(driver)
        driver.key("{")
        assert current_number(driver) == before
        assert driver.said() == "It would lie on “said”."
        driver.key("[")
        made = current_number(driver)
        assert isinstance(made, SuggestedQuote)
        assert made.parts("content")[0].text == "that Paris is worth a"

    run_main([str(project_of(NEWS))], script)
