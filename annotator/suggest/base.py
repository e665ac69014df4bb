"""The protocol of a suggester."""

from collections.abc import Callable
from importlib import import_module
from typing import Any, Protocol

from annotator.core.errors import AnnotatorError
from annotator.core.message import message
from annotator.core.models import Article
from annotator.core.suggestion import Suggestions


class SuggestError(AnnotatorError):
    """A suggester that cannot run; the message says what to do about it."""


class Suggester(Protocol):
    """Proposes mentions and quotes. Subclass it, set the names, and write `suggest`.

    `name` is the value of `--suggester`, `title` is for people. A different `version` means that
    the suggestions may differ; a project then replaces the old ones. A suggester is used in one
    thread or process at a time; pickling moves it to another process. A `slow` one waits for
    another machine: its suggestions are saved article by article, and running it in several
    processes would not help.
    """

    name: str
    title: str
    version: str = ""
    slow: bool = False

    @property
    def made_by(self) -> str:
        """The suggester's name and version, which its suggestions give as their provenance."""
        return f"{self.name} {self.version}".strip()

    def suggest(self, article: Article) -> Suggestions:
        """Return the suggestions for any article, without an exception whatever the text.

        Only a slow suggester may raise SuggestError, where its service does not answer.

        Spans are code points, inside the text, without outer white space, whole grapheme
        clusters.
        """
        raise NotImplementedError


Make = Callable[[], Suggester]


def library(module: str, extra: str) -> Any:
    """Import and return an optional library.

    Raises SuggestError naming the extra that provides it.
    """
    try:
        return import_module(module)
    except ImportError as error:
        from annotator.extras import install_command

        raise SuggestError(
            message(
                "this suggester needs {1}; install it with: {2}", module, install_command(extra)
            )
        ) from error
