"""Training a suggester on the articles that people have done, and using it only if it is better."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, Literal

from annotator.core.suggestion import is_suggester
from annotator.services.evaluation import evaluate
from annotator.services.job import Cancelled, Progress, Stopped, never, unseen
from annotator.services.own_models import is_own, keep_model
from annotator.services.suggestion_process import Apart
from annotator.services.wordlists import word_lists
from annotator.suggest import Suggester, SuggestError
from annotator.suggest.memory import Memory
from annotator.suggest.rules import Rules
from annotator.suggest.trained import Models, Trained, train
from annotator.suggest.wordlists import WordLists

if TYPE_CHECKING:
    from annotator.core.record import Record
    from annotator.store import Project

MODEL: Final = "model"
"""Under this key a project keeps its model."""
_TRIAL: Final = "model-trial"
"""And under this one the models that never saw the held-back articles, to compare with."""
LEAST: Final = 5
"""With fewer done articles nothing is held back, so nothing could be compared."""
_GOLD: Final = "gold"
_HELD_BACK: Final = 5
"""One article of so many is held back to compare on."""

Part = Literal["quotes", "names"]
PARTS: Final[tuple[Part, Part]] = ("quotes", "names")
_Figures = tuple[float, float]
"""One for each of `PARTS`."""


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """How good the new models were on the `held_back` articles, beside what was used until then.

    The figures are F of all quotes and of mentions, from 0 to 1. `parts` says for which of
    "quotes" and "names" the project uses the new models from now on; those are then trained on
    the held-back articles as well. `used` says whether there is any.
    """

    articles: int
    held_back: int
    quotes_before: float
    quotes_after: float
    names_before: float
    names_after: float
    parts: tuple[Part, ...]

    @property
    def used(self) -> bool:
        return bool(self.parts)


def train_project(
    project: "Project", *, progress: Progress = unseen, cancelled: Cancelled = never
) -> TrainingReport:
    """Train on the done articles: on gold where there is gold, else on the newest annotation.

    What finds quotes and what finds names are switched to apart, so that neither gets worse on
    the articles held back. Raises SuggestError where there are too few, Stopped when cancelled;
    the project is as before then.
    """
    records = list(_done(project))
    if len(records) < LEAST:
        raise SuggestError(
            f"{len(records)} articles are done, and training needs {LEAST}; do some more first"
        )
    held = [r for r in records if _is_held_back(r)] or records[:1]
    rest = [record for record in records if record not in held]
    steps = 4
    progress(0, steps, "Learning from the done articles")
    trial = _trained(project, rest, cancelled)
    progress(1, steps, "Comparing with what is used now")
    # What is used now has seen the held-back articles too; its own trial has not.
    used = _sound_models(project, _TRIAL)
    own = _is_own(project, _TRIAL, used) and _is_own(project, MODEL, _sound_models(project, MODEL))
    measured = partial(
        _measured, held=held, lists=word_lists(project), cancelled=cancelled, own=own
    )
    before = measured(used)
    after = measured(trial)
    parts = _better_parts(used, trial, before, after, measured)
    if parts:
        progress(2, steps, "Learning from all of them")
        models = _mixed(_sound_models(project, MODEL), _trained(project, records, cancelled), parts)
        own = own or parts == PARTS
        keep_model(project, _TRIAL, _mixed(used, trial, parts).to_json(), own=own)
        keep_model(project, MODEL, models.to_json(), own=own)
    progress(steps, steps, "Done")
    return TrainingReport(len(records), len(held), before[0], after[0], before[1], after[1], parts)


def _better_parts(
    used: Models | None,
    trial: Models,
    before: _Figures,
    after: _Figures,
    measured: Callable[[Models], _Figures],
) -> tuple[Part, ...]:
    """The most parts of the trial with which one figure is better and none is worse."""
    better = tuple(p for p, old, new in zip(PARTS, before, after, strict=True) if new > old)
    if not better:
        return ()
    if all(new >= old for old, new in zip(before, after, strict=True)):
        return PARTS
    # Names also come from who is said to speak, so half of the trial is measured as well.
    figures = measured(_mixed(used, trial, better))
    fine = all(new >= old for old, new in zip(before, figures, strict=True))
    return better if fine and figures != before else ()


def _mixed(old: Models | None, new: Models, parts: tuple[Part, ...]) -> Models:
    """The parts of the new models beside the others of the old ones."""
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
    """F of all quotes and of mentions."""
    figures = evaluate(held, _suggester(models, lists, own=own), cancelled=cancelled)
    return figures.quotes["all"].f, figures.entities.f


def current_suggester(
    project: "Project", told: Callable[[str], object] = lambda _sentence: None
) -> Suggester:
    """What suggests in this project: its own models if it has been trained, else the rules.

    Either has the project's word lists. Models that are damaged are told of in a sentence, and
    the rules suggest. Raises SuggestError for word lists that cannot be read.
    """
    lists = word_lists(project)
    try:
        models = _models(project, MODEL)
        return _suggester(models, lists, own=_is_own(project, MODEL, models))
    except SuggestError as error:
        told(str(error))
        return Rules(lists=lists)


def model_fault(project: "Project") -> str:
    """What is wrong with the models that the project keeps, in a sentence; "" where nothing is."""
    try:
        for key in (MODEL, _TRIAL):
            models = _models(project, key)
            if models is not None:
                models.check()
    except SuggestError as error:
        return str(error)
    return ""


def _models(project: "Project", key: str) -> Models | None:
    kept = project.value(key)
    return None if kept is None else Models.from_json(kept)


def _sound_models(project: "Project", key: str) -> Models | None:
    """The models under the key, unless they are damaged: training makes others."""
    try:
        models = _models(project, key)
        if models is not None:
            models.check()
    except SuggestError:
        return None
    return models


def _is_own(project: "Project", key: str, models: Models | None) -> bool:
    """Whether nothing in the models is by anybody else."""
    return models is None or is_own(project, key, models.to_json())


def _suggester(models: Models | None, lists: WordLists, *, own: bool) -> Suggester:
    """Raises SuggestError for models that are damaged."""
    if models is None:
        return Rules(lists=lists)
    trained = Trained(models, lists)
    if not own:
        models.check()
        return Apart(trained, Rules(lists=lists))
    trained.load()
    return trained


def _trained(project: "Project", records: "Sequence[Record]", cancelled: Cancelled) -> Models:
    from annotator.suggest.crf import Interrupted

    examples = [(r.article, r.annotation) for r in records if r.annotation is not None]
    try:
        return train(examples, cancelled, word_lists(project))
    except Interrupted:
        raise Stopped from None


def _done(project: "Project") -> "Iterator[Record]":
    """One record for each article that somebody has done."""
    best: dict[str, Record] = {}
    for record in project.records(statuses=["done"]):
        if record.annotation is None or record.annotator is None:
            continue
        if is_suggester(record.annotator):
            continue
        there = best.get(record.article.id)
        if there is None or _rank(record) > _rank(there):
            best[record.article.id] = record
    yield from best.values()


def _rank(record: "Record") -> tuple[bool, str, str]:
    updated = record.annotation.updated if record.annotation is not None else None
    return record.annotator == _GOLD, updated or "", record.annotator or ""


def _is_held_back(record: "Record") -> bool:
    """One article of five, the same ones each time, however many come later."""
    digest = hashlib.sha256(record.article.text.encode()).digest()
    return int.from_bytes(digest[:4], "big") % _HELD_BACK == 0
