"""Handing articles out: a project file for each annotator, with nobody's annotations in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from annotator.core.errors import AnnotatorError
from annotator.core.file_names import FileNames

if TYPE_CHECKING:
    from annotator.store import Project


class AssignError(AnnotatorError):
    """Articles that cannot be handed out; no file was made."""


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
    """Make a project for each annotator, with articles that were given to nobody before.

    The first `everybody` of them go to all of them, then each gets `each` of their own; with
    `articles` only those ids are handed out, whoever had them before, and without a number all
    of them go to everybody. Texts and scheme travel, nobody's annotations do. Raises
    AssignError, StoreError, OSError.
    """
    keys = _free(project) if articles is None else _named(project, articles)
    if articles is not None and not each and not everybody:
        everybody = len(keys)
    wanted = everybody + each * len(annotators)
    names = FileNames()
    paths = [folder / f"{names.stem(name)}.annotator" for name in annotators]
    _refuse(annotators, paths, wanted, len(keys))
    shared, rest = keys[:everybody], keys[everybody:]
    bundles = []
    for number, (name, path) in enumerate(zip(annotators, paths, strict=True)):
        own = [*shared, *rest[number * each : (number + 1) * each]]
        bundles.append(_bundle(project, path, name, own))
    return tuple(bundles)


def _free(project: "Project") -> list[int]:
    taken = project.assignments()
    return [key for key in project.article_keys(annotator="") if key not in taken]


def _named(project: "Project", articles: Sequence[str]) -> list[int]:
    keys = []
    for id_ in dict.fromkeys(articles):
        key = project.key_of(id_)
        if key is None:
            raise AssignError(f"there is no article {id_} in {project.path}; see: annotator stats")
        keys.append(key)
    return keys


def _refuse(annotators: Sequence[str], paths: Sequence[Path], wanted: int, there: int) -> None:
    if not wanted:
        raise AssignError("say how many articles: --each N, --everybody N, or --articles ID…")
    if wanted > there:
        raise AssignError(
            f"that takes {wanted:,} articles, and {there:,} are left to hand out; take fewer"
        )
    for name, path in zip(annotators, paths, strict=True):
        if list(annotators).count(name) > 1:
            raise AssignError(f"{name} is named twice; name each annotator once")
        if path.exists():
            raise AssignError(f"{path} exists already; choose another folder")


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
