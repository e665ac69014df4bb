"""Finding a suggester by what a person typed."""

from pathlib import Path

from annotator.suggest import Suggester, find_suggester, suggester_names


def suggester_called(name: str) -> Suggester:
    """The suggester of that name, or the one of the trained project at that path.

    Raises SuggestError and StoreError.
    """
    if name in suggester_names() or not Path(name).is_file():
        return find_suggester(name)
    from annotator.store import Project
    from annotator.work.training import current_suggester

    with Project.open(name, read_only=True) as project:
        return current_suggester(project)
