"""The blind test of a project, and its results: how much suggestions influence annotators."""

import json
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from annotator.core.blind_test import BLIND_TEST, BlindTest, was_held_back
from annotator.core.errors import AnnotatorError
from annotator.core.message import message
from annotator.core.suggestion import is_suggester, to_annotation
from annotator.services.evaluation import Evaluation, Score
from annotator.services.job import Cancelled, cancellation_check, never_cancelled
from annotator.services.sandbox import Sandbox
from annotator.services.suggestion_service import fit_to_scheme
from annotator.services.training import current_suggester

if TYPE_CHECKING:
    from annotator.core.record import Record
    from annotator.store import Project

_MOST: Final = 500
"""The most annotations compared of either kind; the figures hardly change beyond that."""
_SECONDS: Final = 3600.0
_MEMORY: Final = 16 << 30


@dataclass(frozen=True, slots=True)
class BlindTestSide:
    """The comparison of suggestions with what people marked in `articles` done annotations."""

    articles: int = 0
    quotes: Score = field(default_factory=Score)
    mentions: Score = field(default_factory=Score)

    def as_row(self) -> dict[str, Any]:
        """Return the figures as `annotator stats --json` prints them."""
        return {
            "articles": self.articles,
            "quotes": _row(self.quotes),
            "mentions": _row(self.mentions),
        }


@dataclass(frozen=True, slots=True)
class Anchoring:
    """What people marked while suggestions were held back, and while they were shown.

    If F is higher when they were shown, people tended to mark what was suggested: anchoring.
    """

    held_back: BlindTestSide
    shown: BlindTestSide

    @property
    def difference(self) -> tuple[float, float] | None:
        """How much higher F of quotes and of mentions is when suggestions were shown.

        None if one side has no article yet.
        """
        if not (self.held_back.articles and self.shown.articles):
            return None
        quotes = self.shown.quotes.f - self.held_back.quotes.f
        return quotes, self.shown.mentions.f - self.held_back.mentions.f

    def as_row(self) -> dict[str, Any]:
        """Return the figures as `annotator stats --json` prints them."""
        found = self.difference
        return {
            "held_back": self.held_back.as_row(),
            "shown": self.shown.as_row(),
            "difference": found and {"quotes": round(found[0], 4), "mentions": round(found[1], 4)},
        }


def blind_test(project: "Project") -> BlindTest:
    """Return the project's test; one with share 0 if there is none, or it cannot be read."""
    return BlindTest.from_json(project.value(BLIND_TEST))


def set_blind_share(project: "Project", share: float) -> BlindTest:
    """Hold suggestions back in this share of the articles, from 0 to 1, from now on.

    Articles in the test stay in it while the share grows. Raises AnnotatorError for a share
    outside this range.
    """
    if not 0 <= share <= 1:
        raise AnnotatorError(
            message("{1} of the articles cannot be held back; say 0 to 100", f"{share:.0%}")
        )
    seed = blind_test(project).seed or secrets.randbits(31) + 1
    project.set_value(BLIND_TEST, json.dumps({"share": share, "seed": seed}))
    return BlindTest(share, seed)


def anchoring(
    project: "Project", annotator: str | None = None, *, cancelled: Cancelled = never_cancelled
) -> Anchoring | None:
    """Return the figures of all done annotations, or those of one annotator; None without a test.

    The current suggester of the project is used, without its memory of names, which contains the
    names marked in these very articles. It runs in a separate process. Raises AnnotatorError for
    a model that cannot be read, and Stopped when cancelled.
    """
    if project.value(BLIND_TEST) is None:
        return None
    check_cancelled = cancellation_check(cancelled)
    with Sandbox(check_cancelled, seconds=_SECONDS, memory=_MEMORY) as sandbox:
        held_back, shown = sandbox.call(_measured, str(project.path), annotator)
    return Anchoring(_side(held_back), _side(shown))


def _measured(path: str, annotator: str | None) -> list[dict[str, Any]]:
    from annotator.store import Project

    sides = {True: Evaluation(), False: Evaluation()}
    with Project.open(Path(path), read_only=True) as project:
        suggester = current_suggester(project)
        for record in project.records(statuses=["done"]):
            held_back = _was_held_back(record, annotator)
            if held_back is None or record.annotation is None:
                continue
            side = sides[held_back]
            if side.articles >= _MOST:
                if all(one.articles >= _MOST for one in sides.values()):
                    break
                continue
            made = fit_to_scheme(project.scheme, suggester.suggest(record.article))
            side.add(record.article.text, record.annotation, to_annotation(made))
    return [
        asdict(BlindTestSide(side.articles, side.quotes["all"], side.entities))
        for side in (sides[True], sides[False])
    ]


def _was_held_back(record: "Record", annotator: str | None) -> bool | None:
    if record.annotation is None or record.annotator is None or is_suggester(record.annotator):
        return None
    if annotator not in (None, record.annotator):
        return None
    return was_held_back(record.annotation.head)


def _side(row: dict[str, Any]) -> BlindTestSide:
    return BlindTestSide(row["articles"], Score(**row["quotes"]), Score(**row["mentions"]))


def _row(score: Score) -> dict[str, float]:
    return {**score.as_row(), "marked": score.gold, "suggested": score.suggested}
