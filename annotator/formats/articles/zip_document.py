"""Untrusted documents that are zip files with XML inside (DOCX, EPUB)."""

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any, Final
from urllib.parse import unquote

from annotator.core.errors import AnnotatorError

LARGEST_PART: Final = 64 << 20
LARGEST_WHOLE: Final = 512 << 20
_MOST_PARTS: Final = 20_000


class Package:
    """The parts of a zipped document by name. Nothing is written to disk.

    Raises AnnotatorError for a file that is no zip file, is locked, or unpacks to more than a
    document may have (64 MB a part, 512 MB together).
    """

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
            raise AnnotatorError(f"it is damaged or no such document ({error})") from error
        parts = self._zip.infolist()
        if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_WHOLE:
            raise AnnotatorError("it unpacks to more than a document can be; it was not opened")
        self._names = {part.filename: part for part in parts}

    def __contains__(self, name: str) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def read(self, name: str) -> bytes:
        """Return the bytes of one part."""
        part = self._names.get(name)
        if part is None:
            raise AnnotatorError(f"its part {name} is missing")
        if part.flag_bits & 1:
            raise AnnotatorError("it is locked with a password; save it without one")
        try:
            with self._zip.open(part) as opened:
                data = opened.read(LARGEST_PART + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
            raise AnnotatorError(f"its part {name} is damaged ({error})") from error
        if len(data) > LARGEST_PART:
            raise AnnotatorError(f"its part {name} is larger than any text; it was not opened")
        return data

    def xml(self, name: str) -> Any:
        """Return the root element of an XML part.

        A DTD, which could define entities, is rejected.
        """
        return parse_xml(self.read(name), name)


def parse_xml(data: bytes, name: str) -> Any:
    """Return the root element. Raises AnnotatorError for invalid XML and for XML with entities."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        return fromstring(data, forbid_dtd=True)
    except DefusedXmlException as error:
        raise AnnotatorError(f"its part {name} defines entities, which is not safe") from error
    except (ParseError, ValueError, LookupError) as error:
        raise AnnotatorError(f"its part {name} is no XML ({error})") from error


def text_of(root: Any, tag: str) -> str:
    """Return the text of the first element with this local name, at any depth; else nothing."""
    for element in root.iter():
        if isinstance(element.tag, str) and element.tag.rpartition("}")[2] == tag:
            return " ".join("".join(element.itertext()).split())
    return ""


def joined(folder: str, reference: str) -> str:
    """Return the name of the part to which a reference in a part of `folder` points."""
    return posixpath.normpath(posixpath.join(folder, unquote(reference.partition("#")[0])))
