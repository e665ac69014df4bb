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

    `name` is what `--suggester` takes, `title` is for people. A suggester is used in one thread
    or process at a time; pickling one takes it to another process.
    """

    name: str
    title: str

    def suggest(self, article: Article) -> Suggestions:
        """The suggestions for any article; never an exception, whatever the text.

        Spans are code points, inside the text, without outer white space, whole grapheme
        clusters.
        """
        raise NotImplementedError


Make = Callable[[], Suggester]
