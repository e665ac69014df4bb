"""Suggestions in the window: offered dashed, accepted, rejected and changed by keys."""

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip

from annotator.cli import main
from annotator.core.rejection import rejections
from annotator.core.suggestion import SuggestedMention
from annotator.store import Project
from annotator.ui.article.chips import chip_rect
from annotator.ui.suggestions.threshold_dialog import ThresholdDialog
from tests.ui.driving import Driver, annotated, each_annotated, marked, run_main, stored
from tests.ui.suggestions.waiting import (
    NEWS,
    current_number,
    go_to,
    offered,
    strip,
    suggesting,
    until,
)

Projects = Callable[..., Path]
_CONTROL = Qt.KeyboardModifier.ControlModifier
TAB, RETURN, BACK, ESC = Qt.Key.Key_Tab, Qt.Key.Key_Return, Qt.Key.Key_Backspace, Qt.Key.Key_Escape


# Offering


def test_an_article_that_opens_is_offered_names_and_quotes_that_are_no_annotation(
    project_of: Projects,
) -> None:
    project = project_of(NEWS)

    def script(driver: Driver) -> None:
        assert offered(driver).count >= 5
        assert strip(driver) == f"{offered(driver).count} suggestions"
        assert (driver.entities(), driver.quotes()) == ([], [])

    after = annotated(project, script)
    assert (after.mentions, after.quotes, after.head.status) == ({}, {}, "todo")


def test_suggestions_are_in_no_export(project_of: Projects, tmp_path: Path) -> None:
    project = project_of(NEWS)

    def script(driver: Driver) -> None:
        offered(driver)
        driver.key(TAB, RETURN)

    run_main([str(project)], script)
    out = tmp_path / "out.jsonl"
    assert main(["export", str(project), str(out), "--format", "native"]) == 0
    assert out.read_text().count('"kind": "name"') + out.read_text().count('"kind":"name"') == 1


def test_all_of_the_seed_article_is_accepted_by_two_keys(seed: Path) -> None:
    """The direct quotes with their speakers are those of the gold, and undo takes all back."""

    def script(driver: Driver) -> None:
        offer = offered(driver)
        number = offer.count
        driver.key(TAB)
        pressed = 0
        while suggesting(driver).current is not None:
            driver.key(RETURN)
            pressed += 1
        assert pressed <= number
        assert driver.said() == "All suggestions of this article are decided."
        assert suggesting(driver).offer is None
        direct = {
            (q.parts("content")[0].text[:22], driver.annotation().entities[q.speakers[0]].name)
            for q in driver.annotation().quotes.values()
            if q.type == "direct"
        }
        assert direct >= {
            ('"Iran and Iraq share a', "Mohammad Reza Ashtiani"),
            ('"The need for military', "Mohammad Reza Ashtiani"),
            ('"Past experiences have', "Mohammad Reza Ashtiani"),
            ('"We are ready to help ', "Mohammad Reza Ashtiani"),
            ('"If Iran is strong, Ir', "Thabet Mohammad Said Reda"),
        }
        (ashtiani,) = [e for e in driver.annotation().entities.values() if "Ashtiani" in e.name]
        assert driver.annotation().mention_count(ashtiani.id) == 4
        for _ in range(pressed):
            driver.control("z")
        assert suggesting(driver).offer is not None
        assert offered(driver).count == number
        assert (driver.annotation().mentions, driver.annotation().quotes) == ({}, {})

    run_main([str(seed)], script)


def test_rejected_suggestions_stay_rejected_after_a_restart(project_of: Projects) -> None:
    project, seen = project_of(NEWS), []

    def reject(driver: Driver) -> None:
        seen.append(offered(driver).count)
        go_to(driver, "Paris")
        seen.append(current_number(driver).id)
        driver.key(BACK)
        assert current_number(driver).id != seen[1]
        assert offered(driver).count == seen[0] - 1

    def look(driver: Driver) -> None:
        offer = offered(driver)
        assert offer.count == seen[0] - 1
        assert seen[1] not in {offer[n].id for n in offer.open_numbers()}
        driver.control("z")
        assert seen[1] in {offer[n].id for n in offer.open_numbers()}

    run_main([str(project)], reject)
    assert [r.value for r in rejections(stored(project).head)] == ["GPE"]
    run_main([str(project)], look)
    assert rejections(stored(project).head) == ()


