"""The actions that find: in the article on the desk and in the whole project."""

from annotator.ui.find.bar import FindBar


class FindDeeds:
    """One method for each action id; see the table in `actions`."""

    def __init__(self, bar: FindBar) -> None:
        self._bar = bar

    def find(self) -> None:
        self._bar.open()

    def find_next(self) -> None:
        self._bar.step(1)

    def find_previous(self) -> None:
        self._bar.step(-1)
