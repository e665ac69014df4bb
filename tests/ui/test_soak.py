"""A short soak: work at random leaves store, window and lists the same, and Qt without a word.

And how the long one judges memory: by what is in use, which a leak raises and a hole does not.
"""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from tests.bench.memory import live, resident
from tests.bench.soak import Outcome, soak


def test_work_at_random_keeps_store_window_and_lists_together(
    qapp: QApplication, tmp_path: Path
) -> None:
    found = soak(tmp_path, actions=60, seed=3, told=lambda _words: None)
    assert found.faults == ()
    assert found.compared == 3
    assert not found.leaks


@pytest.mark.skipif(live() is None, reason="only glibc from 2.33 on tells what is in use")
@pytest.mark.parametrize("size", [200, 1024, 1 << 20])
def test_what_is_kept_counts_as_in_use_until_it_is_let_go(size: int) -> None:
    number = max(4, (2 << 20) // size)
    before = live()
    kept = [bytes(size) for _ in range(number)]
    during = live()
    assert before is not None
    assert during is not None
    assert number * size <= during - before < 1.5 * number * size
    kept.clear()
    after = live()
    assert after is not None
    assert after - before < 100_000


def test_a_kilobyte_that_each_action_loses_is_called_a_leak() -> None:
    grown = Outcome(50_000, 0.0, 1, 130.0, 1_400.0, ())
    assert not grown.leaks
    assert grown._replace(live=130.0 + 1024).leaks
    assert "130 bytes more in use, 1400 bytes more resident" in grown.memory()


def test_where_what_is_in_use_cannot_be_told_resident_memory_judges() -> None:
    assert resident() > 1 << 20
    grown = Outcome(50_000, 0.0, 1, None, 1_400.0, ())
    assert not grown.leaks
    assert grown._replace(resident=2_400.0).leaks
    assert "cannot be told" in grown.memory()
