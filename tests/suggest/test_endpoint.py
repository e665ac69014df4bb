"""An OpenAI-compatible endpoint as a suggester, over real HTTP on this machine."""

import io
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from annotator.cli import main
from annotator.core.models import Article
from annotator.services.suggester_config import SuggesterConfig, choose
from annotator.store import Project
from annotator.suggest import SuggestError
from annotator.suggest.llm_response import UnreadableResponse, checked
from tests.suggest.endpoint_server import Reply, said, serving

keyring = pytest.importorskip("keyring")
pytest.importorskip("httpx")

from annotator.suggest.endpoint import Endpoint  # noqa: E402

LABELS = ("PERSON", "ORG")
TEXT = "Ann Lee was late. “We are ready,” Ann Lee said, “and we 😀 wait.” Bob Ray agreed."
GOOD = {
    "mentions": [
        {"text": "Ann Lee", "label": "PERSON"},
        {"text": "Ann Lee", "label": "PERSON"},
        {"text": "Bob Ray", "label": "PERSON", "name": "Robert Ray"},
    ],
    "quotes": [
        {
            "content": ["“We are ready,”", "“and we 😀 wait.”"],
            "cue": "said",
            "source": "Ann Lee",
            "speaker": "Ann Lee",
        }
    ],
}


class Kept(keyring.backend.KeyringBackend):  # type: ignore[name-defined, misc]
    """A keyring in memory, so that no test touches the one of whoever runs it."""

    priority = 1

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture(autouse=True)
def kept() -> Iterator[Kept]:
    before, ours = keyring.get_keyring(), Kept()
    keyring.set_keyring(ours)
    yield ours
    keyring.set_keyring(before)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    path = tmp_path / "p.annotator"
    assert main(["new", str(path)]) == 0
    for number in (1, 2):
        text = tmp_path / f"a{number}.txt"
        text.write_text(f"{number}. {TEXT}", "utf-8")
        assert main(["import", str(path), str(text)]) == 0
    return path


def asking(url: str, **more: Any) -> Endpoint:
    return Endpoint(url, "m1", labels=["PERSON", "ORG"], waits_s=(0, 0), **more)


def suggest(path: Path, url: str, *more: str) -> list[str]:
    return ["suggest", str(path), "--suggester", "endpoint", "--url", url, "--model", "m1", *more]


def test_an_answer_is_found_in_the_text_word_for_word() -> None:
    found, dropped = checked(json.dumps(GOOD), TEXT, "by m1", LABELS)
    assert dropped == 0
    assert [(m.start, m.text, m.name) for m in found.mentions] == [
        (0, "Ann Lee", "Ann Lee"),
        (34, "Ann Lee", "Ann Lee"),
        (65, "Bob Ray", "Robert Ray"),
    ]
    (quote,) = found.quotes
    assert {made.origin for made in (*found.mentions, quote)} == {"endpoint"}
    assert [(s.role, s.text) for s in sorted(quote.spans, key=lambda s: s.start)] == [
        ("content", "“We are ready,”"),
        ("source", "Ann Lee"),
        ("cue", "said"),
        ("content", "“and we 😀 wait.”"),
    ]
    assert quote.parts("source")[0].start == 34
    assert all(TEXT[s.start : s.end] == s.text for s in quote.spans)


def test_what_is_not_in_the_text_is_left_out_and_counted() -> None:
    answer = {
        "mentions": [{"text": t, "label": "PERSON"} for t in ("Ann Lee", "Cleo", "An", "", "Lee w")]
        + [{"text": "Bob Ray", "label": "PERSON"}] * 2,
        "quotes": [
            {"content": ["We are ready", "and nothing else"]},
            {"content": []},
            {"content": ["We are ready"], "cue": "stated", "source": "Bob Ray"},
        ],
    }
    found, dropped = checked(json.dumps(answer), TEXT, "by m1", LABELS)
    assert [m.text for m in found.mentions] == ["Ann Lee", "Bob Ray"]
    assert [[(s.role, s.text) for s in q.spans] for q in found.quotes] == [
        [("content", "We are ready"), ("source", "Bob Ray")]
    ]
    assert dropped == 5 + 2 + 1


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "Sure! {}",
        "[]",
        '{"mentions": 3}',
        '{"quotes": [{"content": "x"}]}',
        '{"x": 1}',
        "[" * 9999,
    ],
)
def test_anything_but_such_json_is_unreadable(answer: str) -> None:
    with pytest.raises(UnreadableResponse):
        checked(answer, TEXT, "by m1", LABELS)


