"""Decoding saved web pages by the rules that browsers follow."""

import codecs
import re
from pathlib import Path
from typing import Final

from annotator.formats.text_encoding import decode

_DECLARED: Final = re.compile(
    rb"""<(?:meta\b[^>]*?\bcharset\s*=|\?xml\b[^>]*?\bencoding\s*=)\s*["']?\s*([\w.:-]+)""", re.I
)
_SEARCHED_BYTES: Final = 4096
# Names that mean more on the web than in Python: https://encoding.spec.whatwg.org
_WEB_NAMES: Final = {
    "iso8859-1": "cp1252", "ascii": "cp1252", "iso8859-9": "cp1254", "iso8859-11": "cp874",
    "tis-620": "cp874", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932",
    "euc_kr": "cp949", "utf-16": "utf-8", "utf-16-le": "utf-8", "utf-16-be": "utf-8",
}  # fmt: skip


def decode_page(data: bytes, path: Path, declared: str | None = None) -> tuple[str, str]:
    """Return the text of a page and its encoding.

    The encoding is that of the byte order mark, UTF-8, the declared one, or the likeliest.
    `declared` is the encoding in the transport's headers. Raises FormatError naming `path`.
    """
    if not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")) and b"\0" not in data:
        try:
            return data.decode(), "utf-8"  # text in another encoding is never valid by chance
        except UnicodeDecodeError:
            pass
        for name in (declared, _said(data)):
            encoding = _known(name)
            if encoding is not None:
                # One invalid byte must not cost a whole page whose encoding is known.
                return data.decode(encoding, "replace"), encoding
    return decode(data, path)


def _said(data: bytes) -> str | None:
    match = _DECLARED.search(data[:_SEARCHED_BYTES])
    return match[1].decode("ascii", "replace") if match else None


def _known(name: str | None) -> str | None:
    try:
        found = codecs.lookup(name or "")
        b"".decode(found.name)  # rejects codecs that are not character encodings
    except (LookupError, ValueError):
        return None
    encoding = _WEB_NAMES.get(found.name, found.name)
    # If a page declares UTF-8 but is not UTF-8, its encoding is unknown.
    return None if encoding == "utf-8" else encoding
