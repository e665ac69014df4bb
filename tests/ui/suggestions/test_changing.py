"""Suggestions that are changed by a key while they are accepted."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from annotator.core.suggestion import SuggestedMention, SuggestedQuote
from tests.ui.driving import Driver, each_annotated, marked
from tests.ui.suggestions.waiting import NEWS, current_number, go_to, offered, suggesting

Projects = Callable[..., Path]


def test_a_label_key_accepts_with_that_label_and_says_who_changed_it_if_it_is_another(
    project_of: Projects,
) -> None:
    def same_label(driver: Driver) -> None:
        offered(driver)
        go_to(driver, "Paris")
        driver.key("3")

    def at_a_quote(driver: Driver) -> None:
        offered(driver)
        go_to(driver, '"We are ready,"')
        at = suggesting(driver).current_number
        for key in "123456789":
            driver.key(key)
            assert driver.said() == "This is a quote, which has no label: T is its type.", key
            assert suggesting(driver).current_number == at, key
            assert key_hints(driver)[-1] == ("T", "type"), key
            assert driver.said() == ""
        driver.key("t", "d")
        assert driver.said() == "Accepted as direct."

    def another_label(driver: Driver) -> None:
        offered(driver)
        go_to(driver, "Paris")
        driver.key("2")

    kept = each_annotated(project_of, NEWS, same_label, at_a_quote, another_label)
    after = kept[0]
    (mention,) = after.mentions.values()
    assert marked(after) == [("Paris", "GPE")]
    assert "changed_by" not in (mention.extra or {})["suggestion"]
    after = kept[1]
    assert after.mentions == {}
    assert [quote.type for quote in after.quotes.values()] == ["direct"]
    after = kept[2]
    assert marked(after) == [("Paris", "ORG")]
    (mention,) = after.mentions.values()
    assert (mention.extra or {})["suggestion"]["changed_by"] == "ada"


def key_hints(driver: Driver) -> list[tuple[str, str]]:
    """The caps in the strip, with the words beside them."""
    strip = driver.window.workspace.suggestions.strip
    driver.window.workspace.status_bar.clearMessage()
    shown = [w for w in strip.findChildren(QWidget) if w.objectName() in ("key", "word")]
    texts = [str(w.property("text")) for w in shown if w.isVisible()]
    return list(zip(texts[::2], texts[1::2], strict=True))


def test_type_speaker_and_edges_are_changed_before_accepting_in_one_step(
    project_of: Projects,
) -> None:
    def type_(driver: Driver) -> None:
        offered(driver)
        go_to(driver, '"We are ready,"')
        driver.key("t")
        assert isinstance(QApplication.activePopupWidget(), QMenu)
        driver.key("i")

    def speaker(driver: Driver) -> None:
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

    def edges(driver: Driver) -> None:
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

    def over_the_cue(driver: Driver) -> None:
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

    kept = each_annotated(project_of, NEWS, type_, speaker, edges, over_the_cue)
    (quote,) = kept[0].quotes.values()
    assert quote.type == "indirect"
    after = kept[1]
    (quote,) = after.quotes.values()
    assert (quote.speakers, quote.speaker_status) == ((), "unnamed")