def test_nothing_is_sent_without_saying_so(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(lambda _body, _n: said(GOOD)) as server:
        assert main(suggest(project, server.url)) == 2
        assert "add --send-texts if that is what you want" in capsys.readouterr().err
        assert main(["suggest", str(project), "--suggester", "endpoint", "--send-texts"]) == 2
        assert server.asked == []


def test_a_project_gets_what_holds_and_hears_what_does_not(
    project: Path, kept: Kept, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def reply(_body: dict[str, Any], before: int) -> Reply:
        wrong = {"mentions": [*GOOD["mentions"], {"text": "Nobody", "label": "PERSON"}]}
        return said(wrong) if before == 0 else said("I cannot do that.")

    with serving(reply) as server:
        monkeypatch.setattr("sys.stdin", io.StringIO("sesame\n"))
        assert main(["key", server.url]) == 0
        assert kept.kept == {("annotator", server.url): "sesame"}
        capsys.readouterr()
        assert main(suggest(project, server.url, "--send-texts", "--json")) == 0
        answer = json.loads(capsys.readouterr().out)
        assert main(["key", server.url, "--forget"]) == 0
    assert kept.kept == {}
    assert server.authorizations == ["Bearer sesame"] * 2
    assert [body["messages"][1]["content"] for body in server.asked] == [
        f"1. {TEXT}",
        f"2. {TEXT}",
    ]
    assert (answer["articles"], answer["mentions"]) == (2, 3)
    assert (answer["dropped"], answer["unreadable"]) == (1, 1)
    with Project.open(project) as opened:
        annotation = opened.annotation(1, "suggester-endpoint")
    (first, *_) = annotation.ordered_mentions()
    assert first.extra is not None
    assert first.extra["suggestion"]["made_by"] == "endpoint m1"


def test_a_busy_endpoint_is_asked_again(project: Path) -> None:
    replies = [(429, {"Retry-After": "0"}, "slow down"), (503, {}, "later"), said(GOOD)]
    with serving(lambda _body, before: replies[before]) as server:
        endpoint = asking(server.url)
        found = endpoint.suggest(Article("a", TEXT))
        endpoint.close()
    assert len(server.asked) == 3
    assert len(found.quotes) == 1


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ((401, {}, "no"), "refuses the key; set it with: annotator key http"),
        ((404, {}, "no"), "knows no model 'm1'"),
        ((400, {}, "bad\nthing"), "refuses the request (status 400): bad thing"),
        ((500, {}, "no"), "is busy or broken (status 500)"),
        ((200, {}, "<html>"), "does not answer as an OpenAI-compatible endpoint does"),
        ((200, {}, {"choices": []}), "does not answer as an OpenAI-compatible endpoint does"),
    ],
)
def test_each_failure_is_one_clear_sentence(reply: Reply, words: str) -> None:
    with serving(lambda _body, _n: reply) as server:
        endpoint = asking(server.url)
        with pytest.raises(SuggestError) as raised:
            endpoint.suggest(Article("a", TEXT))
        endpoint.close()
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)


def test_an_endpoint_that_is_silent_or_not_there_is_told() -> None:
    def late(_body: dict[str, Any], _n: int) -> Reply:
        time.sleep(0.3)
        return said(GOOD)

    with serving(late) as server:
        endpoint = Endpoint(server.url, "m1", labels=[], timeout_s=0.05, waits_s=())
        with pytest.raises(SuggestError, match="does not answer in time"):
            endpoint.suggest(Article("a", TEXT))
        endpoint.close()
    endpoint = asking(server.url)
    with pytest.raises(SuggestError, match="cannot be reached"):
        endpoint.suggest(Article("a", TEXT))
    endpoint.close()
    with pytest.raises(SuggestError, match="begins with http"):
        asking("ftp://x")


def test_what_was_answered_before_a_failure_is_kept(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(lambda _body, n: said(GOOD) if n == 0 else (401, {}, "")) as server:
        assert main(suggest(project, server.url, "--send-texts")) == 1
    assert capsys.readouterr().err.count("\n") == 1
    with serving(lambda _body, _n: said(GOOD)) as server:
        assert main([*suggest(project, server.url, "--send-texts"), "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["articles"], answer["skipped"]) == (1, 1)


def test_a_system_without_a_keyring_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    from keyring.backends.fail import Keyring

    keyring.set_keyring(Keyring())
    assert main(["key", "http://x/v1", "--forget"]) == 1
    assert "this system has no keyring" in capsys.readouterr().err


def test_an_endpoint_is_measured_on_gold_at_the_address_that_was_chosen_in_the_window(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    gold = tmp_path / "gold.jsonl"
    row = {
        "format": "annotator/1",
        "article": {"id": "a", "text": TEXT},
        "annotator": "ada",
        "entities": [
            {
                "id": "e1",
                "label": "PERSON",
                "name": "Ann Lee",
                "mentions": [{"id": "m1", "start": 0, "end": 7}],
            }
        ],
        "quotes": [],
    }
    gold.write_text(json.dumps(row) + "\n", "utf-8")
    asked = ["evaluate", str(gold), "--suggester", "endpoint"]
    assert main([*asked, "--send-texts"]) == 2
    assert "needs --url and --model" in capsys.readouterr().err
    answer = {"mentions": [{"text": w, "label": "PERSON"} for w in ("Ann Lee", "Bob Ray", "Cleo")]}
    with serving(lambda _body, _n: said(answer)) as server:
        choose(tmp_path / "p.annotator", SuggesterConfig("endpoint", server.url, "m1", seconds=9))
        assert main(asked) == 2
        assert f"would be sent to {server.url}" in capsys.readouterr().err
        assert server.asked == []
        assert main([*asked, "--send-texts", "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["entities"] == {"p": 0.5, "r": 1.0, "f": 0.6667}
    assert figures["dropped"] == 1
    assert [body["model"] for body in server.asked] == ["m1"]
