"""The uncertainty of a suggester about each article; the least certain are best annotated first."""

import json
from contextlib import suppress
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Final

from annotator.core.blind_test import is_held_back
from annotator.core.strict_json import read_json
from annotator.core.suggestion import Suggestions
from annotator.services.job import Cancelled, cancellation_check, never_cancelled
from annotator.services.sandbox import Sandbox
from annotator.store import StoreError

if TYPE_CHECKING:
    from annotator.store import Project

_MOST: Final = 5_000
"""At most so many of the open articles are read, in the order of their import."""
_SECONDS: Final = 3600.0
_MEMORY: Final = 16 << 30
_Stored = tuple[str, list[tuple[int, float]]]
"""The suggester with its version, and the uncertainty about each article by key."""


def uncertainties(
    project: "Project", annotator: str, *, anew: bool = True, cancelled: Cancelled = never_cancelled
) -> dict[int, float]:
    """Return the suggester's uncertainty about each article the annotator has still to do.

    Articles in which suggestions are held back from the annotator are left out, as the order
    would give something away. The articles are read in a separate process, and the result is
    stored for `stored_uncertainties`.

    Args:
        project: The project, with its suggester.
        annotator: The annotator whose articles to do are read.
        anew: Whether to read all articles again. If False, only new ones are read, provided that
            the stored result is by the same version of the same suggester.
        cancelled: Asked while the other process works.

    Returns:
        The uncertainty by article key, from 0 (certain, or nothing to suggest) to 1.

    Raises:
        AnnotatorError: If the model cannot be read.
        Stopped: When cancelled.
    """
    check_cancelled = cancellation_check(cancelled)
    before = None if anew else project.value(_storage_key(annotator))
    with Sandbox(check_cancelled, seconds=_SECONDS, memory=_MEMORY) as sandbox:
        found: _Stored = sandbox.call(_doubts, str(project.path), annotator, before)
    kept = json.dumps(found)
    if kept != before:
        with suppress(StoreError):  # if they cannot be stored now, they are computed again
            project.set_value(_storage_key(annotator), kept)
    return _by_key(found)


def stored_uncertainties(project: "Project", annotator: str) -> dict[int, float]:
    """Return the last result of `uncertainties` without reading articles; empty if there is
    none.
    """
    kept = _read(project.value(_storage_key(annotator)))
    return {} if kept is None else _by_key(kept)


def _storage_key(annotator: str) -> str:
    return f"doubts:{annotator}"


def _read(kept: str | None) -> _Stored | None:
    """Return the stored result; None if there is none, or it is of another program version."""
    try:
        row = read_json(kept) if kept is not None else None
        if row is None:
            return None
        made_by, pairs = row
        found = [(int(key), float(value)) for key, value in pairs]
    except (ValueError, TypeError, OverflowError):
        return None
    is_valid = isinstance(made_by, str) and all(isfinite(value) for _, value in found)
    return (made_by, found) if is_valid else None


def _by_key(kept: _Stored) -> dict[int, float]:
    return {int(key): float(value) for key, value in kept[1]}


def uncertainty(made: Suggestions) -> float:
    """Return the mean of 1 - confidence over all suggestions; 0 if there are none."""
    uncertainties = [1 - mention.confidence for mention in made.mentions]
    uncertainties += [1 - quote.confidence for quote in made.quotes]
    return sum(uncertainties) / len(uncertainties) if uncertainties else 0.0


def _doubts(path: str, annotator: str, before: str | None) -> _Stored:
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
            (key, known[key] if key in known else uncertainty(suggester.suggest(article)))
            for key in keys[:_MOST]
            if not is_held_back(
                test, article := project.article(key), project.annotation(key, annotator), annotator
            )
        )
        return suggester.made_by, list(found)
