"""Assignment of articles to annotators: one project file for each, without annotations."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from annotator.core.errors import AnnotatorError
from annotator.core.file_names import FileNames
from annotator.core.message import verbatim

if TYPE_CHECKING:
    from annotator.store import Project


class AssignError(AnnotatorError):
    """Articles that cannot be assigned; no file was made."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """The file made for one annotator, and the ids of the articles in it."""

    annotator: str
    path: Path
    articles: tuple[str, ...]


def assign(
    project: "Project",
    folder: Path,
    annotators: Sequence[str],
    *,
    each: int = 0,
    everybody: int = 0,
    articles: Sequence[str] | None = None,
) -> tuple[Bundle, ...]:
    """Make a project for each annotator, with articles that were not assigned before.

    The projects contain texts and scheme, but no annotations.

    Args:
        project: The project with the articles.
        folder: The folder for the new project files.
        annotators: The names of the annotators.
        each: The number of articles that each annotator gets alone.
        everybody: The number of articles, from the first on, that all annotators get.
        articles: The ids of the articles to assign, even if they were assigned before; if neither
            number is given, all of them go to all annotators.

    Raises:
        AssignError, StoreError, OSError: If that is not possible.
    """
    keys = _free(project) if articles is None else _named(project, articles)
    if articles is not None and not each and not everybody:
        everybody = len(keys)
    needed = everybody + each * len(annotators)
    names = FileNames()
    paths = [folder / f"{names.stem(name)}.annotator" for name in annotators]
    _refuse(annotators, paths, needed, len(keys))
    shared, rest = keys[:everybody], keys[everybody:]
    bundles = []
    for number, (name, path) in enumerate(zip(annotators, paths, strict=True)):
        assigned_keys = [*shared, *rest[number * each : (number + 1) * each]]
        bundles.append(_bundle(project, path, name, assigned_keys))
    return tuple(bundles)


def _free(project: "Project") -> list[int]:
    assigned = project.assignments()
    return [key for key in project.article_keys(annotator="") if key not in assigned]


def _named(project: "Project", articles: Sequence[str]) -> list[int]:
    keys = []
    for id_ in dict.fromkeys(articles):
        key = project.key_of(id_)
        if key is None:
            raise AssignError(
                verbatim(f"there is no article {id_} in {project.path}; see: annotator stats")
            )
        keys.append(key)
    return keys


def _refuse(annotators: Sequence[str], paths: Sequence[Path], needed: int, available: int) -> None:
    if not needed:
        raise AssignError(
            verbatim("say how many articles: --each N, --everybody N, or --articles ID…")
        )
    if needed > available:
        raise AssignError(
            verbatim(
                f"that takes {needed:,} articles, and {available:,} are left to hand out; take "
                "fewer"
            )
        )
    for name, path in zip(annotators, paths, strict=True):
        if list(annotators).count(name) > 1:
            raise AssignError(verbatim(f"{name} is named twice; name each annotator once"))
        if path.exists():
            raise AssignError(verbatim(f"{path} exists already; choose another folder"))


def _bundle(project: "Project", path: Path, name: str, keys: list[int]) -> Bundle:
    from annotator.core.record import Record
    from annotator.store import Project

    path.parent.mkdir(parents=True, exist_ok=True)
    articles = [project.article(key) for key in keys]
    with Project.create(path, project.scheme) as made, made.importing() as target:
        for article in articles:
            target.add(Record(article))
    project.assign(name, keys)
    return Bundle(name, path, tuple(article.id for article in articles))
