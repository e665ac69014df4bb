"""Names of files for articles."""

import re
from typing import Final

_UNSAFE: Final = re.compile(r"[^\w.-]+")
_LONGEST: Final = 80


class FileNames:
    """Gives each article a file name that any system takes and no other article has."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def stem(self, *words: str) -> str:
        """A name without suffix made of these words."""
        plain = _UNSAFE.sub("_", ".".join(words)).strip("._")[:_LONGEST] or "article"
        name, number = plain, 1
        while name.casefold() in self._taken:
            number += 1
            name = f"{plain}-{number}"
        self._taken.add(name.casefold())
        return name
