"""How long the figures of a project with 100,000 articles take."""

import time
from pathlib import Path

from annotator.core.scheme import Label
from annotator.services.presets import find_scheme
from annotator.store import Project
from tests.bench.samples import record

_ARTICLES = 100_000
_DIFFERENT = 200


def counts(home: Path, runs: int) -> list[tuple[str, list[float]]]:
    """Milliseconds of counting everything, of one annotator, and of renaming a label everywhere."""
    models = [record(f"m{n}", 400, 15, seed=n) for n in range(_DIFFERENT)]
    path = home / "counted.annotator"
    with Project.create(path, find_scheme("news")) as project:
        with project.importing() as target:
            for number in range(_ARTICLES):
                model = models[number % _DIFFERENT]
                article = model.article._replace(id=f"a{number}")
                target.add(type(model)(article, ("ada", "ben")[number % 2], model.annotation))
        everybody = [_ms(project, None) for _ in range(runs)]
        one = [_ms(project, "ada") for _ in range(runs)]
        began = time.process_time()
        scheme = project.scheme
        labels = (*scheme.labels, Label("FIRM", "Firm", "FIRM", "olive"))
        project.set_scheme(scheme._replace(labels=labels), labels={"ORG": "FIRM"})
        renamed = (time.process_time() - began) * 1000
    return [
        ("figures of 100,000 articles with 1.5 m spans", everybody),
        ("the same of one of two annotators", one),
        ("a label renamed in all of them, one step each", [renamed]),
    ]


def _ms(project: Project, annotator: str | None) -> float:
    began = time.process_time()
    project.stats(annotator)
    return (time.process_time() - began) * 1000
