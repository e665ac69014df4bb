"""Selecting with mouse and keyboard: what becomes marked is exactly what a person means."""

import json
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from annotator.cli import main
from annotator.ui.theme.theme import LIGHT
from tests.ui.driving import (
    Driver,
    annotated,
    each_annotated,
    marked,
    run_main,
    stored,
    stored_text,
)

Projects = Callable[..., Path]

NEWS = "Ann Lee's dog met Bob Ray near Iran's border. He left Oslo."
FAMILY = "👩‍👩‍👧"
ALT = Qt.KeyboardModifier.AltModifier


def seen(project: Path, script: Callable[[Driver], object]) -> object:
    """What the script saw."""
    found: list[object] = []
    assert run_main([str(project)], lambda driver: found.append(script(driver))) == 0
    return found[0]


def test_a_drag_takes_whole_words_without_spaces_and_with_alt_single_characters(
    project_of: Projects,
) -> None:
    def mid_word(driver: Driver) -> None:
        driver.drag(1, 6)
        assert driver.selected() == "Ann Lee"
        driver.key("1")

    def spaces(driver: Driver) -> None:
        start, end = driver.find("Bob Ray")
        driver.drag(start - 1, end + 1)
        driver.key("1")

    def with_alt(driver: Driver) -> None:
        driver.drag(1, 6, ALT)
        driver.key("9")

    def possessive(driver: Driver) -> None:
        driver.select("Iran")
        driver.key("3")

    def arrows(driver: Driver) -> None:
        driver.caret_to(driver.find("Oslo")[0])
        driver.shift(*[Qt.Key.Key_Right] * 4)
        assert driver.selected() == "Oslo"
        driver.key("3")

    kept = each_annotated(project_of, NEWS, mid_word, spaces, with_alt, possessive, arrows)
    assert marked(kept[0]) == [("Ann Lee", "PERSON")]
    assert marked(kept[1]) == [("Bob Ray", "PERSON")]
    assert [text for text, _ in marked(kept[2])] == ["nn Le"]
    assert marked(kept[3]) == [("Iran", "GPE")]
    assert marked(kept[4]) == [("Oslo", "GPE")]


def test_a_backward_drag_takes_the_same_words(project_of: Projects) -> None:
    def script(driver: Driver) -> str | None:
        driver.drag(6, 1)
        return driver.selected()

    assert seen(project_of(NEWS), script) == "Ann Lee"


def test_a_drag_inside_a_selection_selects_anew(project_of: Projects) -> None:
    def script(driver: Driver) -> str | None:
        driver.drag(0, driver.find("near")[1])
        driver.select("Bob Ray")
        return driver.selected()

    assert seen(project_of(NEWS), script) == "Bob Ray"


def test_a_key_with_the_caret_in_a_possessive_name_marks_the_bare_name(seed: Path) -> None:
    def script(driver: Driver) -> None:
        driver.caret_to(driver.find("Ashtiani's")[0] + 3)
        driver.key("1")

    assert marked(annotated(seed, script)) == [("Ashtiani", "PERSON")]


def test_a_double_click_selects_a_word_without_its_possessive(project_of: Projects) -> None:
    def script(driver: Driver) -> list[str | None]:
        words = []
        for word in ("Oslo", "Lee", "Iran"):
            driver.double_click(driver.find(word)[0] + 1)
            words.append(driver.selected())
        return words

    assert seen(project_of(NEWS), script) == ["Oslo", "Lee", "Iran"]


def test_shift_and_arrows_select_part_of_a_word_if_that_is_wanted(project_of: Projects) -> None:
    def script(driver: Driver) -> str | None:
        driver.caret_to(driver.find("Oslo")[0])
        driver.shift(*[Qt.Key.Key_Right] * 2)
        return driver.selected()

    assert seen(project_of(NEWS), script) == "Os"


