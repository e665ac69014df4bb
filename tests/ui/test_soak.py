"""A short soak: work at random leaves store, window and lists the same, and Qt without a word."""

from pathlib import Path

from PySide6.QtWidgets import QApplication

from tests.bench.soak import soak


def test_work_at_random_keeps_store_window_and_lists_together(
    qapp: QApplication, tmp_path: Path
) -> None:
    found = soak(tmp_path, actions=60, seed=3, told=lambda _words: None)
    assert found.faults == ()
    assert found.compared == 3
