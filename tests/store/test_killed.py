"""Whatever changes a whole project, killed anywhere: all of it is there, or nothing."""

import os
from pathlib import Path

import pytest

from tests.killing import DEEDS, Deed, trials

pytestmark = pytest.mark.skipif(os.name != "posix", reason="only POSIX systems have SIGKILL")


@pytest.mark.parametrize("deed", DEEDS, ids=[deed.name for deed in DEEDS])
def test_a_program_killed_in_the_middle_leaves_all_or_nothing(deed: Deed, tmp_path: Path) -> None:
    assert len(list(trials(deed, tmp_path, 3, seed=11))) == 3
