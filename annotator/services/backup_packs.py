"""Packs: files of compressed chunks, each file written once and never changed.

A chunk is a piece of a backup, named by the SHA-256 of its bytes and stored once, however many
backups have it. A pack is a head, the compressed chunks, their index, and an end that says where
the index is. Nothing but the index is needed to know what a pack has; a pack whose end is missing
was cut off.
"""

import hashlib
import os
import struct
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, NamedTuple, Self
from uuid import uuid4

from annotator.core.file_names import temporary_name
from annotator.core.message import message
from annotator.files import open_to_read, remove_temporary, sync_folder
from annotator.services.backup_errors import BackupDamaged

Check = Callable[[], object]
"""Called between two chunks; what it raises ends the work, with nothing half-written."""

_HEAD: Final = b"annotator pack 1\n"
_ENTRY: Final = struct.Struct("<32sQII")
_END: Final = struct.Struct("<QII17s")
"""Where the index is, how many entries it has, its CRC-32, and the head again."""
_SUFFIX: Final = ".pack"
_LEVEL: Final = 1
"""zlib's fastest level: the slowest one makes a project 5 % smaller and takes twice as long."""
_MAX_CHUNK: Final = 1 << 20
_BUFFER: Final = 1 << 20


class Entry(NamedTuple):
    """One chunk in a pack: its name, where it is, its compressed size in bytes, and its CRC-32."""

    digest: bytes
    offset: int
    length: int
    crc: int


def digest_of(chunk: bytes) -> bytes:
    """Return the name of a chunk."""
    return hashlib.sha256(chunk).digest()


class PackWriter:
    """A new pack in the folder, which gets its name once it is complete and on the disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        name = f"{uuid4().hex}{_SUFFIX}"
        self.path = folder / name
        self._partial = folder / temporary_name(name, "partial")
        self._file: BinaryIO | None = None
        self._entries: dict[bytes, Entry] = {}
        self._offset = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()
            remove_temporary(self._partial)

    def __contains__(self, digest: bytes) -> bool:
        return digest in self._entries

    def add(self, digest: bytes, chunk: bytes) -> None:
        """Write a chunk, unless this pack has it. Raises OSError."""
        if digest not in self:
            self.add_compressed(digest, zlib.compress(chunk, _LEVEL))

    def add_compressed(self, digest: bytes, data: bytes) -> None:
        """Write a chunk that another pack has, as it is there, unless this one has it.

        Raises OSError.
        """
        if digest in self._entries:
            return
        if self._file is None:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._file = self._partial.open("xb", buffering=_BUFFER)
            self._write(_HEAD)
        self._entries[digest] = Entry(digest, self._offset, len(data), zlib.crc32(data))
        self._write(data)

    def finish(self) -> "Pack | None":
        """Give the pack its name; return None if it has no chunk. Raises OSError."""
        if self._file is None:
            return None
        at = self._offset
        index = b"".join(_ENTRY.pack(*entry) for entry in self._entries.values())
        self._write(index)
        self._write(_END.pack(at, len(self._entries), zlib.crc32(index), _HEAD))
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._partial.replace(self.path)
        self._file = None
        sync_folder(self._folder)
        return Pack(self.path, self._offset, tuple(self._entries.values()))

    def _write(self, data: bytes) -> None:
        assert self._file is not None
        self._file.write(data)
        self._offset += len(data)


class Pack(NamedTuple):
    """A complete pack: its file, the size of that in bytes, and what is in it."""

    path: Path
    size: int
    entries: tuple[Entry, ...]


def read_pack(path: Path) -> Pack:
    """Read the index of a pack. Raises BackupDamaged and OSError."""
    with open_to_read(path) as file:
        size = file.seek(0, os.SEEK_END)
        if size < _END.size:
            raise BackupDamaged(message("{1} is cut off", path))
        file.seek(size - _END.size)
        at, count, crc, head = _END.unpack(file.read(_END.size))
        if head != _HEAD or at + count * _ENTRY.size + _END.size != size:
            raise BackupDamaged(message("{1} is cut off", path))
        file.seek(at)
        index = file.read(count * _ENTRY.size)
    if zlib.crc32(index) != crc:
        raise BackupDamaged(message("{1} is damaged", path))
    return Pack(path, size, tuple(map(Entry._make, _ENTRY.iter_unpack(index))))


class Packs:
    """All packs of a folder, and where each chunk is; packs that cannot be read are left out."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.packs: list[Pack] = []
        self.unreadable: dict[Path, BackupDamaged | OSError] = {}
        """The packs that are left out, and what is wrong with each."""
        self._where: dict[bytes, tuple[int, Entry]] = {}
        self._again: dict[bytes, list[tuple[int, Entry]]] = {}
        """Where chunks are that several packs have, as two computers may have written them."""
        for path in sorted(folder.glob(f"*{_SUFFIX}")):
            try:
                self.take(read_pack(path))
            except (BackupDamaged, OSError) as error:
                self.unreadable[path] = error

    def __contains__(self, digest: bytes) -> bool:
        return digest in self._where

    def take(self, pack: Pack) -> None:
        """Add a pack that was written since."""
        number = len(self.packs)
        self.packs.append(pack)
        for entry in pack.entries:
            if entry.digest in self._where:
                self._again.setdefault(entry.digest, []).append((number, entry))
            else:
                self._where[entry.digest] = (number, entry)

    def stored_size(self, digest: bytes) -> int:
        """Return how many bytes the chunk takes in its pack; 0 if no pack has it."""
        found = self._where.get(digest)
        return 0 if found is None else found[1].length + _ENTRY.size

    def places(self, digest: bytes) -> list[tuple[int, Entry]]:
        """Return the numbers in `packs` of the packs that have the chunk, and where it is there."""
        found = self._where.get(digest)
        return [] if found is None else [found, *self._again.get(digest, ())]

    def forget_damaged(self, wanted: Collection[bytes], check: Check) -> None:
        """Leave out each of these chunks that cannot be read, or whose bytes have changed."""
        sound: dict[bytes, tuple[int, Entry]] = {}
        for number, pack in enumerate(self.packs):
            needed = [
                entry
                for entry in pack.entries
                if entry.digest in wanted and entry.digest not in sound
            ]
            for entry, _data in _sound(pack.path, needed, check):
                sound[entry.digest] = (number, entry)
        for digest in wanted:
            self._again.pop(digest, None)
            if digest in sound:
                self._where[digest] = sound[digest]
            else:
                self._where.pop(digest, None)

    def compressed(
        self, number: int, wanted: Collection[bytes], check: Check
    ) -> Iterator[tuple[bytes, bytes]]:
        """Yield the sound ones of the wanted chunks of a pack, each as it is stored there."""
        pack = self.packs[number]
        entries = [entry for entry in pack.entries if entry.digest in wanted]
        for entry, data in _sound(pack.path, entries, check):
            yield entry.digest, data

    @contextmanager
    def reading(self) -> "Iterator[ChunkReader]":
        """Read chunks in the block, with each pack opened once."""
        with ExitStack() as stack:
            yield ChunkReader(self, stack)


