"""The blind test in the window: nothing is suggested where suggestions are held back."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from annotator.cli import main
from annotator.core.blind_test import was_held_back
from annotator.services.active_learning import uncertainties
from annotator.store import Project
from annotator.ui.statistics.window import StatisticsWindow
from annotator.ui.suggestions.blind_test_dialog import BlindTestDialog
from tests.ui.driving import Driver, run_main
from tests.ui.suggestions.waiting import offered, strip, suggesting, until

Projects = Callable[..., Path]
GERMAN = "Angela Merkel war am Sonntag in Paris. „Wir sind bereit“, sagte Angela Merkel."
ARABIC = "قال أحمد علي: «نحن جاهزون للعمل اليوم». وسافر أحمد علي إلى باريس."
WORDS = "Suggestions are held back in this article, to see what people mark without them."


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict:
    capsys.readouterr()
    assert main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("text", [GERMAN, ARABIC])
def test_nothing_is_suggested_where_it_is_held_back_and_q_reads_no_clause(
    project_of: Projects, text: str
) -> None:
    project = project_of(text)
    assert main(["blind", str(project), "--share", "100"]) == 0

    def script(driver: Driver) -> None:
        driver.settle()
        assert strip(driver) == WORDS
        driver.key("g")
        assert driver.said() == WORDS
        driver.key(Qt.Key.Key_Tab)
        assert suggesting(driver).offer is None
        assert not suggesting(driver).making
        quote = text.index("Wir" if text == GERMAN else "نحن") + 1
        driver.caret_to(quote)
        driver.key("q")
        (made,) = driver.annotation().quotes.values()
        assert {span.role for span in made.spans} == {"content"}
        assert made.speakers == ()
        assert was_held_back(driver.annotation().head) is True
        driver.finish()
        assert strip(driver) == ""

    run_main([str(project)], script)
    with Project.open(project) as opened:
        (name,) = opened.annotators()
        assert uncertainties(opened, name) == {}


def test_figures_tell_how_far_suggestions_led_and_exports_keep_which_was_which(
    project_of: Projects, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One article is done without suggestions, by half of what they would be; then one with."""
    project = project_of(GERMAN, GERMAN.replace("Paris", "Rom"))
    assert "anchoring" in answer(capsys, "stats", str(project))
    assert answer(capsys, "stats", str(project))["anchoring"] is None
    assert answer(capsys, "blind", str(project), "--share", "100") == {"share": 100.0}

    def blindly(driver: Driver) -> None:
        driver.settle()
        driver.select("Paris")
        driver.key("3")
        driver.finish()

    run_main([str(project)], blindly)
    assert answer(capsys, "stats", str(project))["anchoring"]["difference"] is None
    assert main(["blind", str(project), "--share", "0.0001"]) == 0

    def shown(driver: Driver) -> None:
        driver.control(Qt.Key.Key_PageDown)
        offer = offered(driver)
        suggesting(driver).accept_all(list(offer.open_numbers()))
        driver.finish()

    run_main([str(project)], shown)
    figures = answer(capsys, "stats", str(project))["anchoring"]
    assert (figures["held_back"]["articles"], figures["shown"]["articles"]) == (1, 1)
    assert figures["held_back"]["quotes"]["marked"] == 0
    assert figures["shown"]["quotes"]["f"] == 1.0
    assert figures["difference"]["quotes"] == 1.0
    assert 0 < figures["difference"]["mentions"] < 1
    out = tmp_path / "out.jsonl"
    assert main(["export", str(project), str(out), "--format", "native"]) == 0
    rows = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [row["suggestions_held_back"] for row in rows] == [True, False]
    assert main(["stats", str(project)]) == 0
    words = capsys.readouterr().out
    assert "suggestions held back in 1 done article: quotes F 0.000 (0 marked" in words
    assert "F with suggestions shown: quotes +1.000" in words


def test_a_share_that_is_none_is_told(
    project_of: Projects, capsys: pytest.CaptureFixture[str]
) -> None:
    project = project_of(GERMAN)
    assert main(["blind", str(project), "--share", "101"]) == 1
    assert "101% of the articles cannot be held back" in capsys.readouterr().err
    assert answer(capsys, "blind", str(project)) == {"share": 0.0}


def test_the_share_is_set_in_the_window_and_what_was_offered_goes(project_of: Projects) -> None:
    project = project_of(GERMAN)

    def script(driver: Driver) -> None:
        assert offered(driver).count
        driver.window.workspace.actions["hold_back"].trigger()
        (dialog,) = driver.dialogs()
        assert isinstance(dialog, BlindTestDialog)
        QTest.keyClicks(dialog.number, "100")
        QTest.keyClick(dialog.number, Qt.Key.Key_Return)
        assert driver.said() == "Suggestions are held back in 100 % of the articles."
        assert suggesting(driver).offer is None
        assert strip(driver) == WORDS
        driver.window.workspace.actions["hold_back"].trigger()
        (dialog,) = driver.dialogs()
        assert isinstance(dialog, BlindTestDialog)
        assert dialog.number.value() == 100
        QTest.keyClicks(dialog.number, "0")
        QTest.keyClick(dialog.number, Qt.Key.Key_Return)
        assert driver.said() == "Suggestions are held back in no article."

    run_main([str(project)], script)


def test_statistics_have_a_card_of_the_test_and_its_table(
    project_of: Projects, tmp_path: Path
) -> None:
    project = project_of(ARABIC)
    assert main(["blind", str(project), "--share", "100"]) == 0

    def script(driver: Driver) -> None:
        driver.select("باريس")
        driver.key("3")
        driver.finish()
        driver.window.workspace.actions["statistics"].trigger()
        (page,) = (d for d in driver.dialogs() if isinstance(d, StatisticsWindow))
        until(lambda: page.series)
        (series,) = (one for one in page.series if one.id == "anchoring")
        marked = {bar.name: bar.values[1] for bar in series.bars}
        assert marked["Names, held back"] == 1
        assert marked["Names, shown"] == marked["Quotes, held back"] == 0
        page.save_to(tmp_path / "figures.csv")
        page.close()

    run_main([str(project)], script)
    rows = (tmp_path / "figures.csv").read_text("utf-8-sig").splitlines()
    assert '"Agreement with suggestions, held back and shown","Names, held back",marked,1' in rows
