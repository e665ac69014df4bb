"""File names that are valid on every system, made from article ids and annotator names.

Such a name is never parsed: the file itself contains what it was made from.
"""

import unicodedata
from collections import Counter
from typing import Final

MAX_STEM_BYTES: Final = 100
"""Bytes of UTF-8, before a number and a suffix: encrypted folders on Linux allow 143 in all."""
BACKUP_SUFFIX: Final = ".annotator-backup"
"""The suffix of the file of a backup."""
_MAX_BEFORE_DATE: Final = 180
_MAX_BEFORE_ENDING: Final = 220
"""Of the 255 bytes that most systems allow."""
_UNSAFE: Final = r"[^\p{L}\p{M}\p{N}._-]+"
_INVISIBLE: Final = r"\p{Default_Ignorable_Code_Point}+"
_EDGES: Final = "._- "
_PORTS: Final = tuple(f"{port}{number}" for port in ("com", "lpt") for number in range(10))
_RESERVED: Final = frozenset(("con", "prn", "aux", "nul", "clock$", "conin$", "conout$", *_PORTS))
"""Device names of Windows, which are reserved with any suffix."""


class FileNames:
    """Valid file names for the items of one folder, different for each item.

    Two names count as the same if some system does not distinguish them: by case or by composition.
    """

    def __init__(self) -> None:
        self._used: set[str] = set()
        self._last_number: Counter[str] = Counter()

    def stem(self, *words: str) -> str:
        """Return a name without suffix made from these words."""
        plain = safe_stem(".".join(words))
        name, folded = plain, _folded(plain)
        while _folded(name) in self._used:
            self._last_number[folded] += 1
            name = f"{plain}-{self._last_number[folded] + 1}"
        self._used.add(_folded(name))
        return name


def safe_stem(words: str) -> str:
    """Return a valid file name without suffix, as similar to the words as possible.

    Letters of all scripts stay, with their combining marks.
    """
    import regex  # not needed before the window's first paint

    encodable = unicodedata.normalize("NFC", words.encode("utf-8", "replace").decode())
    plain = regex.sub(_UNSAFE, "_", regex.sub(_INVISIBLE, "", encodable))
    # A mark at the beginning would combine with the character before the name.
    plain = regex.sub(r"\A[\p{M}._-]+", "", plain)
    plain = shortened(plain.strip(_EDGES), MAX_STEM_BYTES).rstrip(_EDGES)
    if _is_reserved(plain):
        plain = f"_{plain}"
    return plain or "article"


def shortened(name: str, most: int) -> str:
    """Return the beginning of a name in at most `most` bytes, without splitting a character."""
    if len(name.encode("utf-8", "surrogatepass")) <= most:
        return name
    import regex

    beginning, size = "", 0
    for cluster in regex.findall(r"\X", name):
        size += len(cluster.encode("utf-8", "surrogatepass"))
        if size > most:
            break
        beginning += cluster
    return beginning


def dated_stem(stem: str) -> str:
    """Return a file name without suffix, short enough for a date after it."""
    return shortened(stem, _MAX_BEFORE_DATE)


def temporary_name(name: str, ending: str) -> str:
    """Return the hidden name of the temporary file that will become the file of this name."""
    return f".{shortened(name, _MAX_BEFORE_ENDING)}.{ending}"


def _is_reserved(plain: str) -> bool:
    # Windows treats superscript digits as digits here.
    first = unicodedata.normalize("NFKC", plain.partition(".")[0])
    return first.casefold().rstrip(" _") in _RESERVED


def _folded(name: str) -> str:
    """Return a string that is equal for names that some system does not distinguish.

    It is case-folded and composed, with ligatures decomposed.
    """
    plain = unicodedata.normalize("NFKC", name).upper().casefold()
    return unicodedata.normalize("NFKC", plain)
