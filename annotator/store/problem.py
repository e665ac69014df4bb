"""What a check finds."""

from dataclasses import dataclass
from typing import Final

BACKUP: Final = "go back to a backup; see: annotator backups"
"""How most of it is mended."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a check found, and how to mend it.

    `article` is the id it is about, "" for the file as a whole.
    """

    article: str
    sentence: str
    mend: str = BACKUP
