"""Going through an article without the mouse."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt

from tests.ui.driving import Driver, each_annotated, marked, run_main, stored

Projects = Callable[..., Path]

NEWS = (
    "Ann Lee met Bob Ray in Oslo. “It rains,” Ann Lee said. “We stay.”\n"
    "\n"
    "The next day Bob Ray left for Rome. He was late."
)


def test_w_and_e_go_to_what_has_no_mark_yet_and_j_and_k_from_span_to_span(
    project_of: Projects,
) -> None:
    def names(driver: Driver) -> None:
        seen = []
        for label in "1133":
            driver.key("w")
            seen.append(driver.selected())
            driver.key(label)
        assert seen == ["Ann Lee", "Bob Ray", "Oslo", "Ann Lee"]
        driver.shift("w")
        assert driver.selected() == "Rome"  # round the start of the article

    def quoted_words(driver: Driver) -> None:
        driver.key("e")
        assert driver.selected() == "“It rains,”"
        driver.key("q")
        driver.key("e")
        assert driver.selected() == "“We stay.”"
        driver.key("q", "e")
        assert driver.said() == "There is no quoted words without a quote here."

    def picked(driver: Driver) -> str | None:
        mention, quote = (
            driver.window.session.selected_mention(),
            driver.window.session.selected_item,
        )
        if mention is not None:
            return mention.text
        return quote.part.text if quote is not None and quote.part is not None else None

    def spans(driver: Driver) -> None:
        for words in ("Ann Lee", "Bob Ray"):
            driver.select(words)
            driver.key("1")
        driver.select("“It rains,” Ann Lee said. “We stay.”")
        driver.key("q")
        driver.caret_to(0)
        seen = []
        for _ in range(6):
            driver.key("j")
            seen.append(picked(driver))
        assert seen == ["Bob Ray", "“It rains,”", "Ann Lee", "said", "“We stay.”", "Ann Lee"]
        driver.key("k")
        assert picked(driver) == "“We stay.”"

    def checks(driver: Driver) -> None:
        driver.select("“We stay.”")
        driver.key("q")
        said = []
        for _ in range(3):
            driver.key(Qt.Key.Key_F8)
            said.append(driver.said())
        assert said[0] == "This quote has no cue. (1 of 2)"
        assert said[1] == "Nobody is named as its speaker. (2 of 2)"
        assert said[2] == said[0]
        assert driver.selected() == "“We stay.”"

    kept = each_annotated(project_of, NEWS, names, quoted_words, spans, checks)
    assert marked(kept[0])[:3] == [
        ("Ann Lee", "PERSON"),
        ("Bob Ray", "PERSON"),
        ("Oslo", "GPE"),
    ]
    annotation = kept[1]
    assert len(annotation.quotes) == 2


def test_a_marked_name_that_stands_again_is_found_even_where_capitals_do_not_tell(
    project_of: Projects,
) -> None:
    def script(driver: Driver) -> None:
        driver.select("بغداد")
        driver.key("3")
        driver.key("w")
        assert driver.selected() == "بغداد"
        assert driver.view.selection() == driver.find("بغداد", 2)

    run_main([str(project_of("زار الوزير بغداد أمس. وصل إلى بغداد مساء."))], script)


def test_x_grows_the_selection_by_word_quoted_words_sentence_paragraph_and_back(
    project_of: Projects,
) -> None:
    def script(driver: Driver) -> None:
        driver.caret_to(driver.find("rains")[0] + 2)
        seen = []
        for _ in range(5):
            driver.key("x")
            seen.append(driver.selected())
        assert seen[:2] == ["rains", "“It rains,”"]
        assert seen[2].startswith("“It rains,” Ann Lee said.")
        assert seen[3] == NEWS.partition("\n")[0]
        assert seen[4] == NEWS
        driver.shift("x", "x", "x")
        assert driver.selected() == "“It rains,”"

    run_main([str(project_of(NEWS))], script)


def test_the_caret_goes_by_sentence_and_paragraph_and_brackets_move_edges(
    project_of: Projects,
) -> None:
    def caret(driver: Driver) -> None:
        places = []
        for key in ("..", "."):
            driver.key(*key)
            places.append(driver.text()[driver.view.caret() :][:12])
        assert places == ["“We stay.”\n\n", "The next day"]
        driver.key(",")
        assert driver.text()[driver.view.caret() :].startswith("“We stay")
        driver.control(Qt.Key.Key_Down)
        assert driver.text()[driver.view.caret() :].startswith("The next day")
        driver.control(Qt.Key.Key_Up)
        assert driver.view.caret() == 0

    def brackets(driver: Driver) -> None:
        driver.select("Ann Lee met")
        driver.key("[")
        assert driver.selected() == "Ann Lee"
        driver.key("1")
        driver.key("]")
        assert [m.text for m in driver.annotation().mentions.values()] == ["Ann Lee met"]
        driver.key("}")
        assert [m.text for m in driver.annotation().mentions.values()] == ["Lee met"]

    kept = each_annotated(project_of, NEWS, caret, brackets)
    assert marked(kept[1]) == [("Lee met", "PERSON")]


WITH_MARKS = {
    "In Bag\u00addad now.": ("In", "In Bag\u00addad"),
    "वह दिल्ली में है।": ("वह", "वह दिल्ली"),
    "In \u200bOslo\u200b now.": ("In", "In \u200bOslo"),
    "او ایرانی\u200cها را دید.": ("او", "او ایرانی\u200cها"),
}


def test_an_edge_moves_by_whole_words_with_their_marks(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        for number, (start, _) in enumerate(WITH_MARKS.values(), start=1):
            driver.window.session.open_article(number)
            driver.settle()
            driver.view.select(*driver.find(start))
            driver.view.setFocus()
            driver.key("]", "1")

    project = project_of(*WITH_MARKS)
    assert run_main([str(project)], script) == 0
    for number, (_, end) in enumerate(WITH_MARKS.values()):
        assert [text for text, _ in marked(stored(project, number))] == [end]
