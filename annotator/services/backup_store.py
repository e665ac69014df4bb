"""Backups that share what they have in common: manifests in a folder, and packs of chunks below it.

A backup is added by cutting a copy of the project into chunks and writing those that no pack has.
Everything is in files that are written once: the pack comes first, and the manifest last, when all
that it names can be read. What no manifest names any more is removed after that. So whatever
happens in between, each backup that has a manifest is complete.
"""

import hashlib
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from annotator.core.message import message
from annotator.files import open_to_read, remove_temporary
from annotator.services.backup_errors import BackupDamaged, TooLittleSpace
from annotator.services.backup_manifest import Manifest
from annotator.services.backup_packs import (
    Check,
    ChunkReader,
    Packs,
    PackWriter,
    digest_of,
)

CHUNK_BYTES: Final = 16 * 1024
"""The size of a chunk: a page of a project, so that an unchanged page is an unchanged chunk."""
_LIST_CHUNKS: Final = 128
"""How many chunks one list names: 2 MB of a project."""
_DIGEST_BYTES: Final = 32
_MAX_DEAD: Final = 1 / 3
"""The part of a pack that no backup needs before the rest is written into a new one."""
_STALE_S: Final = 24 * 60 * 60
"""Seconds after which a passing file is one that a killed program has left."""
_MARGIN: Final = 16 << 20

Step = Callable[[int, int], object]
"""Called with how many chunks are done, and of how many; if it raises, nothing is half-written."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file in the store: its size in bytes, its SHA-256, and the lists of its chunks."""

    size: int
    sha256: str
    lists: tuple[str, ...]


