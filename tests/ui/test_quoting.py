"""Marking quotes: content, cue, source, addressee, speaker, type, with the keys of the window."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from annotator.cli import main
from annotator.core.models import Quote
from tests.ui.driving import Driver, annotated, each_annotated, marked

Projects = Callable[..., Path]

NEWS = (
    "Ann Lee met Bob Ray in Oslo. “We will win,” she said, “and soon.” "
    "Bob Ray told reporters that Oslo was cold.\n\n"
    "“It is a threat,” he added.\n"
)
# No clause here reports anything, so Q brings nothing but the content.
PLAIN = NEWS.replace("told reporters that", "met reporters while")


def words(quote: Quote, role: str) -> list[str]:
    return [part.text for part in quote.parts(role)]  # type: ignore[arg-type]


def mark_names(driver: Driver) -> None:
    for name in ("Ann Lee", "Bob Ray"):
        driver.select(name)
        driver.key("1")
    driver.key(Qt.Key.Key_Escape)


def quote_split(driver: Driver) -> None:
    driver.drag(driver.find("“We will")[0], driver.find("and soon.”")[1])
    driver.key("q")


def quote_cold(driver: Driver) -> None:
    driver.select("Oslo was cold")
    driver.key("q")


def test_q_makes_a_quote_of_the_selection_of_quoted_words_or_of_what_a_verb_of_speech_reports(
    project_of: Projects,
) -> None:
    def between_quote_marks(driver: Driver) -> None:
        driver.caret_to(driver.find("a threat")[0])
        driver.key("q")

    def on_a_verb(driver: Driver) -> None:
        driver.caret_to(driver.find("told")[0] + 2)
        driver.key("q")

    def outside_quote_marks(driver: Driver) -> None:
        driver.caret_to(driver.find("met")[0] + 1)
        driver.key("q")
        assert driver.said().startswith("Select the quoted words")

    kept = each_annotated(
        project_of, NEWS, quote_cold, between_quote_marks, on_a_verb, outside_quote_marks
    )
    (quote,) = kept[0].quotes.values()
    assert words(quote, "content") == ["Oslo was cold"]
    assert quote.type == "indirect"
    (quote,) = kept[1].quotes.values()
    assert words(quote, "content") == ["“It is a threat,”"]
    assert quote.type == "direct"
    (quote,) = kept[2].quotes.values()
    assert words(quote, "content") == ["that Oslo was cold"]
    assert (words(quote, "cue"), words(quote, "source")) == (["told"], ["Bob Ray"])
    assert kept[3].quotes == {}


def test_the_speaker_who_is_named_is_set_and_one_that_a_pronoun_may_mean_when_return_accepts(
    project_of: Projects,
) -> None:
    def named(driver: Driver) -> None:
        mark_names(driver)
        quote_cold(driver)
        driver.control("z")
        assert driver.annotation().quotes == {}
        driver.control("y")

    def accepted(driver: Driver) -> None:
        mark_names(driver)
        quote_cold(driver)
        driver.caret_to(driver.find("a threat")[0] + 3)
        driver.key("q")
        assert driver.said() == "Said by Bob Ray? Return accepts, S chooses somebody else."
        assert driver.annotation().ordered_quotes()[1].speakers == ()
        driver.key(Qt.Key.Key_Return)

    def not_accepted(driver: Driver) -> None:
        mark_names(driver)
        driver.caret_to(driver.find("a threat")[0] + 3)
        driver.key("q", Qt.Key.Key_Escape, Qt.Key.Key_Return)

    kept = each_annotated(project_of, NEWS, named, accepted, not_accepted)
    annotation = kept[0]
    (quote,) = annotation.quotes.values()
    assert (words(quote, "cue"), words(quote, "source")) == (["told"], ["Bob Ray"])
    assert [annotation.entities[id_].name for id_ in quote.speakers] == ["Bob Ray"]
    annotation = kept[1]
    quote = annotation.ordered_quotes()[1]
    assert (words(quote, "cue"), words(quote, "source")) == (["added"], ["he"])
    assert [annotation.entities[id_].name for id_ in quote.speakers] == ["Bob Ray"]
    (quote,) = kept[2].quotes.values()
    assert quote.speakers == ()


def test_one_gesture_or_shift_q_gives_a_quote_several_parts_and_one_is_deleted_alone(
    project_of: Projects,
) -> None:
    def shift_q(driver: Driver) -> None:
        driver.select("Oslo was")
        driver.key("q")
        driver.select("cold")
        driver.shift("q")

    def one_deleted(driver: Driver) -> None:
        quote_split(driver)
        driver.key(Qt.Key.Key_Escape)
        driver.click(driver.find("and soon")[0] + 2)
        driver.key(Qt.Key.Key_Delete)

    def cue_deleted(driver: Driver) -> None:
        quote_cold(driver)
        driver.select("told")
        driver.key("c", Qt.Key.Key_Escape)
        driver.click(driver.find("told")[0] + 1)
        driver.key(Qt.Key.Key_Delete)

    kept = each_annotated(project_of, NEWS, quote_split, shift_q, one_deleted, cue_deleted)
    (quote,) = kept[0].quotes.values()
    assert words(quote, "content") == ["“We will win,”", "“and soon.”"]
    assert quote.type == "direct"
    (quote,) = kept[1].quotes.values()
    assert words(quote, "content") == ["Oslo was", "cold"]
    (quote,) = kept[2].quotes.values()
    assert words(quote, "content") == ["“We will win,”"]
    (quote,) = kept[3].quotes.values()
    assert (words(quote, "cue"), words(quote, "content")) == ([], ["Oslo was cold"])


def test_c_s_and_a_set_the_parts_of_the_quote_that_is_near(project_of: Projects) -> None:
    def of_the_near_one(driver: Driver) -> None:
        quote_split(driver)
        driver.caret_to(driver.find("a threat")[0])
        driver.key("q", Qt.Key.Key_Escape)
        driver.select("said")
        driver.key("c", Qt.Key.Key_Escape)
        driver.select("added")
        driver.key("c", Qt.Key.Key_Escape)

    def far_from_any(driver: Driver) -> None:
        driver.select("met")
        driver.key("c")
        assert driver.said().startswith("Click the quote first")

    def right_for_wrong(driver: Driver) -> None:
        quote_cold(driver)
        driver.key(Qt.Key.Key_Escape)
        start, end = driver.find("Bob Ray", 2)
        driver.view.select(start + 4, end)
        driver.key("s")

    def addressee(driver: Driver) -> None:
        driver.select("reporters")
        driver.key("1", Qt.Key.Key_Escape)
        quote_cold(driver)
        driver.select("reporters")
        driver.key("a")

    def with_a_type(driver: Driver) -> None:
        quote_cold(driver)
        driver.key("t")
        menu_choose(driver, "reported")
        _, end = driver.find("Oslo was cold")
        driver.drag(end, end - 5, beside=-3)  # on the border itself a drag begins with the mark
        driver.key(Qt.Key.Key_Escape)

    kept = each_annotated(
        project_of, NEWS, of_the_near_one, far_from_any, right_for_wrong, addressee, with_a_type
    )
    first, second = kept[0].ordered_quotes()
    assert (words(first, "cue"), words(second, "cue")) == (["said"], ["added"])
    assert kept[1].quotes == {}
    (quote,) = kept[2].quotes.values()
    assert words(quote, "source") == ["Ray"]
    annotation = kept[3]
    (quote,) = annotation.quotes.values()
    assert words(quote, "addressee") == ["reporters"]
    assert [annotation.entities[id_].name for id_ in quote.addressees] == ["reporters"]
    (quote,) = kept[4].quotes.values()
    assert words(quote, "content") == ["Oslo was"]
    assert (quote.type, quote.type_set) == ("reported", True)


def test_s_sets_source_and_speaker_and_a_cue_over_the_quoted_words_is_refused(
    project_of: Projects,
) -> None:
    def on_a_name(driver: Driver) -> None:
        mark_names(driver)
        quote_cold(driver)
        driver.select("Bob Ray", 2)
        driver.key("s")
        assert "Bob Ray" in driver.quotes()[0]

    def without_selection(driver: Driver) -> None:
        mark_names(driver)
        quote_cold(driver)
        driver.key("s", *"bo", Qt.Key.Key_Return)

    def cue_over_content(driver: Driver) -> None:
        quote_cold(driver)
        driver.select("was")
        driver.key("c")
        assert "overlaps the quote's own content" in driver.said()

    def deleted_whole(driver: Driver) -> None:
        quote_cold(driver)
        driver.select("met")
        driver.key("c", Qt.Key.Key_Delete)
        assert driver.quotes() == []

    kept = each_annotated(
        project_of, PLAIN, on_a_name, without_selection, cue_over_content, deleted_whole
    )
    annotation = kept[0]
    (quote,) = annotation.quotes.values()
    assert words(quote, "source") == ["Bob Ray"]
    assert marked(annotation).count(("Bob Ray", "PERSON")) == 1
    annotation = kept[1]
    (quote,) = annotation.quotes.values()
    assert [annotation.entities[id_].name for id_ in quote.speakers] == ["Bob Ray"]
    assert words(quote, "source") == []
    (quote,) = kept[2].quotes.values()
    assert words(quote, "cue") == []
    assert kept[3].quotes == {}


def test_s_on_a_pronoun_asks_for_the_speaker_and_escape_leaves_it_open(
    project_of: Projects,
) -> None:
    def typed(driver: Driver) -> None:
        mark_names(driver)
        quote_split(driver)
        driver.view.select(*driver.find("she"))
        driver.key("s")
        assert driver.window.workspace.lists.side.quotes.picker.isVisible()
        driver.key(*"ann", Qt.Key.Key_Return)

    def escaped(driver: Driver) -> None:
        mark_names(driver)
        quote_split(driver)
        driver.view.select(*driver.find("she"))
        driver.key("s", Qt.Key.Key_Escape)
        assert driver.view.hasFocus()

    kept = each_annotated(project_of, NEWS, typed, escaped)
    annotation = kept[0]
    (quote,) = annotation.quotes.values()
    assert words(quote, "source") == ["she"]
    assert [annotation.entities[id_].name for id_ in quote.speakers] == ["Ann Lee"]
    (quote,) = kept[1].quotes.values()
    assert (words(quote, "source"), quote.speakers) == (["she"], ())


def menu_choose(driver: Driver, words: str) -> None:
    """Go down the open menu to these words and take them."""
    from PySide6.QtWidgets import QApplication, QMenu

    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    for _ in menu.actions():
        driver.key(Qt.Key.Key_Down)
        active = menu.activeAction()
        if active is not None and active.text().replace("&", "") == words:
            break
    driver.key(Qt.Key.Key_Return)


@pytest.mark.parametrize(
    ("language", "verb", "text", "caret"),
    [
        ("de", "raunzte", "Anna Lehmann raunzte, dass die Brücke gesperrt sei.", "Brücke"),
        ("ar", "همهم", "همهم أحمد علي أن الجسر مغلق اليوم.", "الجسر"),
    ],
)
def test_q_knows_the_verbs_that_the_project_has_added(
    project_of: Callable[..., Path], language: str, verb: str, text: str, caret: str
) -> None:
    project = project_of(text)
    arguments = ["lexicon", str(project), "add", verb, "--language", language]
    assert main(arguments) == 0

    def script(driver: Driver) -> None:
        driver.caret_to(driver.find(caret)[0])
        driver.key("q")

    (quote,) = annotated(project, script).quotes.values()
    assert [part.text for part in quote.parts("cue")] == [verb]