def test_what_one_annotator_rejects_is_offered_to_another(
    project_of: Projects,
) -> None:
    project, seen = project_of(NEWS), []

    def script(driver: Driver) -> None:
        seen.append(offered(driver).count)
        driver.key(TAB, BACK)
        driver.window.session.set_annotator("bob")
        assert offered(driver).count == seen[0]

    run_main([str(project)], script)


def test_tab_goes_round_undo_brings_one_back_and_rejecting_the_rest_is_one_step(
    project_of: Projects,
) -> None:
    def undone(driver: Driver) -> None:
        offered(driver)
        go_to(driver, "Paris")
        first = current_number(driver)
        driver.key(RETURN)
        assert marked(driver.annotation()) == [("Paris", "GPE")]
        driver.control("z")
        assert current_number(driver) == first
        driver.control("y")
        assert marked(driver.annotation()) == [("Paris", "GPE")]

    def goes_round(driver: Driver) -> None:
        offer = offered(driver)
        driver.key(TAB)
        first = current_number(driver)
        driver.key(TAB)
        assert current_number(driver).start >= first.start != current_number(driver).start
        driver.key(Qt.Key.Key_Backtab, modifiers=Qt.KeyboardModifier.ShiftModifier)
        assert current_number(driver) == first
        driver.key(Qt.Key.Key_Backtab, modifiers=Qt.KeyboardModifier.ShiftModifier)
        assert current_number(driver) == offer[max(offer.open_numbers())]
        assert strip(driver).startswith(f"{offer.count} of {offer.count}  ·  ")

    def rest_rejected(driver: Driver) -> None:
        number = offered(driver).count
        driver.window.workspace.actions["reject_rest"].trigger()
        assert suggesting(driver).offer is None
        assert driver.said() == f"{number} suggestions rejected. Undo takes it back."
        driver.control("z")
        assert offered(driver).count == number

    each_annotated(project_of, NEWS, undone, goes_round, rest_rejected)


# Leaving


def test_keys_mean_what_they_always_do_once_suggestions_are_left(project_of: Projects) -> None:
    def escaped(driver: Driver) -> None:
        offered(driver)
        driver.key(TAB, TAB)
        driver.key(ESC)
        assert suggesting(driver).current is None
        assert suggesting(driver).offer is not None
        driver.key(ESC)
        assert suggesting(driver).offer is None
        assert driver.view.hasFocus()
        driver.key(TAB)
        assert not driver.view.hasFocus()
        driver.view.setFocus()
        driver.key("g")
        until(lambda: suggesting(driver).current is not None)

    def none_at_hand(driver: Driver) -> None:
        offered(driver)
        driver.select("visit")
        driver.key("2")
        driver.key(BACK)
        assert marked(driver.annotation()) == []
        driver.select("visit")
        driver.key("3")
        driver.key(TAB)
        driver.key(Qt.Key.Key_Right)
        assert suggesting(driver).current is None

    def in_a_list(driver: Driver) -> None:
        offered(driver)
        driver.select("visit")
        driver.key("2")
        driver.window.workspace.lists.side.entities.setFocus()
        assert not driver.view.hasFocus()
        driver.key(TAB)
        assert suggesting(driver).current is None

    kept = each_annotated(project_of, NEWS, escaped, none_at_hand, in_a_list)
    assert marked(kept[1]) == [("visit", "GPE")]


# Many at once


