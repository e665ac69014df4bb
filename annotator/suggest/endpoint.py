"""A language model behind an OpenAI-compatible endpoint as a suggester.

It speaks `POST {url}/chat/completions`, which local model servers and hosted ones share. Nothing
is sent unless somebody chose the endpoint and said that texts may go there.
"""

import ipaddress
import json
import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlsplit

from annotator.core.models import Article
from annotator.core.suggestion import Suggestions
from annotator.suggest.base import Suggester, SuggestError, library
from annotator.suggest.llm_response import Unreadable, checked

if TYPE_CHECKING:
    import httpx

_TIMEOUT_S: Final = 120.0
_WAITS_S: Final = (1.0, 4.0, 16.0)
"""How long to wait before each further try."""
_LONGEST_WAIT_S: Final = 60.0
_LARGEST_ANSWER: Final = 16 << 20
"""Bytes, unpacked. What is said of an article is a few times its length at most."""
_BUSY: Final = frozenset((408, 429, 500, 502, 503, 504))
_SHOWN: Final = 120
_TASK: Final = """\
You annotate news. Answer with one JSON object and nothing else:
{"mentions": [{"text": "...", "label": "...", "name": "...", "kind": "name"}],
 "quotes": [{"content": ["..."], "cue": "...", "source": "...", "speaker": "..."}]}
mentions: every name of the labels %s, in the order of the text, once for each time it stands
there; "name" is the full name it stands for; "kind" is name, nominal or pronoun.
quotes: what somebody is reported to say, directly or not; "content" are the words said, with their
quote marks, in several parts if the reporting clause divides them; "cue" is the reporting verb or
phrase, "source" the words that say who speaks, "speaker" the full name of who that is; null for
what is not there. Copy all words exactly as they stand in the text."""


class Endpoint(Suggester):
    """Suggests what a model answers, as far as it stands in the text word for word.

    `dropped` counts what did not, `unreadable` the answers that were not the JSON asked for; such
    an article gets no suggestions. `suggest` waits and tries again where the endpoint is busy or
    silent, and then raises SuggestError. A whole answer has `timeout_s`, however it drips in.

    Raises SuggestError for what is no address, and where a key would go to another computer
    without encryption.
    """

    title = "OpenAI-compatible endpoint"
    slow = True

    def __init__(
        self,
        url: str,
        model: str,
        *,
        labels: Sequence[str],
        key: str | None = None,
        timeout_s: float = _TIMEOUT_S,
        waits_s: Sequence[float] = _WAITS_S,
    ) -> None:
        self._httpx = library("httpx", "endpoint")
        refuse_address(url, with_key=key is not None)
        self.name = "endpoint"
        self.version = model
        self.dropped = 0
        self.unreadable = 0
        self._url = url.rstrip("/")
        self._model = model
        self._labels = tuple(labels)
        self._task = _TASK % ", ".join(labels)
        self._waits = tuple(waits_s)
        self._seconds = timeout_s
        headers = {"Authorization": "Bearer " + key} if key else {}
        self._client: httpx.Client = self._httpx.Client(
            headers=headers,
            timeout=timeout_s,
            follow_redirects=False,
            # A proxy of the network would read what goes to this computer, the key as well.
            trust_env=not _is_here(self._httpx.URL(url).host),
        )

    def close(self) -> None:
        """Closing twice is fine; nothing can be suggested afterwards."""
        self._client.close()

    def suggest(self, article: Article) -> Suggestions:
        answer = self._answer(article.text)
        try:
            found, dropped = checked(
                answer, article.text, f"suggested by {self._model}", self._labels
            )
        except Unreadable:
            self.unreadable += 1
            return Suggestions()
        self.dropped += dropped
        return found

    def _answer(self, text: str) -> str:
        """What the model says of the text."""
        response = self._posted(
            {
                "model": self._model,
                "temperature": 0,
                "response_format": {"type": "json_object"},
                "messages": [
                    {"role": "system", "content": self._task},
                    {"role": "user", "content": text},
                ],
            }
        )
        try:
            said = json.loads(response.body)["choices"][0]["message"]["content"]
        except (ValueError, KeyError, IndexError, TypeError, RecursionError) as error:
            raise SuggestError(
                f"{self._url} does not answer as an OpenAI-compatible endpoint does; "
                "check the address, which often ends in /v1"
            ) from error
        return said if isinstance(said, str) else ""

    def _posted(self, body: dict[str, Any]) -> "_Response":
        """Return the answer to a request, after as many tries as there are waits and one."""
        trouble = ""
        for wait in (*self._waits, None):
            asked = None
            try:
                response = self._in_time(body)
            except (self._httpx.TimeoutException, TimeoutError):
                trouble = (
                    f"{self._url} does not answer in time; "
                    "try again later, what was suggested so far is kept"
                )
            except self._httpx.HTTPError as error:
                trouble = (
                    f"{self._url} cannot be reached ({error}); "
                    "try again later, what was suggested so far is kept"
                )
            else:
                if response.status_code not in _BUSY:
                    self._refuse(response)
                    return response
                trouble = (
                    f"{self._url} is busy or broken (status {response.status_code}); "
                    "try again later, what was suggested so far is kept"
                )
                asked = _asked_wait(response.retry_after)
            if wait is not None:
                time.sleep(wait if asked is None else asked)
        raise SuggestError(trouble)

    def _in_time(self, body: dict[str, Any]) -> "_Response":
        """Return the whole answer to one request. Raises TimeoutError, SuggestError,
        httpx.HTTPError.

        httpx has limits for each piece that comes, and none for all of them together, so it is
        asked on a thread that is left behind where that takes too long.
        """
        given_up = threading.Event()
        task = _Task(lambda: self._ask(body, given_up))
        if not task.is_done_in(self._seconds):
            given_up.set()
            raise TimeoutError
        return task.result()

    def _ask(self, body: dict[str, Any], given_up: threading.Event) -> "_Response":
        url, data = f"{self._url}/chat/completions", bytearray()
        with self._client.stream("POST", url, json=body) as response:
            for piece in response.iter_bytes():
                data += piece
                if given_up.is_set():
                    break
                if len(data) > _LARGEST_ANSWER:
                    raise SuggestError(
                        f"{self._url} answers more than {_LARGEST_ANSWER >> 20} MB about one "
                        "article; check the address and the model"
                    )
            code, retry_after = response.status_code, response.headers.get("Retry-After", "")
        return _Response(code, retry_after, bytes(data))

    def _refuse(self, response: "_Response") -> None:
        code = response.status_code
        if code in (401, 403):
            raise SuggestError(
                f"{self._url} refuses the key; set it with: annotator key {self._url}"
            )
        if code == 404:
            raise SuggestError(f"{self._url} knows no model {self._model!r}, or is no endpoint")
        if not 200 <= code < 300:
            said = " ".join(response.body.decode("utf-8", "replace").split())[:_SHOWN]
            raise SuggestError(f"{self._url} refuses the request (status {code}): {said}")


