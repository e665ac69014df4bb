"""Review in the window: real keys decide, gold grows, undo takes it back."""

import json
from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QDialogButtonBox,
    QMenu,
    QPlainTextEdit,
)

from annotator.cli import main
from annotator.core.record import Record
from annotator.store import Project
from annotator.ui.review.remarks import RemarksDialog
from annotator.ui.widgets import dialogs
from tests.core.factories import TEXT, article
from tests.store.samples import SCHEME
from tests.ui.driving import Driver, annotated, boxes, project_at, run_main
from tests.ui.review.reviews import WORKS, go_to, gold_of, open_words, reviewing

_EVERY = 6
"""Of the articles of a corpus, which are gone through by keys."""


def test_what_all_agree_on_is_gold_in_advance_and_saved_with_the_first_decision(
    project: Path,
) -> None:
    def script(driver: Driver) -> None:
        driver.key(Qt.Key.Key_F6)
        assert sorted(open_words(driver)) == sorted(["ACME", '"We are ready,"', "pay"])
        assert reviewing(driver).agreed == 1
        assert [m.text for m in driver.annotation().mentions.values()] == ["Ann Lee"]
        assert gold_of(project).decisions == {}
        go_to(driver, "pay")
        driver.key(Qt.Key.Key_0)

    annotated(project, script)
    decision, rejected = gold_of(project).decisions.values()
    assert rejected.outcome == "rejected"
    assert (decision.outcome, decision.rule) == ("agreed", "all")
    assert (decision.by, decision.sources) == ("ada", ("anna", "ben", "cy"))


def test_the_lists_have_their_width_back_after_a_review(project: Path) -> None:
    def script(driver: Driver) -> None:
        side = driver.window.workspace.lists.side
        before = side.width()
        driver.key(Qt.Key.Key_F6)
        assert not side.isVisible()
        driver.key(Qt.Key.Key_F6)
        assert side.isVisible()
        assert side.width() == before

    run_main([str(project)], script)


def test_keys_take_reject_and_say_that_nothing_is_here(project: Path) -> None:
    def script(driver: Driver) -> None:
        driver.key(Qt.Key.Key_F6)
        go_to(driver, "ACME")
        driver.key(Qt.Key.Key_1)
        go_to(driver, '"We are ready,"')
        driver.key(Qt.Key.Key_2)
        go_to(driver, "pay")
        driver.key(Qt.Key.Key_0)
        assert open_words(driver) == []
        assert "Everything is decided" in driver.said()

    annotated(project, script)
    gold = gold_of(project)
    assert {e.name: e.label for e in gold.entities.values()} == {"Ann Lee": "PERSON", "ACME": "ORG"}
    (quote,) = gold.quotes.values()
    assert [span.role for span in quote.spans] == ["content", "source"]
    assert gold.entities[quote.speakers[0]].name == "Ann Lee"
    by_words = {TEXT[d.start : d.end]: d for d in gold.decisions.values()}
    assert by_words["pay"].outcome == "rejected"
    assert by_words["pay"].reason == "nothing here"
    assert by_words["ACME"].sources == ("ben", "cy")
    assert by_words['"We are ready,"'].sources == ("ben",)


def test_undo_opens_the_decision_again_and_goes_there(project: Path) -> None:
    def script(driver: Driver) -> None:
        driver.key(Qt.Key.Key_F6)
        go_to(driver, "ACME")
        driver.key(Qt.Key.Key_1)
        assert "ACME" not in open_words(driver)
        driver.control(Qt.Key.Key_Z)
        assert "ACME" in open_words(driver)
        row = reviewing(driver).row
        assert row is not None
        assert TEXT[row.group.start : row.group.end] == "ACME"
        driver.control(Qt.Key.Key_Y)
        assert "ACME" not in open_words(driver)

    annotated(project, script)
    assert len(gold_of(project).decisions) == 2


def test_x_asks_for_the_reason(project: Path) -> None:
    def script(driver: Driver) -> None:
        driver.key(Qt.Key.Key_F6)
        go_to(driver, "pay")
        driver.key(Qt.Key.Key_X)
        assert isinstance(QApplication.activePopupWidget(), QMenu)
        driver.key("5")
        assert "pay" not in open_words(driver)

    annotated(project, script)
    reasons = [d.reason for d in gold_of(project).decisions.values() if d.outcome == "rejected"]
    assert reasons == ["double"]


def test_e_takes_it_and_edits_it_in_the_text(project: Path) -> None:
    def script(driver: Driver) -> None:
        driver.key(Qt.Key.Key_F6)
        go_to(driver, '"We are ready,"')
        driver.key(Qt.Key.Key_E)
        assert driver.view.hasFocus()
        quote = driver.window.session.picked_quote()
        assert quote is not None
        driver.key(Qt.Key.Key_Delete)
        assert driver.annotation().quotes == {}
        assert any("deleted in the text" in row for row in driver_rows(driver))

    annotated(project, script)
    (changed,) = [d for d in gold_of(project).decisions.values() if d.outcome == "changed"]
    assert changed.by == "ada"


