"""What the program keeps in a project under a name: anything may stand there in somebody's file."""

import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from annotator.core.errors import AnnotatorError
from annotator.core.models import Article
from annotator.core.record import Record
from annotator.services.active_learning import stored_uncertainties
from annotator.services.background_training import is_due, last_training
from annotator.services.blind_test import blind_test
from annotator.services.presets import find_scheme
from annotator.services.project_check import check_project
from annotator.services.suggestion_service import SuggestionService
from annotator.services.training import current_suggester
from annotator.services.wordlists import word_lists
from annotator.store import Project
from tests.planting import VALUES

_ASKED: set[bytes] = set()


def suggested(project: Project) -> object:
    """What the project's suggester makes of an article, once for models that are the same.

    Each has a process of its own.
    """
    suggester = current_suggester(project)
    kept = pickle.dumps(suggester)
    if kept in _ASKED:
        return None
    _ASKED.add(kept)
    return suggester.suggest(project.article(1))


READERS: dict[str, Callable[[Project], Any]] = {
    "model": suggested,
    "model-trial": check_project,
    "word-lists": word_lists,
    "blind-test": blind_test,
    "doubts:ada": lambda project: stored_uncertainties(project, "ada"),
    "training": lambda project: (last_training(project), is_due(project, "ada")),
}
REPORT = {"articles": 9, "held_back": 2, "quotes_before": 0.1, "quotes_after": 0.2,
          "names_before": 0.1, "names_after": 0.2, "parts": ["quotes"]}  # fmt: skip
SOUND = {
    "model": {
        "version": 1,
        "articles": 5,
        "memory": [],
        "cues": None,
        "parts": None,
        "names": None,
    },
    "model-trial": {
        "version": 1,
        "articles": 5,
        "memory": [],
        "cues": None,
        "parts": None,
        "names": None,
    },
    "word-lists": {"en": {"verbs": {"added": ["mused"], "removed": ["said"]}}},
    "blind-test": {"share": 0.5, "seed": 3},
    "doubts:ada": ["rules 1", [[1, 0.5]]],
    "training": {"made_at": "2026-11-23T10:00:00Z", "done": 9, "report": REPORT},
}
ODD = (
    None,
    True,
    7,
    -1,
    10**30,
    1.5,
    float("nan"),
    float("inf"),
    "x",
    "\ud800",
    [],
    {},
    [1],
    {"a": 1},
    [[]],
)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("kept") / "kept.annotator"
    with Project.create(path, find_scheme("news")) as made:
        with made.importing() as target:
            target.add(Record(Article("a1", "“We wait,” Ann Lee said.", language="en")))
        yield made


def put(path: Path, key: str, text: str) -> None:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("DELETE FROM project WHERE key LIKE 'kept:%'")
        connection.execute("INSERT INTO project VALUES (?, ?)", (f"kept:{key}", text))


def changed(value: Any) -> list[Any]:
    """The value with something odd in each place of it, and without each of its parts."""
    found = list(ODD)
    if isinstance(value, dict):
        for key, part in value.items():
            found += [{**value, key: other} for other in changed(part)]
            found.append({name: rest for name, rest in value.items() if name != key})
            found += [{**value, odd: part} for odd in ("", "x", "\ud800")]
    if isinstance(value, list):
        for place, part in enumerate(value):
            found += [[*value[:place], other, *value[place + 1 :]] for other in changed(part)]
    return found


@pytest.mark.parametrize("key", READERS)
def test_whatever_stands_there_is_read_or_told_in_a_sentence(project: Project, key: str) -> None:
    texts = [value for value in VALUES if isinstance(value, str)]
    texts += [json.dumps(value) for value in changed(SOUND[key])]
    for text in texts:
        put(project.path, key, text)
        try:
            read = READERS[key](project)
            repr(read).encode()
        except AnnotatorError:
            pass
        except Exception as error:
            pytest.fail(f"{key}, {text[:100]!r}: {error!r}")


@pytest.mark.parametrize("key", READERS)
def test_what_is_sound_is_read(project: Project, key: str) -> None:
    put(project.path, key, json.dumps(SOUND[key]))
    READERS[key](project)
    assert check_project(project) == []


def test_suggestions_come_by_word_lists_that_are_told_damaged(project: Project) -> None:
    put(project.path, "word-lists", '{"en": {"verbs": {"added": [1], "removed": []}}}')
    assert "word lists" in check_project(project)[0].sentence
    with pytest.raises(AnnotatorError, match="word lists are damaged"):
        SuggestionService().offer(project, 1, "ada")
