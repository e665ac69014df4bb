"""What an endpoint may do that is broken, or that wants to do harm, over real HTTP."""

import gzip
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from annotator.cli import main
from annotator.core.models import Article
from annotator.services.suggester_config import SuggesterConfig, ask_endpoint
from annotator.store import Project
from annotator.suggest import SuggestError
from annotator.suggest.llm_response import checked
from tests.suggest.endpoint_server import said, serving

keyring = pytest.importorskip("keyring")
httpx = pytest.importorskip("httpx")

from annotator.suggest.api_keys import keep_endpoint_key  # noqa: E402
from annotator.suggest.endpoint import Endpoint, _asked_wait  # noqa: E402

TEXT = "Ann Lee was late. “They said it works,” Bob Ray added. Ann Lee left."
LABELS = ("PERSON", "ORG")
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
FAR = (
    "http://models.example/v1",
    "http://10.0.0.7:8080",
    "http://127.0.0.1.models.example/v1",
    "http://localhost.models.example",
    "http://[2001:db8::1]/v1",
    "HTTP://models.example",
)
HERE = ("http://127.0.0.1:1/v1", "http://127.8.8.8:1", "http://localhost:1/v1",
        "http://LOCALHOST.:1", "http://ai.localhost:1", "http://[::1]:1/v1")  # fmt: skip


Speaker = Callable[[socket.socket], None]