def test_gold_that_is_edited_like_any_article_is_marked_as_changed_until_undone(
    project: Path,
) -> None:
    def outcomes(driver: Driver) -> list[str]:
        return sorted(d.outcome for d in driver.annotation().decisions.values())

    def script(driver: Driver) -> None:
        driver.key(Qt.Key.Key_F6)
        assert outcomes(driver) == ["agreed"]
        driver.view.setFocus()
        driver.click(driver.find("Ann Lee")[0] + 1)
        driver.key("]")
        assert outcomes(driver) == ["changed"]
        driver.control("z")
        assert outcomes(driver) == ["agreed"]

    annotated(project, script)


def test_the_text_shows_lines_in_the_colour_of_each_annotator(project: Path) -> None:
    def script(driver: Driver) -> None:
        blue = driver.view.theme.tone("blue").strong
        driver.settle()
        assert not driver.painted("ACME", blue)
        driver.key(Qt.Key.Key_F6)
        assert driver.painted("ACME", blue)
        driver.key(Qt.Key.Key_F6)
        assert not driver.painted("ACME", blue)

    annotated(project, script)


def test_one_never_sees_another_s_marks_without_a_review(project: Path) -> None:
    def script(driver: Driver) -> None:
        driver.settle()
        assert driver.quotes() == driver.entities() == []
        driver.key(Qt.Key.Key_F6, Qt.Key.Key_F6)
        assert driver.window.session.annotator == "ada"
        assert driver.quotes() == driver.entities() == []
        assert driver.window.workspace.lists.side.isVisible()

    annotated(project, script)


def test_names_can_be_hidden(project: Path) -> None:
    def script(driver: Driver) -> None:
        driver.key(Qt.Key.Key_F6)
        panel = driver.window.workspace.review.panel
        assert panel is not None
        shown = " ".join(driver_rows(driver))
        assert "anna" in shown
        driver.key(Qt.Key.Key_H)
        hidden = " ".join(driver_rows(driver))
        assert not any(name in hidden for name in WORKS)
        assert "A" in hidden

    annotated(project, script)


def driver_rows(driver: Driver) -> list[str]:
    panel = driver.window.workspace.review.panel
    assert panel is not None
    model = panel.list.model()
    return [str(model.index(n, 0).data()) for n in range(model.rowCount())]


def test_without_annotations_a_review_says_so(seed: Path) -> None:
    def script(driver: Driver) -> None:
        driver.key(Qt.Key.Key_F6)
        assert "merge a project first" in driver.said()
        assert driver.window.session.annotator == "ada"

    annotated(seed, script)


def test_suggestions_are_nobody_s_work_and_never_become_gold(seed: Path) -> None:
    assert main(["suggest", str(seed)]) == 0

    def script(driver: Driver) -> None:
        driver.key(Qt.Key.Key_F6)
        assert "merge a project first" in driver.said()

    annotated(seed, script)
    with Project.open(seed) as opened:
        assert opened.annotation(1, "suggester-rules").quotes
    assert not gold_of(seed).quotes
    assert not gold_of(seed).mentions


def test_a_dropped_project_is_merged_or_opened(
    project: Path, tmp_path: Path, qtbot: object
) -> None:
    other = tmp_path / "dora.annotator"
    with Project.create(other, SCHEME) as made, made.importing() as target:
        target.add(Record(article(), "dora", WORKS["anna"]))

    def script(driver: Driver) -> None:
        driver.window.build_workspace()
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(other))])
        event = QDropEvent(
            QPointF(20, 20),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        driver.window.dropEvent(event)
        driver.settle()
        (box,) = boxes()
        assert "merge" in box.text()
        box.defaultButton().click()
        jobs = driver.window.session.jobs
        qtbot.waitUntil(lambda: not jobs.running())  # type: ignore[attr-defined]
        driver.settle()
        assert "Merged: 1 new" in driver.said()

    annotated(project, script)
    with Project.open(project) as held:
        assert "dora" in held.annotators()


def test_a_corpus_of_six_is_imported_compared_and_adjudicated_by_keys(
    shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], qapp: QApplication
) -> None:
    path, some = project_at(tmp_path), tmp_path / "some.jsonl"
    lines = (shared / "corpora" / "polnear_review.jsonl").read_text("utf-8").splitlines(True)
    ids = list(dict.fromkeys(json.loads(line)["article"]["id"] for line in lines))[::_EVERY]
    some.write_text(
        "".join(line for line in lines if json.loads(line)["article"]["id"] in ids), "utf-8"
    )
    assert main(["new", str(path)]) == 0
    assert main(["import", str(path), str(some)]) == 0
    assert main(["compare", str(path), "4b22", "4e07", "--json"]) == 0
    capsys.readouterr()
    left: list[int] = []
    outcomes: Counter[str] = Counter()

    def script(driver: Driver) -> None:
        driver.key(Qt.Key.Key_F6)
        for _ in ids:
            for _ in range(400):
                if not reviewing(driver).open_rows:
                    break
                driver.key(Qt.Key.Key_1)
            left.append(len(reviewing(driver).open_rows))
            driver.control(Qt.Key.Key_Return)
            if driver.dialogs():  # what is open was shown: done all the same
                driver.control(Qt.Key.Key_Return)

    assert run_main([str(path)], script, size=(900, 560)) == 0
    assert left == [0] * len(ids)
    with Project.open(path) as project:
        assert project.check() == []
        keys = project.article_keys(annotator="gold", status="done")
        assert len(keys) == len(ids)
        for key in keys:
            gold = project.annotation(key, "gold")
            outcomes.update(d.outcome for d in gold.decisions.values())
            assert len(gold.quotes) == len(gold.decisions)
    assert outcomes.keys() == {"agreed", "taken"}
    assert outcomes.total() > 100


