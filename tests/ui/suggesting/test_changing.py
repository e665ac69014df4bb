"""Suggestions that are changed by a key while they are accepted."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu

from annotator.core.suggestion import SuggestedMention, SuggestedQuote
from tests.ui.driving import Driver, annotated, marked, run_main
from tests.ui.suggesting.waiting import NEWS, at_hand, go_to, offered

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


def test_a_number_accepts_a_quote_as_that_type(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        offered(driver)
        go_to(driver, '"We are ready,"')
        driver.key("3")

    (quote,) = annotated(project_of(NEWS), script).quotes.values()
    assert (quote.type, quote.type_set) == ("mixed", True)


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
        assert driver.text()[at_hand(driver).start : at_hand(driver).end] == ". Bob Ray"
        driver.key("}", "}", "]")
        assert isinstance(at_hand(driver), SuggestedMention)
        driver.key(Qt.Key.Key_Return)
        assert marked(driver.annotation()) == [("Ray met", "PERSON")]
        driver.control("z")
        assert marked(driver.annotation()) == []
        assert driver.text()[at_hand(driver).start : at_hand(driver).end] == "Bob Ray"

    run_main([str(project_of(NEWS))], script)


def test_a_quote_is_not_stretched_over_its_own_cue(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        offered(driver)
        go_to(driver, "that Paris is worth a visit")
        before = at_hand(driver)
        driver.key("{")
        assert at_hand(driver) == before
        assert driver.said() == "It would lie on “said”."
        driver.key("[")
        made = at_hand(driver)
        assert isinstance(made, SuggestedQuote)
        assert made.parts("content")[0].text == "that Paris is worth a"

    run_main([str(project_of(NEWS))], script)
