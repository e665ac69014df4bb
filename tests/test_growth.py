"""Twice the text is at most some twice the work, whatever the text is made of; all pairs of texts
and algorithms are measured by `make bench ARGS=growth`."""

import json
import threading
import time
from collections.abc import Callable
from functools import cache
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest

from annotator.core.native_reader import parse
from annotator.formats import Context, find_format
from annotator.formats.loss_check import written
from tests.growing import (
    FAMILIES,
    UNITS,
    Algorithm,
    algorithms,
    growth,
)

known = cache(algorithms)

ONCE_STEEP = {
    "tokens by sentence": ("spaces after a stop", "spaced stops", "stop and numbers", "line ends"),
    "write conll": ("spaces after a stop", "spaced stops"),
    "write instruct bio": ("spaces after a stop", "spaced stops"),
    "rules en": (
        *("according", "said quoted", "comma and quote", "claims about", "told", "saying", "reply"),
        *("relative", "quoted no stop", "quoted lines", "described people", "people and pronouns"),
    ),
    "rules de": ("german", "german particles"),
    "an endpoint's answer": ("letters", "digits", "according", "said quoted"),
    "quote types": ("quotes", "opening quotes and words", "quoted lines"),
    "settled spans": ("flags", "accents"),
    "headings": ("heading and spaces", "heading and signs"),
    "messages": ("letters", "one-letter words", "quotes"),
    "concerns": ("low quotes",),
    "accepting": ("low quotes",),
}
"""What was found to take more and more, by algorithm."""


@pytest.mark.parametrize(
    ("name", "family"), [(name, family) for name, found in ONCE_STEEP.items() for family in found]
)
def test_what_once_took_ever_longer_takes_time_in_step_with_the_text(
    name: str, family: str
) -> None:
    found = growth(known()[name], FAMILIES[family], enough_s=0.01, largest=32_000)
    assert not found.steep, found


@pytest.mark.parametrize("name", list(algorithms()))
def test_every_algorithm_takes_time_in_step_with_one_of_the_texts(name: str) -> None:
    """Another text for each algorithm; the bench measures all of them with all."""
    families = list(FAMILIES.items())
    family, text = families[5 * list(known()).index(name) % len(families)]
    found = growth(known()[name], text, enough_s=0.005, largest=8_000)
    assert not found.steep, (family, found)


def test_the_measure_notices_work_that_grows_with_the_square_of_the_text() -> None:
    square = Algorithm(lambda text: [text.count("b") for _ in text])
    assert growth(square, FAMILIES["letters"], enough_s=0.01).steep
    assert not growth(Algorithm(list), FAMILIES["letters"]).steep


def test_there_are_many_texts_and_all_formats_are_measured() -> None:
    from annotator.formats.registry import formats

    assert len(UNITS) > 90
    measured = " ".join(known())
    elsewhere = {
        "spacy",
        "parquet",
        "xlsx",
    }  # written by other libraries from rows like those of csv
    for format_ in formats():
        if format_.writes and not format_.folder and format_.name not in elsewhere:
            assert f"write {format_.name}" in measured


@pytest.mark.parametrize(
    ("name", "family"),
    [
        ("tokens by sentence", "spaces after a stop"),
        ("tokens by sentence", "letters"),
        ("rules en", "spaces after a stop"),
        ("rules en", "letters"),
        ("rules en", "one quotation"),
        ("likely names", "hyphens"),
    ],
)
def test_other_threads_go_on_while_a_megabyte_is_worked_on(name: str, family: str) -> None:
    algorithm = known()[name]
    text = FAMILIES[family](1_000_000 if family != "one quotation" else 200_000)
    made = algorithm.prepare(text)
    assert min(_longest_hold(lambda: algorithm.run(made)) for _ in range(2)) < 0.2


def _longest_hold(work: Callable[[], object]) -> float:
    """The most processor time, in seconds, that went by between two turns of another thread.

    Time in which this process had no processor does not count.
    """
    beats = [time.process_time()]
    over = threading.Event()

    def beat() -> None:
        while not over.is_set():
            beats.append(time.process_time())
            time.sleep(0.001)

    thread = threading.Thread(target=beat)
    thread.start()
    try:
        work()
    finally:
        over.set()
        thread.join()
    beats.append(time.process_time())
    return max(later - earlier for earlier, later in pairwise(beats))


def test_a_table_is_read_in_step_with_its_quotes_and_their_speakers() -> None:
    """Of each letter one entity is made, and one quote that it speaks."""

    def table(letters: str) -> bytes:
        row = {
            "format": "annotator/1",
            "article": {"id": "a", "text": letters},
            "annotator": "ada",
            "entities": [
                {"id": f"e{n}", "label": "PERSON", "name": f"N{n}", "mentions": [place(n)]}
                for n in range(len(letters))
            ],
            "quotes": [
                {"spans": [{"role": "content"} | place(n)], "speakers": [f"e{n}"]}
                for n in range(len(letters))
            ],
        }
        (data,) = written(csv, [parse(json.dumps(row))]).values()
        return data

    def place(n: int) -> dict[str, int]:
        return {"start": n, "end": n + 1}

    def read(data: bytes) -> list[object]:
        return [*csv.read(BytesIO(data), Context(Path("a.csv")))]

    csv = find_format("csv").with_options({"texts": "yes"})
    found = growth(Algorithm(read, table), FAMILIES["letters"], enough_s=0.05, largest=2_000)
    assert not found.steep, found
