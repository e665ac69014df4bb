"""Which articles a suggester is least sure of: annotating those first teaches it the most."""

import json
from contextlib import suppress
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Final

from annotator.core.blind_test import is_held_back
from annotator.core.strict_json import read_json
from annotator.core.suggestion import Suggestions
from annotator.services.job import Cancelled, never, stopping
from annotator.services.sandbox import Sandbox
from annotator.store import StoreError

if TYPE_CHECKING:
    from annotator.store import Project

_MOST: Final = 5_000
"""So many of the articles that are open are read, in the order of their import."""
_SECONDS: Final = 3600.0
_MEMORY: Final = 16 << 30
_Kept = tuple[str, list[tuple[int, float]]]
"""By which version of which suggester, and the doubt about each article."""


def doubts(
    project: "Project", annotator: str, *, anew: bool = True, cancelled: Cancelled = never
) -> dict[int, float]:
    """How unsure what the project suggests by is of each article the annotator has still to do.

    Those in which suggestions are held back from them are left out: the order would tell.

    By article key, from 0 (sure of everything, or nothing to suggest) to 1. Read in a process of
    its own, and kept for `kept_doubts`. Unless `anew`, only what came since is read if the same
    version of the same suggester was asked before. Raises AnnotatorError for a model that cannot
    be read, Stopped when cancelled.
    """
    look = stopping(cancelled)
    before = None if anew else project.value(_kept_under(annotator))
    with Sandbox(look, seconds=_SECONDS, memory=_MEMORY) as apart:
        found: _Kept = apart.call(_doubts, str(project.path), annotator, before)
    kept = json.dumps(found)
    if kept != before:
        with suppress(StoreError):  # in a project that takes nothing now they are found again
            project.set_value(_kept_under(annotator), kept)
    return _by_key(found)


def kept_doubts(project: "Project", annotator: str) -> dict[int, float]:
    """What `doubts` found last, without reading anything; empty where it was never asked."""
    kept = _read(project.value(_kept_under(annotator)))
    return {} if kept is None else _by_key(kept)


def _kept_under(annotator: str) -> str:
    return f"doubts:{annotator}"


def _read(kept: str | None) -> _Kept | None:
    """What was kept; None where another version kept something else."""
    try:
        row = read_json(kept) if kept is not None else None
        if row is None:
            return None
        made_by, pairs = row
        found = [(int(key), float(value)) for key, value in pairs]
    except (ValueError, TypeError, OverflowError):
        return None
    sound = isinstance(made_by, str) and all(isfinite(value) for _, value in found)
    return (made_by, found) if sound else None


def _by_key(kept: _Kept) -> dict[int, float]:
    return {int(key): float(value) for key, value in kept[1]}


def doubt(made: Suggestions) -> float:
    """The mean of what is lacking to full confidence."""
    lacking = [1 - mention.confidence for mention in made.mentions]
    lacking += [1 - quote.confidence for quote in made.quotes]
    return sum(lacking) / len(lacking) if lacking else 0.0


def _doubts(path: str, annotator: str, before: str | None) -> _Kept:
    from annotator.services.blind_test import blind_test
    from annotator.services.suggestion_service import SuggestionService
    from annotator.store import Project

    with Project.open(Path(path), read_only=True) as project:
        suggester = SuggestionService().suggester(project)
        kept = _read(before)
        known = _by_key(kept) if kept is not None and kept[0] == suggester.made_by else {}
        keys = sorted(
            key
            for status in ("todo", "doing")
            for key in project.article_keys(annotator=annotator, status=status)
        )
        test = blind_test(project)
        found = (
            (key, known[key] if key in known else doubt(suggester.suggest(article)))
            for key in keys[:_MOST]
            if not is_held_back(
                test, article := project.article(key), project.annotation(key, annotator), annotator
            )
        )
        return suggester.made_by, list(found)
