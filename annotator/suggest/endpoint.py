"""A suggester that uses a language model behind an OpenAI-compatible endpoint.

It sends `POST {url}/chat/completions`, which local model servers and hosted ones support.
Nothing is sent unless the user has chosen the endpoint and has agreed to send texts there.
"""

import ipaddress
import json
import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urlsplit

from annotator.core.message import Message, message
from annotator.core.models import Article
from annotator.core.suggestion import Suggestions
from annotator.suggest.base import Suggester, SuggestError, library
from annotator.suggest.llm_response import UnreadableResponse, checked

if TYPE_CHECKING:
    import httpx

_TIMEOUT_S: Final = 120.0
_WAITS_S: Final = (1.0, 4.0, 16.0)
"""Seconds to wait before each retry."""
_LONGEST_WAIT_S: Final = 60.0
_LARGEST_ANSWER: Final = 16 << 20
"""Bytes, uncompressed. A valid answer is at most a few times as long as the article."""
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
    """Suggests what a model answers, if it matches the text word for word.

    `dropped` counts the items that did not match, `unreadable` the answers that were not the
    requested JSON; such an article gets no suggestions. `suggest` retries where the endpoint is
    busy or does not respond, and then raises SuggestError. `timeout_s` limits the time for a
    whole answer, however slowly its pieces arrive.

    Raises SuggestError for an invalid address, and where a key would be sent to another computer
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
            # A proxy of the network could read requests to this computer, including the key.
            trust_env=not _is_local(self._httpx.URL(url).host),
        )

    def close(self) -> None:
        """Close the client. Closing twice is allowed; suggesting afterwards is not."""
        self._client.close()

    def suggest(self, article: Article) -> Suggestions:
        answer = self._answer(article.text)
        try:
            found, dropped = checked(
                answer, article.text, message("suggested by {1}", self._model), self._labels
            )
        except UnreadableResponse:
            self.unreadable += 1
            return Suggestions()
        self.dropped += dropped
        return found

    def _answer(self, text: str) -> str:
        """Return the model's answer about the text."""
        response = self._post(
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
            reply = json.loads(response.body)["choices"][0]["message"]["content"]
        except (ValueError, KeyError, IndexError, TypeError, RecursionError) as error:
            raise SuggestError(
                message(
                    "{1} does not answer as an OpenAI-compatible endpoint does; check the "
                    "address, which often ends in /v1",
                    self._url,
                )
            ) from error
        return reply if isinstance(reply, str) else ""

    def _post(self, body: dict[str, Any]) -> "_Response":
        """Return the response to a request, after one attempt and one retry for each wait."""
        problem: Message | str = ""
        for wait in (*self._waits, None):
            requested_wait = None
            try:
                response = self._request_with_timeout(body)
            except (self._httpx.TimeoutException, TimeoutError):
                problem = message(
                    "{1} does not answer in time; "
                    "try again later, what was suggested so far is kept",
                    self._url,
                )
            except self._httpx.HTTPError as error:
                problem = message(
                    "{1} cannot be reached ({2}); "
                    "try again later, what was suggested so far is kept",
                    self._url,
                    str(error),
                )
            else:
                if response.status_code not in _BUSY:
                    self._raise_for_status(response)
                    return response
                problem = message(
                    "{1} is busy or broken (status {2}); "
                    "try again later, what was suggested so far is kept",
                    self._url,
                    str(response.status_code),
                )
                requested_wait = _asked_wait(response.retry_after)
            if wait is not None:
                time.sleep(wait if requested_wait is None else requested_wait)
        raise SuggestError(problem)

    def _request_with_timeout(self, body: dict[str, Any]) -> "_Response":
        """Return the whole response to one request.

        Raises TimeoutError, SuggestError, httpx.HTTPError. httpx limits the time for each piece,
        but not for the whole response, so the request runs on a thread that is abandoned when it
        takes too long.
        """
        abandoned = threading.Event()
        task = _Task(lambda: self._request(body, abandoned))
        if not task.is_done_in(self._seconds):
            abandoned.set()
            raise TimeoutError
        return task.result()

    def _request(self, body: dict[str, Any], abandoned: threading.Event) -> "_Response":
        url, data = f"{self._url}/chat/completions", bytearray()
        with self._client.stream("POST", url, json=body) as response:
            for piece in response.iter_bytes():
                data += piece
                if abandoned.is_set():
                    break
                if len(data) > _LARGEST_ANSWER:
                    raise SuggestError(
                        message(
                            "{1} answers more than {2} MB about one article; check the address "
                            "and the model",
                            self._url,
                            str(_LARGEST_ANSWER >> 20),
                        )
                    )
            code, retry_after = response.status_code, response.headers.get("Retry-After", "")
        return _Response(code, retry_after, bytes(data))

    def _raise_for_status(self, response: "_Response") -> None:
        code = response.status_code
        if code in (401, 403):
            raise SuggestError(
                message("{1} refuses the key; set it with: annotator key {2}", self._url, self._url)
            )
        if code == 404:
            raise SuggestError(
                message("{1} knows no model {2}, or is no endpoint", self._url, repr(self._model))
            )
        if not 200 <= code < 300:
            reply = " ".join(response.body.decode("utf-8", "replace").split())[:_SHOWN]
            raise SuggestError(
                message("{1} refuses the request (status {2}): {3}", self._url, str(code), reply)
            )


class _Response(NamedTuple):
    """The parts of a response that are used, read to its end."""

    status_code: int
    retry_after: str
    body: bytes


class _Task:
    """Runs a function on its own daemon thread, which can be abandoned."""

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
        """Return the function's result. Raises what the function raised."""
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
    """Raise SuggestError for an invalid address of an endpoint.

    With a key, it also raises for an unencrypted address that is not on this computer.
    """
    httpx = library("httpx", "endpoint")
    try:
        parsed = httpx.URL(url)
        urlsplit(url).port  # noqa: B018  # httpx takes some odd ones until they are asked
    except (httpx.InvalidURL, ValueError):
        parsed = httpx.URL("")
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise SuggestError(
            message("{1} is no address of an endpoint; it begins with http(s)://", repr(url))
        )
    if parsed.userinfo:
        raise SuggestError(
            message(
                "the address of {1} has a name or password in it, which others can read; "
                "leave it out, and keep the key with: annotator key",
                parsed.host,
            )
        )
    if with_key and parsed.scheme == "http" and not _is_local(parsed.host):
        raise SuggestError(
            message(
                "{1} is not encrypted, so everybody on the way could read the key, and "
                "nothing was sent",
                url,
            ).with_hint(
                f"; use an address with https://, or go without: annotator key {url} --forget"
            )
        )


def _is_local(host: str) -> bool:
    """Return whether the address belongs to this computer."""
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return False


def _asked_wait(retry_after: str) -> float | None:
    """Return the seconds that the endpoint asks to wait, limited to a maximum."""
    return min(float(retry_after), _LONGEST_WAIT_S) if retry_after.isdecimal() else None
