"""Names of files that any system takes, made of whatever articles and people are called.

Nothing is read back out of such a name: what it was made of stands in the file.
"""

import unicodedata
from collections import Counter
from typing import Final

LONGEST_STEM: Final = 100
"""Bytes of UTF-8, before a number and a suffix: encrypted folders of Linux take 143 in all."""
_ROOM_FOR_A_DATE: Final = 180
_ROOM_FOR_AN_ENDING: Final = 220
"""Of the 255 bytes that most systems take."""
_UNSAFE: Final = r"[^\p{L}\p{M}\p{N}._-]+"
_INVISIBLE: Final = r"\p{Default_Ignorable_Code_Point}+"
_EDGES: Final = "._- "
_PORTS: Final = tuple(f"{port}{number}" for port in ("com", "lpt") for number in range(10))
_RESERVED: Final = frozenset(("con", "prn", "aux", "nul", "clock$", "conin$", "conout$", *_PORTS))
"""Devices of Windows, whatever stands behind a full stop."""


class FileNames:
    """Gives each thing of one folder a file name that any system takes and no other one has.

    Two names are the same where some system takes them for the same: whatever their case, composed
    or not.
    """

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._last: Counter[str] = Counter()

    def stem(self, *words: str) -> str:
        """A name without suffix made of these words."""
        plain = safe_stem(".".join(words))
        name, first = plain, _folded(plain)
        while _folded(name) in self._taken:
            self._last[first] += 1
            name = f"{plain}-{self._last[first] + 1}"
        self._taken.add(_folded(name))
        return name


def safe_stem(words: str) -> str:
    """A file name without suffix that any system takes, as like the words as may be.

    Letters of all scripts stay, with the marks on them.
    """
    import regex  # no window needs it before its first paint

    sound = unicodedata.normalize("NFC", words.encode("utf-8", "replace").decode())
    plain = regex.sub(_UNSAFE, "_", regex.sub(_INVISIBLE, "", sound))
    # A mark at the beginning would sit on whatever stands before the name.
    plain = regex.sub(r"\A[\p{M}._-]+", "", plain)
    plain = shortened(plain.strip(_EDGES), LONGEST_STEM).rstrip(_EDGES)
    if _is_reserved(plain):
        plain = f"_{plain}"
    return plain or "article"


def shortened(name: str, most: int) -> str:
    """The beginning of a name in at most so many bytes, without a part of a character."""
    if len(name.encode("utf-8", "surrogatepass")) <= most:
        return name
    import regex

    kept, size = "", 0
    for cluster in regex.findall(r"\X", name):
        size += len(cluster.encode("utf-8", "surrogatepass"))
        if size > most:
            break
        kept += cluster
    return kept


def dated_stem(stem: str) -> str:
    """The name of a file without suffix, where there is room for a date behind it."""
    return shortened(stem, _ROOM_FOR_A_DATE)


def temporary_name(name: str, ending: str) -> str:
    """The hidden name of what is to become the file of this name."""
    return f".{shortened(name, _ROOM_FOR_AN_ENDING)}.{ending}"


def _is_reserved(plain: str) -> bool:
    # Windows takes superscript digits for digits here.
    first = unicodedata.normalize("NFKC", plain.partition(".")[0])
    return first.casefold().rstrip(" _") in _RESERVED


def _folded(name: str) -> str:
    """The same for names that some system takes for one: case folded, composed, ligatures apart."""
    plain = unicodedata.normalize("NFKC", name).upper().casefold()
    return unicodedata.normalize("NFKC", plain)
