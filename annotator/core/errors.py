"""Errors whose messages are shown to the user."""

import re
from typing import Final

_OPTIONS: Final = re.compile(r"; [^;()]*(?:--[a-z]|see: annotator )[^;)]*| \([^();]*--[a-z][^)]*\)")


class AnnotatorError(Exception):
    """An error that is not a bug of the program; `str(error)` says in a sentence what to do.

    Its message can be written anywhere: characters that cannot be encoded are escaped.
    """

    def __init__(self, message: str = "") -> None:
        super().__init__(message.encode("utf-8", "backslashreplace").decode())


class Rejected(AnnotatorError):
    """An edit that does not fit the annotation; nothing was changed. Shown in the status bar."""


class TextError(AnnotatorError):
    """A text that cannot be normalized or decoded."""


def without_options(message: str) -> str:
    """Return the message without its hints at command-line options, for use in the window."""
    return _OPTIONS.sub("", message)
