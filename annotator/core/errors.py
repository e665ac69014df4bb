"""The errors whose words are meant for the person at the screen."""

import re
from typing import Final

_OPTIONS: Final = re.compile(r"; [^;()]*(?:--[a-z]|see: annotator )[^;)]*| \([^();]*--[a-z][^)]*\)")


class AnnotatorError(Exception):
    """Something outside the program is at fault; `str(error)` says in a sentence what to do.

    Its words can be written anywhere: what of a name is no text stands in them escaped.
    """

    def __init__(self, words: str = "") -> None:
        super().__init__(words.encode("utf-8", "backslashreplace").decode())


class Rejected(AnnotatorError):
    """An edit that does not fit the annotation; nothing was changed. Shown in the status bar."""


class TextError(AnnotatorError):
    """A text that cannot be settled or decoded."""


def without_options(words: str) -> str:
    """The words for somebody who is at no command line: without what to type there."""
    return _OPTIONS.sub("", words)
