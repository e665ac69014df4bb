"""The file in which the user's choices of suggesters lie.

Apart from `services.suggester_config`, since pydantic takes a while and most people never choose.
"""

import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from annotator.files import read_text
from annotator.services.suggesters import OWN, SECONDS, USUAL_SECONDS


class Address(BaseModel):
    """The endpoint of the user."""

    model_config = ConfigDict(frozen=True, strict=True)

    url: str = ""
    model: str = ""
    seconds: int = Field(USUAL_SECONDS, ge=SECONDS[0], le=SECONDS[-1])


class Chosen(BaseModel):
    """What suggests in one project."""

    model_config = ConfigDict(frozen=True, strict=True)

    suggester: str = OWN
    agreed: list[str] = []
    """The addresses that this project's texts may be sent to."""


class Choices(BaseModel):
    """All that the user has chosen; projects by their paths."""

    model_config = ConfigDict(frozen=True, strict=True)

    endpoint: Address = Address()
    projects: dict[str, Chosen] = {}

    def of(self, project: Path) -> Chosen:
        """What was chosen for the project at this path; nothing if it never was."""
        return self.projects.get(key_of(project), Chosen())


def key_of(project: Path) -> str:
    """Under which key the choices of a project lie."""
    return str(project.resolve())


def read(path: Path) -> Choices:
    """What lies in the file; nothing where it was never written, or is damaged."""
    try:
        return Choices.model_validate(json.loads(read_text(path)))
    except (OSError, ValueError, ValidationError, RecursionError):
        return Choices()
