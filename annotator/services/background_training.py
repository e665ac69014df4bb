"""Training again in the background: when it is due, in a separate process, with a stored result."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from annotator.core.errors import AnnotatorError
from annotator.core.message import message
from annotator.core.shapes import MOST
from annotator.core.strict_json import read_json
from annotator.services.job import Cancelled, cancellation_check, never_cancelled
from annotator.services.sandbox import Sandbox
from annotator.services.training import LEAST, PARTS, TrainingReport, train_project
from annotator.suggest import SuggestError

if TYPE_CHECKING:
    from annotator.store import Project

_KEY: Final = "training"
_EVERY: Final = 5
"""After so many more done articles, a new model may be better."""
_SHARE: Final = 5
"""Also, the done articles must have grown by a fifth, or a new model will not be better."""
LETTERS: Final = 1_200_000
"""How much a training in the background learns from: some 270 articles, in less than a minute."""
_SECONDS: Final = 6 * 3600.0
_MEMORY: Final = 32 << 30


@dataclass(frozen=True, slots=True)
class TrainingResult:
    """The result of the last training.

    Attributes:
        made_at: When it ended (UTC).
        done: How many articles the annotator had done by then.
        report: The report; None if there was nothing to learn.
    """

    made_at: str
    done: int
    report: TrainingReport | None


def last_training(project: "Project") -> TrainingResult | None:
    """Return the result of the last finished training; None before the first."""
    kept = project.value(_KEY)
    try:
        row = read_json(kept) if kept is not None else None
        if row is None:
            return None
        report = _checked_report(row["report"]) if row["report"] else None
        made_at, done = row["made_at"], row["done"]
    except (ValueError, TypeError, KeyError):
        return None  # stored by another version of the program
    if type(made_at) is not str or type(done) is not int or not 0 <= done <= MOST:
        return None
    return TrainingResult(made_at, done, report)


def is_due(project: "Project", annotator: str) -> bool:
    """Return whether the annotator has done enough articles since the last training."""
    done = project.progress(annotator).counts["done"]
    last = last_training(project)
    before = last.done if last is not None else 0
    return done >= LEAST and done - before >= max(_EVERY if last else 0, before // _SHARE)


def retrain(
    project: "Project", annotator: str, *, cancelled: Cancelled = never_cancelled
) -> TrainingResult:
    """Train in a separate process, and store the result in the project.

    The library holds Python's lock during training, so in this process the window would freeze.
    It learns from at most `LETTERS`, so that it takes no longer with more articles.
    Raises SuggestError if there is nothing to learn, and Stopped when cancelled; the project then
    keeps the model that it had.
    """
    check_cancelled = cancellation_check(cancelled)
    done = project.progress(annotator).counts["done"]
    with Sandbox(check_cancelled, seconds=_SECONDS, memory=_MEMORY) as sandbox:
        try:
            report = _report(sandbox.call(_train, str(project.path)))
        except AnnotatorError as error:
            _store(project, done, None)
            raise SuggestError(message("nothing was learnt: {1}", error.message)) from None
    return _store(project, done, report)


def _checked_report(row: dict[str, Any]) -> TrainingReport:
    """Return the report of an untrusted row. Raises ValueError, TypeError and KeyError."""
    report = _report(row)
    counts = (report.articles, report.held_back, report.done)
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
        return asdict(train_project(project, letters=LETTERS))


def _store(project: "Project", done: int, report: TrainingReport | None) -> TrainingResult:
    result = TrainingResult(datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), done, report)
    project.set_value(_KEY, json.dumps(asdict(result)))
    return result
