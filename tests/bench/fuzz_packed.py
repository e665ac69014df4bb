"""Changes inside packed files: a changed byte of a zip file says no more than that it is broken.

What a reader does with the parts of a package is only reached by files whose packing is sound.
"""

import gzip
import io
import zipfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from typing import Final

_LARGEST: Final = 1 << 20
"""Bytes of a part: larger ones are what a changed length made of it."""
_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    RuntimeError,
    NotImplementedError,
    ValueError,
)


def spoil_inside(
    data: bytes, choose: Callable[[int], int], change: Callable[[bytes], bytes]
) -> bytes | None:
    """The file with one part changed and packed again; None for what is not packed, or broken.

    `choose` is told how many parts there are, and says which.
    """
    with suppress(*_BROKEN):
        if data.startswith(b"PK\3\4"):
            return _in_zip(data, choose, change)
        if data.startswith(b"\x1f\x8b"):
            with gzip.open(io.BytesIO(data)) as packed:
                return gzip.compress(change(packed.read(_LARGEST)), mtime=0)
        if data.startswith(b"\x78") and data[1:2] in b"\x01\x9c\xda":
            return zlib.compress(change(zlib.decompressobj().decompress(data, _LARGEST)))
    return None


def _in_zip(data: bytes, choose: Callable[[int], int], change: Callable[[bytes], bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        names = old.infolist()
        chosen = choose(len(names))
        for number, info in enumerate(names):
            with old.open(info) as part:
                content = part.read(_LARGEST)
            again = zipfile.ZipInfo(info.filename)
            again.compress_type = info.compress_type
            new.writestr(again, change(content) if number == chosen else content)
    return out.getvalue()
