"""Decoding the bytes of a text file and detecting their encoding."""

import codecs
from pathlib import Path
from typing import Final

from annotator.formats.base import FormatError

# chardet's confidence is low: for the first 40 characters of news articles in cp1252 and cp1256
# it was right from 0.05 on, and always. Single words score below that, and are guessed by chance.
_LEAST_CONFIDENCE: Final = 0.05

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it starts with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(data: bytes, path: Path) -> tuple[str, str]:
    """Return the text and its encoding: by byte order mark, else UTF-8, else the likeliest.

    Raises FormatError naming `path` if no encoding fits the bytes well enough.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _strict(data, encoding, path), encoding
    if b"\0" not in data:
        try:
            return data.decode(), "utf-8"
        except UnicodeDecodeError:
            pass
    encoding = _likeliest(data, path)
    return _strict(data, encoding, path), encoding


def _likeliest(data: bytes, path: Path) -> str:
    from chardet import EncodingEra, detect

    found = detect(
        data, encoding_era=EncodingEra.MODERN_WEB, prefer_superset=True, compat_names=False
    )
    encoding = found["encoding"]
    if encoding is None or found["confidence"] < _LEAST_CONFIDENCE:
        raise _undecodable(path)
    return encoding


def _strict(data: bytes, encoding: str, path: Path) -> str:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise _undecodable(path) from error


def _undecodable(path: Path) -> FormatError:
    return FormatError(
        f"{path}: the encoding of this text cannot be told; convert the file to UTF-8 first"
    )