def test_a_grapheme_is_never_split(project_of: Projects) -> None:
    clusters = (FAMILY, "😀", "e\u0301", "🇳🇴", "👍🏽")

    def script(driver: Driver) -> None:
        for number, cluster in enumerate(clusters, start=1):
            driver.window.session.open_article(number)
            driver.settle()
            for offset in range(5, 5 + len(cluster)):
                driver.view.select(offset, offset + 1)
                assert driver.selected() == cluster
            driver.caret_to(5)
            driver.shift(Qt.Key.Key_Right)
            assert driver.selected() == cluster
            driver.key("9")

    project = project_of(*(f"Oslo {cluster} Bergen {cluster} end." for cluster in clusters))
    assert run_main([str(project)], script) == 0
    for number, cluster in enumerate(clusters):
        mentions = stored(project, number).mentions.values()
        assert [(m.start, m.end, m.text) for m in mentions] == [(5, 5 + len(cluster), cluster)]


def test_an_arabic_selection_marks_its_code_points_and_paints_its_glyphs(
    project_of: Projects,
) -> None:
    text = "قال محمد علي إن بغداد مدينة قديمة جدا\n"
    fill = LIGHT.tones["blue"].fill

    def script(driver: Driver) -> None:
        start, end = driver.find("محمد علي")
        driver.drag(start, end)
        driver.key("1", Qt.Key.Key_Escape)
        columns = chip_columns(driver, fill)
        right, left = driver.point(start).x(), driver.point(end).x()
        assert left < right
        assert abs(min(columns) - left) <= 4
        assert abs(max(columns) - right) <= 4

    (mention,) = annotated(project_of(text), script).mentions.values()
    assert (mention.start, mention.end) == (4, 12)
    assert mention.text == text[4:12]


def chip_columns(driver: Driver, fill: str) -> set[int]:
    """The columns of the picture in which a colour is found."""
    image, wanted = driver.picture(), QColor(fill)
    return {
        x
        for x in range(image.width())
        for y in range(image.height() // 4)
        if image.pixelColor(x, y) == wanted
    }


def test_offsets_after_emoji_are_right_in_the_exported_file(
    project_of: Projects, tmp_path: Path
) -> None:
    project = project_of(f"😀😀 {FAMILY} Ann Lee met 𝒜𝒷 Zoe\u0308 in Oslo 🇳🇴 today.")

    def script(driver: Driver) -> None:
        for words, key in (("Ann Lee", "1"), ("Zoe\u0308", "1"), ("Oslo", "3")):
            driver.select(words)
            driver.key(key)

    annotated(project, script)
    out = tmp_path / "out.jsonl"
    assert main(["export", str(project), str(out), "--format", "native"]) == 0
    row = json.loads(out.read_text("utf-8"))
    mentions = [m for entity in row["entities"] for m in entity["mentions"]]
    words = [row["article"]["text"][m["start"] : m["end"]] for m in mentions]
    assert words == [m["text"] for m in mentions] == ["Ann Lee", "Zoe\u0308", "Oslo"]


def test_a_span_in_a_text_with_odd_line_ends_equals_a_slice_of_the_stored_text(
    project_of: Projects,
) -> None:
    text = "\ufeffFirst\u00a0line\r\nAnn\u00a0Lee\u2028met\rBob 😀\x0bRay\x85in Oslo.\r\n"
    project = project_of(text)

    def script(driver: Driver) -> None:
        for words in ("Ann\u00a0Lee", "Bob 😀\x0bRay", "Oslo"):
            driver.view.select(*driver.find(words))
            driver.key("1")

    mentions = list(annotated(project, script).mentions.values())
    whole = stored_text(project)
    assert [m.text for m in mentions] == ["Ann\u00a0Lee", "Bob 😀\x0bRay", "Oslo"]
    assert all(whole[m.start : m.end] == m.text for m in mentions)


def test_copying_gives_the_words_as_the_file_has_them(project_of: Projects, qapp: object) -> None:
    from PySide6.QtGui import QGuiApplication

    def script(driver: Driver) -> str:
        driver.view.select(*driver.find("Ann\u00a0Lee\u2028met"))
        driver.view.setFocus()
        driver.control("c")
        return QGuiApplication.clipboard().text()

    assert seen(project_of("x Ann\u00a0Lee\u2028met y\n"), script) == "Ann\u00a0Lee\u2028met"
