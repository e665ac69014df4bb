"""Where an edge of a picked span is held, and where a selection of its own begins."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from annotator.cli import main
from tests.examples import examples
from tests.ui.driving import Driver, annotated, marked
from tests.ui.test_scripts import near_end, near_start, sweep

Projects = Callable[..., Path]

LISTS = {
    "commas, semicolons": ("In Oslo,Paris,Rome;Bonn said.", "Oslo Paris Rome Bonn"),
    "slashes": ("In Oslo/Paris/Rome now.", "Oslo Paris Rome"),
    "hyphens": ("The Oslo-Paris-Rome train.", "Oslo Paris Rome"),
    "dashes": ("The Oslo–Paris—Rome train.", "Oslo Paris Rome"),
    "brackets": ("In Oslo(Paris)[Rome] now.", "Oslo Paris Rome"),
    "chinese": ("他说葛城市长田中在。", "葛城 市长 田中"),
    "japanese": ("東京大阪京都へ行く。", "東京 大阪 京都"),
    "chinese and latin": ("在葛城市Lee說。", "葛城市 Lee"),
    "thai": ("เขาไปลาวไทยวันนี้", "ลาว ไทย"),
    "korean": ("서울부산대구에서.", "서울 부산 대구"),
    "arabic": ("في بغداد،دمشق؛عمان.", "بغداد دمشق عمان"),
    "zero-width spaces": ("In Oslo\u200bParis\u200bRome.", "Oslo Paris Rome"),
    "spaces": ("In Oslo Paris Rome now.", "Oslo Paris Rome"),
    "emoji": ("Oslo😀Paris😀Rome.", "Oslo Paris Rome"),
}


# Both ways to aim and both orders; `make bench ARGS=examples` tries each with each.
WAYS = [(False, False), (True, True), (False, True), (True, False)][: examples(2)]


@pytest.mark.examples
@pytest.mark.parametrize(("exact", "backwards"), WAYS)
def test_neighbours_marked_one_after_the_other_are_marks_of_their_own(
    project_of: Projects, tmp_path: Path, exact: bool, backwards: bool
) -> None:
    path = project_of()
    files = [tmp_path / f"{number:02}.txt" for number in range(len(LISTS))]
    for file, (text, _) in zip(files, LISTS.values(), strict=True):
        file.write_text(text, encoding="utf-8")
    assert main(["import", str(path), *map(str, files)]) == 0
    found = {}

    def script(driver: Driver) -> None:
        keys = driver.window.session.project.article_keys(annotator="ada")
        for key, (name, (_, names)) in zip(keys, LISTS.items(), strict=True):
            driver.window.session.open_article(key)
            driver.settle()
            for words in reversed(names.split()) if backwards else names.split():
                start, end = driver.find(words)
                if exact:
                    driver.drag(start, end)
                else:
                    sweep(driver, near_start(driver, start), near_end(driver, end - 1))
                driver.view.setFocus()
                driver.key("1")
            found[name] = [text for text, _ in marked(driver.annotation())]

    annotated(path, script)
    assert found == {name: names.split() for name, (_, names) in LISTS.items()}


def test_a_cue_behind_a_quote_mark_is_selected_beside_the_picked_quote(
    project_of: Projects,
) -> None:
    def script(driver: Driver) -> None:
        driver.view.select(*driver.find("“我们赢了”"))
        driver.key("q")
        driver.drag(*driver.find("表示"))
        driver.key("c")

    (quote,) = annotated(project_of("“我们赢了”表示总统。"), script).quotes.values()
    parts = [(part.role, part.text) for part in quote.spans]
    assert parts == [("content", "“我们赢了”"), ("cue", "表示")]


def test_an_edge_is_held_on_its_own_side(project_of: Projects) -> None:
    text = "In Oslo,Paris now."

    def script(driver: Driver) -> None:
        driver.select("Oslo")
        driver.key("3")
        edge = driver.point(driver.find("Oslo")[1])
        sweep(driver, edge - QPoint(2, 0), near_end(driver, driver.find("Paris")[1] - 1))

    assert marked(annotated(project_of(text), script)) == [("Oslo,Paris", "GPE")]


def test_shift_and_a_click_on_an_edge_extends_the_selection(project_of: Projects) -> None:
    found: list[str | None] = []

    def script(driver: Driver) -> None:
        driver.select("Oslo")
        driver.key("3")
        picked, (_, end) = driver.window.session.selected_item, driver.find("Oslo")
        driver.view.select(0, 0)
        assert driver.window.session.selected_item == picked
        viewport, shift = driver.view.viewport(), Qt.KeyboardModifier.ShiftModifier
        QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, shift, driver.point(end))
        driver.settle()
        found.append(driver.selected())

    assert marked(annotated(project_of("In Oslo now."), script)) == [("Oslo", "GPE")]
    assert found == ["In Oslo"]
