"""The file with the user's choices of suggesters.

Separate from `services.suggester_config`, as importing pydantic is slow and most users never
choose a suggester.
"""

import json
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from annotator.files import read_text
from annotator.services.suggesters import DEFAULT_TIMEOUT_S, OWN, SECONDS


class Address(BaseModel):
    """The user's endpoint."""

    model_config = ConfigDict(frozen=True, strict=True)

    url: str = ""
    model: str = ""
    seconds: int = Field(DEFAULT_TIMEOUT_S, ge=SECONDS[0], le=SECONDS[-1])


class Chosen(BaseModel):
    """The user's choice for one project."""

    model_config = ConfigDict(frozen=True, strict=True)

    suggester: str = OWN
    agreed: list[str] = []
    """The addresses to which this project's texts may be sent."""


class Choices(BaseModel):
    """All choices of the user; `projects` are by path."""

    model_config = ConfigDict(frozen=True, strict=True)

    endpoint: Address = Address()
    projects: dict[str, Chosen] = {}

    def of(self, project: Path) -> Chosen:
        """Return the choice for the project at this path; the default if there is none."""
        return self.projects.get(key_of(project), Chosen())


def key_of(project: Path) -> str:
    """Return the key for the choice of a project."""
    return str(project.resolve())


def read(path: Path) -> Choices:
    """Return the contents of the file; the defaults if it does not exist or is damaged."""
    try:
        return Choices.model_validate(json.loads(read_text(path)))
    except (OSError, ValueError, ValidationError, RecursionError):
        return Choices()
