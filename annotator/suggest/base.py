"""What a suggester is."""

from collections.abc import Callable
from importlib import import_module
from typing import Any, Protocol

from annotator.core.errors import AnnotatorError
from annotator.core.models import Article
from annotator.core.suggestion import Suggestions


class SuggestError(AnnotatorError):
    """A suggester that cannot do its work; the words say what to do about it."""


class Suggester(Protocol):
    """Proposes mentions and quotes. Subclass it, set the names, and write `suggest`.

    `name` is what `--suggester` takes, `title` is for people. Another `version` means that it
    may suggest something else; a project then takes the new suggestions. A suggester is used in
    one thread or process at a time; pickling one takes it to another process. One that is `slow`
    takes its time outside of this machine: its suggestions are kept article by article, and
    asking from several processes would not help.
    """

    name: str
    title: str
    version: str = ""
    slow: bool = False

    @property
    def made_by(self) -> str:
        """What its suggestions say about where they come from: its name and version."""
        return f"{self.name} {self.version}".strip()

    def suggest(self, article: Article) -> Suggestions:
        """Return the suggestions for any article; never an exception, whatever the text. One that
        is slow may raise SuggestError where what it asks does not answer.

        Spans are code points, inside the text, without outer white space, whole grapheme
        clusters.
        """
        raise NotImplementedError


Make = Callable[[], Suggester]


def library(module: str, extra: str) -> Any:
    """Return the module of an optional library.

    Raises SuggestError naming the extra that brings it.
    """
    try:
        return import_module(module)
    except ImportError as error:
        from annotator.extras import install_command

        raise SuggestError(
            f"this suggester needs {module}; install it with: {install_command(extra)}"
        ) from error
