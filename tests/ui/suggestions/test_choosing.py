"""The suggestion source is chosen: a spaCy pipeline, or a model at an endpoint over HTTP."""

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt

from annotator.core.suggestion import SuggestedMention
from annotator.services.suggester_config import (
    SuggesterConfig,
    choices_path,
    choose,
    chosen,
    has_agreed,
)
from annotator.ui.suggestions.suggester_dialog import SuggesterDialog
from tests.suggest.endpoint_server import Reply, said, serving
from tests.suggest.test_endpoint import Kept, kept
from tests.suggest.test_pipeline import pipeline
from tests.ui.driving import Driver, run_main
from tests.ui.suggestions.waiting import offered, strip, until

__all__ = ["kept", "pipeline"]
keyring = pytest.importorskip("keyring")
pytest.importorskip("httpx")

Projects = Callable[..., Path]
TEXT = "“We are ready,” Zarkon Blee said in Vulcania."
GERMAN = "„Wir sind bereit“, sagte Zarkon Blee in Vulkanien."
NAMES = {"mentions": [{"text": "Zarkon Blee", "label": "PERSON"}], "quotes": []}


def dialog_of(driver: Driver) -> SuggesterDialog:
    driver.window.workspace.actions["choose_suggester"].trigger()
    driver.settle()
    (dialog,) = driver.dialogs()
    assert isinstance(dialog, SuggesterDialog)
    return dialog


def fill(driver: Driver, dialog: SuggesterDialog, url: str, *, key: str = "") -> None:
    """Choose the endpoint and say where it is, by keys alone."""
    driver.key(Qt.Key.Key_Down, Qt.Key.Key_Down)
    for words in (url, "m1", key):
        driver.key(Qt.Key.Key_Tab)
        driver.control("a")
        driver.key(*words)


def made_by(driver: Driver) -> list[str]:
    """Which mentions are offered, once they are."""
    offer = offered(driver)
    return [
        f"{made.text} {made.reason}"
        for n in offer.open_numbers()
        if isinstance(made := offer[n], SuggestedMention)
    ]


def tried(dialog: SuggesterDialog, driver: Driver) -> str:
    until(lambda: not driver.window.session.jobs.running(dialog))
    driver.settle()
    return dialog.answer.text().replace("\u2068", "").replace("\u2069", "")


@pytest.mark.parametrize("text", [TEXT, GERMAN, "قال زارکون «نحن مستعدون» في دمشق. Zarkon Blee"])
def test_an_endpoint_is_used_once_somebody_has_agreed(
    text: str, project_of: Projects, kept: Kept
) -> None:
    path = project_of(text)

    def script(driver: Driver) -> None:
        offered(driver) if text == TEXT else None
        dialog = dialog_of(driver)
        fill(driver, dialog, server.url, key="sesame")
        driver.key(Qt.Key.Key_Return)
        assert dialog.isVisible()
        assert "tick the box" in dialog.answer.text()
        assert not dialog.agree.isChecked()
        assert server.url.split("/")[2] in dialog.agree.text()
        assert server.asked == []
        dialog.agree.setFocus()
        driver.key(Qt.Key.Key_Space)
        dialog.url.setFocus()
        driver.key(Qt.Key.Key_Return)
        assert not driver.dialogs()
        assert made_by(driver) == ["Zarkon Blee suggested by m1"]

    with serving(lambda _body, _n: said(NAMES)) as server:
        assert run_main([str(path)], script) == 0
    assert [body["messages"][1]["content"] for body in server.asked] == [text]
    assert server.authorizations == ["Bearer sesame"]
    assert kept.kept == {("annotator", server.url): "sesame"}
    assert chosen(path) == SuggesterConfig("endpoint", server.url, "m1", 120, agreed=True)
    assert "sesame" not in choices_path().read_text("utf-8")
    assert b"sesame" not in path.read_bytes()


def test_that_texts_go_to_one_address_says_nothing_of_another_or_of_another_project(
    project_of: Projects, tmp_path: Path
) -> None:
    path = project_of(TEXT)
    other = tmp_path / "other.annotator"
    choose(path, SuggesterConfig("endpoint", "http://a.example/v1", "m1", agreed=True))
    choose(other, SuggesterConfig("endpoint", "http://a.example/v1", "m1"))
    assert has_agreed(path, "http://a.example/v1")
    assert not chosen(other).agreed
    assert not chosen(other).sends_to
    choose(other, SuggesterConfig("endpoint", "http://b.example/v1", "m2", agreed=True))
    assert not chosen(path).agreed

    def script(driver: Driver) -> None:
        offered(driver)
        assert "No text is sent before you have agreed to it" in strip(driver)
        dialog = dialog_of(driver)
        assert not dialog.agree.isChecked()
        fill(driver, dialog, "http://a.example/v1")
        assert dialog.agree.isChecked()
        driver.key("x")
        dialog.url.setFocus()
        driver.key("2")
        assert not dialog.agree.isChecked()
        driver.key(Qt.Key.Key_Escape)

    assert run_main([str(path)], script) == 0


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ((401, {}, "no"), "refuses the key"),
        ((404, {}, "no"), "knows no model 'm1'"),
        (said("Gladly!"), "answered, but not with the JSON that was asked for"),
    ],
)
def test_after_a_failure_the_rules_suggest_and_the_strip_says_why(
    reply: Reply, words: str, project_of: Projects
) -> None:
    path = project_of(TEXT)

    def script(driver: Driver) -> None:
        offer = offered(driver)
        assert offer.count
        assert words in strip(driver)
        assert strip(driver).endswith("These suggestions are the project's own.")
        driver.key(Qt.Key.Key_Tab)
        driver.key(Qt.Key.Key_Return)
        (first, *_) = [*driver.annotation().mentions.values(), *driver.annotation().quotes.values()]
        assert (first.extra or {})["suggestion"]["made_by"].startswith("rules")

    with serving(lambda _body, _n: reply) as server:
        choose(path, SuggesterConfig("endpoint", server.url, "m1", agreed=True))
        assert run_main([str(path)], script) == 0
    assert len(server.asked) == 1


