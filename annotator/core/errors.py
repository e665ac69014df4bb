"""Errors whose messages are shown to the user."""

from annotator.core.message import Message, as_message


class AnnotatorError(Exception):
    """An error that is not a bug of the program; its message says what is wrong and what to do.

    `str(error)` is the message in English, for the command line and logs; it can be written
    anywhere. The window shows `error.message` in its language.
    """

    def __init__(self, message: Message | str = "") -> None:
        """Make the error; a str is shown as it is in every language."""
        self.message = as_message(message)
        super().__init__(str(self.message))


class Rejected(AnnotatorError):
    """An edit that does not fit the annotation; nothing was changed. Shown in the status bar."""


class TextError(AnnotatorError):
    """A text that cannot be normalized or decoded."""
