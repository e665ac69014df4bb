"""The checks of `annotator check`: the project, its word lists and its trained models."""

from contextlib import suppress
from typing import TYPE_CHECKING, Final

from annotator.services.training import model_error
from annotator.services.wordlists import word_lists
from annotator.suggest import SuggestError

if TYPE_CHECKING:
    from annotator.store import Problem, Project

_TRAIN: Final = "train again: annotator train"


def check_project(project: "Project") -> "list[Problem]":
    """Return what is wrong with the project, its word lists and models. Raises StoreError."""
    from annotator.store import Problem, StoreError

    problems = project.check()
    with suppress(StoreError):  # what cannot be read is among the problems already
        if fault := model_error(project):
            problems.append(Problem("", str(fault).removesuffix("; train again"), _TRAIN))
        try:
            word_lists(project)
        except SuggestError as error:
            sentence, _, remedy = str(error).partition("; ")
            problems.append(Problem("", sentence, f"{remedy}: annotator lexicon"))
    return problems
