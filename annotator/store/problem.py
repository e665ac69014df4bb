"""The problems that a check finds."""

from dataclasses import dataclass
from typing import Final

BACKUP: Final = "go back to a backup; see: annotator backups"
"""The usual way to fix a problem."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a check found, and how to fix it.

    `article` is the id of the article, "" for the file as a whole.
    """

    article: str
    sentence: str
    mend: str = BACKUP