class _Response(NamedTuple):
    """What of an answer is looked at, read to its end."""

    status_code: int
    retry_after: str
    body: bytes


class _Task:
    """Runs a function on a thread of its own, which nobody has to wait for."""

    def __init__(self, function: Callable[[], _Response]) -> None:
        self._function = function
        self._response: _Response | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def is_done_in(self, seconds: float) -> bool:
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def result(self) -> _Response:
        """Raises what the function raised."""
        if self._error is not None:
            raise self._error
        assert self._response is not None
        return self._response

    def _run(self) -> None:
        try:
            self._response = self._function()
        except BaseException as error:
            self._error = error


def refuse_address(url: str, *, with_key: bool) -> None:
    """Raises SuggestError for what is no address of an endpoint, and for one that is not encrypted
    and not on this computer if a key goes there."""
    httpx = library("httpx", "endpoint")
    try:
        parsed = httpx.URL(url)
        urlsplit(url).port  # noqa: B018  # httpx takes some odd ones until they are asked
    except (httpx.InvalidURL, ValueError):
        parsed = httpx.URL("")
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise SuggestError(f"{url!r} is no address of an endpoint; it begins with http(s)://")
    if parsed.userinfo:
        raise SuggestError(
            f"the address of {parsed.host} has a name or password in it, which others can read; "
            "leave it out, and keep the key with: annotator key"
        )
    if with_key and parsed.scheme == "http" and not _is_here(parsed.host):
        raise SuggestError(
            f"{url} is not encrypted, so everybody on the way could read the key, and nothing was "
            f"sent; use an address with https://, or go without: annotator key {url} --forget"
        )


def _is_here(host: str) -> bool:
    """Return whether the address is this computer's own."""
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


def _asked_wait(retry_after: str) -> float | None:
    """Return how many seconds the endpoint asks to wait, as far as that is not too long."""
    return min(float(retry_after), _LONGEST_WAIT_S) if retry_after.isdecimal() else None
