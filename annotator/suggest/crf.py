"""Linear-chain CRFs as bytes: training one, and tagging with one. Needs python-crfsuite."""

import tempfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from annotator.suggest.base import SuggestError

Features = list[list[str]]
"""The features of each token of one sequence."""

_PARAMETERS: Final = {
    "c1": 0.3,
    "c2": 0.3,
    "max_iterations": 100,
    "feature.possible_transitions": True,
}


class Tagging(NamedTuple):
    """The best labels of a sequence, and the probability of each at its token."""

    labels: list[str]
    probabilities: list[float]


class Tagger:
    """Tags sequences with one model. Raises SuggestError for bytes that are no model."""

    def __init__(self, model: bytes) -> None:
        import pycrfsuite

        # The library takes a model of zero length, and then reads beyond it.
        if not model.startswith(b"lCRF"):
            raise SuggestError("the trained model is damaged; train again")
        self._model = model  # the library keeps no copy of its own
        self._tagger = pycrfsuite.Tagger()
        self._tagger.open_inmemory(model)
        self._labels: list[str] = self._tagger.labels()

    @property
    def labels(self) -> Sequence[str]:
        return self._labels

    def tag(self, features: Features) -> Tagging:
        """The likeliest labels of the whole sequence."""
        if not features:
            return Tagging([], [])
        labels = self._tagger.tag(features)
        return Tagging(labels, [self._tagger.marginal(label, n) for n, label in enumerate(labels)])

    def chances(self, features: Features, label: str) -> list[float]:
        """The probability of one label at each token."""
        if not features or label not in self._labels:
            return [0.0] * len(features)
        self._tagger.set(features)
        return [self._tagger.marginal(label, n) for n in range(len(features))]


def train_tagger(
    examples: Iterable[tuple[Features, list[str]]],
    cancelled: Callable[[], bool] = lambda: False,
) -> bytes:
    """A model from sequences and their labels; the same examples give the same model.

    Raises SuggestError if there is nothing to learn, and Interrupted between two examples.
    """
    import pycrfsuite

    trainer = pycrfsuite.Trainer(algorithm="lbfgs", params=_PARAMETERS, verbose=False)
    seen: set[str] = set()
    for features, labels in examples:
        if cancelled():
            raise Interrupted
        trainer.append(features, labels)
        seen.update(labels)
    if len(seen) < 2:
        raise SuggestError("there is nothing to learn yet; annotate some articles first")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model"
        trainer.train(str(path))
        return path.read_bytes()


class Interrupted(Exception):  # no error: somebody wanted it
    """Ends a training that is no longer wanted."""
