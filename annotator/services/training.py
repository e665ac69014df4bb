"""Training of a suggester on done articles; the new models are used only if they are better."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, Literal

from annotator.core.message import Message, message
from annotator.services.evaluation import evaluate
from annotator.services.job import (
    Cancelled,
    JobCancelled,
    Progress,
    ignore_progress,
    never_cancelled,
)
from annotator.services.own_models import is_own, keep_model
from annotator.services.suggestion_process import IsolatedSuggester
from annotator.services.training_sample import sample_of
from annotator.services.wordlists import word_lists
from annotator.suggest import Suggester, SuggestError
from annotator.suggest.memory import Memory
from annotator.suggest.rules import Rules
from annotator.suggest.trained import Models, Trained, train
from annotator.suggest.wordlists import WordLists

if TYPE_CHECKING:
    from annotator.core.record import Record
    from annotator.store import Project
    from annotator.store.done_annotations import DoneAnnotation

MODEL: Final = "model"
"""The key under which a project stores its model."""
_TRIAL: Final = "model-trial"
"""The key of the models that were not trained on the held-back articles, for comparison."""
LEAST: Final = 5
"""With fewer done articles none would be held back, so nothing could be compared."""
_SECONDS_TO_LEARN: Final = 45.0
_SECONDS_TO_COMPARE: Final = 25.0
_MEMORY: Final = 250e6
"""For each million letters, of news with many quotes: seconds on a slow core, and bytes."""

Part = Literal["quotes", "names"]
PARTS: Final[tuple[Part, Part]] = ("quotes", "names")
_Figures = tuple[float, float]
"""One for each of `PARTS`."""


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """The figures of the new models on the `held_back` articles, and of what was used before.

    The figures are F of all quotes and of mentions, from 0 to 1. `parts` says for which of
    "quotes" and "names" the project uses the new models from now on. `articles` is the number that
    was learnt from or held back, of those that are `done`.
    """

    articles: int
    held_back: int
    quotes_before: float
    quotes_after: float
    names_before: float
    names_after: float
    parts: tuple[Part, ...]
    done: int = 0

    @property
    def used(self) -> bool:
        """Whether the project uses any part of the new models."""
        return bool(self.parts)


@dataclass(frozen=True, slots=True)
class TrainingCost:
    """What a training on so many articles takes, roughly: processor time and memory, in bytes."""

    articles: int
    minutes: float
    memory: float


def expected_cost(project: "Project", letters: int | None = None) -> TrainingCost:
    """Return what `train_project` takes with these arguments."""
    sample = sample_of(project.done_annotations(), letters)
    learnt = sum(found.length for found in sample.learnt) / 1e6
    held = sum(found.length for found in sample.held) / 1e6
    seconds = _SECONDS_TO_LEARN * learnt + _SECONDS_TO_COMPARE * held
    if sample.learns_from_held:
        seconds += _SECONDS_TO_LEARN * (learnt + held)
    articles = len(sample.learnt) + len(sample.held)
    return TrainingCost(articles, seconds / 60, _MEMORY * (learnt + held))


def train_project(
    project: "Project",
    *,
    letters: int | None = None,
    progress: Progress = ignore_progress,
    cancelled: Cancelled = never_cancelled,
) -> TrainingReport:
    """Train on the done articles: on gold where it exists, else on the newest annotation.

    The models for quotes and those for names are replaced separately, so that neither gets worse
    on the held-back articles.

    Args:
        project: The project, which keeps the models.
        letters: How much to learn from at most, in letters: the newest articles, and as many of
            the older ones. The time and memory that a training takes depend on that alone. None
            for everything.
        progress: Called with the steps done.
        cancelled: Asked between two articles.

    Raises:
        SuggestError: If there are too few done articles.
        Stopped: When cancelled; the project is unchanged then.
    """
    sample = sample_of(project.done_annotations(), letters)
    if sample.done < LEAST:
        raise SuggestError(
            message(
                "{1} articles are done, and training needs {2}; do some more first",
                sample.done,
                LEAST,
            )
        )
    steps = 4
    progress(0, steps, message("Learning from the done articles"))
    held, rest = _records(project, sample.held), _records(project, sample.learnt)
    trial = _trained(project, rest, cancelled)
    progress(1, steps, message("Comparing with what is used now"))
    # The current models were trained on the held-back articles too; their trial models were not.
    used = _sound_models(project, _TRIAL)
    own = _is_own(project, _TRIAL, used) and _is_own(project, MODEL, _sound_models(project, MODEL))
    measured = partial(
        _measured, held=held, lists=word_lists(project), cancelled=cancelled, own=own
    )
    before = measured(used)
    after = measured(trial)
    parts = _better_parts(used, trial, before, after, measured)
    if parts:
        new = trial
        if sample.learns_from_held:
            progress(2, steps, message("Learning from all of them"))
            everything = _records(project, sorted([*sample.learnt, *sample.held]))
            new = _trained(project, everything, cancelled)
        models = _mixed(_sound_models(project, MODEL), new, parts)
        own = own or parts == PARTS
        keep_model(project, _TRIAL, _mixed(used, trial, parts).to_json(), own=own)
        keep_model(project, MODEL, models.to_json(), own=own)
    progress(steps, steps, message("Done"))
    figures = before[0], after[0], before[1], after[1]
    return TrainingReport(len(rest) + len(held), len(held), *figures, parts, sample.done)


def _better_parts(
    used: Models | None,
    trial: Models,
    before: _Figures,
    after: _Figures,
    measured: Callable[[Models], _Figures],
) -> tuple[Part, ...]:
    """Return as many parts of the trial as possible so that a figure improves and none drops."""
    better = tuple(p for p, old, new in zip(PARTS, before, after, strict=True) if new > old)
    if not better:
        return ()
    if all(new >= old for old, new in zip(before, after, strict=True)):
        return PARTS
    # Speakers of quotes also yield names, so a mix of old and new parts is measured as well.
    figures = measured(_mixed(used, trial, better))
    none_worse = all(new >= old for old, new in zip(before, figures, strict=True))
    return better if none_worse and figures != before else ()


def _mixed(old: Models | None, new: Models, parts: tuple[Part, ...]) -> Models:
    """Return these parts of the new models combined with the others of the old ones."""
    if parts == PARTS:
        return new
    old = old or Models(None, None, None, Memory({}), 0)
    return new.with_names_of(old) if parts == ("quotes",) else old.with_names_of(new)


def _measured(
    models: Models | None,
    *,
    held: "Sequence[Record]",
    lists: WordLists,
    cancelled: Cancelled,
    own: bool,
) -> _Figures:
    """Return F of all quotes and of mentions."""
    figures = evaluate(held, _suggester(models, lists, own=own), cancelled=cancelled)
    return figures.quotes["all"].f, figures.entities.f


def current_suggester(
    project: "Project", warn: Callable[[Message], object] = lambda _sentence: None
) -> Suggester:
    """Return the suggester of this project: its trained models if it has any, else the rules.

    Both use the project's word lists. If the models are damaged, `warn` gets a message and the
    rules are returned. Raises SuggestError for word lists that cannot be read.
    """
    lists = word_lists(project)
    try:
        models = _models(project, MODEL)
        return _suggester(models, lists, own=_is_own(project, MODEL, models))
    except SuggestError as error:
        warn(error.message)
        return Rules(lists=lists)


def model_error(project: "Project") -> Message | None:
    """Return what is wrong with the stored models; None if nothing is."""
    try:
        for key in (MODEL, _TRIAL):
            models = _models(project, key)
            if models is not None:
                models.check()
    except SuggestError as error:
        return error.message
    return None


def _models(project: "Project", key: str) -> Models | None:
    kept = project.value(key)
    return None if kept is None else Models.from_json(kept)


def _sound_models(project: "Project", key: str) -> Models | None:
    """Return the models under the key; None if missing or damaged, as training replaces them."""
    try:
        models = _models(project, key)
        if models is not None:
            models.check()
    except SuggestError:
        return None
    return models


def _is_own(project: "Project", key: str, models: Models | None) -> bool:
    """Return whether this user trained everything in the models."""
    return models is None or is_own(project, key, models.to_json())


def _suggester(models: Models | None, lists: WordLists, *, own: bool) -> Suggester:
    """Return a suggester with these models. Raises SuggestError if they are damaged."""
    if models is None:
        return Rules(lists=lists)
    trained = Trained(models, lists)
    if not own:
        models.check()
        return IsolatedSuggester(trained, Rules(lists=lists))
    trained.load()
    return trained


def _trained(project: "Project", records: "Sequence[Record]", cancelled: Cancelled) -> Models:
    from annotator.suggest.crf import Interrupted

    examples = [(r.article, r.annotation) for r in records if r.annotation is not None]
    try:
        return train(examples, cancelled, word_lists(project))
    except Interrupted:
        raise JobCancelled from None


def _records(project: "Project", annotations: "Sequence[DoneAnnotation]") -> "list[Record]":
    """Return the annotations with their articles, without those that were deleted meanwhile."""
    from annotator.core.record import Record
    from annotator.store import NoSuchArticle

    records = []
    for key, annotator, *_ in annotations:
        with suppress(NoSuchArticle):
            annotation = project.checked_annotation(key, annotator)
            records.append(Record(project.article(key), annotator, annotation))
    return records
