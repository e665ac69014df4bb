"""A project whose trained model was made to do harm, in the real window."""

import struct
from collections.abc import Callable
from pathlib import Path

from annotator.services.training import MODEL
from annotator.store import Project
from annotator.suggest.memory import Memory
from annotator.suggest.trained import Models
from tests.suggest.spoiled_models import small_model
from tests.ui.driving import Driver, run_main
from tests.ui.suggestions.waiting import NEWS, offered, strip


def test_the_window_says_so_and_offers_what_the_rules_find(
    project_of: Callable[..., Path],
) -> None:
    project = project_of(NEWS)
    crafted = bytearray(small_model())
    struct.pack_into("<I", crafted, 20, 6)  # labels, of which it has two
    with Project.open(project) as opened:
        models = Models(None, None, bytes(crafted), Memory.from_rows([]), 5)
        opened.set_value(MODEL, models.to_json())

    def script(driver: Driver) -> None:
        assert offered(driver).count >= 5
        assert "The trained model is damaged: " in strip(driver)
        assert "train again" in strip(driver)

    assert run_main([str(project)], script) == 0