def dialog_answers(driver: Driver, *keys: str) -> None:
    """Type into the dialog that is about to open, and accept it with its button."""

    def answer() -> None:
        (dialog,) = driver.dialogs()
        editor = dialog.findChild(QPlainTextEdit)
        assert isinstance(editor, QPlainTextEdit)
        for key in keys:
            QTest.keyClicks(editor, key)
        box = dialog.findChild(QDialogButtonBox)
        assert isinstance(box, QDialogButtonBox)
        box.button(QDialogButtonBox.StandardButton.Ok).click()

    QTimer.singleShot(0, answer)


def test_a_remark_is_sent_back_merged_found_and_worked_off(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    anna = tmp_path / "anna.annotator"
    with Project.create(anna, SCHEME) as made, made.importing() as target:
        target.add(Record(article(), "ada", WORKS["anna"]))
    assert main(["merge", str(project), str(anna)]) == 0

    def send(driver: Driver) -> None:
        driver.key(Qt.Key.Key_F6)
        go_to(driver, "pay")
        dialog_answers(driver, "Is this a quote?")
        driver.key(Qt.Key.Key_R)
        assert "Sent back to" in driver.said()

    annotated(project, send)
    with Project.open(project) as lead:
        names = [n for n in lead.annotators() if lead.open_remarks(n)]
        assert len(names) == 1
        (name,) = names
        review = lead.review(1, name)
        assert review is not None
        assert review.status == "returned"
        lead.add_remark(1, "ada", (0, 5), "And this?", "lead")
    assert main(["merge", str(anna), str(project)]) == 0
    capsys.readouterr()

    def work_off(driver: Driver) -> None:
        driver.settle()
        assert "A reviewer left 1 comment here" in driver.said()
        driver.shift(Qt.Key.Key_F6)
        (dialog,) = driver.dialogs()
        assert isinstance(dialog, RemarksDialog)
        assert "And this?" in str(dialog.rows.currentIndex().data())
        driver.key(Qt.Key.Key_Space)
        driver.key(Qt.Key.Key_Return)
        assert driver.dialogs() == []
        assert driver.selected() == TEXT[0:5].strip()

    annotated(anna, work_off)
    with Project.open(anna) as held:
        assert held.open_remarks("ada") == []
        assert [bool(r.done_at) for r in held.remarks(1, "ada")] == [True]


def test_a_majority_is_taken_on_demand_and_work_is_accepted(project: Path) -> None:
    def script(driver: Driver) -> None:
        driver.window.build_workspace()
        actions = driver.window.workspace.actions
        actions.invoke("take_majority")
        assert "Start the review first" in driver.said()
        driver.key(Qt.Key.Key_F6)
        actions["take_majority"].trigger()
        assert open_words(driver) == []
        actions["accept_work"].trigger()

    annotated(project, script)
    gold = gold_of(project)
    assert {e.name: e.label for e in gold.entities.values()} == {"Ann Lee": "PERSON", "ACME": "ORG"}
    with Project.open(project) as held:
        reviews = [held.review(1, name) for name in WORKS]
        assert [review.status for review in reviews if review] == ["accepted"] * 3


def test_another_name_ends_the_review_and_decides_nothing_under_it(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dialogs, "ask_annotator", lambda *_: "ben")

    def script(driver: Driver) -> None:
        driver.key(Qt.Key.Key_F6)
        driver.window.workspace.actions["change_annotator"].trigger()
        driver.settle()
        panel = driver.window.workspace.review.panel
        assert panel is not None
        assert not panel.isVisible()
        assert not reviewing(driver).active
        assert not driver.window.workspace.actions["review"].isChecked()
        driver.key(Qt.Key.Key_0)
        assert driver.window.session.annotator == "ben"

    annotated(project, script)
    with Project.open(project) as held:
        kept, gold = held.annotation(1, "ben"), held.annotation(1, "gold")
    # How long ben's name was at work depends on how fast the machine is.
    kept.head = kept.head._replace(seconds=WORKS["ben"].head.seconds)
    assert kept == WORKS["ben"]
    assert gold.decisions == {}
