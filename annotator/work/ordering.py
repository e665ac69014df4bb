"""Which articles a suggester is least sure of: annotating those first teaches it the most."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

from annotator.core.blind import is_held_back
from annotator.core.suggestion import Suggestions
from annotator.work.isolation import Isolation
from annotator.work.job import Cancelled, Stopped, never

if TYPE_CHECKING:
    from annotator.store import Project

_MOST: Final = 5_000
"""So many of the articles that are open are read, in the order of their import."""
_SECONDS: Final = 3600.0
_MEMORY: Final = 16 << 30


def doubts(project: "Project", annotator: str, *, cancelled: Cancelled = never) -> dict[int, float]:
    """How unsure what the project suggests by is of each article the annotator has still to do.

    Those in which suggestions are held back from them are left out: the order would tell. By
    article key, from 0 (sure of everything, or nothing to suggest) to 1. Read in a process of
    its own. Raises AnnotatorError for a model that cannot be read, Stopped when cancelled.
    """

    def look() -> None:
        if cancelled():
            raise Stopped

    with Isolation(look, seconds=_SECONDS, memory=_MEMORY) as apart:
        return dict(apart.call(_doubts, str(project.path), annotator))


def doubt(made: Suggestions) -> float:
    """The mean of what is lacking to full confidence."""
    lacking = [1 - mention.confidence for mention in made.mentions]
    lacking += [1 - quote.confidence for quote in made.quotes]
    return sum(lacking) / len(lacking) if lacking else 0.0


def _doubts(path: str, annotator: str) -> list[tuple[int, float]]:
    from annotator.store import Project
    from annotator.work.blind import blind_test
    from annotator.work.offering import Offering

    with Project.open(Path(path), read_only=True) as project:
        suggester = Offering().suggester(project)
        keys = sorted(
            key
            for status in ("todo", "doing")
            for key in project.article_keys(annotator=annotator, status=status)
        )
        test = blind_test(project)
        return [
            (key, doubt(suggester.suggest(article)))
            for key in keys[:_MOST]
            if not is_held_back(
                test, article := project.article(key), project.annotation(key, annotator), annotator
            )
        ]
