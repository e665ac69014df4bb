"""What a suggester is."""

from collections.abc import Callable
from typing import Protocol

from annotator.core.errors import AnnotatorError
from annotator.core.models import Article
from annotator.core.suggestion import Suggestions


class SuggestError(AnnotatorError):
    """A suggester that cannot do its work; the words say what to do about it."""


class Suggester(Protocol):
    """Proposes mentions and quotes. Subclass it, set the names, and write `suggest`.

    `name` is what `--suggester` takes, `title` is for people. Another `version` means that it
    may suggest something else; a project then takes the new suggestions. A suggester is used in
    one thread or process at a time; pickling one takes it to another process.
    """

    name: str
    title: str
    version: str = ""

    @property
    def made_by(self) -> str:
        """What its suggestions say about where they come from: its name and version."""
        return f"{self.name} {self.version}".strip()

    def suggest(self, article: Article) -> Suggestions:
        """The suggestions for any article; never an exception, whatever the text.

        Spans are code points, inside the text, without outer white space, whole grapheme
        clusters.
        """
        raise NotImplementedError


Make = Callable[[], Suggester]
