"""Training of linear-chain CRFs as bytes, and tagging with them. Needs python-crfsuite."""

import math
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from annotator.core.message import message
from annotator.suggest.base import SuggestError
from annotator.suggest.crf_model import ModelFault, check_model

Features = list[list[str]]
"""The features of each token of one sequence."""
Known = Callable[[str], bool]
"""A predicate that says whether a model of this kind may have a label."""

_PARAMETERS: Final = {
    "c1": 0.3,
    "c2": 0.3,
    "max_iterations": 100,
    "feature.possible_transitions": True,
}
_MANY: Final = 60_000
"""Tokens from which on it takes half the time, and finds no less, to learn with `_QUICK`."""
_QUICK: Final = {"max_iterations": 40, "feature.minfreq": 2}
_LONGEST: Final = 10_000
"""Tokens of one piece. The library uses about forty bytes for each token and label."""


class Tagging(NamedTuple):
    """The best labels of a sequence, and the probability of each at its token."""

    labels: list[str]
    probabilities: list[float]


def checked_labels(model: bytes, known: Known) -> tuple[str, ...]:
    """Return the labels of a model that the library can read. Raises SuggestError otherwise."""
    try:
        labels = check_model(model)
    except ModelFault as error:
        raise SuggestError(
            message("the trained model is damaged: {1}; train again", str(error))
        ) from error
    for label in labels:
        if not known(label):
            raise SuggestError(
                message(
                    "the trained model is damaged: it has the label {1}; train again",
                    repr(label[:40]),
                )
            )
    return labels


class Tagger:
    """Tags sequences with one untrusted model.

    The bytes are checked before the library reads them, see `crf_model`. Raises SuggestError for
    an invalid model, or one with labels that `known` rejects.
    """

    def __init__(self, model: bytes, known: Known = lambda _label: True) -> None:
        self._labels = checked_labels(model, known)
        import pycrfsuite

        self._model = model  # the library does not copy the bytes
        self._tagger = pycrfsuite.Tagger()
        self._tagger.open_inmemory(model)

    @property
    def labels(self) -> Sequence[str]:
        return self._labels

    def tag(self, features: Features) -> Tagging:
        """Return the likeliest labels for the whole sequence."""
        labels: list[str] = []
        chances: list[float] = []
        for piece in _pieces(features):
            found = self._tagger.tag(piece)
            labels += found
            chances += [self._chance(label, n) for n, label in enumerate(found)]
        return Tagging(labels, chances)

    def chances(self, features: Features, label: str) -> list[float]:
        """Return the probability of one label at each token."""
        if label not in self._labels:
            return [0.0] * len(features)
        chances: list[float] = []
        for piece in _pieces(features):
            self._tagger.set(piece)
            chances += [self._chance(label, n) for n in range(len(piece))]
        return chances

    def _chance(self, label: str, token: int) -> float:
        """Return the probability, or 0 where the weights are too heavy to compute one."""
        chance: float = self._tagger.marginal(label, token)
        return chance if math.isfinite(chance) else 0.0


def _pieces(features: Features) -> Iterator[Features]:
    """Yield the sequence in pieces that fit into the library's memory."""
    for first in range(0, len(features), _LONGEST):
        yield features[first : first + _LONGEST]


def train_tagger(
    examples: Iterable[tuple[Features, list[str]]],
    cancelled: Callable[[], bool] = lambda: False,
) -> bytes:
    """Train a model from sequences and their labels; the same examples give the same model.

    Raises SuggestError if there is nothing to learn, and Interrupted between two examples.
    """
    import pycrfsuite

    class Trainer(pycrfsuite.Trainer):  # type: ignore[misc]  # the library has no types
        def message(self, message: str) -> None:
            """Ignore a message, in Python, so that other threads run between two iterations.

            The library keeps Python's lock, and a thread may have to end this process.
            """

    trainer = Trainer(algorithm="lbfgs", params=_PARAMETERS, verbose=False)
    seen: set[str] = set()
    tokens = 0
    for features, labels in examples:
        if cancelled():
            raise Interrupted
        trainer.append(features, labels)
        seen.update(labels)
        tokens += len(labels)
    if tokens >= _MANY:
        trainer.set_params(_QUICK)
    if len(seen) < 2:
        raise SuggestError(message("there is nothing to learn yet; annotate some articles first"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model"
        trainer.train(str(path))
        return path.read_bytes()


class Interrupted(Exception):  # not an error: the user cancelled it
    """Stops a training that the user has cancelled."""
