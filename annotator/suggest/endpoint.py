"""A language model behind an OpenAI-compatible endpoint as a suggester.

It speaks `POST {url}/chat/completions`, which local model servers and hosted ones share. Nothing
is sent unless somebody chose the endpoint and said that texts may go there.
"""

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

from annotator.core.models import Article
from annotator.core.suggestion import Suggestions
from annotator.suggest.answers import Unreadable, checked
from annotator.suggest.base import Suggester, SuggestError, library

if TYPE_CHECKING:
    import httpx

_TIMEOUT_S: Final = 120.0
_WAITS_S: Final = (1.0, 4.0, 16.0)
"""How long to wait before each further try."""
_LONGEST_WAIT_S: Final = 60.0
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
    silent, and then raises SuggestError.
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
        if not url.startswith(("http://", "https://")):
            raise SuggestError(f"{url!r} is no address of an endpoint; it begins with http(s)://")
        self.name = "endpoint"
        self.version = model
        self.dropped = 0
        self.unreadable = 0
        self._url = url.rstrip("/")
        self._model = model
        self._task = _TASK % ", ".join(labels)
        self._waits = tuple(waits_s)
        self._httpx = library("httpx", "endpoint")
        headers = {"Authorization": "Bearer " + key} if key else {}
        self._client: httpx.Client = self._httpx.Client(headers=headers, timeout=timeout_s)

    def close(self) -> None:
        """Closing twice is fine; nothing can be suggested afterwards."""
        self._client.close()

    def suggest(self, article: Article) -> Suggestions:
        answer = self._answer(article.text)
        try:
            found, dropped = checked(answer, article.text, f"suggested by {self._model}")
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
            said = response.json()["choices"][0]["message"]["content"]
        except (ValueError, KeyError, IndexError, TypeError) as error:
            raise SuggestError(
                f"{self._url} does not answer as an OpenAI-compatible endpoint does; "
                "check the address, which often ends in /v1"
            ) from error
        return said if isinstance(said, str) else ""

    def _posted(self, body: dict[str, Any]) -> "httpx.Response":
        """The answer to a request, after as many tries as there are waits and one."""
        trouble = ""
        for wait in (*self._waits, None):
            asked = None
            try:
                response = self._client.post(f"{self._url}/chat/completions", json=body)
            except self._httpx.TimeoutException:
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
                asked = _asked_wait(response)
            if wait is not None:
                time.sleep(wait if asked is None else asked)
        raise SuggestError(trouble)

    def _refuse(self, response: "httpx.Response") -> None:
        code = response.status_code
        if code in (401, 403):
            raise SuggestError(
                f"{self._url} refuses the key; set it with: annotator key {self._url}"
            )
        if code == 404:
            raise SuggestError(f"{self._url} knows no model {self._model!r}, or is no endpoint")
        if not response.is_success:
            said = " ".join(response.text.split())[:_SHOWN]
            raise SuggestError(f"{self._url} refuses the request (status {code}): {said}")


def _asked_wait(response: "httpx.Response") -> float | None:
    """How many seconds the endpoint asks to wait, as far as that is not too long."""
    asked = response.headers.get("Retry-After", "")
    return min(float(asked), _LONGEST_WAIT_S) if asked.isdecimal() else None