class BackupStore:
    """The store in a folder, as it was when this was made; who changes it has the folder's lock."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lists: dict[str, tuple[bytes, ...]] = {}

    @cached_property
    def packs(self) -> Packs:
        return Packs(self.folder / "packs")

    def add(self, file: Path, step: Step) -> StoredFile:
        """Store a file; afterwards each of its chunks is in a pack and was read back from there.

        What the packs have already is not written again, unless its bytes are not sound any more.
        Raises BackupDamaged and OSError.
        """
        size = file.stat().st_size
        total = -(-size // CHUNK_BYTES)
        whole, names = hashlib.sha256(), []
        for chunk in _chunks(file):
            whole.update(chunk)
            names.append(digest_of(chunk))
            step(len(names), 2 * total)
        lists = [
            b"".join(names[first : first + _LIST_CHUNKS])
            for first in range(0, len(names), _LIST_CHUNKS)
        ]
        wanted = {*names, *map(digest_of, lists)}

        def check() -> None:
            step(total, 2 * total)

        self.packs.forget_damaged(wanted, check)
        self._write(file, names, lists, step)
        return StoredFile(size, whole.hexdigest(), tuple(digest_of(one).hex() for one in lists))

    def _write(
        self, file: Path, names: Sequence[bytes], lists: Sequence[bytes], step: Step
    ) -> None:
        """Write the chunks that no pack has into a new one, and read them back."""
        total = len(names)
        with PackWriter(self.packs.folder) as pack:
            with open_to_read(file) as source:
                for number, name in enumerate(names):
                    step(total + number, 2 * total)
                    if name not in self.packs and name not in pack:
                        source.seek(number * CHUNK_BYTES)
                        pack.add(name, source.read(CHUNK_BYTES))
            for one in lists:
                if digest_of(one) not in self.packs:
                    pack.add(digest_of(one), one)
            made = pack.finish()
        if made is not None:
            self.packs.take(made)
            with self.packs.reading() as reader:
                for entry in made.entries:
                    step(2 * total, 2 * total)
                    reader.read(entry.digest)  # so a chunk that changed meanwhile is noticed too

    def rebuild(self, manifest: Manifest, out: Path, step: Step) -> None:
        """Write the file of a backup to `out`, a new file, and verify it.

        Raises BackupDamaged and OSError; `out` may be incomplete then.
        """
        require_space(out.parent, manifest.size)
        whole, done = hashlib.sha256(), 0
        with self.packs.reading() as reader, out.open("xb") as file:
            for name in manifest.lists:
                for digest in _names(reader, name):
                    chunk = reader.read(digest)
                    whole.update(chunk)
                    file.write(chunk)
                    done += len(chunk)
                    step(done // CHUNK_BYTES, manifest.size // CHUNK_BYTES)
        if (done, whole.hexdigest()) != (manifest.size, manifest.sha256):
            raise BackupDamaged(message("its parts do not make up what was backed up"))

    def is_missing_parts(self, manifest: Manifest) -> bool:
        """Return whether no readable pack has some part of a backup; no part of it is read."""
        return any(digest not in self.packs for digest in self._named(manifest))

    def sizes(self, manifests: Mapping[Path, Manifest]) -> dict[Path, int]:
        """Return how many bytes each backup adds to those before it in the order given."""
        seen: set[bytes] = set()
        sizes = {}
        for path, manifest in manifests.items():
            added = set(self._named(manifest)) - seen
            seen |= added
            sizes[path] = sum(map(self.packs.stored_size, added)) + _size(path)
        return sizes

    def freed(self, order: Sequence[tuple[Path, Manifest]], kept: Iterable[Manifest]) -> list[int]:
        """Return how many bytes are freed by removing each of these, in this order."""
        last: dict[bytes, int] = {}
        for number, (_path, manifest) in enumerate(order):
            last.update(dict.fromkeys(self._named(manifest), number))
        for manifest in kept:
            last.update(dict.fromkeys(self._named(manifest), -1))
        freed = [_size(path) for path, _ in order]
        for digest, number in last.items():
            if number >= 0:
                freed[number] += self.packs.stored_size(digest)
        return freed

    def total(self) -> int:
        """Return how many bytes the packs take, with what is not needed any more."""
        return sum(map(_size, self.packs.folder.glob("*")))

    def collect(self, manifests: Iterable[Manifest], check: Check, most: float = _MAX_DEAD) -> None:
        """Remove what none of these backups needs.

        A pack of which more than the part `most` is not needed is written anew without that. The
        old one is removed when the new one is on the disk. Nothing is removed while a pack cannot
        be read, or is not complete yet, as in a folder that is synced: what it has may tell what
        else is needed. Raises OSError.
        """
        broken = self.packs.unreadable
        if any(isinstance(error, OSError) or _is_new(path) for path, error in broken.items()):
            return
        live = self._live(manifests)
        gone = [*broken]
        with PackWriter(self.packs.folder) as pack:
            for number, (old, needed) in enumerate(zip(self.packs.packs, live, strict=True)):
                size = sum(map(self.packs.stored_size, needed))
                if needed and old.size - size <= most * old.size:
                    continue
                copied = 0
                for digest, data in self.packs.compressed(number, needed, check):
                    pack.add_compressed(digest, data)
                    copied += 1
                if copied == len(needed):  # else something of it may be readable again later
                    gone.append(old.path)
            pack.finish()
        for path in gone:
            path.unlink(missing_ok=True)
        if gone:
            del self.packs  # they are read again

    def _live(self, manifests: Iterable[Manifest]) -> list[set[bytes]]:
        """Return which chunks of each pack these backups need."""
        live: list[set[bytes]] = [set() for _ in self.packs.packs]
        for manifest in manifests:
            for digest in self._named(manifest):
                for number, _entry in self.packs.places(digest):  # the first may be damaged
                    live[number].add(digest)
        return live

    def remove_stale(self) -> None:
        """Remove what killed programs have left."""
        for path in (*self.folder.glob(".*.partial*"), *self.packs.folder.glob(".*.partial")):
            if not _is_new(path):
                remove_temporary(path)

    def _named(self, manifest: Manifest) -> Iterator[bytes]:
        """Yield the names of all chunks of a backup, of its lists too, as far as they are known.

        Raises OSError for a list that cannot be read now, but is not missing or damaged.
        """
        with self.packs.reading() as reader:
            for name in manifest.lists:
                if name not in self._lists:
                    try:
                        self._lists[name] = _names(reader, name)
                    except BackupDamaged as error:
                        if isinstance(error.__cause__, OSError):
                            raise error.__cause__ from error
                yield bytes.fromhex(name)
                yield from self._lists.get(name, ())


def require_space(folder: Path, needed: int) -> None:
    """Raise TooLittleSpace if the disk of the folder has less than this many bytes, and a rest."""
    with suppress(OSError):  # a file system that does not tell
        free = shutil.disk_usage(folder).free
        if free < needed + _MARGIN:
            raise TooLittleSpace(
                message(
                    "the disk of {1} has {2} MB free, and a backup needs {3} MB while it is made; "
                    "free some space, or choose another folder",
                    folder,
                    free >> 20,
                    (needed + _MARGIN) >> 20,
                )
            )


def _chunks(file: Path) -> Iterator[bytes]:
    with open_to_read(file) as source:
        while chunk := source.read(CHUNK_BYTES):
            yield chunk


def _names(reader: ChunkReader, name: str) -> tuple[bytes, ...]:
    """Return the names that a list holds. Raises BackupDamaged."""
    names = reader.read(bytes.fromhex(name))
    return tuple(
        names[first : first + _DIGEST_BYTES] for first in range(0, len(names), _DIGEST_BYTES)
    )


def _size(path: Path) -> int:
    with suppress(OSError):
        return path.stat().st_size
    return 0


def _is_new(path: Path) -> bool:
    """Return whether the file was written less than a day ago, or cannot be looked at."""
    try:
        return time.time() - path.stat().st_mtime < _STALE_S
    except OSError:
        return True
