"""Learning in the background: by itself after some done articles, and when it is asked for."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from annotator.cli import main
from annotator.core.suggestion import SuggestedQuote
from annotator.services.background_training import is_due, last_training
from annotator.store import Project
from annotator.ui.suggestions.training_dialog import TrainingDialog
from tests.suggest.test_training import row
from tests.ui.driving import Driver, run_main
from tests.ui.suggestions.waiting import offered, suggesting, until


@pytest.fixture
def murmled(tmp_path: Path, qapp: QApplication) -> Path:
    """27 articles done but one, in whose verb no word list has, and three to do."""
    path, source = tmp_path / "p.annotator", tmp_path / "in.jsonl"
    rows = [row(n) for n in range(28)] + [row(n, done=False) for n in range(28, 31)]
    rows[0]["status"] = "doing"
    source.write_text("\n".join(json.dumps(r) for r in rows), "utf-8")
    assert main(["new", str(path)]) == 0
    assert main(["import", str(path), str(source)]) == 0
    return path


def test_a_done_article_makes_it_learn_and_the_next_suggestions_use_it(murmled: Path) -> None:
    def script(driver: Driver) -> None:
        driver.control(Qt.Key.Key_Return)
        if driver.dialogs():
            driver.control(Qt.Key.Key_Return)
        operations = driver.window.workspace.suggestions
        until(lambda: driver.window.session.jobs.running(operations.learning))
        until(lambda: not driver.window.session.jobs.running(operations.learning))
        driver.settle()
        assert driver.said().startswith("Learnt from 28 articles: quotes 0 % → 100 %, names ")
        assert driver.dialogs() == []
        driver.key("g")
        until(lambda: not suggesting(driver).making)
        offer = offered(driver)
        (quote,) = [offer[n] for n in offer.open_numbers() if isinstance(offer[n], SuggestedQuote)]
        assert quote.origin == "model"
        assert str(quote.reason).startswith("learnt from your articles")
        while suggesting(driver).current is not quote:
            driver.key(Qt.Key.Key_Tab)
        driver.key(Qt.Key.Key_Return)
        (made,) = driver.annotation().quotes.values()
        assert (made.extra or {})["suggestion"]["made_by"].startswith("trained ")

    run_main([str(murmled)], script)
    with Project.open(murmled) as project:
        assert not is_due(project, "ada")
        learnt = last_training(project)
        assert learnt is not None
        assert learnt.report is not None
        assert learnt.report.used


def test_who_asks_for_it_is_shown_the_figures(murmled: Path) -> None:
    def script(driver: Driver) -> None:
        actions = driver.window.workspace.actions
        actions["train_model"].trigger()
        assert driver.said() == "Learning from the articles that are done …"
        until(driver.dialogs)
        (dialog,) = driver.dialogs()
        assert isinstance(dialog, TrainingDialog)
        assert dialog.verdict.text() == (
            "The new model is better, and is used from now on, for: quotes, names"
        )
        driver.key(Qt.Key.Key_Return)
        actions["show_training"].trigger()
        assert isinstance(driver.dialogs()[0], TrainingDialog)

    run_main([str(murmled)], script)


def test_with_too_few_articles_it_says_what_it_needs(murmled: Path, tmp_path: Path) -> None:
    path = tmp_path / "few.annotator"
    source = tmp_path / "few.jsonl"
    source.write_text(json.dumps(row(1)), "utf-8")
    assert main(["new", str(path)]) == 0
    assert main(["import", str(path), str(source)]) == 0

    def script(driver: Driver) -> None:
        operations = driver.window.workspace.suggestions
        operations.show_training()
        assert "takes five articles" in driver.dialogs()[0].verdict.text()  # type: ignore[attr-defined]
        driver.key(Qt.Key.Key_Escape)
        operations.learning.learn()
        until(lambda: "needs 5" in driver.said())
        assert driver.said().startswith("Nothing was learnt: 1 articles are done")

    run_main([str(path)], script)


def test_closing_the_window_ends_the_learning_and_keeps_the_project(murmled: Path) -> None:
    def script(driver: Driver) -> None:
        driver.window.workspace.actions["train_model"].trigger()
        assert driver.window.session.jobs.running(driver.window.workspace.suggestions.learning)

    run_main([str(murmled)], script)
    assert main(["check", str(murmled)]) == 0


def test_it_is_due_after_a_few_more_and_ever_later_as_the_project_grows(murmled: Path) -> None:
    with Project.open(murmled) as project:
        assert is_due(project, "ada")
        assert not is_due(project, "bob")
        for tried, due in ((23, False), (22, True), (27, False)):
            kept = {"made_at": "2026-11-25T10:00:00Z", "done": tried, "report": None}
            project.set_value("training", json.dumps(kept))
            assert is_due(project, "ada") is due
        project.set_value("training", "[]")
        assert is_due(project, "ada")
