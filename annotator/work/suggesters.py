"""Finding a suggester by what a person typed."""

from annotator.suggest import Suggester, find_suggester


def suggester_called(name: str) -> Suggester:
    """The suggester of that name. Raises SuggestError."""
    return find_suggester(name)
