"""Makes a chosen call to the system fail, come short or be the last one: `calls.c`, preloaded."""

import ctypes
import errno
import os
import shutil
import struct
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, NamedTuple

KINDS: Final = (
    "open", "create", "write", "truncate", "sync", "rename", "link", "unlink", "mkdir", "rmdir",
    "read", "mark",
)  # fmt: skip
ACTIONS: Final = ("nothing", "fail", "short", "kill before", "kill after")
CHANGING: Final = frozenset(KINDS) - {"open", "read", "mark"}
GROWING: Final = frozenset({"create", "write", "truncate", "rename", "link", "mkdir"})
"""What a full disk refuses."""
_SOURCE: Final = Path(__file__).with_name("calls.c")
_ENTRY: Final = struct.Struct("=IIIqq")


class Call(NamedTuple):
    """One call that was let through, with what it wrote; `other` is the new name in a rename."""

    kind: str
    path: Path
    other: Path | None
    offset: int
    data: bytes


def why_not() -> str:
    """Why calls cannot be made to fail here; nothing where they can."""
    if not sys.platform.startswith("linux"):
        return "only Linux takes the library"
    return "" if shutil.which("cc") else "there is no C compiler"


def library(folder: Path) -> Path:
    """The compiled library, made in the folder."""
    made = folder / "calls.so"
    subprocess.run(
        ["cc", "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", made, _SOURCE, "-ldl"],
        check=True,
    )
    return made


@contextmanager
def armed(folder: Path, fault: Mapping[str, Any] | None) -> Iterator[Callable[[], dict[str, Any]]]:
    """Let a call go wrong in the block, as the fault says; how many were counted, and which it was.

    `kinds` are counted, and if the one numbered `at` is among those in `failing`, `action` happens
    to it with `error`; to all later ones too if `lasting`. The file `record` gets what is done, and
    the file `list` a line for each call that is counted.
    """
    if fault is None:
        yield dict
        return
    shim = ctypes.CDLL(None)
    shim.faults_struck.restype = ctypes.c_char_p
    files = {
        name: os.open(fault[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for name in ("record", "list")
        if name in fault
    }
    seen: dict[str, Any] = {}
    shim.faults_arm(
        os.fsencode(folder),
        _bits(fault.get("kinds", CHANGING)),
        ctypes.c_long(fault.get("at", 0)),
        ACTIONS.index(fault.get("action", "nothing")),
        getattr(errno, fault.get("error", "EIO")),
        _bits(fault.get("failing", KINDS)),
        int(fault.get("lasting", False)),
        files.get("record", -1),
        files.get("list", -1),
    )
    try:
        yield lambda: seen
    finally:
        seen["calls"] = shim.faults_disarm()
        kind = ctypes.c_int()
        path = shim.faults_struck(ctypes.byref(kind))
        seen["struck"] = _words(kind.value, os.fsdecode(path)) if path else ""
        for file in files.values():
            os.close(file)


def mark(what: Any) -> None:
    """Put a word into the record, if there is one."""
    if "LD_PRELOAD" in os.environ:
        ctypes.CDLL(None).faults_mark(repr(what).encode())


def recorded(record: Path) -> list[Call]:
    """The calls that were let through, in their order."""
    data, at, found = record.read_bytes(), 0, []
    while at < len(data):
        kind, name, other, offset, length = _ENTRY.unpack_from(data, at)
        at += _ENTRY.size
        path, at = data[at : at + name], at + name
        to, at = data[at : at + other], at + other
        content, at = data[at : at + length], at + length
        found.append(
            Call(
                KINDS[kind],
                Path(os.fsdecode(path)),
                Path(os.fsdecode(to)) if to else None,
                offset,
                content,
            )
        )
    return found


def listed(file: Path) -> list[str]:
    """The calls that were counted, in their order: what each did, and with which file."""
    lines = (line.partition(" ") for line in os.fsdecode(file.read_bytes()).splitlines())
    return [_words(int(kind), path) for kind, _, path in lines]


def _words(kind: int, path: str) -> str:
    return f"{KINDS[kind]} {Path(path).name}"


def _bits(kinds: Collection[str]) -> int:
    return sum(1 << KINDS.index(kind) for kind in kinds)