def test_accepting_all_above_a_threshold_counts_and_is_one_step(seed: Path) -> None:
    def script(driver: Driver) -> None:
        offer = offered(driver)
        sure = len(offer.at_least(0.9))
        assert 0 < sure < offer.count
        driver.key("A", modifiers=_CONTROL | Qt.KeyboardModifier.ShiftModifier)
        (dialog,) = driver.dialogs()
        assert isinstance(dialog, ThresholdDialog)
        dialog.slider.setValue(80)
        for _ in range(10):
            driver.key(Qt.Key.Key_Right)
        assert dialog.count.text().startswith(f"{sure} of {offer.count} are so sure: ")
        assert dialog.go.text() == f"Accept {sure} suggestions"
        driver.key(RETURN)
        made = driver.annotation()
        assert len(made.mentions) + len(made.quotes) == sure
        assert all(
            item.extra["suggestion"]["confidence"] >= 0.9  # type: ignore[index]
            for item in (*made.mentions.values(), *made.quotes.values())
        )
        driver.control("z")
        assert (len(made.mentions), len(made.quotes)) == (0, 0)

    run_main([str(seed)], script)


# What is known of it afterwards


def test_a_lead_sees_how_much_was_merely_accepted(
    project_of: Projects, capsys: pytest.CaptureFixture[str]
) -> None:
    project = project_of(NEWS)

    def script(driver: Driver) -> None:
        offered(driver)
        go_to(driver, "Angela Merkel")
        driver.key(RETURN)
        go_to(driver, "Paris")
        driver.key("2")
        driver.key(BACK)
        driver.select("visit")
        driver.key("3")

    run_main([str(project)], script)
    capsys.readouterr()
    assert main(["stats", str(project), "--json"]) == 0
    counts = json.loads(capsys.readouterr().out)["origins"]
    assert counts == {"ada": {"own": 1, "accepted": 1, "changed": 1, "rejected": 1}}
    assert main(["stats", str(project)]) == 0
    assert "ada: 1 of 3 mentions and quotes accepted as suggested" in capsys.readouterr().out


def test_an_accepted_span_that_is_changed_later_is_no_longer_merely_accepted(
    project_of: Projects,
) -> None:
    def script(driver: Driver) -> None:
        offered(driver)
        go_to(driver, "Angela Merkel")
        driver.key(RETURN, ESC, ESC)
        driver.click(driver.find("Angela Merkel")[0])
        driver.key("2")

    after = annotated(project_of(NEWS), script)
    (mention,) = after.mentions.values()
    assert marked(after) == [("Angela Merkel", "ORG")]
    assert (mention.extra or {})["suggestion"]["changed_by"] == "ada"


# Looks


def test_suggestions_are_drawn_dashed_say_why_when_hovered_and_are_taken_at_hand_by_a_click(
    project_of: Projects,
) -> None:
    def hovered(driver: Driver) -> None:
        offered(driver)
        start, _ = driver.find("Angela Merkel")
        point = driver.point(start) + QPoint(20, 0)
        viewport = driver.view.viewport()
        event = QHelpEvent(QEvent.Type.ToolTip, point, viewport.mapToGlobal(point))
        QApplication.sendEvent(viewport, event)
        words = QToolTip.text().replace("\u2068", "").replace("\u2069", "")
        assert words.startswith("Person · Angela Merkel\n")
        assert " % sure: " in words
        assert "Suggested by a rule" in words

    def clicked(driver: Driver) -> None:
        offered(driver)
        start, _ = driver.find("Angela Merkel")
        QTest.mouseClick(
            driver.view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
            driver.point(start) + QPoint(30, 0),
        )  # fmt: skip
        driver.settle()
        made = current_number(driver)
        assert isinstance(made, SuggestedMention)
        assert made.text == "Angela Merkel"
        assert "Person · Angela Merkel" in strip(driver)

    def turns(driver: Driver) -> int:
        view, image = driver.view, driver.picture()
        units = [view.to_units(offset) for offset in driver.find("Angela Merkel")]
        (piece,) = view.scene().lines.pieces(units[0], units[1])
        edge = chip_rect(piece, 0, view.paint_context().metrics)
        row = range(int(edge.left()) + 8, int(edge.right()) - 8)
        dark = [image.pixelColor(x, int(edge.bottom())).lightness() < 205 for x in row]
        return sum(a != b for a, b in pairwise(dark))

    def dashed(driver: Driver) -> None:
        driver.window.workspace.actions["light_theme"].trigger()
        offered(driver)
        before = turns(driver)
        go_to(driver, "Angela Merkel")
        driver.key(RETURN, ESC, ESC)
        assert before > 20
        assert turns(driver) == 0

    each_annotated(project_of, NEWS, hovered, clicked, dashed)


