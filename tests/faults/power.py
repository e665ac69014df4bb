"""What a power failure may leave of the calls of an operation: torn, reordered, or nothing of them.

A disk keeps what was flushed (fsync) before the failure. Of what was written since, it may keep any
part: some writes and not those before them, and of each any sectors. Names of files are kept in
the order in which they were made, changed or removed, up to some moment after the last flush, as
file systems with a journal do.
"""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from tests.faults.calls import Call

_SECTOR: Final = 512
_INDEX: Final = "-shm"
_NAMES: Final = frozenset({"create", "rename", "link", "unlink", "mkdir", "rmdir"})


class _File:
    """What the disk has for sure, and what was asked of it since."""

    def __init__(self, content: bytes) -> None:
        self.sure = bytearray(content)
        self.asked: list[Call] = []

    def flush(self) -> None:
        for call in self.asked:
            _apply(self.sure, call, call.data, call.offset)
        self.asked = []

    def after_failure(self, chance: random.Random) -> bytes:
        """What may be found: each write kept, lost or torn; sometimes all of one kind."""
        kept = bytearray(self.sure)
        share = chance.choice((0.0, 0.2, 0.5, 0.8, 1.0))
        torn = chance.choice((0.0, 0.3, 1.0))
        for call in self.asked:
            if chance.random() >= share:
                continue
            if call.kind == "truncate" or chance.random() >= torn:
                _apply(kept, call, call.data, call.offset)
                continue
            for at in range(0, len(call.data), _SECTOR):
                if chance.random() < 0.5:
                    _apply(kept, call, call.data[at : at + _SECTOR], call.offset + at)
        return bytes(kept)


def _apply(content: bytearray, call: Call, data: bytes, offset: int) -> None:
    if call.kind == "truncate":
        del content[offset:]
        content.extend(bytes(offset - len(content)))
        return
    content.extend(bytes(max(0, offset - len(content))))
    content[offset : offset + len(data)] = data


class Disk:
    """A folder as it was before an operation, to which its calls are applied one by one."""

    def __init__(self, before: Path, place: Path) -> None:
        """`place` is where the folder was when the operation was done in it."""
        self._place = place
        self._files: dict[Path, _File | None] = {}
        for path in sorted(before.rglob("*")):
            relative = path.relative_to(before)
            self._files[relative] = None if path.is_dir() else _File(path.read_bytes())
        self._sure = dict(self._files)
        self._names: list[dict[Path, _File | None]] = [self._sure]

    def apply(self, call: Call) -> None:
        """Do the next call of the operation."""
        path = call.path.relative_to(self._place)
        if call.kind in _NAMES:
            self._files = dict(self._files)
            self._rename(call, path)
            self._names.append(self._files)
        elif call.kind == "sync":
            file = self._files.get(path)
            if file is not None:
                file.flush()
            self._names = [self._files]
        elif (file := self._files.get(path)) is not None:
            file.asked.append(call)

    def _rename(self, call: Call, path: Path) -> None:
        if call.kind in ("create", "mkdir"):
            self._files[path] = _File(b"") if call.kind == "create" else None
            return
        moved = {
            name: file for name, file in self._files.items() if name == path or path in name.parents
        }
        if call.kind != "link":
            for name in moved:
                del self._files[name]
        if call.other is not None:
            to = call.other.relative_to(self._place)
            for name, file in moved.items():
                self._files[to / name.relative_to(path)] = file

    def fail(self, folder: Path, chance: random.Random) -> None:
        """Put into the folder what may be found after the power has failed now."""
        files = chance.choice(self._names)
        for name, file in sorted(files.items()):
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if file is None:
                path.mkdir(exist_ok=True)
            elif not name.name.endswith(_INDEX):
                path.write_bytes(file.after_failure(chance))
            elif chance.random() < 0.7:  # it was only ever in memory
                path.write_bytes(chance.choice((b"", bytes(32768), chance.randbytes(32768))))


def said_by(calls: Sequence[Call], number: int) -> int:
    """How many words of the operation are among so many of its calls."""
    return sum(call.kind == "mark" for call in calls[:number])
