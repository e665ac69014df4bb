"""The errors whose words are meant for the person at the screen."""


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
