"""Training a suggester on the articles that people have done, and using it only if it is better."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from annotator.suggest import Suggester, SuggestError, find_suggester
from annotator.suggest.trained import Models, Trained, train
from annotator.work.evaluating import evaluate
from annotator.work.job import Cancelled, Progress, Stopped, never, unseen

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


@dataclass(frozen=True, slots=True)
class TrainingReport:
    """How good the new models were on the `held_back` articles, beside what was used until then.

    The figures are F of all quotes and of mentions, from 0 to 1. `used` says whether the project
    uses the new models from now on; they are then trained on the held-back articles as well.
    """

    articles: int
    held_back: int
    quotes_before: float
    quotes_after: float
    names_before: float
    names_after: float
    used: bool


def train_project(
    project: "Project", *, progress: Progress = unseen, cancelled: Cancelled = never
) -> TrainingReport:
    """Train on the done articles: on gold where there is gold, else on the newest annotation.

    Raises SuggestError where there are too few, Stopped when cancelled; the project is as before
    then.
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
    trial = _trained(rest, cancelled)
    progress(1, steps, "Comparing with what is used now")
    # What is used now has seen the held-back articles too; its own trial has not.
    before = evaluate(held, _suggester(project, _TRIAL), cancelled=cancelled)
    after = evaluate(held, Trained(trial), cancelled=cancelled)
    better = after.quotes["all"].f + after.entities.f > before.quotes["all"].f + before.entities.f
    if better:
        progress(2, steps, "Learning from all of them")
        models = _trained(records, cancelled)
        project.set_value(_TRIAL, trial.to_json())
        project.set_value(MODEL, models.to_json())
    progress(steps, steps, "Done")
    return TrainingReport(
        len(records),
        len(held),
        before.quotes["all"].f,
        after.quotes["all"].f,
        before.entities.f,
        after.entities.f,
        better,
    )


def current_suggester(project: "Project") -> Suggester:
    """What suggests in this project: its own models if it has been trained, else the rules.

    Raises SuggestError for models that cannot be read.
    """
    return _suggester(project, MODEL)


def _suggester(project: "Project", key: str) -> Suggester:
    kept = project.value(key)
    return find_suggester("rules") if kept is None else Trained(Models.from_json(kept))


def _trained(records: "Sequence[Record]", cancelled: Cancelled) -> Models:
    from annotator.suggest.crf import Interrupted

    examples = [(r.article, r.annotation) for r in records if r.annotation is not None]
    try:
        return train(examples, cancelled)
    except Interrupted:
        raise Stopped from None


def _done(project: "Project") -> "Iterator[Record]":
    """One record for each article that somebody has done."""
    best: dict[str, Record] = {}
    for record in project.records(statuses=["done"]):
        if record.annotation is None or record.annotator is None:
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
