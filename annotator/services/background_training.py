"""Training anew while people work: when it is worth it, apart from the window, and remembered."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from annotator.core.errors import AnnotatorError
from annotator.core.shapes import MOST
from annotator.core.strict_json import read_json
from annotator.services.job import Cancelled, never, stopping
from annotator.services.sandbox import Sandbox
from annotator.services.training import LEAST, PARTS, TrainingReport, train_project
from annotator.suggest import SuggestError

if TYPE_CHECKING:
    from annotator.store import Project

_KEPT: Final = "training"
_EVERY: Final = 5
"""After so many more done articles a new model may be better."""
_SHARE: Final = 5
"""… and not before a fifth has come to those of the last time, for it takes longer and longer."""
_SECONDS: Final = 6 * 3600.0
_MEMORY: Final = 32 << 30


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """The last training: when it ended (UTC), how many articles its annotator had done, and what
    came of it; no report where there was nothing to learn."""

    made_at: str
    done: int
    report: TrainingReport | None


def last_training(project: "Project") -> TrainingResult | None:
    """The last training that ended; None before the first."""
    kept = project.value(_KEPT)
    try:
        row = read_json(kept) if kept is not None else None
        if row is None:
            return None
        report = _kept_report(row["report"]) if row["report"] else None
        made_at, done = row["made_at"], row["done"]
    except (ValueError, TypeError, KeyError):
        return None  # another version's: it counts as none
    if type(made_at) is not str or type(done) is not int or not 0 <= done <= MOST:
        return None
    return TrainingResult(made_at, done, report)


def is_due(project: "Project", annotator: str) -> bool:
    """Whether the annotator has done enough articles since the last training for a new one."""
    done = project.progress(annotator).counts["done"]
    last = last_training(project)
    before = last.done if last is not None else 0
    return done >= LEAST and done - before >= max(_EVERY if last else 0, before // _SHARE)


def retrain(project: "Project", annotator: str, *, cancelled: Cancelled = never) -> TrainingResult:
    """Train in a process of its own, and remember what came of it.

    The library that learns holds Python's lock all the while, so in this process the window would
    stand still. Raises SuggestError where there is nothing to learn, Stopped when cancelled; the
    project uses the model it had then.
    """
    look = stopping(cancelled)
    done = project.progress(annotator).counts["done"]
    with Sandbox(look, seconds=_SECONDS, memory=_MEMORY) as apart:
        try:
            report = _report(apart.call(_train, str(project.path)))
        except AnnotatorError as error:
            _remember(project, done, None)
            raise SuggestError(f"nothing was learnt: {error}") from None
    return _remember(project, done, report)


def _kept_report(row: dict[str, Any]) -> TrainingReport:
    """As `_report`, of what anybody may have written. Raises ValueError, TypeError and KeyError."""
    report = _report(row)
    counts = (report.articles, report.held_back)
    figures = (
        report.quotes_before, report.quotes_after, report.names_before, report.names_after
    )  # fmt: skip
    are_counts = all(type(count) is int and 0 <= count <= MOST for count in counts)
    are_shares = all(type(figure) in (int, float) and 0 <= figure <= 1 for figure in figures)
    if not (are_counts and are_shares and {*report.parts} <= {*PARTS}):
        raise ValueError(row)
    return report


def _report(row: dict[str, Any]) -> TrainingReport:
    return TrainingReport(**{**row, "parts": tuple(row["parts"])})


def _train(path: str) -> dict[str, Any]:
    from annotator.store import Project

    with Project.open(Path(path)) as project:
        return asdict(train_project(project))


def _remember(project: "Project", done: int, report: TrainingReport | None) -> TrainingResult:
    learnt = TrainingResult(datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), done, report)
    project.set_value(_KEPT, json.dumps(asdict(learnt)))
    return learnt
