"""The user's choice of a suggester for each project, stored in the user's data folder.

It is never stored in the project: a project is passed on to other people, who have not agreed
that its texts are sent somewhere. API keys are not stored here either; see `suggest.api_keys`.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from annotator.core.errors import AnnotatorError
from annotator.core.message import message
from annotator.core.models import Article
from annotator.services.atomic_output import atomic_file
from annotator.services.job import Cancelled, never_cancelled
from annotator.services.suggesters import DEFAULT_TIMEOUT_S, ENDPOINT, OWN
from annotator.services.suggestion_process import suggest_in_process
from annotator.services.user import data_folder
from annotator.suggest import SuggestError, find_suggester

if TYPE_CHECKING:
    from annotator.core.suggestion import Suggestions

_RETRY_WAITS_S: Final = (1.0,)
"""Seconds between tries. The user is waiting, so there is one more try instead of three."""


@dataclass(frozen=True, slots=True)
class SuggesterConfig:
    """The suggester of one project.

    `suggester` is `OWN` (the rules or the project's trained model), a spaCy pipeline ("spacy:"
    and its name or folder) or `ENDPOINT`. Address, model and time limit (in seconds) of the
    endpoint are the same for all projects of the user. `agreed` says whether the user allows the
    texts of this project to be sent to that address.
    """

    suggester: str = OWN
    url: str = ""
    model: str = ""
    seconds: int = DEFAULT_TIMEOUT_S
    agreed: bool = False

    @property
    def sends_to(self) -> str:
        """The address that texts are sent to; "" if none are sent."""
        return self.url if self.suggester == ENDPOINT and self.agreed else ""


def chosen(project: Path | None = None) -> SuggesterConfig:
    """Return the user's choice for the project at this path; without a path, only the endpoint.

    If the file does not exist or is damaged, the default choice is returned.
    """
    path = choices_path()
    if not path.exists():
        return SuggesterConfig()
    from annotator.services.suggester_config_file import Chosen, read

    kept = read(path)
    project_choice = kept.of(project) if project else Chosen()
    endpoint = kept.endpoint
    return SuggesterConfig(
        project_choice.suggester,
        endpoint.url,
        endpoint.model,
        endpoint.seconds,
        endpoint.url in project_choice.agreed,
    )


def choose(project: Path, choice: SuggesterConfig) -> None:
    """Save the user's choice. Raises AnnotatorError if the file cannot be written."""
    from annotator.services.suggester_config_file import Address, Choices, Chosen, key_of, read

    path = choices_path()
    kept = read(path)
    before = kept.of(project)
    agreed = [url for url in before.agreed if url != choice.url]
    project_choice = Chosen(
        suggester=choice.suggester, agreed=[*agreed, choice.url] if choice.agreed else agreed
    )
    made = Choices(
        endpoint=Address(url=choice.url, model=choice.model, seconds=choice.seconds),
        projects={**kept.projects, key_of(project): project_choice},
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_file(path) as part:
            part.write_text(made.model_dump_json(indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise AnnotatorError(
            message(
                "{1}: the choice cannot be kept ({2}); check your rights to the folder",
                path,
                str(error.strerror),
            )
        ) from error


def has_agreed(project: Path, url: str) -> bool:
    """Return whether the user allows the texts of this project to be sent to that address."""
    from annotator.services.suggester_config_file import read

    return url in read(choices_path()).of(project).agreed


def choices_path() -> Path:
    """Return the path of the file with the choices."""
    return data_folder() / "annotator" / "suggesters.json"


def installed_pipelines() -> list[str]:
    """Return the names of the spaCy pipelines that are installed as packages."""
    from importlib.metadata import entry_points  # a window that does not ask starts sooner

    return sorted({point.name for point in entry_points(group="spacy_models")})


def ask_endpoint(
    choice: SuggesterConfig,
    labels: list[str],
    article: Article,
    *,
    key: str | None = None,
    cancelled: Cancelled = never_cancelled,
) -> "Suggestions":
    """Send the article's text to `choice.url`, and return what the model there suggests.

    Only for texts that the user allows to be sent there. The request is made in a separate
    process, so that it ends at once when cancelled. Without a `key` the one in the keyring is
    used. Raises SuggestError with a one-sentence message, and Stopped when cancelled.
    """
    from annotator.suggest.api_keys import endpoint_key

    if not (choice.url and choice.model):
        raise SuggestError(message("the endpoint has no address or no model yet"))
    row = (choice.url, choice.model, labels, key or endpoint_key(choice.url), float(choice.seconds))
    return suggest_in_process(_suggest_by_endpoint, *row, article, cancelled=cancelled)


def try_suggester(
    choice: SuggesterConfig,
    labels: list[str],
    words: str,
    *,
    key: str | None = None,
    cancelled: Cancelled = never_cancelled,
) -> "Suggestions":
    """Return what a pipeline or the endpoint suggests for this short text.

    Only this text is sent. Raises SuggestError with a one-sentence message, and Stopped when
    cancelled.
    """
    article = Article("trial", words)
    if choice.suggester == ENDPOINT:
        return ask_endpoint(choice, labels, article, key=key, cancelled=cancelled)
    return suggest_in_process(_suggest_by_pipeline, choice.suggester, article, cancelled=cancelled)


def _suggest_by_pipeline(name: str, article: Article) -> "Suggestions":
    return find_suggester(name).suggest(article)


def _suggest_by_endpoint(
    url: str, model: str, labels: list[str], key: str | None, seconds: float, article: Article
) -> "Suggestions":
    from annotator.suggest.endpoint import Endpoint

    waits_s = _RETRY_WAITS_S
    suggester = Endpoint(url, model, labels=labels, key=key, timeout_s=seconds, waits_s=waits_s)
    try:
        made = suggester.suggest(article)
    finally:
        suggester.close()
    if suggester.unreadable:
        raise SuggestError(message("{1} answered, but not with the JSON that was asked for", url))
    return made