# By itself or not


def test_who_switches_it_off_is_asked_for_nothing_until_g(project_of: Projects) -> None:
    project = project_of(NEWS)

    def switch(driver: Driver) -> None:
        action = driver.window.workspace.actions["suggest_by_itself"]
        assert action.isChecked()
        action.trigger()
        assert not action.isChecked()

    def look(driver: Driver) -> None:
        for _ in range(50):
            driver.settle()
        assert suggesting(driver).offer is None
        assert not suggesting(driver).making
        driver.key("g")
        offered(driver)
        assert suggesting(driver).current is not None

    run_main([str(project)], switch)
    run_main([str(project)], look)


def test_done_articles_are_left_alone_and_the_next_one_is_offered(project_of: Projects) -> None:
    def script(driver: Driver) -> None:
        first = offered(driver)
        driver.finish()
        assert driver.window.session.article_key == 2
        assert offered(driver) is not first
        driver.control(Qt.Key.Key_PageUp)
        for _ in range(50):
            driver.settle()
        assert suggesting(driver).offer is None

    run_main([str(project_of(NEWS, NEWS + " The end."))], script)


def test_a_very_long_article_stays_quick_while_it_is_read(project_of: Projects) -> None:
    text = "\n\n".join(f"{NEWS} It was number {n}." for n in range(400))

    def script(driver: Driver) -> None:
        driver.view.setFocus()
        driver.select("worth a visit")
        driver.key("2")
        offer = offered(driver)
        assert offer.count > 2000
        driver.key(TAB, RETURN)

    after = annotated(project_of(text), script)
    assert len(after.mentions) + len(after.quotes) == 2


def test_an_article_left_while_it_is_read_gets_no_suggestions_of_another(
    project_of: Projects,
) -> None:
    text = "\n\n".join(f"{NEWS} It was number {n}." for n in range(400))

    def script(driver: Driver) -> None:
        until(lambda: driver.window.session.jobs.running(suggesting(driver)))
        driver.control(Qt.Key.Key_PageDown)
        offer = offered(driver)
        assert offer.count < 30

    run_main([str(project_of(text, NEWS))], script)


def test_a_window_that_closes_before_its_first_suggestions_begins_none(
    project_of: Projects,
) -> None:
    """A job begun after the others were stopped would be there when the window is not."""

    def script(driver: Driver) -> None:
        offered(driver)
        making = suggesting(driver)
        # No event may come in between: on a busy machine the job would have begun.
        driver.window.workspace.actions["suggest"].trigger()
        assert making.making
        assert not driver.window.session.jobs.running(making)
        driver.window.close()
        QTest.qWait(1000)
        assert making.making
        assert not driver.window.session.jobs.running(making)

    run_main([str(project_of(NEWS))], script)


def test_in_a_review_nothing_is_suggested(project_of: Projects) -> None:
    project = project_of(NEWS)

    def script(driver: Driver) -> None:
        offered(driver)
        driver.key(TAB, RETURN)
        driver.key(Qt.Key.Key_F6)
        assert suggesting(driver).offer is None
        driver.window.workspace.actions["suggest"].trigger()
        assert driver.said().startswith("In a review nothing is suggested")

    run_main([str(project)], script)
    with Project.open(project) as held:
        assert "ada" in held.annotators()


def test_escape_stops_the_making_of_suggestions(project_of: Projects) -> None:
    project = project_of(NEWS)

    def script(driver: Driver) -> None:
        before = suggesting(driver).offer  # those that came by themselves may be there or not
        driver.window.workspace.actions["suggest"].trigger()
        assert suggesting(driver).making
        stop = driver.window.workspace.suggestions.strip._stop[0]
        assert stop.isVisibleTo(driver.window.workspace.status_bar)
        driver.key(ESC)
        assert not suggesting(driver).making
        assert driver.said() == "Stopped looking for suggestions."
        until(lambda: not driver.window.session.jobs.running(suggesting(driver)))
        driver.settle()
        assert suggesting(driver).offer is before

    run_main([str(project)], script)
