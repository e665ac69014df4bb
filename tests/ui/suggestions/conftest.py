"""Suggestions come by themselves in these tests, as they do for everybody who has not said no."""

import pytest

from annotator.ui.settings import Settings, settings_path


@pytest.fixture(autouse=True)
def _suggestions(_no_suggestions: None) -> None:
    settings = Settings(settings_path())
    settings.set_choice("no_suggestions", on=False)
    settings.save()
