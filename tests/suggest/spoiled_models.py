"""Models that somebody spoiled on purpose, and a process that tags with those that pass.

`python -m tests.suggest.spoiled_models MODEL FIRST NUMBER` prints the number of each spoiled model
before it is tried, so that whoever reads knows which one took the process down.
"""

import faulthandler
import random
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from annotator.suggest.base import SuggestError
from annotator.suggest.crf import Tagger, train_tagger

_HEADER: Final = 48
_ODD: Final = (
    0, 1, 2, 3, 4, 7, 8, 12, 20, 255, 256, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFF0,
    0xFFFFFFFF,
)  # fmt: skip
_WEIGHTS: Final = (
    0.0, -0.0, 1e300, -1e300, float("inf"), float("-inf"), float("nan"), 5e-324, 999_999.0,
    1e6, -1e6, 1.8e308,
)  # fmt: skip
SENTENCES: Final = ("Ann said it", "he met Bob Lee", "the council met Zed", "no one", "Ann é 日本")


def features_of(sentence: str) -> list[list[str]]:
    return [[f"w={word}", f"p={word[:2]}", "b"] for word in sentence.split()]


def small_model() -> bytes:
    """A sound model of a few kilobytes."""
    return train_tagger(
        (features_of(s), ["K" if w[0].isupper() else "O" for w in s.split()]) for s in SENTENCES
    )


def spoiled(model: bytes, seed: int) -> bytes:
    """The model with one to three changes: to what is counted and pointed to, or to any byte."""
    chance, made = random.Random(seed), bytearray(model)
    words = _words_of(model)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        _change(made, words, chance)
    return bytes(made)


def _words_of(model: bytes) -> dict[str, list[int]]:
    """Where the numbers of each kind lie."""
    offsets = struct.unpack_from("<5I", model, 28)
    features, labels, attributes, from_labels, from_attributes = offsets
    (number,) = struct.unpack_from("<I", model, features + 8)
    found = {
        "header": list(range(0, _HEADER, 4)),
        "chunk": [at + 4 * n for at in (features, from_labels, from_attributes) for n in range(3)],
        "feature": [features + 12 + 20 * n + at for n in range(number) for at in (0, 4, 8)],
        "weight": [features + 24 + 20 * n for n in range(number)],
        "database": [at + 4 * n for at in (labels, attributes) for n in range(6)],
        "table": [at + 24 + 4 * n for at in (labels, attributes) for n in range(512)],
    }
    for name, at, end in (("names", labels, attributes), ("names2", attributes, from_labels)):
        found[name] = list(range(at + 24 + 2048, end - 3))
    found["references"] = list(range(from_labels + 12, len(model) - 3, 4))
    return found


def _change(made: bytearray, words: dict[str, list[int]], chance: random.Random) -> None:
    kind = chance.choice((*words, "cut", "grow", "byte", "copy"))
    if kind == "cut":
        del made[chance.randrange(len(made)) :]
    elif kind == "grow":
        made += chance.randbytes(chance.choice((1, 4, 64)))
    elif kind == "byte" and made:
        made[chance.randrange(len(made))] = chance.randrange(256)
    elif kind == "copy" and len(made) > 64:
        length = chance.choice((4, 8, 20, 64))
        at, to = (chance.randrange(len(made) - length) for _ in range(2))
        made[to : to + length] = made[at : at + length]
    elif words.get(kind):
        at = chance.choice(words[kind])
        if kind == "weight" and at + 8 <= len(made):
            struct.pack_into("<d", made, at, chance.choice(_WEIGHTS))
        elif at + 4 <= len(made):
            _set_word(made, at, chance)


def _set_word(made: bytearray, at: int, chance: random.Random) -> None:
    (before,) = struct.unpack_from("<I", made, at)
    choice = chance.random()
    if choice < 0.4:
        value = chance.choice(_ODD)
    elif choice < 0.8:
        value = before + chance.choice((-20, -8, -4, -2, -1, 1, 2, 4, 8, 20))
    elif choice < 0.9:
        value = chance.randrange(len(made) + 64)
    else:
        value = before ^ 1 << chance.randrange(32)
    struct.pack_into("<I", made, at, value & 0xFFFFFFFF)


def tag_all(model: bytes) -> bool:
    """Tag with the model in every way there is; whether it was let pass."""
    try:
        tagger = Tagger(model)
    except SuggestError:
        return False
    for sentence in (*SENTENCES, "nobody knows these words", ""):
        features = features_of(sentence)
        made = tagger.tag(features)
        assert len(made.labels) == len(made.probabilities) == len(features)
        assert set(made.labels) <= set(tagger.labels)
        for label in (*tagger.labels, "none"):
            chances = tagger.chances(features, label)
            assert len(chances) == len(features)
            assert all(chance == chance for chance in chances), "a chance is no number"
    return True


def main(path: str, first: str, number: str) -> None:
    faulthandler.enable()
    model, passed = Path(path).read_bytes(), 0
    for seed in range(int(first), int(first) + int(number)):
        if seed % 50 == 0:
            print(seed, flush=True)
        passed += tag_all(spoiled(model, seed))
    print(f"passed {passed}", flush=True)


def tried(path: Path, first: int, number: int, patience: float) -> tuple[int, str]:
    """Try so many spoiled models in a process of their own: how many passed, and what went wrong.

    A process that says nothing for `patience` seconds, in which it tries 50 models, hangs.
    """
    with subprocess.Popen(
        [sys.executable, "-m", "tests.suggest.spoiled_models", str(path), str(first), str(number)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        last = f"{first}"
        for last in _lines(process, patience):
            if last.startswith("passed "):
                return int(last.split()[1]), ""
        process.kill()
        assert process.stderr is not None
        return 0, f"from seed {last}: {process.wait()} {process.stderr.read()[-2000:]}"


def _lines(process: "subprocess.Popen[str]", patience: float) -> Iterator[str]:
    import threading

    assert process.stdout is not None
    alarm = threading.Timer(patience, process.kill)
    for line in process.stdout:
        alarm.cancel()
        alarm = threading.Timer(patience, process.kill)
        alarm.start()
        yield line.strip()
    alarm.cancel()


if __name__ == "__main__":
    began = time.monotonic()
    main(*sys.argv[1:])
