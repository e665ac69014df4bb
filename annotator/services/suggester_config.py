"""What suggests in a project for this user: kept beside the user's other data, never in a project.

A project travels to other people, and that somebody let its texts be sent somewhere is nothing
they agreed to. Keys are not in here either; see `suggest.api_keys`.
"""

from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Final

from annotator.core.errors import AnnotatorError
from annotator.core.models import Article
from annotator.services.atomic_output import complete_file
from annotator.services.example import data_folder
from annotator.services.job import Cancelled, never
from annotator.services.suggesters import ENDPOINT, OWN, USUAL_SECONDS
from annotator.services.suggestion_process import suggested_apart
from annotator.suggest import SuggestError, find_suggester

if TYPE_CHECKING:
    from annotator.core.suggestion import Suggestions

_IN_THE_WINDOW_S: Final = (1.0,)
"""Somebody waits there: one more try, and not three."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What suggests in one project: `OWN` (the rules, or what the project was trained to), a spaCy
    pipeline ("spacy:" and its name or folder) or `ENDPOINT`.

    Address, model and time limit are the user's, the same for all projects. `agreed` says whether
    the user lets the texts of this project be sent to that address.
    """

    suggester: str = OWN
    url: str = ""
    model: str = ""
    seconds: int = USUAL_SECONDS
    agreed: bool = False

    @property
    def sends_to(self) -> str:
        """Where texts go; "" where none is sent."""
        return self.url if self.suggester == ENDPOINT and self.agreed else ""


def chosen(project: Path | None = None) -> Choice:
    """What the user chose for the project at this path; without one, only the endpoint.

    A file that was never written, or is damaged, holds no choice.
    """
    path = choices_path()
    if not path.exists():
        return Choice()
    from annotator.services.suggester_config_file import Chosen, read

    kept = read(path)
    here = kept.of(project) if project else Chosen()
    at = kept.endpoint
    return Choice(here.suggester, at.url, at.model, at.seconds, at.url in here.agreed)


def choose(project: Path, choice: Choice) -> None:
    """Keep the user's choice. Raises AnnotatorError where the file cannot be written."""
    from annotator.services.suggester_config_file import Address, Choices, Chosen, key_of, read

    path = choices_path()
    kept = read(path)
    before = kept.of(project)
    agreed = [url for url in before.agreed if url != choice.url]
    here = Chosen(
        suggester=choice.suggester, agreed=[*agreed, choice.url] if choice.agreed else agreed
    )
    made = Choices(
        endpoint=Address(url=choice.url, model=choice.model, seconds=choice.seconds),
        projects={**kept.projects, key_of(project): here},
    )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with complete_file(path) as part:
            part.write_text(made.model_dump_json(indent=1) + "\n", encoding="utf-8")
    except OSError as error:
        raise AnnotatorError(
            f"{path}: the choice cannot be kept ({error.strerror}); check your rights to the folder"
        ) from error


def has_agreed(project: Path, url: str) -> bool:
    """Whether the user lets the texts of this project be sent to that address."""
    from annotator.services.suggester_config_file import read

    return url in read(choices_path()).of(project).agreed


def choices_path() -> Path:
    """The file the choices lie in."""
    return data_folder() / "annotator" / "suggesters.json"


def installed_pipelines() -> list[str]:
    """The names of the spaCy pipelines that are installed as packages."""
    return sorted({point.name for point in entry_points(group="spacy_models")})


def ask_endpoint(
    choice: Choice,
    labels: list[str],
    article: Article,
    *,
    key: str | None = None,
    cancelled: Cancelled = never,
) -> "Suggestions":
    """What the model at the endpoint suggests: sends the article's text to `choice.url`.

    Only for texts that the user lets be sent there. Asked in a process of its own, so that it
    ends at once when cancelled (Stopped). Without a `key` the one in the keyring is used.
    Raises SuggestError in one sentence.
    """
    from annotator.suggest.api_keys import endpoint_key

    if not (choice.url and choice.model):
        raise SuggestError("the endpoint has no address or no model yet")
    row = (choice.url, choice.model, labels, key or endpoint_key(choice.url), float(choice.seconds))
    return suggested_apart(_asked, *row, article, cancelled=cancelled)


def try_out(
    choice: Choice,
    labels: list[str],
    words: str,
    *,
    key: str | None = None,
    cancelled: Cancelled = never,
) -> "Suggestions":
    """What would be suggested for these few words, by a pipeline or the endpoint; only these are
    sent. Raises SuggestError in one sentence, Stopped when cancelled."""
    article = Article("trial", words)
    if choice.suggester == ENDPOINT:
        return ask_endpoint(choice, labels, article, key=key, cancelled=cancelled)
    return suggested_apart(_piped, choice.suggester, article, cancelled=cancelled)


def _piped(name: str, article: Article) -> "Suggestions":
    return find_suggester(name).suggest(article)


def _asked(
    url: str, model: str, labels: list[str], key: str | None, seconds: float, article: Article
) -> "Suggestions":
    from annotator.suggest.endpoint import Endpoint

    waits = _IN_THE_WINDOW_S
    asked = Endpoint(url, model, labels=labels, key=key, timeout_s=seconds, waits_s=waits)
    try:
        made = asked.suggest(article)
    finally:
        asked.close()
    if asked.unreadable:
        raise SuggestError(f"{url} answered, but not with the JSON that was asked for")
    return made