class ChunkReader:
    """Reads chunks by their names and verifies each."""

    def __init__(self, packs: Packs, stack: ExitStack) -> None:
        self._packs = packs
        self._stack = stack
        self._files: dict[int, BinaryIO] = {}

    def read(self, digest: bytes) -> bytes:
        """Return the chunk. Raises BackupDamaged if it is missing or not what it was."""
        error = BackupDamaged(message("a part of it that other backups share is missing"))
        for number, entry in self._packs.places(digest):
            try:
                return self._read(number, entry)
            except BackupDamaged as found:
                error = found
        raise error

    def _read(self, number: int, entry: Entry) -> bytes:
        path = self._packs.packs[number].path
        try:
            if number not in self._files:
                self._files[number] = self._stack.enter_context(open_to_read(path))
            self._files[number].seek(entry.offset)
            chunk = inflated(self._files[number].read(entry.length))
        except (OSError, zlib.error) as error:
            raise BackupDamaged(message("{1} cannot be read", path)) from error
        if digest_of(chunk) != entry.digest:
            raise BackupDamaged(message("{1} is damaged", path))
        return chunk


def inflated(data: bytes) -> bytes:
    """Return the chunk that was compressed, never more than a chunk may have. Raises zlib.error."""
    return zlib.decompressobj().decompress(data, _MAX_CHUNK)


def _sound(path: Path, entries: Iterable[Entry], check: Check) -> Iterator[tuple[Entry, bytes]]:
    """Yield these chunks as they are stored, without those that are damaged or cannot be read."""
    with suppress(OSError), open_to_read(path) as file:
        for entry in entries:
            check()
            file.seek(entry.offset)
            data = file.read(entry.length)
            if zlib.crc32(data) == entry.crc:
                yield entry, data
