"""A small HTTP server that speaks the protocol of an OpenAI-compatible endpoint."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

Reply = tuple[int, dict[str, str], Any]
"""Status, headers, and a body: text as it is, anything else as JSON."""


def said(content: Any) -> Reply:
    """What an endpoint answers when its model says `content`."""
    words = content if isinstance(content, str) else json.dumps(content)
    return 200, {}, {"choices": [{"message": {"role": "assistant", "content": words}}]}


class Server:
    """Answers each request with what `reply` makes of its body; keeps what it was asked."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.asked: list[dict[str, Any]] = []
        self.authorizations: list[str | None] = []


@contextmanager
def serving(reply: Callable[[dict[str, Any], int], Reply]) -> Iterator[Server]:
    """A server on a free port. `reply` gets the body and how many requests came before."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, headers, answer = reply(body, len(server.asked))
            if self.path != "/v1/chat/completions":
                status, headers, answer = 404, {}, "no such path"
            server.asked.append(body)
            server.authorizations.append(self.headers["Authorization"])
            data = (answer if isinstance(answer, str) else json.dumps(answer)).encode()
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(data))}.items():
                self.send_header(name, value)
            with suppress(ConnectionError):  # who asked may have lost patience
                self.end_headers()
                self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Say nothing on stderr."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        server = Server(f"http://127.0.0.1:{http.server_port}/v1")
        thread = Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            http.shutdown()
            thread.join()