def test_what_comes_after_the_article_was_left_is_dropped(project_of: Projects) -> None:
    path = project_of(TEXT, "Ann Lee was there.")
    hold = threading.Event()

    def reply(body: dict[str, Any], _n: int) -> Reply:
        first = body["messages"][1]["content"] == TEXT
        if first:
            hold.wait(30)
        return said(NAMES if first else {"mentions": [{"text": "Ann Lee", "label": "PERSON"}]})

    def script(driver: Driver) -> None:
        until(lambda: strip(driver).startswith("Sending this article's text to http://127."))
        driver.control(Qt.Key.Key_PageDown)
        assert made_by(driver) == ["Ann Lee suggested by m1"]
        hold.set()
        driver.settle()
        assert made_by(driver) == ["Ann Lee suggested by m1"]

    with serving(reply) as server:
        choose(path, SuggesterConfig("endpoint", server.url, "m1", agreed=True))
        try:
            assert run_main([str(path)], script) == 0
        finally:
            hold.set()


def test_trying_sends_a_few_words_of_ours_and_shows_what_comes(project_of: Projects) -> None:
    path = project_of(TEXT)
    answers: list[Any] = [
        said({"mentions": [{"text": "Ann Lee", "label": "PERSON"}], "quotes": []}),
        said({}),
        (401, {}, "no"),
    ]

    def script(driver: Driver) -> None:
        dialog = dialog_of(driver)
        fill(driver, dialog, server.url, key="try-only")
        for words in (
            "It works, and finds:\nPerson · Ann Lee",
            "It works, and finds nothing in these words.",
            "refuses the key",
        ):
            dialog.attempt.setFocus()
            driver.key(Qt.Key.Key_Space)
            assert words in tried(dialog, driver)
        driver.key(Qt.Key.Key_Escape)

    with serving(lambda _body, before: answers[before]) as server:
        assert run_main([str(path)], script) == 0
    sent = {body["messages"][1]["content"] for body in server.asked}
    assert sent == {"“We are ready,” Ann Lee said in Paris."}
    assert server.authorizations == ["Bearer try-only"] * 3
    assert not choices_path().exists()


def test_a_pipeline_in_a_folder_suggests_once_it_is_chosen(
    project_of: Projects, pipeline: Path
) -> None:
    path = project_of(TEXT)

    def script(driver: Driver) -> None:
        dialog = dialog_of(driver)
        driver.key(Qt.Key.Key_Down)
        driver.key(Qt.Key.Key_Return)
        assert dialog.answer.text() == "Name a pipeline first."
        driver.key(Qt.Key.Key_Tab)
        driver.key(*f"{pipeline}-gone")
        dialog.attempt.setFocus()
        driver.key(Qt.Key.Key_Space)
        assert "has no pipeline" in tried(dialog, driver)
        dialog.pipeline.setFocus()
        driver.control("a")
        driver.key(*str(pipeline))
        dialog.attempt.setFocus()
        driver.key(Qt.Key.Key_Space)
        assert "It works" in tried(dialog, driver)
        dialog.kind.setFocus()
        driver.key(Qt.Key.Key_Return)
        assert not driver.dialogs()
        assert f"Zarkon Blee found by {pipeline}" in made_by(driver)

    assert run_main([str(path)], script) == 0
    assert chosen(path).suggester == f"spacy:{pipeline}"


def test_a_damaged_file_of_choices_holds_none(tmp_path: Path) -> None:
    path = tmp_path / "p.annotator"
    for words in ("", "[", "[]", json.dumps({"endpoint": {"seconds": "x"}}), "\udc80"):
        choices_path().parent.mkdir(parents=True, exist_ok=True)
        choices_path().write_bytes(words.encode("utf-8", "surrogateescape"))
        assert chosen(path) == SuggesterConfig()
    choose(path, SuggesterConfig("spacy:x"))
    assert chosen(path) == SuggesterConfig("spacy:x")


def test_the_key_of_an_address_can_be_forgotten(project_of: Projects, kept: Kept) -> None:
    path = project_of(TEXT)
    kept.kept["annotator", "http://a.example/v1"] = "sesame"

    def script(driver: Driver) -> None:
        dialog = dialog_of(driver)
        fill(driver, dialog, "http://a.example/v1")
        dialog.forget.setFocus()
        driver.key(Qt.Key.Key_Space)
        assert "keeps no key for" in dialog.answer.text()
        driver.key(Qt.Key.Key_Escape)

    assert run_main([str(path)], script) == 0
    assert kept.kept == {}
