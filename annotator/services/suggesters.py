"""Finding a suggester by what a person typed."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from annotator.suggest import Suggester, find_suggester, suggester_names
from annotator.suggest.registry import SPACY

if TYPE_CHECKING:
    from annotator.store import Project
    from annotator.suggest.endpoint import Endpoint

OWN: Final = ""
ENDPOINT: Final = "endpoint"
SECONDS: Final = range(1, 901)
"""How long one may wait for an answer."""
USUAL_SECONDS: Final = 120


def _unheard(_sentence: str) -> None:
    """What nobody has to be told."""


def suggester_called(name: str, told: Callable[[str], object] = _unheard) -> Suggester:
    """The suggester of that name, or the one of the trained project at that path.

    `told` gets a sentence where that is the rules, since the project's models are damaged.
    Raises SuggestError and StoreError.
    """
    if name in suggester_names() or not Path(name).is_file():
        return find_suggester(name)
    from annotator.services.training import current_suggester
    from annotator.store import Project

    with Project.open(name, read_only=True) as project:
        return current_suggester(project, told)


def project_suggester(
    project: "Project", name: str | None, told: Callable[[str], object] = _unheard
) -> Suggester:
    """The suggester of that name for this project, for None what it was trained to.

    Its rules, those beside spaCy too, have the project's word lists. `told` gets a sentence where
    it is the rules, since the models are damaged. Raises SuggestError and StoreError.
    """
    from annotator.services.training import current_suggester
    from annotator.services.wordlists import word_lists
    from annotator.suggest.rules import Rules

    if name is None:
        return current_suggester(project, told)
    if name == Rules.name:
        return Rules(lists=word_lists(project))
    if name.startswith(SPACY) and len(name) > len(SPACY):
        from annotator.suggest.pipeline import SpacyPipeline

        return SpacyPipeline(name.removeprefix(SPACY), word_lists(project))
    return suggester_called(name, told)


def endpoint_suggester(
    labels: Sequence[str], url: str, model: str, *, seconds: float
) -> "Endpoint":
    """The suggester that asks a model at an OpenAI-compatible endpoint for these labels, and waits
    for each answer so long.

    Only for somebody who has said that the texts may be sent there. The key is the one
    in the system's keyring, if there is one. Raises SuggestError.
    """
    from annotator.suggest.api_keys import endpoint_key
    from annotator.suggest.endpoint import Endpoint

    key = endpoint_key(url)
    return Endpoint(url, model, labels=labels, key=key, timeout_s=seconds)
