"""A trained model is somebody's file: what is not exactly a model never reaches the library."""

import struct
from itertools import chain
from pathlib import Path

import pytest

from annotator.suggest import SuggestError
from annotator.suggest.crf import Tagger, train_tagger
from annotator.suggest.crf_model import ModelFault, check_model, hash_of
from tests.suggest.spoiled_models import features_of, small_model, tried

TRIALS = 1_200


@pytest.fixture(scope="module")
def model() -> bytes:
    return small_model()


def test_spoiled_models_are_refused_or_tag_without_harm(model: bytes, tmp_path: Path) -> None:
    """Each in a process of its own: without the check a third of them takes it down."""
    path = tmp_path / "model.crf"
    path.write_bytes(model)
    passed, fault = tried(path, 0, TRIALS, patience=120)
    assert fault == ""
    assert 0 < passed < TRIALS / 4


@pytest.mark.parametrize("labels", [2, 3, 40])
@pytest.mark.parametrize("words", [1, 30, 900])
def test_every_model_that_training_makes_passes(labels: int, words: int) -> None:
    examples = [
        ([[f"w={n * 7 % words}", f"é{n % 3}", "b"] for n in range(first, first + 5)],
         [f"L{n % labels}" for n in range(first, first + 5)])
        for first in range(0, max(words, 2 * labels), 5)
    ]  # fmt: skip
    made = train_tagger(examples)
    check_model(made)
    assert set(Tagger(made).labels) == {f"L{n}" for n in range(labels)}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (4, 3), (12, 101), (20, 0), (20, 1), (20, 6), (20, 0xFFFFFFFF), (24, 0), (24, 10_000),
        (28, 0), (28, 0xFFFFFFF0), (32, 0), (32, 0xFFFFFFFF), (36, 44), (40, 0x7FFFFFFF), (44, 52),
    ],
)  # fmt: skip
def test_each_number_of_the_head_is_checked(model: bytes, field: int, value: int) -> None:
    made = bytearray(model)
    struct.pack_into("<I", made, field, value)
    with pytest.raises(SuggestError, match=r"the trained model is damaged: .*; train again"):
        Tagger(bytes(made))


def test_a_model_cut_off_anywhere_is_refused(model: bytes) -> None:
    for length in range(0, len(model), 7):
        with pytest.raises(ModelFault):
            check_model(model[:length])


@pytest.mark.parametrize("weight", [float("nan"), float("inf"), -float("inf"), 1e7, -1e300])
def test_weights_that_no_training_gives_are_refused(model: bytes, weight: float) -> None:
    made = bytearray(model)
    struct.pack_into("<d", made, 48 + 12 + 12, weight)
    with pytest.raises(ModelFault, match="weight"):
        check_model(bytes(made))


def test_a_full_table_in_which_looking_a_name_up_would_never_end_is_refused(
    model: bytes,
) -> None:
    """All empty places of the tables of the attributes get the first name's place."""
    (at,) = struct.unpack_from("<I", model, 36)
    size, number = struct.unpack_from("<I8xI", model, at + 4)
    made = bytearray(model)
    for place in range(at + size - 20 * number, at + size - 4 * number, 8):
        if not any(made[place + 4 : place + 8]):
            struct.pack_into("<II", made, place, 7, 24 + 2048)
    with pytest.raises(ModelFault, match="names"):
        check_model(bytes(made))


def test_the_hash_is_the_one_of_the_library(model: bytes) -> None:
    """A label whose hash is another one is looked for in vain, so the library would raise."""
    assert hash_of(b"") == 0xDEADBEEF
    assert hash_of(b"Four score and seven years ago") == 0x17770551  # as its author gives it


def test_labels_that_no_training_gives_are_refused(model: bytes) -> None:
    with pytest.raises(SuggestError, match="it has the label 'K'"):
        Tagger(model, {"O"}.__contains__)


def test_a_sequence_of_any_length_is_tagged(model: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    tagger, features = Tagger(model), features_of("Ann met Bob " * 40)
    pieces = [tagger.tag(features[n : n + 30]).labels for n in range(0, 120, 30)]
    monkeypatch.setattr("annotator.suggest.crf._LONGEST", 30)
    assert tagger.tag(features).labels == [*chain.from_iterable(pieces)]
    assert len(tagger.chances(features, "K")) == 120
