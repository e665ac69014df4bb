"""Keys that the user has given labels stay theirs when the scheme changes."""

from collections.abc import Callable
from pathlib import Path

from annotator.store import Project
from tests.ui.driving import Driver, annotated, marked

Projects = Callable[..., Path]


def test_a_label_keeps_the_key_the_user_gave_it_and_others_get_those_of_the_scheme(
    project_of: Projects,
) -> None:
    project = project_of("Ann Lee met Bob Ray in Oslo.")

    def script(driver: Driver) -> None:
        keymap = driver.window.workspace.keymap
        keymap.use({**keymap.keys(), "label-GPE": ["Z"]})
        with Project.open(project) as other:
            scheme = other.scheme
            labels = tuple(
                label._replace(
                    key={"GPE": "4", "LOC": "3", "PERSON": ""}.get(label.name, label.key)
                )
                for label in scheme.labels
            )
            other.set_scheme(scheme._replace(labels=labels))
        driver.window.session.take_scheme()
        assert keymap.keys()["label-PERSON"] == []
        driver.select("Oslo")
        driver.key("3")
        driver.select("Bob Ray")
        driver.key("z")

    assert marked(annotated(project, script)) == [("Bob Ray", "GPE"), ("Oslo", "LOC")]
