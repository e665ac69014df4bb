"""Runs of letters without a space, as attachments leave them in mails: opened, read and marked."""

import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt

from annotator.core.offsets import Utf16Offsets
from annotator.ui.article.document import display_text, document_offsets, line_breaks
from tests.ui.driving import Driver, annotated, marked, run_main, stored_text

Projects = Callable[..., Path]
RUNS = {
    "letters": "x",
    "base64": "Zm9vYmFyIGJheg+/",
    "words with hyphens": "long-drawn-out-",
    "address": "https://a.example/b?c=d&e=%20",
    "arabic": "بسم",
    "chinese": "漢字文",
    "thai": "ภาษาไทย",
    "emoji": "👩‍👩‍👧😀",
    "combining": "e\u0301\u0302",
    "nothing but marks": "\u0301",
    "no-break spaces": "a\u00a0b\u00a0",
}
_SIZE = 300_000
_GROWTH = 2.5


def run_of(piece: str, length: int) -> str:
    return (piece * (length // len(piece) + 1))[:length]


def work(driver: Driver, key: int) -> float:
    """The CPU seconds that opening an article, going to its end and back and marking it take."""
    driver.window.session.open_article(None)
    driver.settle()
    began = time.process_time()
    driver.window.session.open_article(key)
    driver.settle()
    driver.view.setFocus()
    driver.control(Qt.Key.Key_End)
    driver.key(Qt.Key.Key_PageUp)
    driver.control(Qt.Key.Key_Home)
    length = len(driver.text())
    driver.view.select(length // 2, length // 2 + 40)
    driver.settle()
    driver.key("1")
    return time.process_time() - began


@pytest.mark.parametrize(
    ("piece", "most"),
    [
        ("x", _SIZE),
        (RUNS["base64"], _SIZE),
        (RUNS["emoji"], _SIZE // 6),
        (RUNS["chinese"], _SIZE // 3),
    ],
)
def test_twice_the_letters_take_at_most_two_and_a_half_times_the_work(
    project_of: Projects, piece: str, most: int
) -> None:
    texts = [f"{run_of(piece, size)} Bo Ray said." for size in (most // 4, most // 2, most)]
    took: dict[int, list[float]] = {}

    def script(driver: Driver) -> None:
        keys = driver.window.session.project.article_keys(annotator="ada")
        for _ in range(3):
            for key in keys:
                took.setdefault(key, []).append(work(driver, key))
            if grows_as_it_may():
                break  # else something else may have taken the time

    def grows_as_it_may() -> bool:
        quarter, half, whole = map(min, took.values())
        return half <= _GROWTH * quarter and whole <= _GROWTH * half

    assert run_main([str(project_of(*texts))], script) == 0
    assert grows_as_it_may(), took


def test_inside_a_run_of_300000_letters_marks_are_exact(project_of: Projects) -> None:
    text = f"Ann Lee\n{run_of('abcdefghij', _SIZE)} Bo Ray said."

    def script(driver: Driver) -> None:
        driver.select("Bo Ray")
        driver.key("1")
        at = driver.find("cdef", 150)[0]
        driver.view.reveal(at, at)
        driver.drag(at, at + 4, Qt.KeyboardModifier.AltModifier)
        driver.key("2")
        beyond = breaks_of(driver)[3]
        driver.view.select(beyond - 3, beyond + 3)
        assert driver.selected() == text[beyond - 3 : beyond + 3]
        driver.view.setFocus()
        driver.key("3")
        assert len(driver.view.scene().mentions) >= 1

    project = project_of(text)
    annotation = annotated(project, script)
    whole = stored_text(project)
    assert [m.text for m in annotation.mentions.values()] == [
        whole[m.start : m.end] for m in annotation.mentions.values()
    ]
    assert [label for _, label in marked(annotation)] == ["ORG", "GPE", "PERSON"]


def breaks_of(driver: Driver) -> list[int]:
    return line_breaks(display_text(driver.text()))


@given(
    st.lists(
        st.tuples(st.sampled_from([*RUNS.values(), " ", "\n", "a b "]), st.integers(1, 9000)),
        max_size=4,
    )
)
def test_no_line_of_the_document_is_long_and_every_offset_comes_back(
    runs: list[tuple[str, int]],
) -> None:
    text = "".join(run_of(*run) for run in runs) or "x"
    shown, offsets = display_text(text), document_offsets(text)
    assert len(shown) == len(text)
    edges = [0, *line_breaks(shown), len(text)]
    assert edges == sorted(set(edges))
    pieces = "\n".join(shown[s:e] for s, e in pairwise(edges))
    assert max(map(len, pieces.split("\n"))) <= 4000
    assert offsets.units == Utf16Offsets(pieces).units
    plain = Utf16Offsets(text)
    for offset in {0, len(text), *(e + by for e in edges for by in (-1, 0, 1))}:
        if 0 <= offset <= len(text):
            units = offsets.to_units(offset)
            assert offsets.to_code_points(units) == offset
            before = sum(edge <= offset for edge in edges[1:-1])
            assert units == plain.to_units(offset) + before
