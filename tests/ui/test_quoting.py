"""Marking quotes: content, cue, source, addressee, speaker, type, with the keys of the window."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from annotator.cli import main
from annotator.core.models import Quote
from tests.ui.driving import Driver, annotated, marked

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


def test_q_makes_a_quote_of_the_selection(project_of: Projects) -> None:
    (quote,) = annotated(project_of(NEWS), quote_cold).quotes.values()
    assert words(quote, "content") == ["Oslo was cold"]
    assert quote.type == "indirect"


def test_q_between_quote_marks_makes_a_quote_of_what_they_hold(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        driver.caret_to(driver.find("a threat")[0])
        driver.key("q")

    (quote,) = annotated(project_of(NEWS), script).quotes.values()
    assert words(quote, "content") == ["“It is a threat,”"]
    assert quote.type == "direct"


def test_q_outside_quote_marks_says_what_to_do(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        driver.caret_to(driver.find("met")[0] + 1)
        driver.key("q")
        assert driver.said().startswith("Select the quoted words")

    assert annotated(project_of(NEWS), script).quotes == {}


def test_q_brings_cue_and_source_and_the_speaker_who_is_named_there(
    project_of: Projects,
) -> None:
    def script(driver: Driver) -> None:
        mark_names(driver)
        quote_cold(driver)
        driver.control("z")
        assert driver.annotation().quotes == {}
        driver.control("y")

    annotation = annotated(project_of(NEWS), script)
    (quote,) = annotation.quotes.values()
    assert (words(quote, "cue"), words(quote, "source")) == (["told"], ["Bob Ray"])
    assert [annotation.entities[id_].name for id_ in quote.speakers] == ["Bob Ray"]


def test_return_accepts_the_speaker_that_a_pronoun_may_mean(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        mark_names(driver)
        quote_cold(driver)
        driver.caret_to(driver.find("a threat")[0] + 3)
        driver.key("q")
        assert driver.said() == "Said by Bob Ray? Return accepts, S chooses somebody else."
        assert driver.annotation().ordered_quotes()[1].speakers == ()
        driver.key(Qt.Key.Key_Return)

    annotation = annotated(project_of(NEWS), script)
    quote = annotation.ordered_quotes()[1]
    assert (words(quote, "cue"), words(quote, "source")) == (["added"], ["he"])
    assert [annotation.entities[id_].name for id_ in quote.speakers] == ["Bob Ray"]


def test_an_offer_that_is_not_accepted_leaves_the_speaker_open(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        mark_names(driver)
        driver.caret_to(driver.find("a threat")[0] + 3)
        driver.key("q", Qt.Key.Key_Escape, Qt.Key.Key_Return)

    (quote,) = annotated(project_of(NEWS), script).quotes.values()
    assert quote.speakers == ()


def test_q_on_a_verb_of_speech_makes_the_quote_that_it_reports(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        driver.caret_to(driver.find("told")[0] + 2)
        driver.key("q")

    (quote,) = annotated(project_of(NEWS), script).quotes.values()
    assert words(quote, "content") == ["that Oslo was cold"]
    assert (words(quote, "cue"), words(quote, "source")) == (["told"], ["Bob Ray"])


def test_the_right_words_take_the_place_of_a_wrong_source(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        quote_cold(driver)
        driver.key(Qt.Key.Key_Escape)
        start, end = driver.find("Bob Ray", 2)
        driver.view.select(start + 4, end)
        driver.key("s")

    (quote,) = annotated(project_of(NEWS), script).quotes.values()
    assert words(quote, "source") == ["Ray"]


def test_one_gesture_over_a_split_quote_leaves_a_hole_for_cue_and_source(
    project_of: Projects,
) -> None:
    (quote,) = annotated(project_of(NEWS), quote_split).quotes.values()
    assert words(quote, "content") == ["“We will win,”", "“and soon.”"]
    assert quote.type == "direct"


def test_c_and_s_go_to_the_quote_that_is_near_and_not_to_the_last_one(
    project_of: Projects,
) -> None:
    def script(driver: Driver) -> None:
        quote_split(driver)
        driver.caret_to(driver.find("a threat")[0])
        driver.key("q", Qt.Key.Key_Escape)
        driver.select("said")
        driver.key("c", Qt.Key.Key_Escape)
        driver.select("added")
        driver.key("c", Qt.Key.Key_Escape)

    first, second = annotated(project_of(NEWS), script).ordered_quotes()
    assert (words(first, "cue"), words(second, "cue")) == (["said"], ["added"])


def test_c_far_from_any_quote_says_to_click_one(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        driver.select("met")
        driver.key("c")
        assert driver.said().startswith("Click the quote first")

    assert annotated(project_of(NEWS), script).quotes == {}


def test_s_on_a_name_sets_source_and_speaker_at_once(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        mark_names(driver)
        quote_cold(driver)
        driver.select("Bob Ray", 2)
        driver.key("s")
        assert "Bob Ray" in driver.quotes()[0]

    annotation = annotated(project_of(PLAIN), script)
    (quote,) = annotation.quotes.values()
    assert words(quote, "source") == ["Bob Ray"]
    assert marked(annotation).count(("Bob Ray", "PERSON")) == 1


def test_s_on_a_pronoun_asks_and_the_typed_name_becomes_the_speaker(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        mark_names(driver)
        quote_split(driver)
        driver.view.select(*driver.find("she"))
        driver.key("s")
        assert driver.window.workspace.lists.side.quotes.picker.isVisible()
        driver.key(*"ann", Qt.Key.Key_Return)

    annotation = annotated(project_of(NEWS), script)
    (quote,) = annotation.quotes.values()
    assert words(quote, "source") == ["she"]
    assert [annotation.entities[id_].name for id_ in quote.speakers] == ["Ann Lee"]


def test_escape_in_the_picker_keeps_the_source_and_leaves_the_speaker_open(
    project_of: Projects,
) -> None:
    def script(driver: Driver) -> None:
        mark_names(driver)
        quote_split(driver)
        driver.view.select(*driver.find("she"))
        driver.key("s", Qt.Key.Key_Escape)
        assert driver.view.hasFocus()

    (quote,) = annotated(project_of(NEWS), script).quotes.values()
    assert (words(quote, "source"), quote.speakers) == (["she"], ())


def test_s_without_a_selection_asks_for_the_speaker_of_the_picked_quote(
    project_of: Projects,
) -> None:
    def script(driver: Driver) -> None:
        mark_names(driver)
        quote_cold(driver)
        driver.key("s", *"bo", Qt.Key.Key_Return)

    annotation = annotated(project_of(PLAIN), script)
    (quote,) = annotation.quotes.values()
    assert [annotation.entities[id_].name for id_ in quote.speakers] == ["Bob Ray"]
    assert words(quote, "source") == []


def test_shift_q_adds_the_selection_to_the_content(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        driver.select("Oslo was")
        driver.key("q")
        driver.select("cold")
        driver.shift("q")

    (quote,) = annotated(project_of(NEWS), script).quotes.values()
    assert words(quote, "content") == ["Oslo was", "cold"]


def test_a_on_a_name_sets_the_addressee(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        driver.select("reporters")
        driver.key("1", Qt.Key.Key_Escape)
        quote_cold(driver)
        driver.select("reporters")
        driver.key("a")

    annotation = annotated(project_of(NEWS), script)
    (quote,) = annotation.quotes.values()
    assert words(quote, "addressee") == ["reporters"]
    assert [annotation.entities[id_].name for id_ in quote.addressees] == ["reporters"]


def test_a_type_that_a_person_set_survives_a_later_resize(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        quote_cold(driver)
        driver.key("t")
        menu_choose(driver, "reported")
        _, end = driver.find("Oslo was cold")
        driver.drag(end, end - 5, beside=-3)  # on the border itself a drag begins with the mark
        driver.key(Qt.Key.Key_Escape)

    (quote,) = annotated(project_of(NEWS), script).quotes.values()
    assert words(quote, "content") == ["Oslo was"]
    assert (quote.type, quote.type_set) == ("reported", True)


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


def test_a_cue_over_the_quoted_words_is_refused_with_a_sentence(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        quote_cold(driver)
        driver.select("was")
        driver.key("c")
        assert "overlaps the quote's own content" in driver.said()

    (quote,) = annotated(project_of(PLAIN), script).quotes.values()
    assert words(quote, "cue") == []


def test_a_clicked_cue_is_deleted_without_its_quote(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        quote_cold(driver)
        driver.select("told")
        driver.key("c", Qt.Key.Key_Escape)
        driver.click(driver.find("told")[0] + 1)
        driver.key(Qt.Key.Key_Delete)

    (quote,) = annotated(project_of(NEWS), script).quotes.values()
    assert (words(quote, "cue"), words(quote, "content")) == ([], ["Oslo was cold"])


def test_one_part_of_a_split_quote_is_deleted_alone(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        quote_split(driver)
        driver.key(Qt.Key.Key_Escape)
        driver.click(driver.find("and soon")[0] + 2)
        driver.key(Qt.Key.Key_Delete)

    (quote,) = annotated(project_of(NEWS), script).quotes.values()
    assert words(quote, "content") == ["“We will win,”"]


def test_a_picked_quote_is_deleted_whole(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        quote_cold(driver)
        driver.select("met")
        driver.key("c", Qt.Key.Key_Delete)
        assert driver.quotes() == []

    assert annotated(project_of(PLAIN), script).quotes == {}


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
