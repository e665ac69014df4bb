"""Finding a suggester by the name that the user typed."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from annotator.core.message import Message
from annotator.suggest import Suggester, find_suggester, suggester_names
from annotator.suggest.registry import SPACY

if TYPE_CHECKING:
    from annotator.store import Project
    from annotator.suggest.endpoint import Endpoint

OWN: Final = ""
ENDPOINT: Final = "endpoint"
SECONDS: Final = range(1, 901)
"""The time limits, in seconds, that the user may set for an answer."""
DEFAULT_TIMEOUT_S: Final = 120


def _ignore(_message: Message) -> None:
    """Ignore the message."""


def suggester_by_name(name: str, warn: Callable[[Message], object] = _ignore) -> Suggester:
    """Return the suggester with that name, or that of the trained project at that path.

    `warn` gets a message if the rules are returned because the project's models are damaged.
    Raises SuggestError and StoreError.
    """
    if name in suggester_names() or not Path(name).is_file():
        return find_suggester(name)
    from annotator.services.training import current_suggester
    from annotator.store import Project

    with Project.open(name, read_only=True) as project:
        return current_suggester(project, warn)


def project_suggester(
    project: "Project", name: str | None, warn: Callable[[Message], object] = _ignore
) -> Suggester:
    """Return the suggester with that name for this project; for None, its current suggester.

    Rules, also those used with spaCy, have the project's word lists. `warn` gets a message if
    the rules are returned because the models are damaged. Raises SuggestError and StoreError.
    """
    from annotator.services.training import current_suggester
    from annotator.services.wordlists import word_lists
    from annotator.suggest.rules import Rules

    if name is None:
        return current_suggester(project, warn)
    if name == Rules.name:
        return Rules(lists=word_lists(project))
    if name.startswith(SPACY) and len(name) > len(SPACY):
        from annotator.suggest.pipeline import SpacyPipeline

        return SpacyPipeline(name.removeprefix(SPACY), word_lists(project))
    return suggester_by_name(name, warn)


def endpoint_suggester(
    labels: Sequence[str], url: str, model: str, *, seconds: float
) -> "Endpoint":
    """Return a suggester that asks a model at an OpenAI-compatible endpoint for these labels.

    Only for users who have agreed that the texts are sent there. It waits `seconds` for each
    answer. The API key is the one in the system's keyring, if any. Raises SuggestError.
    """
    from annotator.suggest.api_keys import endpoint_key
    from annotator.suggest.endpoint import Endpoint

    key = endpoint_key(url)
    return Endpoint(url, model, labels=labels, key=key, timeout_s=seconds)
