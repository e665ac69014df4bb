"""The agreement coefficient γ of Mathet, Widlöcher and Métivier (2015), by pygamma-agreement.

γ aligns the units of all annotators at once, and corrects for chance in bounds and categories
together. The library is large and comes with the extra `gamma`; it draws random samples, with the
same seed each time.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from annotator.core.agreement.coefficients import NOT_TWICE, NOTHING, Figure
from annotator.core.annotation import Annotation
from annotator.core.message import Message, verbatim
from annotator.core.models import Status
from annotator.services.agreement import ReviewError, chosen, side_by_side
from annotator.services.job import Progress, ignore_progress

if TYPE_CHECKING:
    from annotator.store import Project

LAYERS: Final = ("entities", "content", "cue", "source")
_SEED: Final = 20261125
_Unit = tuple[int, int, str]


class Gamma(NamedTuple):
    """γ of one layer: the mean over `articles` articles, each weighted by its units."""

    figure: Figure
    articles: int


def measure_gamma(
    project: "Project",
    annotators: Sequence[str] | None = None,
    *,
    statuses: Sequence[Status] | None = None,
    progress: Progress = ignore_progress,
) -> dict[str, Gamma]:
    """Return γ by layer, over the articles in which at least two of these people marked something.

    This takes about a second for each article. Raises ReviewError, also if the library is missing.
    """
    library = _library()
    names = chosen(project, annotators)
    total = project.stats().articles
    found: dict[str, list[tuple[float, int]]] = {layer: [] for layer in LAYERS}
    compared = 0
    for number, (id_, side) in enumerate(side_by_side(project, names, statuses), start=1):
        compared += 1
        for layer in LAYERS:
            units = {name: _units(work, layer) for name, work in side.works.items()}
            marked = {name: own_units for name, own_units in units.items() if own_units}
            if len(marked) > 1:
                size = sum(map(len, marked.values()))
                found[layer].append((library.gamma(marked), size))
        progress(number, total, id_)
    why = NOTHING if compared else NOT_TWICE
    return {layer: _mean(values, why) for layer, values in found.items()}


def _mean(values: Sequence[tuple[float, int]], why: Message) -> Gamma:
    if not values:
        return Gamma(Figure(None, why), 0)
    weight = sum(size for _, size in values)
    return Gamma(Figure(sum(value * size for value, size in values) / weight), len(values))


def _units(work: Annotation, layer: str) -> list[_Unit]:
    if layer == "entities":
        labels = {id_: entity.label for id_, entity in work.entities.items()}
        return [(m.start, m.end, labels[m.entity_id]) for m in work.mentions.values()]
    return [
        (span.start, span.end, layer)
        for quote in work.quotes.values()
        for span in quote.spans
        if span.role == layer
    ]


class _Library:
    """The imported library pygamma-agreement."""

    def __init__(self, module: Any, segment: Any) -> None:
        self._module = module
        self._segment = segment
        self._dissimilarity = module.CombinedCategoricalDissimilarity()

    def gamma(self, units: Mapping[str, Iterable[_Unit]]) -> float:
        import_module("numpy").random.seed(_SEED)
        continuum = self._module.Continuum()
        for name, own_units in units.items():
            for start, end, label in own_units:
                continuum.add(name, self._segment(start, end), label)
        before = logging.root.manager.disable
        logging.disable(logging.WARNING)  # the library logs its solver at each step
        try:
            return float(continuum.compute_gamma(self._dissimilarity).gamma)
        finally:
            logging.disable(before)


def _library() -> _Library:
    try:
        module = import_module("pygamma_agreement")
        segment = import_module("pyannote.core").Segment
    except ImportError as error:
        from annotator.extras import install_command

        raise ReviewError(
            verbatim(f"γ needs pygamma-agreement; install it with: {install_command('gamma')}")
        ) from error
    return _Library(module, segment)
