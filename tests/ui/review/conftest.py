"""A project with the work of three people."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import (
    QApplication,
)

from annotator.core.record import Record
from annotator.store import Project
from tests.core.factories import article
from tests.store.samples import SCHEME
from tests.ui.driving import project_at
from tests.ui.review.reviews import WORKS


@pytest.fixture
def project(tmp_path: Path, qapp: QApplication) -> Path:
    path = project_at(tmp_path)
    with Project.create(path, SCHEME) as made, made.importing() as target:
        for name, work in WORKS.items():
            target.add(Record(article(), name, work))
    return path