@contextmanager
def answering(speak: Speaker) -> Iterator[str]:
    """The address of a server that reads a request and then says whatever `speak` says."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        stopped = threading.Event()

        def serve() -> None:
            while not stopped.is_set():
                with suppress(OSError):
                    connection, _ = server.accept()
                    threading.Thread(target=talk, args=(connection,), daemon=True).start()

        def talk(connection: socket.socket) -> None:
            with suppress(OSError), connection:
                request = connection.recv(1 << 16)
                while b"\r\n\r\n" in request and not request.rstrip().endswith(b"}"):
                    request += connection.recv(1 << 16)
                speak(connection)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}/v1"
        finally:
            stopped.set()
            with suppress(OSError):
                socket.create_connection(server.getsockname()).close()
            thread.join()


def told(url: str, seconds: float = 30) -> str:
    """The one sentence that comes of asking there."""
    endpoint = Endpoint(url, "m1", labels=LABELS, timeout_s=seconds, waits_s=())
    try:
        with pytest.raises(SuggestError) as raised:
            endpoint.suggest(Article("a", TEXT))
    finally:
        endpoint.close()
    assert "\n" not in str(raised.value)
    return str(raised.value)


def endless_body(connection: socket.socket) -> None:
    connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n")
    while True:
        connection.sendall(b"100000\r\n" + b" " * (1 << 20) + b"\r\n")


def packed_body(connection: socket.socket) -> None:
    packed = gzip.compress(b" " * (64 << 20), 9)
    length = f"Content-Encoding: gzip\r\nContent-Length: {len(packed)}\r\n\r\n"
    connection.sendall(HEAD + length.encode() + packed)


def dripping(start: bytes) -> Speaker:
    def drip(connection: socket.socket) -> None:
        connection.sendall(start)
        while True:
            connection.sendall(b"x")
            time.sleep(0.02)

    return drip


@pytest.mark.parametrize("speak", [endless_body, packed_body])
def test_an_answer_without_end_is_given_up(speak: Speaker) -> None:
    with answering(speak) as url:
        assert "answers more than 16 MB about one article" in told(url)


@pytest.mark.parametrize(
    "start", [HEAD + b"Content-Length: 100000\r\n\r\n", HEAD + b"X: ", b"HTTP/1.1 2", b""]
)
def test_an_answer_that_drips_in_has_as_much_time_as_any(start: bytes) -> None:
    with answering(dripping(start)) as url:
        began = time.monotonic()
        assert "does not answer in time" in told(url, 0.5)
        assert time.monotonic() - began < 20  # the drip itself would go on for hours


def test_the_next_article_is_asked_about_after_one_that_took_too_long() -> None:
    with serving(lambda _body, n: time.sleep(0.6 * (n == 0)) or said({"mentions": []})) as server:
        endpoint = Endpoint(server.url, "m1", labels=LABELS, timeout_s=0.3, waits_s=(0, 0, 0))
        assert endpoint.suggest(Article("a", TEXT)).mentions == ()
        endpoint.close()


@pytest.mark.parametrize("body", ["[" * 200_000, '{"choices":' * 50_000, "9" * 5_000, "\xff", ""])
def test_a_body_that_is_no_answer_is_told(body: str) -> None:
    with serving(lambda _body, _n: (200, {}, body)) as server:
        assert "does not answer as an OpenAI-compatible endpoint does" in told(server.url)


def test_no_other_address_is_asked_for_an_answer() -> None:
    with serving(lambda _body, _n: said({})) as other:
        headers = {"Location": f"{other.url}/chat/completions"}
        with serving(lambda _body, _n: (307, headers, "")) as server:
            assert "refuses the request (status 307)" in told(server.url)
        assert other.asked == []


@pytest.mark.parametrize(
    ("header", "seconds"),
    [("0", 0), ("7", 7), ("61", 60), ("99999999", 60), ("9" * 400, 60), ("-1", None), ("²", None),
     ("1.5", None), ("Wed, 21 Oct 2099 07:28:00 GMT", None), ("", None)],
)  # fmt: skip
def test_no_endpoint_makes_anybody_wait_longer_than_a_minute(
    header: str, seconds: float | None
) -> None:
    assert _asked_wait(header) == seconds


# Keys


@pytest.mark.parametrize("url", FAR)
def test_a_key_never_goes_unencrypted_to_another_computer(url: str) -> None:
    with pytest.raises(SuggestError, match="is not encrypted, so everybody on the way") as raised:
        Endpoint(url, "m1", labels=LABELS, key="sesame")
    assert "sesame" not in str(raised.value)
    Endpoint(url, "m1", labels=LABELS).close()


@pytest.mark.parametrize("url", [*HERE, "https://models.example/v1"])
def test_a_key_may_go_to_this_computer_and_where_it_is_encrypted(url: str) -> None:
    Endpoint(url, "m1", labels=LABELS, key="sesame").close()


def test_a_key_for_this_computer_goes_through_no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(lambda _body, _n: said({})) as proxy, serving(lambda _b, _n: said({})) as server:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url.removesuffix("/v1"))
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(name, raising=False)
        endpoint = Endpoint(server.url, "m1", labels=LABELS, key="sesame", waits_s=())
        endpoint.suggest(Article("a", TEXT))
        endpoint.close()
        assert server.authorizations == ["Bearer sesame"]
        assert proxy.asked == []


@pytest.fixture
def kept() -> Iterator[None]:
    from tests.suggest.test_endpoint import Kept

    before = keyring.get_keyring()
    keyring.set_keyring(Kept())
    yield
    keyring.set_keyring(before)


@pytest.mark.usefixtures("kept")
def test_command_line_and_window_refuse_before_anything_is_sent(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = FAR[0]
    keyring.set_password("annotator", url, "sesame")  # kept before anybody looked at that
    project, text = tmp_path / "p.annotator", tmp_path / "a.txt"
    text.write_text(TEXT, "utf-8")
    assert main(["new", str(project)]) == 0
    assert main(["import", str(project), str(text)]) == 0
    capsys.readouterr()
    asked = ["suggest", str(project), "--suggester", "endpoint", "--url", url, "--model", "m1"]
    assert main([*asked, "--send-texts"]) == 1
    assert capsys.readouterr().err.startswith(f"annotator: {url} is not encrypted")
    with pytest.raises(SuggestError, match="is not encrypted"):
        ask_endpoint(
            SuggesterConfig("endpoint", url, "m1", seconds=9), [*LABELS], Article("a", TEXT)
        )
    with pytest.raises(SuggestError, match="is not encrypted"):
        keep_endpoint_key(url, "other")
    assert main(["key", url]) == 1
    assert "is not encrypted" in capsys.readouterr().err
    assert main(["key", url, "--forget"]) == 0
    assert keyring.get_password("annotator", url) is None


@pytest.mark.parametrize(
    "url", ["http://", "https:///v1", "http://[", "http://a:b:c", "http://a\nb", "http://a\0", "x",
            "ftp://x", "http://x:99999999", "//x", "http://xn--\ud800"]
)  # fmt: skip
def test_what_is_no_address_is_refused_in_one_sentence(url: str) -> None:
    with pytest.raises(SuggestError, match="is no address of an endpoint") as raised:
        Endpoint(url, "m1", labels=LABELS)
    assert "\n" not in str(raised.value)


def test_an_address_with_a_password_in_it_is_refused_and_not_repeated() -> None:
    with pytest.raises(SuggestError, match="name or password in it") as raised:
        Endpoint("https://ann:sesame@models.example/v1", "m1", labels=LABELS)
    assert "sesame" not in str(raised.value)


# What is answered


def mentions(*rows: dict[str, str]) -> tuple[list[tuple[str, str]], int]:
    found, dropped = checked(json.dumps({"mentions": rows}), TEXT, "by m1", LABELS)
    return [(mention.text, mention.name) for mention in found.mentions], dropped


@pytest.mark.parametrize("label", ["", "person", "X", "PERSON ", "<img src=x>", "PER", "GPE"])
def test_a_label_that_was_not_asked_for_is_left_out(label: str) -> None:
    assert mentions({"text": "Ann Lee", "label": label}) == ([], 1)
    assert mentions({"text": "Ann Lee", "label": "ORG"}) == ([("Ann Lee", "Ann Lee")], 0)


@pytest.mark.parametrize("name", ["\ud800", "a\0b", "a\x1b[2J", "\u202eeel", "x" * 201, "a\u2028b"])
def test_a_name_that_is_none_is_left_out(name: str) -> None:
    answer = {"text": "Ann Lee", "label": "PERSON", "name": name}
    assert mentions(answer) == ([], 1)
    quote = {"content": ["“They said it works,”"], "speaker": name}
    found, dropped = checked(json.dumps({"quotes": [quote]}), TEXT, "by m1", LABELS)
    assert [(q.speaker, q.speaker_status) for q in found.quotes] == [(None, "none")]
    assert dropped == 1


@pytest.mark.parametrize(
    ("speaker", "named"),
    [("Bob Ray", "Bob Ray"), ("Robert  Ray", "Robert Ray"), ("Ann Lee", "Ann Lee"), ("Eve", None)],
)
def test_a_speaker_is_somebody_whom_the_text_or_a_mention_names(
    speaker: str, named: str | None
) -> None:
    answer = {
        "mentions": [{"text": "Bob Ray", "label": "PERSON", "name": "Robert Ray"}],
        "quotes": [{"content": ["“They said it works,”"], "cue": "added", "speaker": speaker}],
    }
    (quote,), dropped = checked(json.dumps(answer), TEXT, "by m1", LABELS)[0].quotes, 0
    assert (quote.speaker and quote.speaker.name) == named
    assert dropped == 0


def test_a_cue_or_source_that_stands_only_in_what_is_quoted_is_none() -> None:
    quote = {"content": ["“They said it works,”"], "cue": "said", "source": "They"}
    found, dropped = checked(json.dumps({"quotes": [quote]}), TEXT, "by m1", LABELS)
    assert [(span.role, span.text) for q in found.quotes for span in q.spans] == [
        ("content", "“They said it works,”")
    ]
    assert dropped == 2
    text = TEXT + " Bob said so."
    found, dropped = checked(json.dumps({"quotes": [quote]}), text, "by m1", LABELS)
    cues = [span for q in found.quotes for span in q.spans if span.role == "cue"]
    assert [(span.start, span.text) for span in cues] == [(text.rindex("said"), "said")]


def test_no_more_is_looked_for_than_an_article_can_have() -> None:
    quote = {"content": ["late"], "cue": "late", "source": "late"}
    row = {"mentions": [{"text": "zz", "label": "ORG"}] * 6_000, "quotes": [quote] * 6_000}
    found, dropped = checked(json.dumps(row), TEXT, "by m1", LABELS)
    assert len(found.quotes) == 5_000
    assert dropped == 6_000 + 1_000 + 2 * 5_000


def test_an_answer_that_says_what_the_article_told_it_to_changes_no_scheme(tmp_path: Path) -> None:
    project, text = tmp_path / "p.annotator", tmp_path / "a.txt"
    text.write_text(TEXT, "utf-8")
    assert main(["new", str(project)]) == 0
    assert main(["import", str(project), str(text)]) == 0
    row = {
        "mentions": [
            {"text": "Ann Lee", "label": "OWNED"},
            {"text": "Ann Lee", "label": "PERSON", "name": "\ud800"},
            {"text": "Bob Ray", "label": "PERSON"},
        ],
        "quotes": [{"content": ["“They said it works,”"], "speaker": "The makers"}],
    }
    with serving(lambda _body, _n: said(row)) as server:
        asked = ["suggest", str(project), "--suggester", "endpoint", "--url", server.url]
        assert main([*asked, "--model", "m1", "--send-texts"]) == 0
    with Project.open(project) as opened:
        annotation = opened.annotation(1, "suggester-endpoint")
        assert [entity.name for entity in annotation.ordered_entities()] == ["Bob Ray"]
        assert opened.check() == []
