"""Processes whose children work for minutes, so that tests can kill them meanwhile.

`python -m tests.services.parents KIND FOLDER` starts the children of one kind, which `KINDS` names.
"""

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from annotator.core.models import Article
from annotator.services.active_learning import uncertainties
from annotator.services.background_training import retrain
from annotator.services.sandbox import Sandbox
from annotator.services.streaming import on_this_machine, suggest_files
from annotator.services.suggestion_process import IsolatedSuggester, suggest_in_process
from annotator.services.worker import Worker
from annotator.store import Project
from annotator.suggest import find_suggester

_SAID: Final = "“We have {} boats 😀,” Ann Lee said. She said that it was late in Oslo. "
LETTERS: Final = 5_000_000


def long_text() -> str:
    """Five million letters, which take a suggester minutes."""
    return "".join(map(_SAID.format, range(LETTERS // len(_SAID))))


def hold_the_lock() -> None:
    """Keep Python's lock for hours, as a library does that is written in C."""
    re.match(r"(a+)+$", "a" * 60 + "b")


def _suggest(_folder: Path) -> None:
    suggest_in_process(find_suggester("rules").suggest, Article("a", long_text(), language="en"))


def _suggest_apart(_folder: Path) -> None:
    rules = find_suggester("rules")
    IsolatedSuggester(rules, rules).suggest(Article("a", long_text(), language="en"))


def _stream(folder: Path) -> None:
    paths = []
    for number in range(2):
        paths.append(folder / f"{number}.txt")
        paths[-1].write_text(long_text(), "utf-8")
    suggest_files(paths, folder / "o.jsonl", find_suggester("rules"), engine=on_this_machine(2))


def _train(folder: Path) -> None:
    with Project.open(folder / "p.annotator") as project:
        retrain(project, "ada")


def _order(folder: Path) -> None:
    with Project.open(folder / "p.annotator") as project:
        uncertainties(project, "ben")


def _lock(_folder: Path) -> None:
    with Sandbox(lambda: None) as sandbox:
        sandbox.call(hold_the_lock)


def _read_ahead(_folder: Path) -> None:
    worker = Worker()
    worker.ask(hold_the_lock)
    worker.answer(lambda: None)


KINDS: Final[dict[str, Callable[[Path], None]]] = {
    "suggester": _suggest,
    "isolated suggester": _suggest_apart,
    "streaming": _stream,
    "training": _train,
    "order": _order,
    "reader in C": _lock,
    "import in C": _read_ahead,
}

if __name__ == "__main__":
    from tests.services.parents import KINDS  # functions of `__main__` are unknown to children

    KINDS[sys.argv[1]](Path(sys.argv[2]))
